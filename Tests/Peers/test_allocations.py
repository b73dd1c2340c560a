"""What an exchange on a warm connection allocates: counted from outside, thread by thread, against a budget.

Each case runs a warm-up, so that arrays, pools and tables have the size they need, and then exactly 10,000 exchanges on
the same connections. The capture's thread may allocate nothing, and the loop's thread what BUDGET says: the goal is zero,
a larger number there is a debt, to be lowered and never raised. The live view's thread reads records back for people and
may allocate, within a bound: it is behind a queue and never holds traffic up. OpenSSL's own allocations count as well: it
makes its buffers anew for every record, which is what lets an idle TLS connection be small.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import sys

import pytest

from support.allocations import Allocations, build
from support.programs import run
from support.waiting import wait_until

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

WARM_UP, MEASURED, CONNECTIONS = 2_000, 10_000, 8
#: Of so many allocations one leaves its stack, for the report of a failure.
SAMPLE = 40
#: Allocations for each exchange: an array that grows late is no exchange's fault.
TOLERANCE = 0.02
#: The recorder's memory of values has one place for each, and which values share one depends on ports and dates, so
#: another run is another throw: the best counts.
ATTEMPTS = 5
#: What the loop's thread may allocate for each exchange ("live": batches wait for the view, so new ones are made).
BUDGET = {"get": 0, "live": 0.1, "upload": 6, "chunked": 8, "download": 0, "tls_origin": 9, "tls_client": 9}
#: What the live view may spend on one record: reading it, judging it and writing its line.
LIVE = 60

FIELDS = (
    b"Host: counted.test\r\nUser-Agent: count\r\nAccept: application/json, */*;q=0.1\r\n"
    b"Accept-Encoding: gzip, deflate\r\nAuthorization: Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4\r\n"
    b"Cookie: wordpress_logged_in_5f4dcc3b=editor%7C1790000000%7Cu3Jk0vX9; wp_lang=en\r\nX-WP-Nonce: 4f0ac1b2d3\r\n"
)
SMALL = b"GET /wp-json/wp/v2/users/me?_wpnonce=0123456789 HTTP/1.1\r\n" + FIELDS + b"\r\n"
UPLOAD = b"POST /up HTTP/1.1\r\n" + FIELDS + b"Content-Length: 6000\r\n\r\n" + b"x" * 6000
CHUNKED = (
    b"POST /up HTTP/1.1\r\n"
    + FIELDS
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"400\r\n%s\r\n" % (b"x" * 1024) * 3
    + b"0\r\n\r\n"
)
DOWNLOAD = b"GET /download HTTP/1.1\r\n" + FIELDS + b"\r\n"


@pytest.fixture(scope="session")
def counter(tmp_path_factory):
    return build(tmp_path_factory.mktemp("counter"))


@pytest.fixture
def site(nginx, certificates, tmp_path):
    """site(): nginx on ports of its own, which answers small, and 100 KB where asked to, for as long as one likes."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "download").write_bytes(b"d" * 100_000)
    os.utime(tmp_path / "files" / "download", (1_790_000_000, 1_790_000_000))

    def start():
        return nginx(
            "keepalive_requests 1000000; server { listen 127.0.0.1:{port}; listen 127.0.0.1:{second} ssl;"
            " ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;"
            " default_type application/json; location = /download { root {files}; }"
            " location / { return 200 '{\"name\":\"a small answer\"}'; } }",
            name=f"site-{len(list(tmp_path.iterdir()))}",
            files=tmp_path / "files",
            certificate=certificates.certificate("good"),
            key=certificates.key("good"),
        )

    return start


