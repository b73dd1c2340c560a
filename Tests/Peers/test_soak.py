"""A short run of the soak; `scripts/soak --seconds 600` is the long one."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

from support.programs import clean_environment, run
from support.proxies import binary
from support.soak_accounts import Accounts, Trace, balance, judge_exchanges
from support.soak_clients import Book, Sent

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(180)]

SOAK = Path(__file__).parent / "soak.py"


def soak(*arguments, **environment):
    done = run(
        sys.executable, SOAK, *arguments, seconds=170, env=clean_environment(HOPLENS_BINARY=str(binary()), **environment)
    )
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_short_soak_holds_in_every_account():
    status, said = soak("--seconds", "12")
    assert status == 0 and said.rstrip().endswith("everything held"), said
    assert said.count("\nholds") >= 20, said


class Origin:
    """What three requests and a WebSocket leave in the origin's book."""

    def __init__(self):
        self.seen = Counter({1: 1, 2: 1, 4: 1})
        self.websockets = 1


def books():
    """Four requests: one answered, one given up, one refused by hoplens, one repeated. Everything is in order."""
    book = Book(websockets=1, refused=1)
    for number, sent in {
        1: Sent("GET", begun=True, status=200, whole=True),
        2: Sent("POST", begun=True, left=True),
        3: Sent("GET", begun=True, status=502, whole=True, own=True),
        4: Sent("GET", begun=True, status=200, whole=True),
    }.items():
        book.sent[number] = sent

    def record(number, status, end="complete", origin=None, **response):
        return {
            "id": f"x{number}", "service": "plain", "end": end, "request": {"target": f"/s/{number}?size=1"},
            "origin": {"address": "127.0.0.1:1"} if origin is None else origin,
            **({"response": {"status": status, **response}} if status else {}),
        }

    records = [
        record(1, 200), record(2, 0, "client-aborted"), record(3, 502, "origin-aborted", origin={}, by="hoplens"),
        record(4, 200, origin={"address": "127.0.0.1:1", "retried": True}),
        {"id": "x5", "service": "plain", "end": "refused", "request": {"malformed_bytes": 4}},
        {"id": "x6", "service": "plain", "end": "complete", "request": {"target": "/ws"}, "response": {"status": 101}},
    ]
    return book, Origin(), records


def judged(directory: Path, book, origin, records, torn: bytes = b"") -> list:
    """The names of what does not hold."""
    segment = directory / "segment.ndjson"
    segment.write_bytes(b"".join(json.dumps(record).encode() + b"\n" for record in records) + torn)
    (directory / "schema.json").write_text('{"properties": {"v": {"const": 1}}}')
    trace, accounts = Trace([segment], directory / "schema.json"), Accounts()
    balance(accounts, judge_exchanges(accounts, book, origin, trace), trace, book, origin)
    return accounts.failed + (["no torn line"] if trace.torn else []) + (["schema"] if trace.invalid else [])


def test_books_in_order_are_accepted(tmp_path):
    assert judged(tmp_path, *books()) == []


@pytest.mark.parametrize(
    "name, spoil",
    {
        "one record for each request": lambda b, o, r: r.pop(0),
        "nothing reaches the origin without a record": lambda b, o, r: r.pop(1),
        "no request reaches the origin twice but a retry": lambda b, o, r: o.seen.update([1]),
        "no POST reaches the origin twice": lambda b, o, r: o.seen.update([2]),
        "no answer without a question": lambda b, o, r: o.seen.pop(1),
        "the answer recorded is the answer given": lambda b, o, r: r[0]["response"].update(status=404),
        "an answer that is whole is recorded as complete": lambda b, o, r: r[0].update(end="origin-aborted"),
        "nobody else's exchange is recorded": lambda b, o, r: r.append({**r[0], "request": {"target": "/s/99"}}),
        "no answer is anybody else's": lambda b, o, r: b.wrong.append("exchange 1 was answered with exchange 2's"),
        "what the origin never saw was answered by hoplens or given up": lambda b, o, r: o.seen.pop(4),
        "every WebSocket is one tunnel": lambda b, o, r: r.pop(5),
        "heads that cannot be read are recorded at most once each": lambda b, o, r: r.append(dict(r[4], id="x7")),
        "exchanges in and out are equal": lambda b, o, r: o.seen.update([1, 2, 4]),
        "answers in and out are equal": lambda b, o, r: r[2]["response"].pop("by"),
        "an answer recorded as complete reached its client": lambda b, o, r: setattr(b.sent[1], "whole", False),
        "schema": lambda b, o, r: r[0].update(v=2),
    }.items(),
)
def test_each_account_notices_what_it_is_for(tmp_path, name, spoil):
    book, origin, records = books()
    spoil(book, origin, records)
    assert name in judged(tmp_path, book, origin, records)


def test_a_torn_line_is_noticed(tmp_path):
    assert judged(tmp_path, *books(), torn=b'{"id":"x9","serv') == ["no torn line"]
