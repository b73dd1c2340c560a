"""The check at the start: one harmless GET, directly and through the node, and a word when inserting hoplens changes it."""

from __future__ import annotations

import pytest

from support.waiting import free_port, wait_until
from support.wire import answer, exchange, get

pytestmark = pytest.mark.hoplens


def test_an_origin_that_answers_the_same_is_said_to(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, check=True)
    front.wait_for_text("instrument check")
    assert "directly and through this node" in front.err()
    assert "warning" not in front.err()
    direct, through = sorted(origin.wait_for_requests(2), key=lambda request: len(request.all("Via")))
    assert {direct.method, through.method} == {b"GET"}
    assert (len(direct.all("Via")), len(through.all("Via"))) == (0, 1)
    for name in ("Authorization", "Cookie"):
        assert direct.all(name) == through.all(name) == []


def test_an_origin_that_minds_the_proxy_is_reported_first(hoplens, raw_origin):
    def respond(request):
        return answer(b"", status="403 Forbidden") if request.all("Via") else answer(b"welcome")

    front = hoplens(raw_origin(answering=respond), check=True)
    front.wait_for_text("warning")
    assert "403" in front.err() and "changes the answer" in front.err()


def test_an_origin_that_is_down_is_a_warning_and_no_end(hoplens, nginx):
    port = free_port()
    front = hoplens(f"http://127.0.0.1:{port}", check=True)
    front.wait_for_text("cannot be used")
    assert exchange(front.port, get()).status == 502
    up = nginx(f"server {{ listen 127.0.0.1:{port}; listen 127.0.0.1:{{port}}; return 200 up; }}")
    assert up.alive()
    assert exchange(front.port, get()).body == b"up"


def test_the_check_adds_at_most_one_line_to_the_record(hoplens, raw_origin, capture):
    front = hoplens(raw_origin(), "--json", "--capture", capture.directory, check=True)
    front.wait_for_text("instrument check")
    exchange(front.port, get("/mine"))
    records = front.wait_for_records(1)
    wait_until(capture.lines, "the captured line")
    assert front.stop() == 0
    targets = [record["request"]["target"] for record in front.records()]
    assert records and targets.count("/mine") == 1
    assert len(targets) <= 2, "the check may leave one line (it went through the node), not more"
