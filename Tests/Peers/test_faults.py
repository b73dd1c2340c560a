"""What goes wrong around hoplens: its disk, its names, its clock."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

from support.namespaces import Secluded
from support.origins import RawOrigin
from support.programs import clean_environment, find
from support.waiting import free_port, wait_until
from support.wire import answer, connect, exchange, get

pytestmark = pytest.mark.hoplens


def lines_below(folder: Path) -> list:
    """Every whole line of every segment; what stands behind the last line end must be the torn end of the last one."""
    found = []
    for segment in sorted(folder.glob("*.ndjson")):
        *whole, _ = segment.read_bytes().split(b"\n")
        found += [json.loads(line) for line in whole]
    return found


def targets(lines: list) -> list:
    return [line["request"]["target"] for line in lines if "id" in line]


def lost(lines: list) -> int:
    return sum(line["gap"]["lost"] for line in lines if "gap" in line)


class TestDisk:
    """The capture's folder stands on a file system of its own, which the test may fill, remount and take away."""

    @pytest.fixture
    def on_small_disk(self, closing, raw_origin, tmp_path):
        def start(*flags, size="512k") -> Secluded:
            disk = tmp_path / "disk"
            disk.mkdir()
            arrange = f"mount -t tmpfs -o size={size},mode=700 none '{disk}'"
            origin = raw_origin()
            front = Secluded(
                arrange,
                origin.url,
                "--listen",
                "127.0.0.1:0",
                "--no-check",
                "--quiet",
                "--capture",
                disk / "capture",
                *flags,
            )
            closing(front)
            front.disk = front.path(disk)
            front.folder = front.disk / "capture"
            front.mount_point = disk
            return front

        return start

    @staticmethod
    def ask(front, count: int, name: str):
        with connect(front.port) as client:
            for number in range(count):
                client.send(get(f"/{name}/{number}", "X-Filler: " + "f" * 1000))
                assert client.response().body == b"ok"

    @staticmethod
    def ask_until_captured(front, name: str):
        """Asks again and again until one exchange of this name stands in the capture; returns how many were asked."""
        asked = 0

        def captured():
            nonlocal asked
            TestDisk.ask(front, 1, name)
            asked += 1
            time.sleep(0.1)
            return front.folder.exists() and any(t.startswith(f"/{name}/") for t in targets(lines_below(front.folder)))

        wait_until(captured, f"an exchange {name} in the capture", 15)
        return asked

    def test_a_full_disk_costs_records_that_are_counted_and_nothing_else(self, on_small_disk):
        front = on_small_disk()
        self.ask(front, 20, "before")
        wait_until(lambda: len(targets(lines_below(front.folder))) == 20, "the first records")
        filler = front.disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(b"x" * 4096)
        self.ask(front, 300, "full")
        wait_until(lambda: "is suspended: No space left" in front.err(), "a word about it")
        assert len(targets(lines_below(front.folder))) < 200
        filler.unlink()
        after = self.ask_until_captured(front, "after")
        front.wait_for_text("capture goes on")
        lines = lines_below(front.folder)
        copy = front.folder
        wait_until(
            lambda: len(targets(lines_below(copy))) + lost(lines_below(copy)) == 320 + after,
            "every exchange to be kept or counted",
        )
        lines = lines_below(copy)
        assert lost(lines) > 0
        assert all("No space left" in line["gap"]["why"] for line in lines if "gap" in line)
        assert front.stop() == 0
        assert front.err().count("suspended") == 1, "it is said once, not with every record"

    def test_a_deleted_folder_is_made_again(self, on_small_disk):
        front = on_small_disk()
        self.ask(front, 10, "before")
        wait_until(lambda: len(targets(lines_below(front.folder))) == 10, "the first records")
        shutil.rmtree(front.folder)
        asked = self.ask_until_captured(front, "after")
        assert front.folder.stat().st_mode & 0o777 == 0o700
        wait_until(lambda: any("gap" in line for line in lines_below(front.folder)) or asked == 1, "the gap")
        lines = lines_below(front.folder)
        # Those that went with the folder had been written; those written into the deleted file are counted.
        assert lost(lines) + len(targets(lines)) <= 10 + asked
        assert targets(lines)[-1].startswith("/after/")
        assert front.stop() == 0

    def test_a_folder_that_turns_read_only_and_back(self, on_small_disk):
        front = on_small_disk("--capture-segment-size", "64k")
        self.ask(front, 5, "before")
        wait_until(lambda: len(targets(lines_below(front.folder))) == 5, "the first records")
        # A mount in front of it: the segment that is open goes on to its end, and no other can be made.
        front.mount("--bind", front.mount_point / "capture", front.mount_point / "capture")
        front.mount("-o", "remount,bind,ro", front.mount_point / "capture")
        self.ask(front, 100, "closed")
        front.wait_for_text("is suspended: Read-only file system")
        front.mount("-o", "remount,bind,rw", front.mount_point / "capture")
        asked = self.ask_until_captured(front, "after")
        wait_until(
            lambda: len(targets(lines_below(front.folder))) + lost(lines_below(front.folder)) == 105 + asked,
            "every exchange to be kept or counted",
        )
        assert lost(lines_below(front.folder)) > 0
        assert front.stop() == 0

    def test_another_disk_mounted_over_the_folder_is_used_or_refused_but_never_fatal(self, on_small_disk):
        """Somebody's mount hides the folder: new segments go to what is there now."""
        front = on_small_disk("--capture-segment-size", "64k")
        self.ask(front, 5, "before")
        front.mount("-t", "tmpfs", "-o", "size=64k,mode=700", "none", front.mount_point / "capture")
        self.ask(front, 100, "fills-the-old-one")
        self.ask_until_captured(front, "hidden")
        assert front.stop() == 0


