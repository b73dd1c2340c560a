"""The order of things on a connection: interim and early answers, pipelining, half-close, HTTP/1.0 keep-alive, pushback."""

from __future__ import annotations

import time

import h11
import pytest

from support.waiting import wait_until
from support.wire import Ended, answer, connect, exchange, get


def test_every_interim_response_is_passed_on_before_the_final_one(hoplens, raw_origin):
    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 102 Processing\r\n\r\n")
        stream.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nLink: </b.js>; rel=preload\r\n\r\n")
        stream.send(answer(b"final"))

    got = exchange(hoplens(raw_origin(handler)).port, get())
    assert [one.status for one in got.interim] == [102, 103]
    assert got.interim[1].all("Link") == [b"</a.css>; rel=preload", b"</b.js>; rel=preload"]
    assert (got.status, got.body) == (200, b"final")


def test_an_interim_response_is_passed_on_at_once(hoplens, raw_origin):
    seen = []

    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
        wait_until(lambda: seen, "the client to have the 103")
        stream.send(answer(b"final"))

    with connect(hoplens(raw_origin(handler)).port) as client:
        client.send(get())
        seen.append(client.head().status)
        assert (seen, client.response().body) == ([103], b"final")


def test_an_http_1_0_client_is_spared_interim_responses(hoplens, raw_origin):
    front = hoplens(raw_origin(answering=lambda _: b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer(b"final")))
    with connect(front.port) as client:
        client.send(get(version="1.0"))
        assert client.head().status == 200, "a 1xx was sent to an HTTP/1.0 client (RFC 9110 section 15.2)"


def test_an_early_final_answer_reaches_a_client_that_is_still_sending(proxy, raw_origin):
    def handler(stream):
        stream.head()
        stream.send(answer(b"too much", "Connection: close", status="413 Content Too Large"))
        stream.shut()
        try:
            stream.rest()
        except Ended:
            pass  # Hanging up on what is left of the upload is the proxy's right.

    with connect(proxy(raw_origin(handler)).port) as client:
        client.send(get("/", "Content-Length: 50000000", method="POST"))
        try:
            for _ in range(200):
                client.send(b"x" * 50_000)
        except Ended:
            pass  # The answer must be there all the same.
        got = client.response("POST")
    assert (got.status, got.body) == (413, b"too much")


def test_pipelined_requests_are_answered_in_order(proxy, raw_origin):
    origin = raw_origin(answering=lambda request: answer(request.target))
    with connect(proxy(origin).port) as client:
        client.send(b"".join(get(f"/{i}") for i in range(20)))
        assert [client.response().body for _ in range(20)] == [b"/%d" % i for i in range(20)]


def test_pipelined_bodies_do_not_run_into_each_other(proxy, raw_origin):
    origin = raw_origin(answering=lambda request: answer(request.body))
    chunked = get("/", "Transfer-Encoding: chunked", method="POST") + b"3\r\ntwo\r\n0\r\n\r\n"
    with connect(proxy(origin).port) as client:
        client.send(get("/", "Content-Length: 3", method="POST") + b"one" + chunked + get("/three"))
        assert [client.response().body for _ in range(3)] == [b"one", b"two", b""]


