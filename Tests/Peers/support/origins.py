"""Origins written here: raw sockets that record every byte, h11, and the standard library's http.server."""

from __future__ import annotations

import hashlib
import http.server
import json
import socket
import ssl
import threading

import h11

from .waiting import PATIENCE, wait_until
from .wire import Ended, Stream, answer


class Listener:
    """Accepts on a loopback port and runs `serve` for each connection in a thread of its own.

    A mistake in a handler (an assertion above all) fails the test when the origin is closed.
    """

    scheme = "http"

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", backlog: int = 128):
        self.host = host
        self.tls = tls
        if tls is not None:
            self.scheme = "https"
        self.connections: list = []
        self.mistakes: list = []
        self._closing = False
        self._listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, 0))
        self._listener.listen(backlog)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            if self._closing:
                sock.close()
                return
            threading.Thread(target=self._run, args=(sock,), daemon=True).start()

    def _run(self, sock: socket.socket):
        stream = None
        try:
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
            stream = Stream(sock)
            self.connections.append(stream)
            self.serve(stream)
        except (Ended, OSError):
            pass  # The proxy went away or never spoke: what that means is for the test to judge.
        except Exception as mistake:  # noqa: BLE001 - reported by close()
            self.mistakes.append(mistake)
        finally:
            (stream or sock).close()

    def serve(self, stream: Stream):
        raise NotImplementedError(stream)

    def close(self):
        self._closing = True
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # Not every kernel lets a listener be shut down.
        self._listener.close()
        for stream in list(self.connections):
            try:
                stream.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It has ended already.
        if self.mistakes:
            raise AssertionError(f"the origin's handler failed: {self.mistakes[0]!r}") from self.mistakes[0]


class RawOrigin(Listener):
    """Calls `handler(stream)` for each connection; the default answers every request with `200 ok`.

    `requests` collects what `answering` has read, over all connections, in order of arrival.
    """

    def __init__(self, handler=None, **options):
        self.handler = handler or self.answering(lambda _: answer())
        self.requests: list = []
        super().__init__(**options)

    def serve(self, stream: Stream):
        self.handler(stream)

    def answering(self, respond):
        """A keep-alive handler: `respond(request)` gives the bytes of each answer."""

        def handler(stream: Stream):
            while True:
                request = stream.request()
                self.requests.append(request)
                stream.send(respond(request))

        return handler

    @classmethod
    def that_answers(cls, respond, **options) -> RawOrigin:
        origin = cls(**options)
        origin.handler = origin.answering(respond)
        return origin

    def wait_for_requests(self, count: int) -> list:
        wait_until(lambda: len(self.requests) >= count, f"{count} requests at the origin")
        return self.requests


class H11Origin(Listener):
    """Parses with h11, so whatever the proxy sends must be lawful; `respond(request, body)` gives h11 events to send.

    `respond` returns a list of h11 events; the EndOfMessage at the end is added when it is missing.
    """

    def __init__(self, respond, **options):
        self.respond = respond
        self.requests: list = []
        super().__init__(**options)

    def serve(self, stream: Stream):
        peer = h11.Connection(h11.SERVER)
        while True:
            request, body, trailers = None, bytearray(), []
            while True:
                event = peer.next_event()
                if event is h11.NEED_DATA:
                    data = stream.socket.recv(1 << 16)
                    peer.receive_data(data)
                elif isinstance(event, h11.Request):
                    request = event
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    trailers = list(event.headers)
                    break
                else:
                    return
            self.requests.append((request, bytes(body), trailers))
            events = list(self.respond(request, bytes(body)))
            if not isinstance(events[-1], h11.EndOfMessage):
                events.append(h11.EndOfMessage())
            for event in events:
                data = peer.send(event)
                if data:
                    stream.send(data)
            if peer.our_state is not h11.DONE:
                return
            peer.start_next_cycle()


class _StandardHandler(http.server.BaseHTTPRequestHandler):
    """GET and HEAD serve `contents[path]`; POST, PUT and PATCH answer with what arrived, as JSON."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    contents: dict = {}

    def do_GET(self):
        body = self.contents.get(self.path.split("?")[0])
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body or b"")

    do_HEAD = do_GET

    def _chunks(self):
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            if size == 0:
                while self.rfile.readline() not in (b"\r\n", b""):
                    pass
                return
            yield self.rfile.read(size)
            self.rfile.readline()

    def do_POST(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            digest, size = hashlib.sha256(), 0
            for chunk in self._chunks():
                digest.update(chunk)
                size += len(chunk)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            digest, size = hashlib.sha256(body), len(body)
        report = json.dumps(
            {
                "method": self.command,
                "target": self.path,
                "version": self.request_version,
                "fields": self.headers.items(),
                "sha256": digest.hexdigest(),
                "size": size,
            }
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(report)))
        self.end_headers()
        self.wfile.write(report)

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_PROPFIND = do_POST

    def log_message(self, *_):
        pass


class StandardOrigin:
    """The standard library's http.server on a free port."""

    def __init__(self, contents: dict | None = None, version: str = "HTTP/1.1"):
        handler = type("Handler", (_StandardHandler,), {"contents": contents or {}, "protocol_version": version})

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                pass  # A proxy that hangs up is no news for the origin.

        self.server = Server(("127.0.0.1", 0), handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