class TestNames:
    """The origin's name is looked up in a hosts file of the test's own."""

    @pytest.fixture
    def named(self, closing, tmp_path):
        """named(origin port, addresses): hoplens before http://origin.test:port; `.names(…)` changes what the name means."""

        def start(port: int, *addresses: str, flags=()) -> Secluded:
            hosts, resolver, switch = (tmp_path / name for name in ("hosts", "resolv.conf", "nsswitch.conf"))

            def names(*addresses: str):
                text = "".join(f"{address} origin.test\n" for address in addresses) + "127.0.0.1 localhost\n"
                # In place, because a bind mount is of the file and not of its name; and never empty for a moment.
                with hosts.open("r+" if hosts.exists() else "w") as file:
                    file.write(text)
                    file.truncate()

            names(*addresses)
            # Nobody answers there, so a name that is not in the file is not known for now (EAI_AGAIN).
            resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
            switch.write_text("hosts: files dns\n")
            arrange = "\n".join(f"mount --bind '{file}' /etc/{file.name}" for file in (hosts, resolver, switch))
            front = Secluded(
                arrange, f"http://origin.test:{port}", "--listen", "127.0.0.1:0", "--no-check", "--json", *flags
            )
            closing(front)
            front.names = names
            return front

        return start

    @staticmethod
    def origin_at(closing, address: str, port: int, body: bytes, closes: bool = True) -> RawOrigin:
        fields = ("Connection: close",) if closes else ()

        def handler(stream):
            while True:
                stream.request()
                stream.send(answer(body, *fields))
                if closes:
                    return

        class At(RawOrigin):
            def __init__(self):
                super().__init__(handler)
                self._listener.close()
                self._listener = socket.socket()
                self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self._listener.bind((address, port))
                self._listener.listen(64)
                self.port = port
                threading.Thread(target=self._accept, daemon=True).start()

        origin = At()
        closing(origin)
        return origin

    def test_a_name_that_is_gone_for_a_while_costs_nothing(self, named, closing):
        port = free_port()
        self.origin_at(closing, "127.0.0.1", port, b"here")
        front = named(port, "127.0.0.1")
        assert exchange(front.port, get()).body == b"here"
        front.names()
        end = time.monotonic() + 6  # Longer than an answer counts as fresh: the name is asked for and not found.
        while time.monotonic() < end:
            assert exchange(front.port, get()).body == b"here"
            time.sleep(0.1)

    def test_a_name_nobody_knows_yet_is_a_502_and_then_an_answer(self, named, closing):
        port = free_port()
        self.origin_at(closing, "127.0.0.1", port, b"here")
        front = named(port)
        for _ in range(2):
            got = exchange(front.port, get())
            assert got.status in (502, 504) and b"error=dns_" in got.one("Proxy-Status")
        front.names("127.0.0.1")
        wait_until(lambda: exchange(front.port, get()).body == b"here", "the origin behind the new name")

    def test_an_origin_that_moved_is_found_by_the_request_that_misses_it(self, named, closing):
        port = free_port()
        old = self.origin_at(closing, "127.0.0.1", port, b"old")
        front = named(port, "127.0.0.1")
        assert exchange(front.port, get()).body == b"old"
        old.close()
        self.origin_at(closing, "127.0.0.2", port, b"new")
        front.names("127.0.0.2")
        # Not one request is lost: the old address refuses, and the name is asked for again.
        assert exchange(front.port, get()).body == b"new"
        assert exchange(front.port, get(method="POST") + b"").body == b"new"

    def test_an_address_that_changed_is_used_although_the_old_one_still_answers(self, named, closing):
        """Also when kept connections would never have run out."""
        port = free_port()
        self.origin_at(closing, "127.0.0.1", port, b"old", closes=False)
        self.origin_at(closing, "127.0.0.2", port, b"new", closes=False)
        front = named(port, "127.0.0.1")
        with connect(front.port) as client:

            def body():
                client.send(get())
                return client.response().body

            assert body() == b"old"
            front.names("127.0.0.2")
            wait_until(lambda: body() == b"new", "the new address", 15)
            assert {body() for _ in range(20)} == {b"new"}

    def test_sighup_asks_for_the_name_at_once(self, named, closing):
        port = free_port()
        self.origin_at(closing, "127.0.0.1", port, b"old", closes=False)
        self.origin_at(closing, "127.0.0.2", port, b"new", closes=False)
        front = named(port, "127.0.0.1")
        assert exchange(front.port, get()).body == b"old"
        front.names("127.0.0.2")
        front.signal(signal.SIGHUP)
        front.wait_for_text("SIGHUP: ")
        assert exchange(front.port, get()).body == b"new"

    def test_the_first_addresses_may_be_dead(self, named, closing):
        """One refuses, one is silent (its backlog is full), the third serves."""
        port = free_port()
        self.origin_at(closing, "127.0.0.5", port, b"alive")
        with socket.socket() as silent:
            silent.bind(("127.0.0.4", port))
            silent.listen(0)
            fillers = []
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.4", port))
                fillers.append(filler)
            front = named(port, "127.0.0.3", "127.0.0.4", "127.0.0.5", flags=("--timeout", "connect=2s"))
            for _ in range(2):
                assert exchange(front.port, get()).body == b"alive"
            assert front.wait_for_records(1)[0]["origin"]["address"] == f"127.0.0.5:{port}"
            for filler in fillers:
                filler.close()