class Clients:
    """Kept connections on which the same request goes round: send on all, then read all answers."""

    def __init__(self, front, request: bytes, tls: ssl.SSLContext | None):
        self.request = request
        self.sockets = []
        for _ in range(CONNECTIONS):
            client = socket.create_connection((front.host, front.port), timeout=20)
            self.sockets.append(tls.wrap_socket(client, server_hostname="localhost") if tls else client)
        self.answer = self._length_of_an_answer()
        self._buffer = bytearray(self.answer)

    def _length_of_an_answer(self) -> int:
        self.sockets[0].sendall(self.request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.sockets[0].recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(re.search(rb"(?i)^content-length: *(\d+)", head, re.M)[1])
        while len(body) < length:
            body += self.sockets[0].recv(65536)
        return len(head) + 4 + length

    def run(self, exchanges: int):
        for _ in range(exchanges // CONNECTIONS):
            for client in self.sockets:
                client.sendall(self.request)
            for client in self.sockets:
                view = memoryview(self._buffer)
                while view:
                    count = client.recv_into(view)
                    assert count, "the proxy hung up"
                    view = view[count:]
                assert self._buffer.startswith(b"HTTP/1.1 200")

    def close(self):
        for client in self.sockets:
            client.close()


@pytest.fixture
def count(hoplens, site, counter, certificates, closing, tmp_path):
    """Allocations for each exchange, by thread: count(key of BUDGET, request, flags…)."""

    def measure(budget: str, request: bytes, *flags, tls_origin=False, tls_client=False, **options) -> dict:
        if tls_origin:
            flags = (*flags, "--ca-file", certificates.authority)
        if tls_client:
            flags = (*flags, "--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good"))
        for _ in range(ATTEMPTS):
            nginx = site()
            origin = f"https://127.0.0.1:{nginx.second}" if tls_origin else nginx.url
            allocations = Allocations(tmp_path, counter)
            front = hoplens(origin, *flags, env=allocations.environment, **options)
            clients = Clients(front, request, certificates.client() if tls_client else None)
            closing(clients)
            clients.run(WARM_UP)
            before = allocations.by_thread(front.pid)
            allocations.trace(every=SAMPLE)
            clients.run(MEASURED)
            allocations.trace(every=0)
            after = allocations.by_thread(front.pid)
            found = {name: (total - before.get(name, 0)) / MEASURED for name, total in after.items()}
            if found["loop-0"] <= BUDGET[budget] + TOLERANCE:
                return found
            print(f"{found}; who allocates (1 of {SAMPLE} is counted):\n{allocations.stacks(front.pid)}")
        raise AssertionError(f"{found['loop-0']} allocations an exchange, and the budget is {BUDGET[budget]}")

    return measure


REQUESTS = {"get": SMALL, "upload": UPLOAD, "chunked": CHUNKED, "download": DOWNLOAD}


@pytest.mark.parametrize("kind", REQUESTS)
def test_with_capture_an_exchange_allocates_no_more_than_its_budget(count, capture, kind):
    found = count(kind, REQUESTS[kind], "--quiet", "--capture", capture.directory)
    assert found["capture"] <= TOLERANCE
    wait_until(lambda: len(capture.lines()) > WARM_UP + MEASURED, "a record of every exchange", 20)


def test_without_capture_an_exchange_allocates_no_more_than_its_budget(count):
    assert "capture" not in count("get", SMALL, "--quiet")


def test_the_live_view_allocates_behind_its_queue_only(count, tmp_path):
    with open(tmp_path / "lines", "wb") as lines:
        found = count("live", SMALL, stdout=lines)
    assert 0 < found["live"] <= LIVE


@pytest.mark.parametrize("side", ["tls_origin", "tls_client"])
def test_over_tls_an_exchange_allocates_no_more_than_its_budget(count, side):
    count(side, SMALL, "--quiet", **{side: True})


def test_the_counter_counts(tmp_path, counter):
    """A hundred allocations of a program we know are a hundred more."""

    def of(program: str) -> int:
        allocations = Allocations(tmp_path, counter)
        done = run(sys.executable, "-S", "-c", program, env=allocations.environment)
        assert done.returncode == 0, done.stderr.decode()
        return allocations.total()

    loop = "import ctypes; f = ctypes.CDLL(None); f.malloc.restype = ctypes.c_void_p\nfor _ in range(%d): f.%s"
    for call in ("malloc(64)", "calloc(4, 16)", "realloc(None, 64)", "aligned_alloc(64, 128)"):
        assert of(loop % (1100, call)) - of(loop % (100, call)) >= 1000
