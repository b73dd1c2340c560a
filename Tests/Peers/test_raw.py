"""A raw capture: secrets as they are until the end that was said, and afterwards none anywhere."""

from __future__ import annotations

import json
import re
import time

import pytest

from support.proxies import hoplens_command
from support.secrets import leaks
from support.waiting import wait_until
from support.wire import answer, exchange, get

pytestmark = pytest.mark.hoplens

BEFORE, AFTER = "Qz7vRk2MnX9wLd4T", "Jc5hYp8SbF3gUe6A"


def credentials(secret: str) -> bytes:
    return get(f"/?token={secret}", f"Authorization: Bearer {secret}", f"Cookie: wordpress_logged_in_x={secret}")


def text_of(segments) -> bytes:
    return b"".join(path.read_bytes() for path in segments)


def test_a_raw_capture_ends_by_itself(hoplens, raw_origin, capture):
    origin = raw_origin()
    front = hoplens(origin, "--capture", capture.directory, "--capture-raw", "2s", "--quiet")
    exchange(front.port, credentials(BEFORE))
    raw = wait_until(lambda: leaks(text_of(capture.segments()), BEFORE) and capture.segments(), "the raw record")
    assert [path for path in raw if "-raw-" not in path.name] == []
    assert capture.records()[0]["raw"] is True
    said = re.search(r"capturing to (\S+), with secrets as they are; it is deleted at \S+Z", front.err())
    assert said and said[1] == str(raw[0])

    wait_until(lambda: "raw capture ended: secrets are replaced from now on" in front.err(), "the end being said")
    assert capture.segments() == [], "raw segments go when their time is over"
    for _ in range(3):
        exchange(front.port, credentials(AFTER))
    capture.wait_for(3)
    assert front.stop() == 0
    assert [path.name for path in capture.segments() if "-raw-" in path.name] == []
    assert len(capture.records()) == 3 and not any("raw" in record for record in capture.records())
    everything = capture.everything() + bytes(front.stdout) + bytes(front.stderr)
    assert leaks(everything, BEFORE) == [] and leaks(everything, AFTER) == []
    assert AFTER.encode() in bytes(origin.connections[-1].received), "the origin gets what the client sent"


def test_traffic_across_the_end_leaves_no_secret_in_a_segment_that_promises_none(hoplens, raw_origin, capture):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--capture-raw", "1s", "--quiet", "--threads", "2")
    until = time.monotonic() + 2.5
    count = 0
    while time.monotonic() < until:
        exchange(front.port, credentials(BEFORE))
        count += 1
        for path in capture.segments():
            if "-raw-" not in path.name:
                assert BEFORE.encode() not in path.read_bytes()
    assert front.stop() == 0
    assert count > 20
    assert capture.segments() and leaks(capture.everything(), BEFORE) == []


def test_an_exchange_across_the_end_is_counted_as_lost_and_not_written(hoplens, raw_origin, capture):
    def late(_):
        time.sleep(1.5)
        return answer()

    front = hoplens(raw_origin(answering=late), "--capture", capture.directory, "--capture-raw", "1s", "--quiet")
    assert exchange(front.port, credentials(BEFORE)).status == 200
    (line,) = wait_until(capture.lines, "the line that says what is missing")
    gap = json.loads(line)["gap"]
    assert gap["lost"] == 1 and gap["why"].startswith("begun as raw records")
    assert front.stop() == 0
    assert leaks(capture.everything(), BEFORE) == []


def test_what_stays_at_the_end_of_the_run_is_said_and_the_next_start_deletes_it(hoplens, raw_origin, capture):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--capture-raw", "3s", "--quiet")
    exchange(front.port, credentials(BEFORE))
    wait_until(lambda: leaks(text_of(capture.segments()), BEFORE), "the raw record")
    assert front.stop() == 0
    (left,) = capture.segments()
    said = re.search(r"secrets stay in (\S+): the next start of hoplens with this .* after \S+Z", front.err())
    assert said and said[1] == str(left)
    time.sleep(3)
    again = hoplens(raw_origin(), "--capture", capture.directory)
    assert not left.exists()
    assert again.stop() == 0


def test_a_key_that_is_refused_leaves_no_segment_and_claims_none(capture):
    capture.directory.mkdir(mode=0o700)
    key = capture.directory / ".hoplens-key"
    key.write_bytes(b"short")
    key.chmod(0o600)
    ended = hoplens_command(
        "proxy", "http://127.0.0.1:9", "--listen", "127.0.0.1:0", "--no-check", "--capture", capture.directory
    )
    assert ended.returncode == 2
    err = ended.stderr if isinstance(ended.stderr, str) else ended.stderr.decode()
    assert "fingerprint key" in err and "capturing to" not in err
    assert [path.name for path in capture.directory.iterdir()] == [".hoplens-key"]
