"""What hoplens prints while it runs: exchange lines, records, notices; and a terminal that goes away."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess

import pytest

from support.programs import clean_environment
from support.proxies import Hoplens, binary
from support.waiting import free_port, wait_for_listener, wait_until
from support.wire import connect, exchange, get

pytestmark = pytest.mark.hoplens


class TestOutputThatGoesAway:
    """SIGPIPE: `hoplens proxy … | head -1` must not take the site down."""

    def test_a_closed_standard_output_does_not_end_forwarding(self, raw_origin):
        origin = raw_origin()
        read, write = os.pipe()
        front = Hoplens(origin.url, "--listen", "127.0.0.1:0", "--no-check", stdout=write)
        os.close(write)
        try:
            assert exchange(front.port, get("/first")).body == b"ok"
            assert b"/first" in os.read(read, 65536)
            os.close(read)
            for i in range(20):
                assert exchange(front.port, get(f"/{i}")).body == b"ok"
            assert front.stop() == 0
        finally:
            front.close()

    def test_a_standard_error_that_nobody_reads_holds_up_neither_traffic_nor_the_end(
        self, raw_origin, certificates, tmp_path
    ):
        plain, secure = free_port(), free_port()
        both = [
            {"name": "plain", "listen": f"127.0.0.1:{plain}"},
            {
                "name": "secure",
                "listen": f"127.0.0.1:{secure}",
                "tls-cert": str(certificates.certificate("good")),
                "tls-key": str(certificates.key("good")),
            },
        ]
        origin, path = raw_origin(), tmp_path / "site.json5"
        path.write_text(json.dumps({"services": [{"origin": origin.url, **one} for one in both]}))
        read, write = os.pipe()
        # The smallest there is: a page.
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        process = subprocess.Popen(
            [binary(), "proxy", "--config", path, "--no-check", "--quiet"], stderr=write, env=clean_environment()
        )
        os.close(write)
        try:
            wait_for_listener(plain, lambda: process.poll() is None)
            for _ in range(200):
                # Plain text where a handshake belongs: each is worth a message of more than 40 bytes.
                with connect(secure) as stranger:
                    stranger.send(get())
                    stranger.at_end()
            with connect(plain) as client:
                for _ in range(3):
                    client.send(get())
                    assert client.response().body == b"ok"
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
            os.close(read)

    def test_a_closed_standard_error_does_not_either(self, raw_origin):
        origin, port = raw_origin(), free_port()
        process = subprocess.Popen(
            [binary(), "proxy", origin.url, "--listen", f"127.0.0.1:{port}", "--no-check"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=clean_environment(),
        )
        try:
            assert b"listening" in process.stderr.readline()
            process.stderr.close()
            assert exchange(port, get()).body == b"ok"
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        finally:
            process.kill()
            process.wait(5)


class TestLiveOutput:
    """What standard output shows while the proxy runs."""

    def test_one_line_per_exchange_without_colour_when_piped(self, hoplens, raw_origin):
        front = hoplens(raw_origin())
        exchange(front.port, get("/some/path"))
        wait_until(lambda: "\n" in front.out(), "a line on standard output")
        line = front.out().split("\n")[0]
        assert "/some/path" in line and "GET" in line and "200" in line
        assert "\x1b" not in front.out()

    def test_quiet_prints_nothing(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--quiet")
        exchange(front.port, get())
        assert front.stop() == 0
        assert front.out() == ""

    def test_json_prints_one_record_per_exchange(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--json")
        for i in range(5):
            exchange(front.port, get(f"/{i}"))
        records = front.wait_for_records(5)
        assert [record["request"]["target"] for record in records] == [f"/{i}" for i in range(5)]
        assert all(record["v"] == 1 and record["end"] == "complete" for record in records)

    def test_verbose_shows_every_tracked_field_at_its_points(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--verbose", "--track", "X-Mine")
        exchange(front.port, get("/", "Authorization: Bearer abc.def", "X-Mine: here", "Connection: X-Mine"))
        assert front.stop() == 0
        assert "Authorization" in front.out() and "X-Mine" in front.out()
        assert "abc.def" not in front.out()

    def test_colour_can_be_asked_for_and_ascii_too(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), "--color", "always", "--ascii", "--verbose")
        exchange(front.port, get("/", "Connection: X-Lost", "X-Lost: 1", "Authorization: Bearer undefined"))
        assert front.stop() == 0
        assert "\x1b[" in front.out()
        assert front.out().isascii()

    def test_listening_beyond_loopback_warns(self, hoplens, raw_origin):
        front = hoplens(raw_origin(), listen="0.0.0.0:0")
        assert re.search(r"every|all|network|loopback|reach", front.err(), re.IGNORECASE)


def test_json_lines_stay_valid_whatever_the_wire_carries(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--json")
    exchange(front.port, get('/"', 'X-A: \xff\xfe"\\\t\x80'))
    record = front.wait_for_records(1)[0]
    assert record["client"]["address"].startswith("127.0.0.1:")
    line = next(field for field in record["request"]["fields"] if field["n"] == "X-A")
    assert (line["enc"], line["v"]) == ("latin1", '\xff\xfe"\\\t\x80')
    json.dumps(record)
