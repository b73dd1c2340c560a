"""What clients can make hoplens hold: memory, descriptors, connections and processor time, each with its bound."""

from __future__ import annotations

import os
import resource
import socket
import struct
import threading
import time

import pytest

from support.waiting import wait_until
from support.wire import Ended, answer, connect, exchange, get

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(180)]

MB = 1 << 20


def resident(pid: int) -> int:
    """Resident bytes of a process."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def processor_time(pid: int) -> float:
    """Seconds of processor time a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def reset(sock: socket.socket):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


@pytest.fixture
def many_descriptors():
    """This process may open as many as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield max(soft, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# ---------------------------------------------------------------- memory


def test_a_slow_reader_of_512_megabytes_costs_no_memory(hoplens, raw_origin):
    sent = [0]

    def handler(stream):
        stream.socket.settimeout(60)
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (512 * MB))
        block = bytes(MB // 4)
        while sent[0] < 512 * MB:
            stream.send(block)
            sent[0] += len(block)

    front = hoplens(raw_origin(handler), "--quiet")
    before = resident(front.pid)
    with connect(front.port) as client:
        client.send(get())
        got = peak = 0
        end = time.monotonic() + 3
        while time.monotonic() < end:
            got += len(client.socket.recv(65_536))
            peak = max(peak, resident(front.pid))
            time.sleep(0.02)
    assert got > MB // 4
    assert sent[0] - got < 64 * MB, "hoplens reads ahead"
    assert peak - before < 4 * MB, f"{(peak - before) / MB:.1f} MB more"


def test_an_upload_of_512_megabytes_to_a_slow_origin_costs_no_memory(hoplens, raw_origin):
    stop = threading.Event()

    def handler(stream):
        stream.head()
        while not stop.is_set():
            stream.socket.recv(65_536)
            time.sleep(0.02)

    front = hoplens(raw_origin(handler), "--quiet")
    before = resident(front.pid)
    with connect(front.port) as client:
        client.send(get("/", f"Content-Length: {512 * MB}", method="POST"))
        client.socket.setblocking(False)
        sent = peak = 0
        block = bytes(MB // 4)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            try:
                sent += client.socket.send(block)
            except BlockingIOError:
                time.sleep(0.01)
            peak = max(peak, resident(front.pid))
        reset(client.socket)
    stop.set()
    assert MB < sent < 128 * MB, f"{sent / MB:.0f} MB were taken"
    assert peak - before < 4 * MB, f"{(peak - before) / MB:.1f} MB more"


def test_requests_sent_ahead_wait_in_a_bounded_place_and_are_answered_in_order(hoplens, raw_origin):
    origin = raw_origin(answering=lambda request: answer(request.target))
    front = hoplens(origin, "--quiet", "--limit", "pipeline=4k")
    before = resident(front.pid)
    count = 20_000
    requests = b"".join(get(f"/{number}") for number in range(count))
    with connect(front.port, patience=60) as client:
        sender = threading.Thread(target=lambda: client.send(requests), daemon=True)
        sender.start()
        time.sleep(0.5)
        assert resident(front.pid) - before < 4 * MB
        for number in range(count):
            assert client.response().body == b"/%d" % number
        sender.join(10)


def test_a_million_chunks_pass_and_a_body_that_is_all_chunks_does_not(hoplens, raw_origin):
    origin = raw_origin(answering=lambda request: answer(b"%d" % len(request.body)))
    front = hoplens(origin, "--quiet", "--limit", "chunks=1000")
    before = resident(front.pid)
    first = get("/", "Transfer-Encoding: chunked", method="POST")
    # One chunk for each 64 bytes of content is free of charge.
    assert exchange(front.port, first + b"40\r\n%s\r\n" % (b"x" * 64) * 5000 + b"0\r\n\r\n", "POST").body == b"320000"
    with connect(front.port) as client:
        try:
            client.send(first + b"1;e\r\nx\r\n" * 100_000 + b"0\r\n\r\n")
        except Ended:
            pass  # Turned away in the middle: just as it should be.
        got = client.response("POST")
        assert (got.status, got.one("Connection")) == (413, b"close")
    assert resident(front.pid) - before < 4 * MB


# ---------------------------------------------------------------- connections


def test_ten_thousand_idle_connections_cost_little_memory_and_no_time(hoplens, standard_nginx, many_descriptors):
    count = 10_000
    if many_descriptors < count + 500:
        pytest.skip(f"only {many_descriptors} descriptors are allowed here")
    front = hoplens(standard_nginx, "--quiet", "--limit", "connections=20000", "--limit", "client-connections=20000")
    exchange(front.port, get())
    before = resident(front.pid)
    idle = []
    try:
        for number in range(count):
            sock = socket.create_connection(("127.0.0.1", front.port), 10)
            idle.append(sock)
            sock.sendall(get())
            if number % 100 == 99:
                for served in idle[-100:]:
                    assert served.recv(4096).startswith(b"HTTP/1.1 200")
        each = (resident(front.pid) - before) / count
        assert each < 4096, f"{each:.0f} bytes for an idle connection"
        spent = processor_time(front.pid)
        time.sleep(1)
        assert processor_time(front.pid) - spent < 0.2, "idle connections keep it busy"
        assert exchange(front.port, get()).body == b"ok"
        assert b" 200 " in again(idle[count // 2])
    finally:
        for sock in idle:
            sock.close()
    wait_until(lambda: descriptors(front.pid) < 200, "the connections to be let go", 30)


def again(sock: socket.socket) -> bytes:
    sock.sendall(get())
    return sock.recv(4096)


@pytest.fixture
def standard_nginx(nginx):
    return nginx("keepalive_requests 1000000; server { listen 127.0.0.1:{port}; return 200 ok; }")


def test_five_thousand_connections_opened_and_dropped_leave_nothing(hoplens, standard_nginx):
    front = hoplens(standard_nginx, "--quiet")
    exchange(front.port, get())
    before = descriptors(front.pid)
    for number in range(5000):
        sock = socket.create_connection(("127.0.0.1", front.port), 10)
        kind = number % 5
        if kind == 1:
            sock.sendall(b"GET / HT")
        elif kind == 2:
            sock.sendall(get())
        elif kind == 3:
            sock.sendall(get("/", "Content-Length: 10", method="POST") + b"x")
        if kind == 4:
            sock.close()
        else:
            reset(sock)
    wait_until(lambda: descriptors(front.pid) <= before + 5, "every descriptor to be given back", 30)
    assert exchange(front.port, get()).body == b"ok"


def test_beyond_the_limit_of_connections_the_next_one_waits(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--limit", "connections=2", "--threads", "1")
    first, second, third = connect(front.port), connect(front.port), None
    for client in (first, second):
        client.send(get())
        assert client.response().body == b"ok"
    with connect(front.port) as third:
        third.send(get())
        assert third.silent_for(0.5)
        front.wait_for_text("limit connections (2) is reached")
        first.close()
        assert third.response().body == b"ok"
    second.close()


def test_without_descriptors_it_waits_without_spinning_and_recovers(hoplens, standard_nginx, many_descriptors):
    front = hoplens(
        standard_nginx, "--quiet", before_exec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80))
    )
    clients = []
    try:
        for _ in range(300):
            sock = socket.create_connection(("127.0.0.1", front.port), 10)
            clients.append(sock)
            sock.sendall(b"GET / HTTP/1.1\r\nHost: public.test\r\n")
        front.wait_for_text("out of file descriptors")
        spent = processor_time(front.pid)
        time.sleep(1.5)
        assert processor_time(front.pid) - spent < 0.5, "it spins"
        assert front.err().count("out of file descriptors") == 1
    finally:
        for sock in clients:
            reset(sock)

    def serves():
        try:
            return exchange(front.port, get(), patience=2).body == b"ok"
        except (Ended, OSError):
            return False

    wait_until(serves, "hoplens to serve again", 15)
    wait_until(lambda: descriptors(front.pid) < 40, "the descriptors to be free", 15)


# ---------------------------------------------------------------- those who leave


@pytest.mark.parametrize("where", ["in the head", "in the body", "while waiting", "in the answer", "in chunks"])
def test_a_client_that_resets_in_the_middle_takes_nothing_with_it(hoplens, raw_origin, where):
    gone = threading.Semaphore(0)

    def handler(stream):
        try:
            head = stream.head()
            if head.method == b"POST":
                stream.rest()
            elif head.target == b"/long":
                stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
                while True:
                    stream.send(bytes(65_536))
            elif head.target == b"/wait":
                stream.rest()
            else:
                stream.send(answer())
        except Ended:
            pass
        gone.release()

    front = hoplens(raw_origin(handler), "--json")
    before = descriptors(front.pid)
    count = 20
    clients = [connect(front.port) for _ in range(count)]
    for client in clients:
        if where == "in the head":
            client.send(b"GET / HTTP/1.1\r\nHo")
        elif where == "in the body":
            client.send(get("/", "Content-Length: 1000", method="POST") + b"x" * 500)
        elif where == "in chunks":
            client.send(get("/", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhel")
        elif where == "while waiting":
            client.send(get("/wait"))
        else:
            client.send(get("/long"))
            client.exactly(1000)
    for client in clients:
        client.reset()
    if where != "in the head":
        for _ in range(count):
            assert gone.acquire(timeout=15), "the origin is not told that the client has left"
        ends = [record["end"] for record in front.wait_for_records(count)]
        assert set(ends) == {"client-aborted"}
    wait_until(lambda: descriptors(front.pid) <= before + 1, "the descriptors to be free", 15)
    assert exchange(front.port, get()).body == b"ok"
