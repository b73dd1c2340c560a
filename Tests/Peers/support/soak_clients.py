"""The clients of the soak: each takes its turn, does one thing that clients do, and writes down what came of it."""

from __future__ import annotations

import random
import socket
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect as websocket

from .programs import curl
from .soak_origin import content
from .wire import Ended, Message, Stream


@dataclass
class Sent:
    """One request that was sent, and what its client knows about it."""

    method: str
    #: The head went out whole, so that an exchange has begun.
    begun: bool = False
    #: The client hung up before the end, on purpose.
    left: bool = False
    status: int = 0
    #: The answer was complete.
    whole: bool = False
    #: The answer was hoplens's own.
    own: bool = False


@dataclass
class Book:
    """What all clients have done."""

    sent: dict = field(default_factory=dict)
    done: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)
    refused: int = 0
    websockets: int = 0
    half_heads: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    next: int = 1

    def new(self, method: str) -> tuple:
        with self.lock:
            number = self.next
            self.next += 1
            self.sent[number] = entry = Sent(method)
            return number, entry


class Clients:
    """Everything that is sent to the two listeners, the plain one and the one with TLS."""

    def __init__(self, book: Book, plain: int, tls: int, authority: ssl.SSLContext, seed: int, name: str):
        self.book = book
        self.plain = plain
        self.tls = tls
        self.context = authority
        self.name = name
        self.random = random.Random(seed)
        turns = {
            self.keep_alive: 10, self.one_and_close: 8, self.upload: 6, self.chunked_upload: 4, self.expect: 3,
            self.pipeline: 3, self.head_only: 3, self.old_version: 2, self.slow_head: 2, self.slow_reader: 1,
            self.reset_in_head: 3, self.reset_in_body: 3, self.reset_in_answer: 3, self.refused: 4, self.cut_by_origin: 2,
            self.talk: 2, self.by_curl: 1, self.idle: 1, self.half_close: 2,
        }
        self._turns = [turn for turn, weight in turns.items() for _ in range(weight)]

    def turn(self):
        """Does one thing."""
        what = self.random.choice(self._turns)
        try:
            what()
        except (Ended, OSError) as error:
            # The origin restarts all the time; what is lost by that is in the entries that never became whole.
            self._note(f"{what.__name__}: {type(error).__name__}")
        with self.book.lock:
            self.book.done[what.__name__] += 1

    def _note(self, what: str):
        with self.book.lock:
            self.book.done[f"ended early in {what}"] += 1

    # -- pieces

    def _connect(self) -> Stream:
        secure = self.random.random() < 0.3
        sock = socket.create_connection(("127.0.0.1", self.tls if secure else self.plain), timeout=30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if secure:
            sock = self.context.wrap_socket(sock, server_hostname="localhost")
        return Stream(sock, patience=60)

    def _target(self, number: int, **asked) -> str:
        return f"/s/{number}" + ("?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else "")

    def _asked(self) -> dict:
        asked = {"size": self.random.choice([0, 1, 64, 200, 1000, 9000, 70_000])}
        for name, chance in {"chunked": 0.3, "close": 0.1, "vanish": 0.1, "early": 0.1}.items():
            if self.random.random() < chance:
                asked[name] = 1
        if self.random.random() < 0.1:
            asked["status"] = self.random.choice([401, 403, 404, 500, 503])
        return asked

    def _head(self, method: str, target: str, *fields: str, version: str = "1.1") -> bytes:
        lines = [
            f"{method} {target} HTTP/{version}", "Host: soak.test", "Authorization: Basic ZWRpdG9yOnNvYWtlZC1zd29yZGZpc2g=",
            "Cookie: wordpress_logged_in_x=soaked; theme=dark", "Accept: */*", "User-Agent: soak/1", *fields, "", "",
        ]
        return "\r\n".join(lines).encode()

    def _take(self, stream: Stream, number: int, entry: Sent, method: str = "GET", size: int | None = None) -> Message:
        """Reads the answer, checks whose it is, and writes it down."""
        answer = stream.response(method)
        entry.begun = True
        entry.status = answer.status
        entry.own = b"hoplens" in b"".join(answer.all("Proxy-Status")) or b"hoplens" in answer.body[:200]
        if not entry.own and method != "HEAD" and size is not None:
            if answer.body != content(number, size):
                with self.book.lock:
                    self.book.wrong.append(f"exchange {number} was answered with {answer.body[:80]!r}")
        entry.whole = True
        return answer

    def _ask(self, stream: Stream, method: str = "GET", *fields: str, body: bytes = b"", **asked) -> Message:
        number, entry = self.book.new(method)
        # A connection that is used again may have been closed for idling in this very moment: then nothing was begun.
        is_first = not stream.received
        stream.send(self._head(method, self._target(number, **asked), *fields) + body)
        entry.begun = is_first
        return self._take(stream, number, entry, method, int(asked.get("size", 64)))

    # -- turns

    def keep_alive(self):
        with self._connect() as stream:
            for _ in range(self.random.randint(2, 20)):
                answer = self._ask(stream, **self._asked())
                if b"close" in b",".join(answer.all("Connection")):
                    return

    def one_and_close(self):
        with self._connect() as stream:
            self._ask(stream, "GET", "Connection: close", **self._asked())

    def head_only(self):
        with self._connect() as stream:
            self._ask(stream, "HEAD", size=1000)

    def old_version(self):
        with self._connect() as stream:
            number, entry = self.book.new("GET")
            stream.send(self._head("GET", self._target(number, size=300), version="1.0"))
            entry.begun = True
            self._take(stream, number, entry, size=300)

    def upload(self):
        with self._connect() as stream:
            for _ in range(self.random.randint(1, 4)):
                body = b"u" * self.random.choice([0, 1, 5000, 200_000])
                answer = self._ask(stream, "POST", f"Content-Length: {len(body)}", body=body, size=64)
                self._uploaded(answer, len(body))
                if b"close" in b",".join(answer.all("Connection")):
                    return

    def chunked_upload(self):
        with self._connect() as stream:
            body = b"4;x=y\r\nabcd\r\n1000\r\n" + b"z" * 4096 + b"\r\n0\r\nX-Sum: 1\r\n\r\n"
            self._uploaded(self._ask(stream, "PUT", "Transfer-Encoding: chunked", body=body, size=64), 4100)

    def _uploaded(self, answer: Message, size: int):
        told = answer.one("X-Upload")
        if told is not None and int(told) != size:
            with self.book.lock:
                self.book.wrong.append(f"{told!r} bytes of an upload of {size} arrived")

    def expect(self):
        with self._connect() as stream:
            number, entry = self.book.new("POST")
            stream.send(self._head("POST", self._target(number), "Content-Length: 3000", "Expect: 100-continue"))
            entry.begun = True
            first = stream.head()
            if first.status == 100:
                stream.send(b"e" * 3000)
                self._take(stream, number, entry, "POST", 64)
            else:
                stream._body(first, until_close=True)
                entry.status, entry.whole, entry.own = first.status, True, b"hoplens" in first.body

    def pipeline(self):
        with self._connect() as stream:
            asked = [self.book.new("GET") for _ in range(self.random.randint(2, 6))]
            stream.send(b"".join(self._head("GET", self._target(number, size=500)) for number, _ in asked))
            for number, entry in asked:
                # What stands behind an answer that ends the connection was never begun.
                entry.begun = True
                answer = self._take(stream, number, entry, size=500)
                if b"close" in b",".join(answer.all("Connection")):
                    return

    def half_close(self):
        with self._connect() as stream:
            if isinstance(stream.socket, ssl.SSLSocket):
                return
            number, entry = self.book.new("GET")
            stream.send(self._head("GET", self._target(number, size=100)))
            stream.shut()
            entry.begun = True
            self._take(stream, number, entry, size=100)

    def slow_head(self):
        with self._connect() as stream:
            number, entry = self.book.new("GET")
            data = self._head("GET", self._target(number, size=10))
            stream.send_slowly(data, len(data) // 8 + 1, 0.1)
            entry.begun = True
            self._take(stream, number, entry, size=10)

    def slow_reader(self):
        with self._connect() as stream:
            number, entry = self.book.new("GET")
            stream.send(self._head("GET", self._target(number, size=2_000_000)))
            entry.begun = True
            time.sleep(0.5)
            self._take(stream, number, entry, size=2_000_000)

    def reset_in_head(self):
        with self._connect() as stream:
            number, entry = self.book.new("GET")
            entry.left = True
            stream.send(self._head("GET", self._target(number))[: self.random.randint(1, 60)])
            with self.book.lock:
                self.book.half_heads += 1
            time.sleep(self.random.choice([0, 0.01, 0.1]))
            stream.reset()

    def reset_in_body(self):
        with self._connect() as stream:
            number, entry = self.book.new("POST")
            entry.left = True
            stream.send(self._head("POST", self._target(number), "Content-Length: 100000") + b"b" * 5000)
            entry.begun = True
            time.sleep(self.random.choice([0, 0.01, 0.1]))
            stream.reset()

    def reset_in_answer(self):
        with self._connect() as stream:
            number, entry = self.book.new("GET")
            entry.left = True
            stream.send(self._head("GET", self._target(number, size=1_000_000)))
            entry.begun = True
            stream.until(b"\r\n\r\n")
            time.sleep(self.random.choice([0, 0.05]))
            stream.reset()

    def cut_by_origin(self):
        with self._connect() as stream:
            number, entry = self.book.new("GET")
            stream.send(self._head("GET", self._target(number, size=20_000, cut=1)))
            entry.begun = True
            try:
                self._take(stream, number, entry, size=20_000)
            except Ended:
                return
            if not entry.own:
                with self.book.lock:
                    self.book.wrong.append(f"exchange {number} was cut by the origin and came whole")

    def refused(self):
        bad = self.random.choice(
            [
                b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                b"GET / HTTP/1.1\nHost: a\n\n", b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
                b"GET http://other.test/ HTTP/1.1\r\nHost: soak.test\r\n\r\n", b"\x00\x01\x02\x03\r\n\r\n",
            ]
        )
        with self._connect() as stream:
            stream.send(bad)
            status = stream.response().status
            with self.book.lock:
                self.book.refused += 1
                if not 400 <= status < 600:
                    self.book.wrong.append(f"{bad[:40]!r} was answered with {status}")

    def talk(self):
        try:
            with websocket(f"ws://127.0.0.1:{self.plain}/ws", open_timeout=30, close_timeout=5, max_size=None) as talk:
                with self.book.lock:
                    self.book.websockets += 1
                for i in range(self.random.randint(1, 10)):
                    message = "w" * self.random.choice([0, 10, 5000, 70_000])
                    talk.send(message)
                    if talk.recv(timeout=30) != message:
                        with self.book.lock:
                            self.book.wrong.append("a WebSocket message came back changed")
        except (WebSocketException, OSError, TimeoutError) as error:
            self._note(f"talk: {type(error).__name__}")

    def idle(self):
        with self._connect() as stream:
            self._ask(stream, size=1)
            time.sleep(self.random.random())

    def by_curl(self):
        number, entry = self.book.new("PUT")
        target = f"http://127.0.0.1:{self.plain}{self._target(number, size=64)}"
        arguments = self.random.choice([["-T", "-"], ["-T", "-", "-H", "Expect:"], ["-X", "PUT", "--data-binary", "@-"]])
        entry.begun = True
        done = curl("-H", "Host: soak.test", "-w", "%{http_code}", *arguments, target, stdin=b"c" * 50_000)
        if done.returncode == 0:
            body, entry.status = done.stdout[:-3], int(done.stdout[-3:])
            entry.own = b"hoplens" in body
            entry.whole = True
            if not entry.own and body != content(number, 64):
                with self.book.lock:
                    self.book.wrong.append(f"curl got {body[:80]!r} for exchange {number}")
