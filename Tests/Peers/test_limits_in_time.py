"""Time-outs and connection limits: each ends in a typed answer, and none of them in a hang."""

from __future__ import annotations

import re
import signal
import socket
import time

import pytest

from support.waiting import wait_until
from support.wire import Ended, answer, connect, exchange, get

pytestmark = pytest.mark.hoplens


def word(message) -> str:
    return re.search(r"error=([a-z_]+)", message.one("Proxy-Status").decode())[1]


def test_an_origin_that_never_answers_is_504(hoplens, raw_origin):
    front = hoplens(raw_origin(lambda stream: stream.rest()), "--timeout", "response=500ms", "--json")
    began = time.monotonic()
    got = exchange(front.port, get())
    assert (got.status, word(got)) == (504, "http_response_timeout")
    assert 0.4 < time.monotonic() - began < 5
    record = front.wait_for_records(1)[0]
    assert (record["error"]["side"], record["error"]["cause"]) == ("origin", "http_response_timeout")


def test_a_slow_answer_within_the_time_is_no_error(hoplens, raw_origin):
    def handler(stream):
        stream.request()
        time.sleep(0.5)
        stream.send(answer(b"in time"))
        stream.at_end()

    front = hoplens(raw_origin(handler), "--timeout", "response=5s")
    assert exchange(front.port, get()).body == b"in time"


def test_a_head_that_never_ends_is_408(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--timeout", "head=500ms")
    with connect(front.port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: public")
        got = client.response()
        assert got.status == 408
        assert got.one("Connection") == b"close"
        assert client.at_end()


def test_a_head_that_trickles_in_cannot_outlive_the_time(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--timeout", "head=1s")
    with connect(front.port) as client:
        began = time.monotonic()
        try:
            for _ in range(100):
                client.send(b"X")
                time.sleep(0.1)
                if time.monotonic() - began > 8:
                    break
        except Ended:
            pass  # Turned away in the middle of a byte: just as it should be.
        assert time.monotonic() - began < 8


def test_an_idle_connection_is_closed_without_a_word(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--timeout", "keepalive=500ms")
    with connect(front.port) as client:
        client.send(get())
        assert client.response().body == b"ok"
        assert client.at_end(), "an idle connection gets a close and no 408"


def test_an_upload_that_stalls_is_ended(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--timeout", "body=500ms")
    with connect(front.port) as client:
        client.send(get("/", "Content-Length: 100", method="POST") + b"only this")
        got = client.response("POST")
        assert got.status == 408


def test_a_download_that_stalls_is_cut_and_not_completed(hoplens, raw_origin):
    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        stream.at_end()

    front = hoplens(raw_origin(handler), "--timeout", "body=500ms", "--timeout", "response=1s", "--json")
    with connect(front.port) as client:
        client.send(get())
        assert client.head().status == 200
        try:
            assert client.rest() == b"only this"
        except Ended:
            pass  # A reset says the same.
    assert front.wait_for_records(1)[0]["end"] == "timeout"


def test_an_answer_may_pause_longer_than_the_limit_for_clients(hoplens, raw_origin):
    """Server-sent events are silent for minutes; only `response` bounds the origin."""

    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        time.sleep(1.2)
        stream.send(b"later")

    front = hoplens(raw_origin(handler), "--timeout", "body=500ms", "--json")
    with connect(front.port) as client:
        client.send(get())
        assert client.response().body == b"firstlater"
    assert front.wait_for_records(1)[0]["end"] == "complete"


def test_a_full_backlog_is_504_connection_timeout(hoplens):
    """A listener that never accepts: when its queue is full, connecting takes for ever."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
            fillers.append(filler)
        front = hoplens(f"http://127.0.0.1:{deaf.getsockname()[1]}", "--timeout", "connect=500ms")
        began = time.monotonic()
        got = exchange(front.port, get())
        assert (got.status, word(got)) == (504, "connection_timeout")
        assert time.monotonic() - began < 3, "connect=500ms took much longer"
        for filler in fillers:
            filler.close()


def test_a_client_gets_no_more_connections_than_agreed(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--limit", "client-connections=2", "--threads", "1")
    first, second = connect(front.port), connect(front.port)
    for client in (first, second):
        client.send(get())
        assert client.response().body == b"ok"
    with connect(front.port) as third:
        try:
            third.send(get())
            assert third.response().status == 503
        except Ended:
            pass  # Closed at once is as clear an answer.
    first.close()

    def accepted():
        with connect(front.port) as again:
            try:
                again.send(get())
                return again.response().status == 200
            except Ended:
                return False

    wait_until(accepted, "the place of the closed connection to be free")
    second.close()


class TestEnding:
    """SIGINT and SIGTERM: what runs is finished, the summary is printed, and the exit status is 0."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_an_idle_proxy_ends_at_once_with_a_summary(self, hoplens, raw_origin, number):
        front = hoplens(raw_origin())
        exchange(front.port, get())
        began = time.monotonic()
        front.signal(number)
        assert front.wait() == 0
        assert time.monotonic() - began < 5
        last = front.err().strip().split("\n")[-1]
        assert re.search(r"\b1\b.*(exchange|request)", front.err()), last

    def test_a_slow_download_is_finished_first(self, hoplens, raw_origin):
        release = []

        def handler(stream):
            stream.request()
            stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
            wait_until(lambda: release, "the test to go on")
            stream.send(b"-last")
            stream.at_end()

        front = hoplens(raw_origin(handler))
        with connect(front.port) as client:
            client.send(get())
            client.head()
            assert client.exactly(5) == b"first"
            front.signal(signal.SIGTERM)

            def refuses():
                try:
                    connect(front.port, patience=1).close()
                    return False
                except OSError:
                    return True

            wait_until(refuses, "the listener to be closed")
            assert front.alive()
            release.append(True)
            assert client.exactly(5) == b"-last"
            assert client.at_end()
        assert front.wait() == 0

    def test_draining_ends_when_its_time_is_over(self, hoplens, raw_origin):
        front = hoplens(raw_origin(lambda stream: stream.rest()), "--timeout", "drain=500ms")
        with connect(front.port) as client:
            client.send(get())
            time.sleep(0.2)  # The request is to be under way.
            began = time.monotonic()
            assert front.stop() == 0
            assert 0.3 < time.monotonic() - began < 5

    def test_a_second_signal_ends_it_at_once(self, hoplens, raw_origin):
        front = hoplens(raw_origin(lambda stream: stream.rest()), "--timeout", "drain=30s")
        front.expected_end = True
        with connect(front.port) as client:
            client.send(get())
            time.sleep(0.2)  # The request is to be under way.
            front.signal(signal.SIGTERM)
            time.sleep(0.2)
            assert front.alive()
            began = time.monotonic()
            front.signal(signal.SIGTERM)
            front.wait()
            assert time.monotonic() - began < 3
