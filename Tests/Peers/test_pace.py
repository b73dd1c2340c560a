"""Whoever sends a body or takes an answer may be slow, and may pause; whoever drips does not hold a connection for ever.

The limit `body` is how long a pause may be, and `rate` how many bytes a second buy that time back.
"""

from __future__ import annotations

import socket
import threading
import time

import pytest

from support.waiting import wait_until
from support.wire import Ended, answer, connect, get

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

#: Seconds in which a connection that drips must be gone; generous, because the machine may be busy.
SOON = 12.0


def drip(client, piece: bytes, pause: float) -> float:
    """Sends a piece every so often until the other side has had enough, and says how long that took."""
    began = time.monotonic()
    client.socket.settimeout(pause)
    while time.monotonic() - began < SOON:
        try:
            client.send(piece)
            if not client._more():
                break
        except socket.timeout:
            continue
        except Ended:
            break
        if b"\r\n\r\n" in client.received:
            break
    client.socket.settimeout(client.patience)
    return time.monotonic() - began


@pytest.mark.parametrize(
    "first, piece",
    [
        (b"Content-Length: 100000\r\n\r\n", b"x"),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"Transfer-Encoding: chunked\r\n\r\n5;", b"e"),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", b"y"),
    ],
    ids=["length", "chunks", "extension", "trailers", "one trailer"],
)
def test_a_body_that_drips_is_ended(hoplens, raw_origin, first, piece):
    front = hoplens(raw_origin(), "--timeout", "body=1s", "--limit", "rate=1000")
    with connect(front.port) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: public.test\r\n" + first)
        took = drip(client, piece, 0.1)
        assert 0.7 < took < SOON
        got = client.response("POST")
        assert got.status == 408
        assert b"limit rate" in got.body


def test_a_slow_upload_that_keeps_the_rate_goes_on(hoplens, raw_origin):
    origin = raw_origin(answering=lambda request: answer(b"%d" % len(request.body)))
    front = hoplens(origin, "--timeout", "body=1s", "--limit", "rate=100")
    with connect(front.port) as client:
        client.send(get("/", "Content-Length: 3000", method="POST"))
        # Three times as long as the limit, with pauses of half of it.
        for _ in range(6):
            client.send(b"x" * 500)
            time.sleep(0.5)
        assert client.response("POST").body == b"3000"


def test_the_origin_that_does_not_read_is_not_the_clients_fault(hoplens, raw_origin):
    """The client has sent long ago; what it is waited for does not count while the origin is not ready for more."""

    def handler(stream):
        head = stream.head()
        time.sleep(1.6)
        stream.exactly(int(head.one("Content-Length")))
        stream.send(answer())

    size = 24 << 20
    front = hoplens(raw_origin(handler), "--timeout", "body=4s", "--limit", "rate=1000000")
    with connect(front.port) as client:
        client.send(get("/", f"Content-Length: {size}", method="POST") + bytes(size))
        assert client.response("POST").status == 200


def test_an_answer_while_the_client_still_sends_keeps_the_exchange_alive(hoplens, raw_origin):
    """A stream in both directions: the client pauses, and the origin goes on speaking."""

    def handler(stream):
        stream.head()
        stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(8):
            stream.send(b"5\r\nhello\r\n")
            time.sleep(0.3)
        stream.send(b"0\r\n\r\n")

    front = hoplens(raw_origin(handler), "--timeout", "body=1s", "--limit", "rate=1000", "--json")
    with connect(front.port) as client:
        client.send(get("/", "Content-Length: 10", method="POST") + b"x")
        assert client.response("POST").body == b"hello" * 8
    assert front.wait_for_records(1)[0]["end"] == "complete"


def endless(stream):
    """An answer of half a gigabyte, as fast as it is taken."""
    stream.socket.settimeout(60)
    stream.request()
    stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (512 << 20))
    block = bytes(1 << 20)
    for _ in range(512):
        stream.send(block)


def small_window(port: int):
    """A client whose kernel takes little ahead."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    raw.connect(("127.0.0.1", port))
    return raw


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_client_that_hardly_takes_its_answer_is_cut(hoplens, raw_origin, certificates, tls):
    flags = ["--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good")] if tls else []
    front = hoplens(raw_origin(endless), "--timeout", "body=1s", "--limit", "rate=100000", "--json", *flags)
    raw = small_window(front.port)
    if tls:
        raw = certificates.client().wrap_socket(raw, server_hostname="origin.test")
    with raw:
        raw.sendall(get())
        began = time.monotonic()
        raw.settimeout(5)

        def taken_away():
            raw.recv(200)
            time.sleep(0.05)
            return front.records()

        wait_until(taken_away, "the exchange to be ended", SOON)
        assert time.monotonic() - began > 0.7
    record = front.records()[0]
    assert (record["end"], record["error"]["side"]) == ("timeout", "client")


def test_a_client_that_takes_its_answer_slowly_but_steadily_is_not_cut(hoplens, raw_origin):
    """Its kernel takes little, ours holds megabytes: no event tells for seconds that anything moves."""
    front = hoplens(raw_origin(endless), "--timeout", "body=500ms", "--limit", "rate=1000", "--json")
    with small_window(front.port) as raw:
        raw.sendall(get())
        raw.settimeout(5)
        end = time.monotonic() + 4
        got = 0
        while time.monotonic() < end:
            got += len(raw.recv(4096))
            time.sleep(0.02)
        assert front.records() == [], f"cut after {got} bytes"


def test_the_trailers_of_an_answer_do_not_drip_for_ever(hoplens, raw_origin):
    gone = threading.Event()

    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")
        try:
            for _ in range(120):
                stream.send(b"X: y\r\n")
                time.sleep(0.1)
        except Ended:
            gone.set()

    front = hoplens(raw_origin(handler), "--timeout", "body=1s", "--timeout", "response=1s", "--json")
    with connect(front.port) as client:
        client.send(get())
        assert wait_until(front.records, "the exchange to be ended", SOON)[0]["end"] == "timeout"
    assert gone.wait(SOON)
