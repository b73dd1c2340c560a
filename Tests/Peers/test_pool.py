"""Connections to the origin: used again when that is safe, and a request repeated only when nobody can be hurt."""

from __future__ import annotations

import time

import pytest

from support.wire import Ended, answer, connect, get

pytestmark = pytest.mark.hoplens


def closes_on_reuse(seen: list):
    """Answers the first request of each connection and hangs up on the second without a byte."""

    def handler(stream):
        seen.append(stream.request().start)
        stream.send(answer(b"first"))
        seen.append(stream.request().start)

    return handler


def test_a_get_on_a_connection_that_died_is_repeated_once(hoplens, raw_origin):
    seen = []
    front = hoplens(raw_origin(closes_on_reuse(seen)), "--json", "--threads", "1")
    with connect(front.port) as client:
        for path in ("/1", "/2"):
            client.send(get(path))
            got = client.response()
            assert (got.status, got.body) == (200, b"first")
    assert seen == [b"GET /1 HTTP/1.1", b"GET /2 HTTP/1.1", b"GET /2 HTTP/1.1"]
    assert front.wait_for_records(2)[1]["origin"]["retried"] is True


@pytest.mark.parametrize("body", [b"", b"important"])
def test_a_post_is_never_sent_twice(hoplens, raw_origin, body):
    seen = []
    front = hoplens(raw_origin(closes_on_reuse(seen)), "--threads", "1")
    with connect(front.port) as client:
        client.send(get("/1"))
        assert client.response().body == b"first"
        client.send(get("/2", f"Content-Length: {len(body)}", method="POST") + body)
        got = client.response("POST")
    assert got.status in (200, 502)
    assert sum(start.startswith(b"POST") for start in seen) == 1, "a POST was sent twice"


def test_a_put_whose_body_is_gone_is_not_repeated(hoplens, raw_origin):
    """Idempotent, but what was streamed through cannot be sent again."""
    seen = []
    front = hoplens(raw_origin(closes_on_reuse(seen)), "--threads", "1")
    with connect(front.port) as client:
        client.send(get("/1"))
        assert client.response().body == b"first"
        client.send(get("/2", "Content-Length: 1000000", method="PUT") + b"x" * 1_000_000)
        got = client.response("PUT")
    assert got.status in (200, 502)
    assert sum(start.startswith(b"PUT") for start in seen) <= 2


def test_a_get_that_dies_on_a_fresh_connection_is_not_repeated_for_ever(hoplens, raw_origin):
    seen = []
    front = hoplens(raw_origin(lambda stream: seen.append(stream.request().start)), "--threads", "1")
    with connect(front.port) as client:
        client.send(get("/dies"))
        assert client.response().status == 502
    assert len(seen) <= 2


def test_half_an_answer_is_never_followed_by_a_second_try(hoplens, raw_origin):
    seen = []

    def handler(stream):
        seen.append(stream.request().start)
        stream.send(answer(b"first"))
        seen.append(stream.request().start)
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")

    front = hoplens(raw_origin(handler), "--threads", "1")
    with connect(front.port) as client:
        client.send(get("/1"))
        assert client.response().body == b"first"
        client.send(get("/2"))
        with pytest.raises(Ended):
            client.response()
    assert seen == [b"GET /1 HTTP/1.1", b"GET /2 HTTP/1.1"]


def test_idle_connections_that_the_origin_closed_are_noticed(hoplens, raw_origin):
    """The close has arrived long before the next request, so not even a POST is at risk."""

    def handler(stream):
        request = stream.request()
        stream.send(answer(request.method))

    origin = raw_origin(handler)
    front = hoplens(origin, "--threads", "1")
    with connect(front.port) as client:
        for _ in range(5):
            client.send(get("/", "Content-Length: 1", method="POST") + b"x")
            assert client.response().body == b"POST"
            time.sleep(0.1)  # The origin's close is to be there before the next request.
    assert len(origin.connections) == 5


def test_bytes_nobody_asked_for_spoil_a_connection(hoplens, raw_origin):
    """An answer that arrives before its request must not become the next client's (response splitting)."""

    def handler(stream):
        request = stream.request()
        stream.send(answer(request.target) + answer(b"poison"))
        stream.send(answer(stream.request().target))

    front = hoplens(raw_origin(handler), "--threads", "1")
    for i in range(5):
        with connect(front.port) as client:
            client.send(get(f"/{i}"))
            assert client.response().body == b"/%d" % i


def test_a_connection_is_not_reused_after_an_unfinished_upload(hoplens, raw_origin):
    def handler(stream):
        while True:
            request = stream.head()
            if request.method == b"POST":
                stream.send(answer(b"early", status="403 Forbidden"))
                continue
            stream.send(answer(request.target))

    front = hoplens(raw_origin(handler), "--threads", "1")
    with connect(front.port) as client:
        client.send(get("/", "Content-Length: 1000", method="POST") + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.response("POST").status == 403
    with connect(front.port) as client:
        client.send(get("/next"))
        assert client.response().body == b"/next"
