"""How things end: hoplens by a signal, in the middle of load; its origin in every way; an exchange by a time limit."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import signal
import subprocess
import termios
import threading
import time
from pathlib import Path

import pytest

from support.proxies import binary
from support.waiting import free_port, wait_for_listener, wait_until
from support.wire import Ended, answer, connect, exchange, get

pytestmark = pytest.mark.hoplens


class Load:
    """Clients that never stop asking, and an origin that takes its time; both count what they saw of every exchange."""

    def __init__(self, port: int, kept: int = 4, fresh: int = 4):
        self.port = port
        self.sent: set = set()
        self.answered: dict = {}
        self.cut: list = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._kept, args=(f"k{i}",)) for i in range(kept)]
        self.threads += [threading.Thread(target=self._fresh, args=(f"f{i}",)) for i in range(fresh)]
        for thread in self.threads:
            thread.start()

    def _one(self, client, name) -> bool:
        """One exchange; whether another may follow on this connection."""
        self.sent.add(name)
        try:
            client.send(get(f"/{name}", "Content-Length: 4", method="POST") + b"body")
            got = client.response("POST")
        except (Ended, OSError) as error:
            self.cut.append((name, repr(error)))
            return False
        assert got.body == f"/{name}".encode(), "another exchange's answer"
        self.answered[name] = time.monotonic()
        return got.one("Connection") != b"close"

    def _kept(self, name):
        number = 0
        while not self.stopped.is_set():
            try:
                client = connect(self.port)
            except OSError:
                return
            with client:
                while not self.stopped.is_set():
                    number += 1
                    if not self._one(client, f"{name}-{number}"):
                        break

    def _fresh(self, name):
        number = 0
        while not self.stopped.is_set():
            number += 1
            try:
                client = connect(self.port)
            except OSError:
                return
            with client:
                self._one(client, f"{name}-{number}")

    def wait_for(self, count: int):
        wait_until(lambda: len(self.answered) >= count, f"{count} answers")

    def join(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def counting_origin(raw_origin):
    def start(longest: float):
        seen = []

        def respond(request):
            seen.append(request.target[1:].decode())
            time.sleep(random.Random(request.target).random() * longest)
            return answer(request.target)

        origin = raw_origin(answering=respond)
        origin.seen = seen
        return origin

    return start


class TestTheEnd:
    @pytest.mark.parametrize("threads", [1, 2])
    def test_sigterm_under_load_cuts_no_exchange_that_could_finish(self, hoplens, counting_origin, capture, threads):
        origin = counting_origin(0.5)
        front = hoplens(
            origin, "--threads", str(threads), "--capture", capture.directory, "--timeout", "drain=10s", "--quiet"
        )
        load = Load(front.port)
        try:
            load.wait_for(40)
            began = time.monotonic()
            assert front.stop() == 0
            assert time.monotonic() - began < 8, "it ends when the last exchange has"
        finally:
            load.join()
        assert load.cut == []
        assert sorted(load.answered) == sorted(origin.seen), "every exchange the origin saw was answered to its client"
        # And each of them is in the capture, whole.
        records = capture.records()
        assert sorted(record["request"]["target"][1:] for record in records) == sorted(load.answered)
        assert {record["end"] for record in records} == {"complete"}
        assert "cut before the end" not in front.err()

    def test_sigkill_under_load_leaves_every_whole_line_readable(self, hoplens, counting_origin, capture):
        origin = counting_origin(0.02)
        front = hoplens(origin, "--capture", capture.directory, "--capture-segment-size", "64k", "--quiet")
        front.expected_end = True
        load = Load(front.port)
        try:
            wait_until(
                lambda: sum(moment < time.monotonic() - 1.5 for moment in [*load.answered.values()]) > 100, "load", 20
            )
            killed = time.monotonic()
            front.signal(signal.SIGKILL)
            front.wait()
        finally:
            load.join()
        segments = capture.segments()
        assert len(segments) > 1
        for segment in segments[:-1]:
            assert segment.read_bytes().endswith(b"\n"), "only the last segment can be torn"
        found = {line["request"]["target"][1:] for line in map(json.loads, capture.lines())}
        assert found <= load.sent
        # What was answered a second before it was killed has long been handed to the kernel (it takes 50 ms).
        early = {name for name, moment in load.answered.items() if moment < killed - 1}
        assert len(early) > 50 and early <= found, sorted(early - found)[:10]

    def test_a_hangup_is_no_second_signal(self, hoplens, raw_origin):
        release = []

        def handler(stream):
            stream.request()
            wait_until(lambda: release, "the test to go on")
            stream.send(answer(b"late"))

        origin = raw_origin(handler)
        front = hoplens(origin)
        with connect(front.port) as client:
            client.send(get())
            wait_until(lambda: origin.connections, "the request at the origin")
            front.signal(signal.SIGTERM)
            front.wait_for_text("finishing the exchanges")
            front.signal(signal.SIGHUP)
            time.sleep(0.3)  # It is to have had its effect, if it has one.
            release.append(True)
            assert client.response().body == b"late"
        assert front.wait() == 0

    def test_a_request_on_its_way_to_an_idle_connection_is_served_after_sigterm(self, hoplens, raw_origin):
        front = hoplens(raw_origin())
        with connect(front.port) as client:
            client.send(get())
            assert client.response().one("Connection") is None
            front.signal(signal.SIGTERM)
            front.wait_for_text("finishing the exchanges")
            client.send(get())
            got = client.response()
            assert got.body == b"ok" and got.one("Connection") == b"close"
        assert front.wait() == 0

    def test_a_terminal_that_is_closed_ends_it_in_order(self, raw_origin):
        """SIGHUP with the terminal gone is no wish for other settings: nobody is left who could stop it."""
        origin = raw_origin()
        master, slave = pty.openpty()
        port = free_port()

        def in_a_session_of_its_own():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        process = subprocess.Popen(
            [binary(), "proxy", origin.url, "--listen", f"127.0.0.1:{port}", "--no-check"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=in_a_session_of_its_own,
        )
        try:
            os.close(slave)
            wait_for_listener(port, lambda: process.poll() is None)
            process.send_signal(signal.SIGHUP)
            said = b""
            while b"SIGHUP: " not in said:
                said += os.read(master, 4096)
            assert exchange(port, get()).body == b"ok", "a SIGHUP with the terminal there ends nothing"
            os.close(master)
            assert process.wait(10) == 0
        finally:
            process.kill()
            process.wait()

    def test_who_waits_in_the_backlog_is_served_after_sigterm(self, hoplens, raw_origin):
        """The process is stopped while they connect, so that they cannot have been accepted when the signal comes."""
        front = hoplens(raw_origin())
        front.signal(signal.SIGSTOP)
        clients = [connect(front.port) for _ in range(20)]
        for client in clients:
            client.send(get())
        front.signal(signal.SIGTERM)
        front.signal(signal.SIGCONT)
        for client in clients:
            with client:
                assert client.response().body == b"ok"
        assert front.wait() == 0


class TestOrigin:
    def test_a_connection_closed_in_the_moment_it_is_used_again(self, hoplens, raw_origin):
        """A GET is sent at most twice and always answered, a POST is sent once whatever comes of it."""
        chance = random.Random(7)
        seen = []

        def handler(stream):
            for _ in range(chance.randint(1, 3)):
                request = stream.request()
                seen.append(request.start)
                stream.send(answer(request.target))
            # Somewhere between before and behind the next request.
            time.sleep(chance.random() * 0.002)

        front = hoplens(raw_origin(handler), "--json")
        statuses = {b"GET": [], b"POST": []}
        with connect(front.port) as client:
            for number in range(600):
                method = chance.choice(["GET", "POST"])
                client.send(
                    get(f"/{number}", *["Content-Length: 1"] * (method == "POST"), method=method)
                    + b"x" * (method == "POST")
                )
                got = client.response(method)
                assert got.status == 502 or got.body == b"/%d" % number
                statuses[method.encode()].append(got.status)
                if number % 3 == 0:
                    time.sleep(chance.random() * 0.002)
        assert {*statuses[b"GET"]} == {200}
        assert {*statuses[b"POST"]} <= {200, 502}
        assert statuses[b"POST"].count(200) > len(statuses[b"POST"]) * 0.5
        sent = {start: seen.count(start) for start in {*seen}}
        assert max(count for start, count in sent.items() if start.startswith(b"POST")) == 1
        assert max(count for start, count in sent.items() if start.startswith(b"GET")) <= 2

    def test_an_origin_that_restarts_under_load_is_used_again(self, hoplens, nginx, tmp_path):
        """502 while it is away, and nothing but 200 once it is back; no POST arrives twice."""
        http = """
            log_format plain '$request_method $request_uri';
            server { listen 127.0.0.1:{port}; access_log {root}/access.log plain; location / { return 200 "up"; } }
        """
        origin = nginx(http)
        front = hoplens(origin.url, "--quiet")
        statuses, stop = [], threading.Event()

        def client(name):
            number = 0
            while not stop.is_set():
                with connect(front.port) as stream:
                    for _ in range(20):
                        number += 1
                        stream.send(get(f"/{name}-{number}", "Content-Length: 0", method="POST"))
                        statuses.append(stream.response("POST").status)

        threads = [threading.Thread(target=client, args=(f"c{i}",)) for i in range(3)]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: statuses.count(200) > 100, "the first answers")
            origin.signal(signal.SIGTERM)
            origin.wait()
            wait_until(lambda: statuses[-20:].count(502) == 20, "502 from all")
            again = subprocess.Popen(origin.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_until(lambda: statuses[-200:].count(200) == 200, "200 from all again", 20)
        finally:
            stop.set()
            for thread in threads:
                thread.join(20)
            if "again" in locals():
                again.terminate()
                again.wait(10)
        assert {*statuses} <= {200, 502}
        arrived = (tmp_path / "nginx" / "access.log").read_text().splitlines()
        assert len(arrived) == len({*arrived})

    def test_an_origin_that_hangs_costs_only_those_who_ask_it(self, hoplens, raw_origin):
        hangs = []

        def handler(stream):
            while True:
                request = stream.request()
                if request.target == b"/hang":
                    hangs.append(True)
                    stream.rest()
                    return
                stream.send(answer())

        front = hoplens(raw_origin(handler), "--timeout", "response=500ms", "--json")
        waiting = [connect(front.port) for _ in range(10)]
        for client in waiting:
            client.send(get("/hang"))
        wait_until(lambda: len(hangs) == 10, "ten hanging requests")
        for _ in range(20):
            assert exchange(front.port, get()).body == b"ok"
        for client in waiting:
            with client:
                assert client.response().status == 504
        ends = [record["end"] for record in front.wait_for_records(30) if record["request"]["target"] == "/hang"]
        assert ends == ["timeout"] * 10


class TestTimeOutsInRecords:
    def test_a_head_that_does_not_come_lasts_as_long_as_it_was_waited_for(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--timeout", "head=400ms", "--json")
        with connect(front.port) as client:
            client.send(b"GET / HTTP/1.1\r\nHo")
            assert client.response().status == 408
        record = front.wait_for_records(1)[0]
        assert record["end"] == "timeout" and record["response"]["status"] == 408
        assert 300_000 < record["duration_us"] < 5_000_000

    def test_a_body_that_does_not_come_is_a_time_out(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--timeout", "body=300ms", "--json")
        with connect(front.port) as client:
            client.send(get("/", "Content-Length: 10", method="POST") + b"12345")
            assert client.response("POST").status == 408
        assert front.wait_for_records(1)[0]["end"] == "timeout"

    def test_a_refusal_is_not_one(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--json")
        exchange(front.port, b"BROKEN\r\n\r\n")
        dead = hoplens(f"http://127.0.0.1:{free_port()}", "--json")
        exchange(dead.port, get())
        assert front.wait_for_records(1)[0]["end"] == "refused"
        assert dead.wait_for_records(1)[0]["end"] == "origin-aborted"


def test_the_kernel_watches_both_ends_of_a_tunnel(hoplens, raw_origin):
    """A side that vanished without a word (its machine lost power) would keep a silent tunnel for an hour."""

    def handler(stream):
        stream.head()
        stream.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
        stream.rest()

    def has_keepalive(local: int, remote: int) -> bool:
        """Whether the timer of the socket with these ports is the keep-alive timer (2)."""
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            columns = line.split()
            ports = [int(columns[at].split(":")[1], 16) for at in (1, 2)]
            if ports == [local, remote]:
                return columns[5].startswith("02:")
        raise AssertionError("there is no such socket")

    origin = raw_origin(handler)
    front = hoplens(origin)
    with connect(front.port) as client:
        ends = (front.port, client.socket.getsockname()[1])
        client.send(get("/", "Connection: upgrade", "Upgrade: echo"))
        assert client.response().status == 101
        wait_until(lambda: has_keepalive(*ends), "keep-alive towards the client")
        upstream = origin.connections[0].socket.getpeername()[1]
        wait_until(lambda: has_keepalive(upstream, origin.port), "keep-alive towards the origin")
