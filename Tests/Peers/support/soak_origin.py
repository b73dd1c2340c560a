"""The origin of the soak: answers what the target asks for, misbehaves on purpose, restarts, and counts everything.

A target is `/s/ID?what=…`: `size` (bytes of the answer), `chunked`, `close` (says so), `vanish` (closes without saying so
after the answer, the race every proxy has with idle connections), `cut` (resets in the middle of the answer), `slow`
(pieces with pauses), `status`.
"""

from __future__ import annotations

import base64
import hashlib
import random
import socket
import threading
import time
import urllib.parse
from collections import Counter

from .wire import Ended, Stream


def content(number: int, size: int) -> bytes:
    """What exchange `number` is answered with: nobody else's bytes could pass for it."""
    seed = hashlib.sha256(b"%d" % number).hexdigest().encode()
    return (seed * (size // len(seed) + 1))[:size]


class SoakOrigin:
    """A threaded origin on one port that can be taken down and put up again."""

    def __init__(self):
        self.seen: Counter = Counter()
        self.uploads: dict = {}
        self.websockets = 0
        self.restarts = 0
        self._lock = threading.Lock()
        self._streams: set = set()
        self._listener: socket.socket | None = None
        self.port = 0
        self._listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _listen(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(256)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            if listener is not self._listener:
                sock.close()
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def restart(self, pause: float):
        """Goes away with every connection, and comes back."""
        self.restarts += 1
        self.close()
        time.sleep(pause)
        self._listen()

    def close(self):
        listener, self._listener = self._listener, None
        if listener is not None:
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # Not every kernel lets a listener be shut down.
            listener.close()
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            try:
                stream.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It has ended already.

    def connections(self) -> int:
        with self._lock:
            return len(self._streams)

    # -- one connection

    def _serve(self, sock: socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = Stream(sock, patience=60)
        with self._lock:
            self._streams.add(stream)
        try:
            while self._exchange(stream):
                pass
        except (Ended, OSError, AssertionError, ValueError):
            pass  # Whoever hung up in the middle is counted at the other end.
        finally:
            with self._lock:
                self._streams.discard(stream)
            stream.close()

    def _exchange(self, stream: Stream) -> bool:
        # Idle connections are closed soon, so that rest means rest.
        stream.socket.settimeout(2)
        request = stream.head()
        stream.socket.settimeout(60)
        target = urllib.parse.urlsplit(request.target.decode("latin-1"))
        if target.path.startswith("/ws"):
            self._websocket(stream, request)
            return False
        number = int(target.path.split("/")[2]) if target.path.startswith("/s/") else -1
        with self._lock:
            self.seen[number] += 1
        if any(v.lower() == b"100-continue" for v in request.all("Expect")):
            stream.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        stream._body(request, until_close=False)
        with self._lock:
            self.uploads[number] = len(request.body)
        asked = dict(urllib.parse.parse_qsl(target.query, keep_blank_values=True))
        return self._answer(stream, request, number, asked)

    def _answer(self, stream: Stream, request, number: int, asked: dict) -> bool:
        body = content(number, int(asked.get("size", "64")))
        status = asked.get("status", "200")
        lines = [f"HTTP/1.1 {status} Soaked", "Content-Type: text/plain", f"X-Upload: {len(request.body)}"]
        close = "close" in asked
        if close:
            lines.append("Connection: close")
        chunked = "chunked" in asked and request.method != b"HEAD"
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        if "early" in asked:
            stream.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
        if request.method == b"HEAD":
            stream.send(head)
            return not close
        if "cut" in asked:
            stream.send(head + body[: len(body) // 2])
            stream.reset()
            return False
        pieces = [body[i : i + 8192] for i in range(0, len(body), 8192)] or [b""]
        if chunked:
            pieces = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece]
            pieces.append(b"0\r\nX-Sum: %s\r\n\r\n" % base64.b16encode(hashlib.md5(body).digest())[:8])
        stream.send(head)
        for piece in pieces:
            stream.send(piece)
            if "slow" in asked:
                time.sleep(0.02)
        if "vanish" in asked:
            # The race: the proxy may be about to use this connection again.
            time.sleep(random.random() * 0.01)
            return False
        return not close

    def _websocket(self, stream: Stream, request):
        """The least of RFC 6455 that echoes; the client is a library we did not write."""
        key = request.one("Sec-WebSocket-Key") or b""
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        with self._lock:
            self.websockets += 1
        stream.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        while True:
            first, second = stream.exactly(2)
            size = second & 0x7F
            if size == 126:
                size = int.from_bytes(stream.exactly(2), "big")
            elif size == 127:
                size = int.from_bytes(stream.exactly(8), "big")
            mask = stream.exactly(4)
            data = stream.exactly(size)
            plain = (int.from_bytes(data, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")).to_bytes(
                size, "big"
            )
            opcode = first & 0x0F
            header = bytes([first])
            header += (
                bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big") if size < 65536
                else b"\x7f" + size.to_bytes(8, "big")
            )
            stream.send((b"\x8a" + header[1:] if opcode == 9 else header) + plain)
            if opcode == 8:
                return