@pytest.mark.parametrize("size", [1, 7])
def test_a_request_that_trickles_in_is_understood(proxy, raw_origin, size):
    origin = raw_origin(answering=lambda request: answer(request.body))
    request = get("/trickle", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhello\r\n0\r\n\r\n"
    with connect(proxy(origin).port) as client:
        client.send_slowly(request, size, 0.001)
        assert client.response("POST").body == b"hello"


def test_a_response_that_trickles_in_is_understood(proxy, raw_origin):
    response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"

    def handler(stream):
        stream.request()
        stream.send_slowly(response, 1, 0.001)
        stream.at_end()

    assert exchange(proxy(raw_origin(handler)).port, get()).body == b"hello"


def test_events_are_passed_on_as_they_come(proxy, raw_origin):
    """Server-sent events: each must arrive before the next one is even made."""
    arrived = []

    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for i in range(5):
            stream.send(b"9\r\ndata: %d\n\n\r\n" % i)
            wait_until(lambda i=i: len(arrived) > i, f"event {i} to reach the client")
        stream.send(b"0\r\n\r\n")

    with connect(proxy(raw_origin(handler)).port) as client:
        client.send(get())
        client.head()
        for i in range(5):
            client.until(b"data: %d\n\n" % i)
            arrived.append(i)


def test_a_client_that_half_closes_still_gets_its_answer(proxy, raw_origin):
    def handler(stream):
        stream.request()
        time.sleep(0.2)  # The half-close is to arrive well before the answer.
        stream.send(answer(b"late but whole"))
        stream.at_end()

    with connect(proxy(raw_origin(handler)).port) as client:
        client.send(get())
        client.shut()
        assert client.response().body == b"late but whole"


def test_http_1_0_keep_alive_is_honoured_when_asked_for(proxy, raw_origin):
    front = proxy(raw_origin(answering=lambda request: answer(request.target)))
    with connect(front.port) as client:
        for path in ("/1", "/2"):
            client.send(get(path, "Connection: keep-alive", version="1.0"))
            got = client.response()
            assert got.body == path.encode()
            assert b"keep-alive" in got.one("Connection").lower()
        client.send(get("/3", version="1.0"))
        assert client.response().body == b"/3"
        assert client.at_end(), "an HTTP/1.0 client that does not ask for keep-alive gets a close"


def test_connection_close_is_honoured(proxy, raw_origin):
    with connect(proxy(raw_origin()).port) as client:
        client.send(get("/", "Connection: close"))
        got = client.response()
        assert b"close" in got.one("Connection").lower()
        assert client.at_end()


def test_a_slow_reader_stops_the_origin_instead_of_filling_memory(hoplens, raw_origin):
    """The origin can push only as much as kernel buffers and our own bound hold, while nobody reads."""
    pushed = []

    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 400000000\r\n\r\n")
        stream.socket.settimeout(1)
        try:
            while True:
                pushed.append(stream.socket.send(b"x" * 65536))
        except OSError:
            pass  # Blocked (or, once the test is over, gone): that is what is measured.

    front = hoplens(raw_origin(handler))

    def memory():
        with open(f"/proc/{front.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024

    before = memory()
    with connect(front.port) as client:
        client.send(get())
        client.head()

        def stalled():
            count = len(pushed)
            time.sleep(0.3)
            return count and len(pushed) == count

        wait_until(stalled, "the origin to be held back", 20)
        assert sum(pushed) < 100_000_000, "nothing held the origin back"
        assert memory() - before < 4_000_000


def test_h11_finds_nothing_wrong_with_either_side(proxy, h11_origin):
    """h11 on both ends: whatever is not lawful HTTP/1.1 raises there."""

    def respond(request, body):
        yield h11.InformationalResponse(status_code=103, headers=[("Link", "</x>")])
        yield h11.Response(status_code=200, headers=[("Transfer-Encoding", "chunked")])
        yield h11.Data(data=request.method + b" " + body)
        yield h11.EndOfMessage(headers=[("X-End", "1")])

    origin = h11_origin(respond)
    with connect(proxy(origin).port) as stream:
        client = h11.Connection(h11.CLIENT)
        for turn in range(3):
            stream.send(
                client.send(
                    h11.Request(
                        method="POST",
                        target=f"/{turn}",
                        headers=[("Host", "public.test"), ("Transfer-Encoding", "chunked")],
                    )
                )
            )
            stream.send(client.send(h11.Data(data=b"part one, ")))
            stream.send(client.send(h11.Data(data=b"part two")))
            stream.send(client.send(h11.EndOfMessage(headers=[("X-Up", "1")])))
            body = bytearray()
            while True:
                event = client.next_event()
                if event is h11.NEED_DATA:
                    client.receive_data(stream.socket.recv(65536))
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    break
            assert bytes(body) == b"POST part one, part two"
            client.start_next_cycle()
    assert [body for _, body, _ in origin.requests] == [b"part one, part two"] * 3


def test_a_client_that_goes_away_ends_the_exchange_at_the_origin(hoplens, raw_origin):
    gone = []

    def handler(stream):
        stream.request()
        gone.append(stream.at_end())

    front = hoplens(raw_origin(handler), "--json")
    client = connect(front.port)
    client.send(get("/left"))
    time.sleep(0.2)  # Long enough for the request to reach the origin.
    client.reset()
    wait_until(lambda: gone == [True], "the origin to be let go")
    assert front.wait_for_records(1)[0]["end"] == "client-aborted"


def test_an_http_1_0_origin_is_not_reused(hoplens, raw_origin):
    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
        stream.at_end()

    origin = raw_origin(handler)
    front = hoplens(origin)
    with connect(front.port) as client:
        for _ in range(3):
            client.send(get())
            assert client.response().body == b"ok"
    assert len(origin.connections) == 3
