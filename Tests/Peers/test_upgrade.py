"""Upgrade: a WebSocket spoken by a library we did not write, and the raw edges of a 101."""

from __future__ import annotations

import threading

import pytest
from websockets.sync.client import connect as websocket
from websockets.sync.server import serve

from support.wire import answer, connect, get


@pytest.fixture
def echo(closing):
    """A WebSocket server that sends everything back."""

    class Echo:
        def __init__(self):
            self.server = serve(lambda ws: [ws.send(message) for message in ws], "127.0.0.1", 0, max_size=None)
            self.port = self.server.socket.getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}"
            threading.Thread(target=self.server.serve_forever, daemon=True).start()

        def close(self):
            self.server.shutdown()

    server = Echo()
    closing(server)
    return server


def test_a_websocket_conversation_passes_both_ways(proxy, echo):
    with websocket(
        f"ws://127.0.0.1:{proxy(echo).port}/chat", open_timeout=10, close_timeout=10, max_size=None
    ) as client:
        for message in ("hello", "ż" * 1000, b"\x00\xff" * 100_000, ""):
            client.send(message)
            assert client.recv(timeout=10) == message
        assert client.ping().wait(10), "no pong came back"


def test_many_websocket_messages_keep_their_order(proxy, echo):
    with websocket(f"ws://127.0.0.1:{proxy(echo).port}/", open_timeout=10, close_timeout=10) as client:
        for i in range(500):
            client.send(str(i))
        assert [client.recv(timeout=10) for _ in range(500)] == [str(i) for i in range(500)]


@pytest.mark.hoplens
def test_a_websocket_is_recorded_as_a_tunnel(hoplens, echo):
    front = hoplens(echo, "--json")
    with websocket(f"ws://127.0.0.1:{front.port}/chat", open_timeout=10, close_timeout=10) as client:
        client.send("hello")
        client.recv(timeout=10)
    record = front.wait_for_records(1)[0]
    assert record["response"]["status"] == 101
    assert record["response_body"]["framing"] == "tunnel"
    assert record["end"] == "complete"


def switch(stream, glued: bytes = b""):
    request = stream.head()
    assert request.one("Upgrade") == b"echo/1"
    assert b"upgrade" in request.one("Connection").lower()
    stream.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo/1\r\nConnection: Upgrade\r\n\r\n" + glued)


UPGRADE = ("Connection: Upgrade", "Upgrade: echo/1")


def test_bytes_glued_to_the_101_reach_the_client(proxy, raw_origin):
    def handler(stream):
        switch(stream, b"server speaks first")
        stream.send(stream.exactly(5).upper())

    with connect(proxy(raw_origin(handler)).port) as client:
        client.send(get("/", *UPGRADE))
        got = client.head()
        assert got.status == 101 and got.one("Upgrade") == b"echo/1"
        assert b"upgrade" in got.one("Connection").lower()
        assert client.exactly(19) == b"server speaks first"
        client.send(b"hello")
        assert client.exactly(5) == b"HELLO"
        assert client.at_end()


@pytest.mark.hoplens
def test_bytes_a_client_sends_before_the_101_are_not_lost(hoplens, raw_origin):
    def handler(stream):
        switch(stream)
        stream.send(stream.exactly(5).upper())

    with connect(hoplens(raw_origin(handler)).port) as client:
        client.send(get("/", *UPGRADE) + b"eager")
        assert client.head().status == 101
        assert client.exactly(5) == b"EAGER"


def test_one_direction_of_a_tunnel_can_end_before_the_other(proxy, raw_origin):
    def handler(stream):
        switch(stream)
        sent = stream.rest()
        stream.send(b"got %d" % len(sent))

    with connect(proxy(raw_origin(handler)).port) as client:
        client.send(get("/", *UPGRADE))
        assert client.head().status == 101
        client.send(b"x" * 1000)
        client.shut()
        assert client.rest() == b"got 1000"


def test_an_origin_may_decline_to_upgrade(proxy, raw_origin):
    front = proxy(raw_origin(answering=lambda request: answer(request.target)))
    with connect(front.port) as client:
        client.send(get("/1", *UPGRADE))
        assert client.response().body == b"/1"
        client.send(get("/2"))
        assert client.response().body == b"/2"
