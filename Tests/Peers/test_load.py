"""A short load by ApacheBench and wrk: no errors, and as many trace lines as requests."""

from __future__ import annotations

import os
import re

import pytest

from support.programs import find, run
from support.waiting import wait_until
from support.wire import answer

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

REQUESTS = 5000


@pytest.fixture
def small_site(nginx):
    return nginx(
        "keepalive_requests 1000000; server { listen 127.0.0.1:{port}; default_type application/json;"
        ' return 200 \'{"name":"a small answer"}\'; }'
    )


def bench(*arguments) -> str:
    done = run(find("ab"), "-q", "-s", "20", *arguments, seconds=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def count(report: str, label: str) -> int:
    found = re.search(rf"^{label}:\s+(\d+)", report, re.MULTILINE)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    "flags, threads", [(["-k"], 1), (["-k"], 2), ([], 2)], ids=["keep-alive", "two threads", "close"]
)
def test_apache_bench_sees_no_error_and_every_request_is_captured(hoplens, small_site, capture, flags, threads):
    front = hoplens(small_site, "--capture", capture.directory, "--quiet", "--threads", str(threads))
    report = bench(*flags, "-n", REQUESTS, "-c", 32, "-H", "Authorization: Bearer load.load.load", front.url + "/load")
    assert count(report, "Complete requests") == REQUESTS
    assert count(report, "Failed requests") == 0
    assert count(report, "Non-2xx responses") == 0
    if flags:
        assert count(report, "Keep-Alive requests") > REQUESTS * 0.9
    lines = wait_until(lambda: len(capture.lines()) >= REQUESTS and capture.lines(), f"{REQUESTS} lines", 15)
    # ApacheBench opens a few connections more than it uses; a connection without a request is no exchange.
    assert len(lines) == REQUESTS
    assert front.stop() == 0


def test_wrk_sees_no_error(hoplens, small_site, capture):
    front = hoplens(small_site, "--capture", capture.directory, "--quiet")
    done = run(find("wrk"), "-t1", "-c32", "-d2s", front.url + "/load", seconds=30)
    report = done.stdout.decode()
    assert done.returncode == 0 and "Socket errors" not in report and "Non-2xx" not in report, report
    finished = int(re.search(r"(\d+) requests in", report)[1])
    assert finished > 100
    assert front.stop() == 0
    # wrk hangs up in the middle of up to one request per connection.
    assert finished <= len(capture.lines()) <= finished + 32


def test_uploads_under_load_stay_whole(hoplens, raw_origin, tmp_path):
    origin = raw_origin(answering=lambda request: answer(b"%d" % sum(request.body)))
    (tmp_path / "body").write_bytes(bytes(range(256)) * 40)
    front = hoplens(origin, "--quiet")
    report = bench(
        "-k", "-n", 1000, "-c", 8, "-p", tmp_path / "body", "-T", "application/octet-stream", front.url + "/up"
    )
    assert count(report, "Complete requests") == 1000
    assert count(report, "Failed requests") == 0
    assert {sum(request.body) for request in origin.requests} == {sum(range(256)) * 40}


def test_nothing_is_left_open_afterwards(hoplens, nginx):
    """Both sides hang up after a second of idling; whoever does not notice keeps descriptors for ever."""
    origin = nginx("keepalive_timeout 1s; server { listen 127.0.0.1:{port}; return 200 ok; }")
    front = hoplens(origin, "--quiet", "--threads", "2")

    def descriptors():
        return len(os.listdir(f"/proc/{front.pid}/fd"))

    before = descriptors()
    bench("-n", 500, "-c", 50, front.url + "/")
    wait_until(lambda: descriptors() <= before, "the connections to be closed", 20)
