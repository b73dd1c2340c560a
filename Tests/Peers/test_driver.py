"""Faults a review of the driver found: each of these was wrong once."""

from __future__ import annotations

import re
import signal
import socket
import threading
import time

import pytest

from support.waiting import free_port, wait_until
from support.wire import Ended, answer, connect, exchange, get

pytestmark = pytest.mark.hoplens


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    with open(f"/proc/{pid}/status") as status:
        return 1024 * int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


def small_window(stream):
    """A receive buffer that does not grow, so that a reader that pauses is felt soon."""
    stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    return stream


# -- memory


def test_a_client_that_does_not_read_cannot_make_answers_pile_up(hoplens):
    """Pipelined requests, each answered by hoplens itself because the origin is down."""
    front = hoplens(f"http://127.0.0.1:{free_port()}", "--threads", "1", "--quiet")
    exchange(front.port, get())
    before = memory(front.pid)
    with connect(front.port) as client:
        client.socket.settimeout(1)
        sent, batch = 0, get() * 500
        try:
            while sent < 64 << 20:
                sent += client.socket.send(batch)
        except (socket.timeout, ConnectionError):
            pass
        assert memory(front.pid) - before < 8 << 20
    assert sent < 64 << 20, "hoplens went on reading although nobody reads its answers"


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_block_is_given_back_when_an_answer_is_slow(hoplens, raw_origin, certificates, tls):
    """Many clients that do not read: each holds at most what the limit `buffer` says."""
    body = b"x" * (8 << 20)
    origin = raw_origin(answering=lambda _: answer(body), tls=certificates.server() if tls else None)
    target = f"https://origin.test:{origin.port}" if tls else origin.url
    flags = ["--connect", f"127.0.0.1:{origin.port}", "--ca-file", str(certificates.authority)] if tls else []
    front = hoplens(target, *flags, "--threads", "1", "--quiet", "--limit", "buffer=64k")
    exchange(front.port, get())
    before = memory(front.pid)
    clients = [small_window(connect(front.port)) for _ in range(20)]
    for client in clients:
        client.send(get())
    time.sleep(2)  # Everything that can be taken ahead has been taken.
    assert memory(front.pid) - before < 20 * (256 << 10)
    for client in clients:
        client.close()


# -- the connection to the origin