class TestClock:
    @pytest.fixture(scope="class")
    def shim(self, tmp_path_factory) -> Path:
        """A library that shifts the wall clock of the program it is loaded into."""
        library = tmp_path_factory.mktemp("clock") / "clock.so"
        source = Path(__file__).parent / "support" / "clock.c"
        done = subprocess.run(
            [find("cc"), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return library

    @pytest.fixture
    def on_its_own_time(self, hoplens, shim, tmp_path):
        def start(origin, *flags):
            clock = tmp_path / "clock"
            clock.write_bytes(struct.pack("q", 0))
            environment = clean_environment(LD_PRELOAD=str(shim), HOPLENS_TEST_CLOCK=str(clock))
            front = hoplens(origin, *flags, env=environment)

            def step(seconds: float):
                with clock.open("r+b") as file:
                    file.write(struct.pack("q", int(seconds * 1_000_000)))

            front.step = step
            return front

        return start

    @pytest.mark.parametrize("hours", [1, -1, 24 * 400, -24 * 400])
    def test_a_stepped_clock_changes_the_time_of_day_and_nothing_else(
        self, on_its_own_time, raw_origin, capture, hours
    ):
        def handler(stream):
            while True:
                if stream.request().target == b"/slow":
                    time.sleep(0.2)
                stream.send(answer())

        front = on_its_own_time(
            raw_origin(handler), "--capture", capture.directory, "--capture-segment-size", "64k",
            "--timeout", "response=3s", "--timeout", "keepalive=30s", "--timeout", "head=3s",
        )  # fmt: skip
        filler = [f"X-Filler-{number}: {'f' * 100}" for number in range(90)]
        with connect(front.port) as client, connect(front.port) as slow:
            for number in range(10):
                client.send(get(f"/{number}", *filler))
                client.response()
            slow.send(get("/slow"))
            time.sleep(0.05)  # Under way.
            front.step(hours * 3600)
            # Nothing has timed out, and nothing waits for the clock to come back.
            assert slow.response().body == b"ok"
            for number in range(10, 30):
                client.send(get(f"/{number}", *filler))
                assert client.response().body == b"ok"
        records = capture.wait_for(31)
        assert front.stop() == 0
        by_target = {record["request"]["target"]: record for record in records}
        assert 0.1e6 < by_target["/slow"]["duration_us"] < 5e6
        assert all(0 <= record["duration_us"] < 5e6 for record in records)
        ids = [by_target[f"/{number}"]["id"] for number in range(30)]
        assert ids == sorted(ids) and len({*ids}) == 30, "ids are unique and in the order of the exchanges"
        times = [by_target[f"/{number}"]["time"] for number in range(30)]
        before, behind = times[:10], times[10:]
        assert before == sorted(before) and behind == sorted(behind)
        assert (behind[0] > before[-1]) == (hours > 0), "the time of day is what the clock said"
        # By name, the segments are in the order in which they were written.
        written = [record["request"]["target"] for record in records if record["request"]["target"] != "/slow"]
        assert written == [f"/{number}" for number in range(30)]
        assert len(capture.segments()) >= 3
