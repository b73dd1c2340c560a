"""What has to be true at the end of a soak, told from three books: the clients', the origin's and the capture."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import jsonschema

_NUMBER = re.compile(r"^/s/(\d+)")


class Accounts:
    """Checks with names; each says what it saw, and the first that does not hold gives the soak its exit status."""

    def __init__(self):
        self.lines: list = []
        self.failed: list = []

    def check(self, name: str, holds: bool, seen: str):
        self.lines.append(f"{'holds' if holds else 'FAILS':6} {name}: {seen}")
        if not holds:
            self.failed.append(name)

    def tell(self, text: str):
        self.lines.append(f"       {text}")


class Trace:
    """The records of a capture, read once, with what the checks need and no more."""

    def __init__(self, segments, schema: Path, sample: int = 2000):
        self.exchanges: dict = {}
        self.by_service: Counter = Counter()
        self.ends: Counter = Counter()
        self.answered: Counter = Counter()
        self.tunnels = 0
        self.unread = 0
        self.torn = 0
        self.ids: set = set()
        self.invalid: list = []
        self.others: list = []
        self.count = 0
        validator = jsonschema.Draft202012Validator(json.loads(schema.read_text()))
        total = sum(path.stat().st_size for path in segments)
        every = max(1, total // 900 // sample)
        for path in segments:
            with path.open("rb") as file:
                for line in file:
                    self._line(line, validator, every)

    def _line(self, line: bytes, validator, every: int):
        try:
            record = json.loads(line)
        except ValueError:
            self.torn += 1
            return
        if not line.endswith(b"\n"):
            self.torn += 1
        if "id" not in record:
            self.others.append(record)
            return
        self.count += 1
        if self.count % every == 0:
            self.invalid += [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)][:1]
        self.ids.add(record["id"])
        service = record["service"]
        self.by_service[service] += 1
        self.ends[service, record["end"]] += 1
        request = record.get("request", {})
        status = record.get("response", {}).get("status", 0)
        if service == "site":
            self.answered[status] += 1
            return
        target = request.get("target", "")
        number = _NUMBER.match(target)
        if number:
            self.exchanges.setdefault(int(number[1]), []).append(record)
        elif target.startswith("/ws"):
            self.tunnels += status == 101
        else:
            self.unread += 1


def judge_exchanges(accounts: Accounts, book, origin, trace: Trace):
    """Every request by its number: what its client, the origin and the record say must be one story."""
    odd: dict = {}

    def mind(name: str, number: int, holds: bool, said: str):
        if not holds:
            odd.setdefault(name, []).append(f"{number}: {said}")

    tally: Counter = Counter()
    for number, sent in book.sent.items():
        records = trace.exchanges.get(number, [])
        seen = origin.seen[number]
        mind("one record for each request", number, len(records) <= 1, f"{len(records)} records")
        if sent.begun and not sent.left:
            mind("one record for each request", number, len(records) == 1, f"{sent} has {len(records)} records")
        if not records:
            tally["never begun"] += 1
            mind("nothing reaches the origin without a record", number, seen == 0, f"seen {seen} times")
            continue
        record = records[0]
        at = record.get("origin", {})
        tries = (1 if "address" in at else 0) + (1 if at.get("retried") else 0)
        response = record.get("response", {})
        own = response.get("by") == "hoplens"
        tally["begun"] += 1
        tally["sent twice"] += bool(at.get("retried"))
        tally["origin saw"] += seen
        tally["hoplens answered"] += own
        tally["origin answered"] += bool(response) and not own
        tally["no answer"] += not response
        tally["given up by the client"] += sent.left
        mind("no request reaches the origin twice but a retry", number, seen <= max(1, tries), f"{seen}, tries {tries}")
        if sent.method in ("POST",):
            mind("no POST reaches the origin twice", number, seen <= 1, f"seen {seen} times")
        if response and not own:
            mind("no answer without a question", number, seen >= 1, f"answered {response.get('status')}, never seen")
        if sent.whole:
            mind("the answer recorded is the answer given", number, response.get("status") == sent.status,
                 f"client {sent.status}, record {response.get('status')}")
            mind("an answer that is whole is recorded as complete", number,
                 own or record["end"] == "complete", f"{record['end']} {record.get('error')} {sent}")
    for name in (
        "one record for each request", "nothing reaches the origin without a record",
        "no request reaches the origin twice but a retry", "no POST reaches the origin twice",
        "no answer without a question", "the answer recorded is the answer given",
        "an answer that is whole is recorded as complete",
    ):
        found = odd.get(name, [])
        accounts.check(name, not found, f"{len(book.sent)} requests" if not found else f"{len(found)} do not: {found[:3]}")
    strangers = [number for number in trace.exchanges if number not in book.sent]
    accounts.check("nobody else's exchange is recorded", not strangers, f"{len(strangers)} strangers")
    accounts.check("no answer is anybody else's", not book.wrong, f"{len(book.wrong)} wrong {book.wrong[:2]}")
    accounts.tell(", ".join(f"{name} {count}" for name, count in tally.items()))
    return tally


def _answered_by_origin(record: dict) -> bool:
    response = record.get("response")
    return bool(response) and response.get("by") != "hoplens"


def balance(accounts: Accounts, tally: Counter, trace: Trace, book, origin):
    """In equals out: what clients began is what the origin saw, and what hoplens answered or lost on the way."""
    out = sum(count for number, count in origin.seen.items() if number > 0)
    answered = tally["origin answered"]
    # Of a request that was given up or broke off nobody knows from outside whether its head had arrived.
    open_ends = sum(
        1
        for records in trace.exchanges.values()
        if "address" in records[0].get("origin", {}) and not _answered_by_origin(records[0])
    )
    again = tally["sent twice"]
    accounts.check(
        "exchanges in and out are equal", answered <= out <= answered + open_ends + again,
        f"{out} at the origin = {answered} answered by it + {out - answered} of the {open_ends} that broke or were given up"
        f" and of {again} first tries; {tally['begun']} begun by clients",
    )
    got = sum(1 for sent in book.sent.values() if sent.whole and not sent.own)
    parted = sum(
        1
        for number, records in trace.exchanges.items()
        if _answered_by_origin(records[0]) and number in book.sent and not book.sent[number].whole
    )
    accounts.check(
        "answers in and out are equal", answered == got + parted,
        f"{answered} from the origin = {got} whole at clients + {parted} cut or given up",
    )
    aborted = sum(
        1
        for number, records in trace.exchanges.items()
        if _answered_by_origin(records[0]) and number in book.sent and not book.sent[number].whole
        and records[0]["end"] == "complete" and not book.sent[number].left
    )
    accounts.check(
        "an answer recorded as complete reached its client", aborted == 0, f"{aborted} complete in the record only"
    )
    lost = [
        (number, records[0]["end"])
        for number, records in trace.exchanges.items()
        if origin.seen[number] == 0 and records[0].get("response", {}).get("by") != "hoplens"
        and records[0]["end"] == "complete"
    ]
    accounts.check("what the origin never saw was answered by hoplens or given up", not lost, f"{len(lost)} {lost[:3]}")
    accounts.check(
        "every WebSocket is one tunnel", book.websockets <= trace.tunnels <= origin.websockets,
        f"{book.websockets} opened by clients, {trace.tunnels} recorded, {origin.websockets} at the origin",
    )
    accounts.check(
        "heads that cannot be read are recorded at most once each",
        book.refused <= trace.unread <= book.refused + book.half_heads,
        f"{book.refused} refused, {book.half_heads} broken off, {trace.unread} recorded",
    )