def test_a_request_that_was_half_sent_is_whole_when_it_is_sent_again(hoplens, raw_origin):
    cookie = b"c" * (12 << 20)
    heads, lengths = [], []

    def handler(stream):
        if not heads:
            heads.append(stream.head())
            stream.send(answer(b"first"))
            # Some of the next request is on its way: end without reading it.
            stream.socket.recv(1, socket.MSG_PEEK)
            time.sleep(0.3)
            stream.shut()
            time.sleep(1)
            return
        head = stream.head()
        heads.append(head)
        lengths.append(len(head.one("Cookie")))
        stream.send(answer(b"second"))

    front = hoplens(raw_origin(handler), "--threads", "1", "--limit", "head=16M", "--limit", "line=16M")
    with connect(front.port, patience=20) as client:
        client.send(get("/1"))
        assert client.response().body == b"first"
        sender = threading.Thread(
            target=client.send, args=(b"GET /2 HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + b"\r\n\r\n",)
        )
        sender.start()
        assert client.response().body == b"second"
        sender.join()
    assert heads[1].start == b"GET /2 HTTP/1.1" and lengths == [len(cookie)]


@pytest.mark.parametrize("size", [16384, 131072], ids=["small-block", "large-block"])
def test_bytes_behind_an_answer_that_filled_the_block_spoil_the_connection(hoplens, raw_origin, size):
    """The read that brings the end of the answer brings not one byte more, and no event tells of the rest."""

    def handler(stream):
        request = stream.request()
        head = b"HTTP/1.1 200 OK\r\nContent-Length: "
        filler = size - len(head) - len(b"12345\r\n\r\n") - (size > 99999 + 40)
        first = head + str(filler).encode() + b"\r\n\r\n" + request.target.ljust(filler, b".")
        assert len(first) == size
        stream.send(first + answer(b"poison"))
        stream.send(answer(stream.request().target))

    front = hoplens(raw_origin(handler), "--threads", "1")
    for i in range(4):
        with connect(front.port) as client:
            client.send(get(f"/{i}"))
            assert client.response().body.rstrip(b".") == b"/%d" % i


def test_records_behind_an_answer_spoil_a_tls_connection(hoplens, raw_origin, certificates):
    def handler(stream):
        request = stream.request()
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        stream.send(answer(request.target))
        stream.send(answer(b"poison"))
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        stream.send(answer(stream.request().target))

    origin = raw_origin(handler, tls=certificates.server())
    front = hoplens(
        f"https://origin.test:{origin.port}",
        *("--connect", f"127.0.0.1:{origin.port}", "--ca-file", certificates.authority, "--threads", "1"),
    )
    for i in range(5):
        with connect(front.port) as client:
            client.send(get(f"/{i}"))
            assert client.response().body == b"/%d" % i


def test_an_early_answer_is_whole_although_the_origin_stops_reading(hoplens, raw_origin):
    body = bytes(range(256)) * 160  # More than one block, and less than the window: all of it is on its way at once.

    def handler(stream):
        stream.head()
        stream.send(b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        stream.send(body)
        # Ends with unread bytes of the request in its buffer, that is, with a reset.

    front = hoplens(raw_origin(handler))
    for _ in range(5):
        with small_window(connect(front.port)) as client:
            upload = threading.Thread(target=_send_all, args=(client, 16 << 20))
            client.send(get("/", f"Content-Length: {16 << 20}", method="POST"))
            upload.start()
            time.sleep(0.3)  # The answer waits, and the upload runs into the reset.
            got = client.response("POST")
            assert got.status == 413 and got.body == body
            upload.join()


def _send_all(client, count: int):
    try:
        while count > 0:
            count -= client.socket.send(b"u" * min(count, 1 << 16))
    except OSError:
        pass  # The connection may end before all of it is taken.


def test_what_a_burst_leaves_in_the_pool_is_closed_soon(hoplens, raw_origin):
    barrier = threading.Barrier(80, timeout=10)

    def handler(stream):
        stream.request()
        barrier.wait()
        stream.send(answer())
        open_now.append(1)
        stream.at_end()
        open_now.pop()

    open_now: list = []
    front = hoplens(raw_origin(handler), "--threads", "1")
    clients = [connect(front.port) for _ in range(80)]
    for client in clients:
        client.send(get())
    assert [client.response().status for client in clients] == [200] * 80
    wait_until(lambda: len(open_now) <= 32, "the pool to shrink", 12)
    time.sleep(1)
    assert len(open_now) == 32, "connections that may be of use are kept"
    for client in clients:
        client.close()


def test_requests_wait_for_a_connection_under_the_limit(hoplens, raw_origin):
    peak, now = [0], [0]

    def handler(stream):
        now[0] += 1
        peak[0] = max(peak[0], now[0])
        try:
            while True:
                stream.request()
                time.sleep(0.05)
                stream.send(answer())
        finally:
            now[0] -= 1

    front = hoplens(raw_origin(handler), "--limit", "origin-connections=2", "--threads", "1")
    clients = [connect(front.port) for _ in range(12)]
    for client in clients:
        client.send(get())
    assert [client.response().status for client in clients] == [200] * 12
    for client in clients:
        client.close()
    assert peak[0] <= 2


def test_a_request_does_not_wait_for_ever_under_the_limit(hoplens, raw_origin):
    held = []

    def handler(stream):
        stream.request()
        held.append(stream)
        stream.at_end()

    front = hoplens(
        raw_origin(handler), *("--limit", "origin-connections=1", "--timeout", "connect=500ms", "--threads", "1")
    )
    with connect(front.port) as first:
        first.send(get())
        wait_until(lambda: held, "the first request to be at the origin")
        began = time.monotonic()
        second = exchange(front.port, get())
        assert (second.status, time.monotonic() - began < 3) == (503, True)
        assert b"connection_limit_reached" in second.one("Proxy-Status")


def test_a_failed_connection_is_not_recorded_with_the_tls_of_the_one_before(hoplens, raw_origin, certificates):
    origin = raw_origin(lambda stream: (stream.request(), stream.send(answer())), tls=certificates.server())
    front = hoplens(
        f"https://origin.test:{origin.port}",
        *("--connect", f"127.0.0.1:{origin.port}", "--ca-file", certificates.authority),
        *("--threads", "1", "--json"),
    )
    with connect(front.port) as client:
        client.send(get("/1"))
        assert client.response().status == 200
        origin.close()
        time.sleep(0.1)  # The origin's close is to be there before the next request.
        client.send(get("/2"))
        assert client.response().status == 502
    first, second = front.wait_for_records(2)
    assert "tls" in first["origin"]
    assert "tls" not in second["origin"] and "connection" not in second["origin"]


# -- time


def test_the_rest_of_an_answer_is_not_cut_by_the_keep_alive_time(hoplens, raw_origin):
    """hoplens is done with an exchange when it has the whole answer; a client that pauses is not.

    How much the kernel takes ahead is its own affair, so there are many sizes, and for some the last block waits.
    """
    front = hoplens(
        raw_origin(answering=lambda request: answer(b"y" * int(request.target[1:]))),
        *("--timeout", "keepalive=200ms", "--threads", "1", "--quiet"),
    )
    clients = {}
    for size in range(1 << 16, 5 << 20, 1 << 16):
        clients[size] = connect(front.port)
        clients[size].send(get(f"/{size}"))
    time.sleep(1.5)
    for size, client in clients.items():
        assert len(client.response().body) == size
        client.close()


def test_a_client_that_never_shakes_hands_is_cut_by_the_tls_time(hoplens, raw_origin, certificates):
    front = hoplens(
        raw_origin(),
        *("--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good")),
        *("--timeout", "tls=500ms"),
    )
    began = time.monotonic()
    with connect(front.port) as client:
        assert client.at_end()
    assert time.monotonic() - began < 3


def test_a_client_in_the_middle_of_its_handshake_does_not_hold_up_the_end(hoplens, raw_origin, certificates):
    front = hoplens(
        raw_origin(), "--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good")
    )
    with connect(front.port):
        time.sleep(0.2)  # The connection is to be accepted.
        began = time.monotonic()
        front.signal(signal.SIGTERM)
        assert front.wait() == 0
        assert time.monotonic() - began < 3


# -- ends


def test_a_tls_client_can_tell_the_end_of_a_body_from_a_cut(hoplens, raw_origin, certificates):
    body = b"z" * (3 << 20)

    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\n\r\n" + body)

    front = hoplens(
        raw_origin(handler), "--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good")
    )
    for pause in (0, 0.5):
        with connect(front.port, tls=certificates.client(), name="origin.test") as client:
            client.send(get())
            time.sleep(pause)
            # Python raises on an end without close_notify, and `rest` turns that into Ended.
            client.head()
            assert len(client.rest()) == len(body)


def test_an_exchange_that_is_cut_at_the_end_is_recorded_with_its_bytes(hoplens, raw_origin, capture):
    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"a" * 10)
        stream.at_end()

    front = hoplens(raw_origin(handler), "--capture", capture.directory, "--timeout", "drain=300ms")
    with connect(front.port) as client:
        client.send(get())
        client.head()
        assert client.exactly(10) == b"a" * 10
        assert front.stop() == 0
        with pytest.raises(Ended):
            client.exactly(90)
    (record,) = capture.wait_for(1)
    assert record["end"] == "shutdown"
    assert record["response_body"] == {"framing": "length", "bytes": 10}
