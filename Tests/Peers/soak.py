"""The soak: mixed real traffic for a given time, and at the end the accounts. `scripts/soak` runs it.

Two origins: nginx, which wrk drives through hoplens and whose access log is counted, and one of our own that restarts,
resets and vanishes, behind a plain listener and one with TLS, where every request has a number. hoplens captures and
prints JSON. After a first third the proxy is left alone until it is at rest: that is the start that the end is compared
with, because only then has every path allocated what it keeps.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from support.certificates import Certificates
from support.programs import Nginx, find, run
from support.proxies import Hoplens
from support.soak_accounts import Accounts, Trace, balance, judge_exchanges
from support.soak_clients import Book, Clients
from support.soak_origin import SoakOrigin
from support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]

#: Resident memory may grow by this much between the first rest and the last: what allocators keep, and no leak that
#: a longer run would not show.
ROOM = 6 << 20
#: A run whose first third is shorter than this rests before the bounded memories of judging and reading back are full
#: (8 MiB measured; after 25 seconds the next 50 add less than 1 MiB), so it gets room for them as well.
WARM = 20
ROOM_TO_FILL = 8 << 20

KEEP_ALIVE = 2


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def memory(pid: int, name: str = "VmRSS") -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024


def ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


class Wrk:
    """Bursts of wrk against nginx, and what it counted."""

    CONNECTIONS = 8

    def __init__(self, port: int):
        self.url = f"http://127.0.0.1:{port}/wrk"
        self.finished = 0
        self.bursts = 0
        self.errors: list = []

    def burst(self):
        done = run(find("wrk"), "-t1", f"-c{self.CONNECTIONS}", "-d1s", "--timeout", "20s", self.url, seconds=60)
        report = done.stdout.decode()
        self.finished += int(re.search(r"(\d+) requests in", report)[1])
        self.bursts += 1
        self.errors += re.findall(r".*(?:Socket errors|Non-2xx).*", report)


class Soak:
    """Everything that runs, and its accounts."""

    def __init__(self, directory: Path, seconds: float, clients: int):
        self.directory = directory
        self.seconds = seconds
        self.clients = clients
        self.book = Book()
        self.accounts = Accounts()
        self.origin = SoakOrigin()
        self.certificates = Certificates(directory / "certificates")
        self.nginx = Nginx(
            directory / "nginx",
            "log_format path '$request_uri'; keepalive_requests 1000000; keepalive_timeout 2s;"
            " server { listen 127.0.0.1:{port}; access_log {root}/access.log path; return 200 'soaked'; }",
        )
        self.out = (directory / "out.ndjson").open("wb")
        config = {
            "services": [
                {"name": "site", "listen": "127.0.0.1:0", "origin": self.nginx.url},
                {"name": "plain", "listen": "127.0.0.1:0", "origin": self.origin.url},
                {
                    "name": "tls",
                    "listen": "127.0.0.1:0",
                    "origin": self.origin.url,
                    "tls-cert": str(self.certificates.certificate("good")),
                    "tls-key": str(self.certificates.key("good")),
                },
            ],
            "timeouts": {"keepalive": f"{KEEP_ALIVE}s"},
            "threads": 2,
            "capture": str(directory / "capture"),
            "capture-segment-size": "16M",
            "json": True,
            "check": False,
        }
        (directory / "soak.json5").write_text(json.dumps(config))
        self.front = Hoplens("--config", directory / "soak.json5", listeners=3, stdout=self.out)
        self.wrk = Wrk(self.front.ports[0])
        self.fds = descriptors(self.front.pid)

    def traffic(self, seconds: float):
        """All of it at once, until the time is up and everybody has finished what they were doing."""
        until = time.monotonic() + seconds
        context = self.certificates.client()

        def client(i: int):
            clients = Clients(self.book, self.front.ports[1], self.front.ports[2], context, i, f"client-{i}")
            while time.monotonic() < until:
                clients.turn()

        def bursts():
            while time.monotonic() < until:
                self.wrk.burst()
                time.sleep(min(4.0, max(0.0, until - time.monotonic())))

        def restarts():
            while time.monotonic() + 2 < until:
                time.sleep(2)
                self.origin.restart(0.15)

        threads = [threading.Thread(target=client, args=(i,)) for i in range(self.clients)]
        threads += [threading.Thread(target=bursts), threading.Thread(target=restarts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 120)
            assert not thread.is_alive(), f"{thread.name} hangs"

    def rest(self, name: str) -> int:
        """Waits until the connections are closed; the resident memory then."""
        try:
            wait_until(lambda: descriptors(self.front.pid) <= self.fds, "descriptors", KEEP_ALIVE + 30)
        except AssertionError:
            pass  # The check says so, with numbers.
        left = descriptors(self.front.pid)
        self.accounts.check(f"descriptors {name}", left == self.fds, f"{left}, {self.fds} at the start")
        if left != self.fds:
            for fd in os.listdir(f"/proc/{self.front.pid}/fd"):
                self.accounts.tell(f"fd {fd}: {os.readlink(f'/proc/{self.front.pid}/fd/{fd}')}")
        return memory(self.front.pid)

    def run(self) -> int:
        began = time.monotonic()
        self.traffic(self.seconds / 3)
        start = self.rest("after the first third")
        self.traffic(max(1.0, self.seconds - (time.monotonic() - began)))
        end = self.rest("at the end")
        peak = memory(self.front.pid, "VmHWM")
        accounts = self.accounts
        accounts.check(
            "memory at the end", end <= start + ROOM + (0 if self.seconds / 3 >= WARM else ROOM_TO_FILL),
            f"{end >> 10} KiB resident, {start >> 10} KiB after the first third, at most {peak >> 10} KiB",
        )
        before = ticks(self.front.pid)
        time.sleep(3)
        spent = ticks(self.front.pid) - before
        accounts.check("CPU at rest", spent <= 3, f"{spent * 10} ms in 3 s")
        status = self.front.stop(30)
        accounts.check("the end is orderly", status == 0, f"exit status {status}")
        self.judge()
        took = time.monotonic() - began
        for line in accounts.lines:
            print(line)
        turns = {k: v for k, v in sorted(self.book.done.items()) if not k.startswith("ended early")}
        print("       turns: " + ", ".join(f"{name} {count}" for name, count in turns.items()))
        verdict = f"did not hold: {', '.join(accounts.failed)}" if accounts.failed else "everything held"
        print(f"soak: {took:.0f} s, {self.trace.count} exchanges, {self.origin.restarts} restarts of the origin: {verdict}")
        return 1 if accounts.failed else 0

    def judge(self):
        accounts, front = self.accounts, self.front
        self.out.close()
        segments = sorted((self.directory / "capture").rglob("*.ndjson"))
        self.trace = trace = Trace(segments, ROOT / "configs" / "trace-v1.schema.json")
        tally = judge_exchanges(accounts, self.book, self.origin, trace)
        balance(accounts, tally, trace, self.book, self.origin)
        self._judge_wrk(trace)
        accounts.check("no torn line", trace.torn == 0, f"{trace.count} lines in {len(segments)} segments, {trace.torn} torn")
        accounts.check("records follow the schema", not trace.invalid, f"{trace.invalid[:2] or 'a sample does'}")
        accounts.check("every record has its own id", len(trace.ids) == trace.count, f"{len(trace.ids)} ids")
        self._judge_output(trace)
        said = re.search(r"capture: ([\d,]+) records? written, (.*)", front.err())
        written = int(said[1].replace(",", "")) if said else -1
        accounts.check(
            "the capture says what it holds", bool(said) and written == trace.count and said[2] == "none lost",
            f"said {said[0] if said else front.err()[-300:]!r}, holds {trace.count}",
        )
        accounts.check("no line is about losses", not trace.others, f"{trace.others[:2]}")

    def _judge_wrk(self, trace: Trace):
        self.nginx.close()
        logged = sum(1 for _ in (self.directory / "nginx" / "access.log").open("rb"))
        recorded, room = trace.by_service["site"], self.wrk.bursts * Wrk.CONNECTIONS
        complete = trace.ends["site", "complete"]
        self.accounts.check(
            "wrk, hoplens and nginx count the same",
            self.wrk.finished <= complete <= logged <= recorded <= self.wrk.finished + room and not self.wrk.errors,
            f"wrk finished {self.wrk.finished}, nginx logged {logged}, {recorded} recorded, {complete} of them complete; "
            f"wrk breaks off up to {Wrk.CONNECTIONS} in each of {self.wrk.bursts} bursts; {self.wrk.errors[:1] or 'no errors'}",
        )

    def _judge_output(self, trace: Trace):
        """Standard output holds the very records of the capture, but for those it said it had no time for."""
        printed, torn = set(), 0
        with (self.directory / "out.ndjson").open("rb") as file:
            for line in file:
                try:
                    printed.add(json.loads(line)["id"])
                except (ValueError, KeyError):
                    torn += 1
        said = re.search(r"([\d,]+) exchanges were not printed", self.front.err())
        skipped = int(said[1].replace(",", "")) if said else 0
        self.accounts.check(
            "lines printed are the records captured",
            torn == 0 and printed <= trace.ids and len(printed) + skipped == trace.count,
            f"{len(printed)} printed, {skipped} skipped, {trace.count} captured, {torn} torn",
        )

    def close(self):
        if self.front.alive():
            self.front.kill()
        self.nginx.close()
        self.origin.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description="Mixed real traffic, and the accounts at its end.")
    parser.add_argument("--seconds", type=float, default=60, help="how long traffic runs (default 60)")
    parser.add_argument("--clients", type=int, default=6, help="clients of our own at a time (default 6)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the capture and say where it is")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    directory = Path(tempfile.mkdtemp(prefix="hoplens-soak-"))
    if arguments.keep:
        print(f"soak: in {directory}", file=sys.stderr)
    try:
        soak = Soak(directory, arguments.seconds, arguments.clients)
        try:
            return soak.run()
        finally:
            soak.close()
    finally:
        if not arguments.keep:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
