"""`hoplens echo`: what arrived, byte by byte, with nothing in it that opens anything."""

from __future__ import annotations

import json
import re
import signal
import socket
import time

import pytest
from support.programs import Program, curl
from support.proxies import binary, hoplens_command
from support.waiting import wait_until

pytestmark = pytest.mark.hoplens


class Echo(Program):
    def __init__(self):
        super().__init__([binary(), "echo", "--listen", "127.0.0.1:0"])
        self.port = int(
            wait_until(lambda: re.search(r"listening on http://127\.0\.0\.1:(\d+)", self.err()), "the echo's port")[1]
        )


@pytest.fixture(scope="module")
def echo():
    program = Echo()
    yield program
    program.signal(signal.SIGTERM)
    assert program.wait() == 0, program.err()


def exchange(port: int, request: bytes, end: bool = True) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        data = b""
        while piece := connection.recv(65536):
            data += piece
        return data


def ask(echo, lines: bytes, target: bytes = b"/", method: bytes = b"GET", body: bytes = b"") -> tuple:
    data = exchange(
        echo.port, method + b" " + target + b" HTTP/1.1\r\nHost: a.test\r\n" + lines + b"Connection: close\r\n\r\n" + body
    )
    head, _, rest = data.partition(b"\r\n\r\n")
    return head.decode(), rest


def test_order_spelling_and_duplicates_are_shown_and_secrets_are_not(echo):
    head, body = ask(
        echo,
        b"x-LOW: 1\r\nX_Under: a\r\nVary: one\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\nVary: two\r\nEmpty:\r\n"
        b"Cookie: session=Zm9vYmFyYmF6; a=b\r\n",
        b"/a%2Fb?_wpnonce=0a1b2c3d4e",
    )
    assert head.startswith("HTTP/1.1 200 OK")
    record = json.loads(body)
    assert [field["n"] for field in record["request"]["fields"]] == [
        "Host", "x-LOW", "X_Under", "Vary", "Authorization", "Vary", "Empty", "Cookie", "Connection",
    ]  # fmt: skip
    fields = {field["n"]: field for field in record["request"]["fields"]}
    assert fields["Authorization"]["shape"] == "basic" and fields["Authorization"]["user"] == "user"
    assert record["request"]["target"].startswith("/a%2Fb?_wpnonce=‹nonce,10,")
    for secret in (b"dXNlcjpw", b"Zm9vYmFy", b"0a1b2c3d4e"):
        assert secret not in body


def test_the_query_says_how_to_answer(echo):
    assert ask(echo, b"", b"/?status=403")[0].startswith("HTTP/1.1 403 ")
    head, body = ask(echo, b"", b"/?chunked")
    assert "Transfer-Encoding: chunked" in head and body.endswith(b"0\r\n\r\n")
    head, body = ask(echo, b"", b"/?trailers")
    assert "Trailer: Echo-Bytes" in head and re.search(rb"0\r\nEcho-Bytes: \d+\r\n\r\n$", body)
    data = exchange(echo.port, b"GET /?early=103 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert data.startswith(b"HTTP/1.1 103 Early Hints\r\n") and b"HTTP/1.1 200 OK" in data
    head, body = ask(echo, b"X-Mine: yes\r\n", b"/some/path?text")
    assert "text/plain" in head and b"GET /some/path?text HTTP/1.1\nHost: a.test\nX-Mine: yes\n" in body
    began = time.monotonic()
    ask(echo, b"", b"/?delay=300")
    assert time.monotonic() - began >= 0.3
    head, body = ask(echo, b"", b"/?status=204")
    assert body == b"" and "Content-Length" not in head
    assert ask(echo, b"", b"/", b"HEAD")[1] == b""


@pytest.mark.parametrize("query", ["status=100", "status=9999", "status=x", "delay=99999999", "delay=-1", "early=102"])
def test_what_is_out_of_bounds_is_not_done_and_said(echo, query):
    head, _ = ask(echo, b"", b"/?" + query.encode())
    assert head.startswith("HTTP/1.1 200 ") and "Hoplens-Echo: " in head


def test_bodies_and_trailers_are_counted(echo):
    _, body = ask(echo, b"Content-Length: 5\r\n", method=b"POST", body=b"hello")
    assert json.loads(body)["request_body"] == {"framing": "length", "bytes": 5}
    _, body = ask(
        echo, b"Transfer-Encoding: chunked\r\n", method=b"POST", body=b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n"
    )
    record = json.loads(body)
    assert record["request_body"] == {"framing": "chunked", "bytes": 5}
    assert record["request_trailers"]["fields"] == [{"n": "X-Sum", "v": "1"}]
    done = curl("-d", "x=1", "-H", "Expect: 100-continue", f"http://127.0.0.1:{echo.port}/")
    assert json.loads(done.stdout)["request_body"]["bytes"] == 3


def test_a_request_that_cannot_be_read_is_refused(echo):
    assert exchange(echo.port, b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    head, _ = ask(echo, b"Content-Length: 99999999999\r\n", method=b"POST")
    assert head.startswith("HTTP/1.1 400 ")


def test_connections_are_kept_and_many_are_answered(echo):
    with socket.create_connection(("127.0.0.1", echo.port), 10) as connection:
        for n in range(3):
            connection.sendall(f"GET /{n} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            data = b""
            while b"}\n" not in data:
                data += connection.recv(65536)
            assert json.loads(data.split(b"\r\n\r\n", 1)[1])["request"]["target"] == f"/{n}"
    held = [socket.create_connection(("127.0.0.1", echo.port), 10) for _ in range(100)]
    assert ask(echo, b"")[0].startswith("HTTP/1.1 200 ")
    for connection in held:
        connection.close()


def test_a_port_that_is_taken_is_said(echo):
    done = hoplens_command("echo", "--listen", f"127.0.0.1:{echo.port}")
    assert done.returncode == 2 and b"--listen" in done.stderr
