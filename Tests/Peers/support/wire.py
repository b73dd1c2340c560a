"""HTTP/1 messages as bytes: the least that a recording peer needs, and no opinion about what is lawful.

A field is a pair of byte strings exactly as spelled on the wire, with the blanks around the value removed.
"""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field

from .waiting import PATIENCE


class Ended(Exception):
    """The other side closed, or reset, before what was asked for had arrived."""


@dataclass
class Message:
    """One request or response; `head` holds its bytes up to and including the empty line."""

    head: bytes
    body: bytes = b""
    trailers: list = field(default_factory=list)
    framing: str = "none"
    interim: list = field(default_factory=list)

    @property
    def start(self) -> bytes:
        return self.head.split(b"\r\n", 1)[0]

    @property
    def fields(self) -> list:
        return parse_fields(self.head.split(b"\r\n")[1:-2])

    @property
    def status(self) -> int:
        return int(self.start.split(b" ")[1])

    @property
    def method(self) -> bytes:
        return self.start.split(b" ")[0]

    @property
    def target(self) -> bytes:
        return self.start.split(b" ")[1]

    def all(self, name: str) -> list:
        """The values of every line with this name, in wire order."""
        return [v for n, v in self.fields if n.lower() == name.lower().encode()]

    def one(self, name: str):
        """The value of the only line with this name, or None."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else None


def parse_fields(lines) -> list:
    pairs = []
    for line in lines:
        name, colon, value = line.partition(b":")
        assert colon, f"a field line without a colon: {line!r}"
        pairs.append((name, value.strip(b" \t")))
    return pairs


class Stream:
    """A socket that is read in pieces of meaning; every read has the same deadline and every byte is kept."""

    def __init__(self, sock: socket.socket, patience: float = PATIENCE):
        self.socket = sock
        self.patience = patience
        self.received = bytearray()
        self._taken = 0
        sock.settimeout(patience)

    # -- reading

    def _more(self) -> bool:
        try:
            data = self.socket.recv(1 << 16)
        except (ConnectionError, ssl.SSLError) as error:
            raise Ended(str(error)) from error
        self.received += data
        return bool(data)

    @property
    def unread(self) -> bytes:
        return bytes(self.received[self._taken :])

    def exactly(self, count: int) -> bytes:
        while len(self.received) - self._taken < count:
            if not self._more():
                raise Ended(f"{len(self.received) - self._taken} of {count} bytes")
        piece = bytes(self.received[self._taken : self._taken + count])
        self._taken += count
        return piece

    def until(self, mark: bytes) -> bytes:
        searched = self._taken
        while True:
            at = self.received.find(mark, max(self._taken, searched - len(mark)))
            if at >= 0:
                return self.exactly(at + len(mark) - self._taken)
            searched = len(self.received)
            if not self._more():
                raise Ended(f"no {mark!r} in {self.unread[:200]!r}")

    def rest(self) -> bytes:
        """Everything up to the end of the stream."""
        while self._more():
            pass
        return self.exactly(len(self.received) - self._taken)

    def silent_for(self, seconds: float) -> bool:
        """Whether nothing at all arrives for so long; an end of stream is not silence."""
        if len(self.received) > self._taken:
            return False
        self.socket.settimeout(seconds)
        try:
            self._more()
            return False
        except socket.timeout:
            return True
        finally:
            self.socket.settimeout(self.patience)

    def at_end(self) -> bool:
        """Waits for the end of the stream and says whether it came without further bytes (a reset counts as an end)."""
        try:
            return len(self.received) == self._taken and not self._more()
        except Ended:
            return True

    def _chunked(self) -> tuple:
        body, trailers = bytearray(), []
        while True:
            size = int(self.until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                break
            body += self.exactly(size)
            assert self.exactly(2) == b"\r\n", "a chunk does not end with CRLF"
        while True:
            line = self.until(b"\r\n")[:-2]
            if not line:
                return bytes(body), parse_fields(trailers)
            trailers.append(line)

    def head(self) -> Message:
        return Message(self.until(b"\r\n\r\n"))

    def _body(self, message: Message, until_close: bool):
        if any(b"chunked" in v.lower() for v in message.all("Transfer-Encoding")):
            message.framing = "chunked"
            message.body, message.trailers = self._chunked()
        elif message.all("Content-Length"):
            message.framing = "length"
            message.body = self.exactly(int(message.all("Content-Length")[0]))
        elif until_close:
            message.framing = "close"
            message.body = self.rest()

    def request(self) -> Message:
        message = self.head()
        self._body(message, until_close=False)
        return message

    def response(self, method: str = "GET") -> Message:
        """The next final response; the 1xx before it are in `interim`."""
        interim = []
        while True:
            message = self.head()
            if 100 <= message.status < 200 and message.status != 101:
                interim.append(message)
                continue
            message.interim = interim
            if method != "HEAD" and message.status not in (101, 204, 304):
                self._body(message, until_close=True)
            return message

    # -- writing and ending

    def send(self, data: bytes):
        try:
            self.socket.sendall(data)
        except (ConnectionError, ssl.SSLError) as error:
            raise Ended(str(error)) from error

    def send_slowly(self, data: bytes, size: int, pause: float):
        for at in range(0, len(data), size):
            self.send(data[at : at + size])
            time.sleep(pause)

    def shut(self):
        """Says that nothing more will be written; reading goes on."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def connect(
    port: int,
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
    name: str | None = None,
    patience: float = PATIENCE,
) -> Stream:
    """A client connection."""
    sock = socket.create_connection((host, port), timeout=patience)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if tls is not None:
        sock = tls.wrap_socket(sock, server_hostname=name or host)
    return Stream(sock, patience)


def exchange(port: int, data: bytes, method: str = "GET", **options) -> Message:
    """One connection, one request as raw bytes, one response."""
    with connect(port, **options) as client:
        client.send(data)
        return client.response(method)


def get(path: str = "/", *fields: str, host: str = "public.test", method: str = "GET", version: str = "1.1") -> bytes:
    """The bytes of a request without a body; `fields` are whole lines."""
    lines = [f"{method} {path} HTTP/{version}", f"Host: {host}", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def answer(body: bytes = b"ok", *fields: str, status: str = "200 OK") -> bytes:
    """The bytes of a response with a Content-Length; `fields` are whole lines."""
    lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
