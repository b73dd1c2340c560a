"""The load: wrk for requests, plain sockets for idle connections and for a slow reader."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from support.programs import clean_environment, find

SCRIPT = Path(__file__).with_name("report.lua")

#: What an authenticated call to WordPress's REST API carries; Host makes eight.
FIELDS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "application/json, */*;q=0.1",
    "Accept-Encoding": "gzip, deflate, br",
    "Authorization": "Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4",
    "Cookie": "wordpress_logged_in_5f4dcc3b5aa765d61d8327deb882cf99=editor%7C1790000000%7Cu3Jk0vX9%7C8a6e0804; wp_lang=en",
    "X-WP-Nonce": "4f0ac1b2d3",
    "Referer": "https://www.example.test/wp-admin/post.php?post=42&action=edit",
}


@dataclass(frozen=True)
class Load:
    """What wrk is told to do."""

    path: str = "/wp-json/wp/v2/users/me"
    connections: int = 64
    close: bool = False
    chunked: bool = False
    #: What every answer holds at least; fewer bytes are short bodies.
    body: int = 200


@dataclass(frozen=True)
class Figures:
    """What one run of the load saw."""

    requests: int
    seconds: float
    received: int
    errors: dict
    p50: float
    p99: float


def wrk(url: str, load: Load, seconds: float) -> Figures:
    # wrk counts in whole seconds; SIGINT ends it earlier, with its report.
    command = [find("wrk"), "-t1", f"-c{load.connections}", "-d60s", "--latency", "--timeout", "8s"]
    for name, value in FIELDS.items():
        command += ["-H", f"{name}: {value}"]
    if load.close:
        command += ["-H", "Connection: close"]
    command += ["-s", str(SCRIPT), url + load.path, "--"] + (["chunked"] if load.chunked else [])
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=clean_environment())
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    found = re.search(r"^FIGURES (.*)$", output.decode("utf-8", "replace"), re.M)
    if not found:
        return Figures(0, seconds, 0, {"wrk failed": 1}, 0, 0)
    numbers = [int(n) for n in found[1].split()]
    requests, micros, received = numbers[:3]
    errors = dict(zip(("connect", "read", "write", "timeout", "not 2xx"), numbers[3:8]))
    if received < requests * load.body:
        errors["short bodies"] = 1
    if requests == 0:
        errors["no answer"] = 1
    return Figures(requests, micros / 1e6, received, {k: v for k, v in errors.items() if v}, *numbers[8:])


class IdleConnections:
    """Clients that asked once and stay."""

    REQUEST = (
        "GET /wp-json/ HTTP/1.1\r\nHost: idle.test\r\n" + "".join(f"{n}: {v}\r\n" for n, v in FIELDS.items()) + "\r\n"
    ).encode()

    def __init__(self, port: int):
        self.port = port
        self.sockets: list = []
        self.failed = 0

    def open(self, count: int):
        for _ in range(count):
            try:
                client = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                self.sockets.append(client)
                client.sendall(self.REQUEST)
                self.failed += not client.recv(65536).startswith(b"HTTP/1.1 200")
            except OSError:
                self.failed += 1

    def still_open(self) -> int:
        """How many the proxy has not closed."""
        alive = 0
        for client in self.sockets:
            client.setblocking(False)
            try:
                alive += client.recv(1) != b""
            except BlockingIOError:
                alive += 1
            except OSError:
                continue
        return alive

    def close(self):
        for client in self.sockets:
            client.close()


def read_slowly(port: int, path: str, each_piece, piece: int = 4 << 20, pause: float = 0.04) -> int:
    """Takes a large answer in pieces with pauses between them; the size of the body that came."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        client.settimeout(20)
        client.connect(("127.0.0.1", port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: slow.test\r\nConnection: close\r\n\r\n".encode())
        received, head, due = 0, b"", piece
        buffer = bytearray(1 << 18)
        while True:
            count = client.recv_into(buffer)
            if count == 0:
                break
            if b"\r\n\r\n" not in head:
                head += buffer[:count]
            received += count
            if received >= due:
                due += piece
                each_piece()
                time.sleep(pause)
    return received - head.index(b"\r\n\r\n") - 4
