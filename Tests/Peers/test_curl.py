"""curl as the client: versions, framings, large bodies and connection reuse."""

from __future__ import annotations

import hashlib
import json

import pytest

from support.programs import curl
from support.wire import answer


def report(done) -> dict:
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def field(seen: dict, name: str) -> list:
    return [v for n, v in seen["fields"] if n.lower() == name.lower()]


def test_a_page_arrives_as_it_is(proxy, standard_origin):
    front = proxy(standard_origin({"/hello": b"hello\n"}))
    done = curl("-i", front.url + "/hello")
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"hello\n"


def test_an_http_1_0_client_gets_an_answer_it_can_read(proxy, raw_origin):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    front = proxy(raw_origin(answering=lambda _: chunked))
    done = curl("--http1.0", "-i", "--raw", front.url)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    assert done.returncode == 0, done.stderr
    assert body == b"abcde", "an HTTP/1.0 client must not be sent chunks (RFC 9112 section 6.1)"
    assert b"transfer-encoding" not in head.lower()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_every_method_arrives_with_its_body(proxy, standard_origin, method):
    seen = report(curl("-X", method, "--data-binary", "a=1&b=2", proxy(standard_origin()).url + "/form?x=1"))
    assert (seen["method"], seen["target"], seen["size"]) == (method, "/form?x=1", 7)
    assert seen["sha256"] == hashlib.sha256(b"a=1&b=2").hexdigest()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("framing", ["Content-Length", "chunked"])
def test_32_megabytes_up_arrive_unharmed_in_the_framing_they_had(proxy, standard_origin, large_file, framing):
    fields = ["-H", "Transfer-Encoding: chunked"] if framing == "chunked" else []
    seen = report(curl("-X", "PUT", "-T", large_file, *fields, proxy(standard_origin()).url + "/up"))
    assert seen["sha256"] == hashlib.sha256(large_file.read_bytes()).hexdigest()
    assert bool(field(seen, "Transfer-Encoding")) == (framing == "chunked")
    assert bool(field(seen, "Content-Length")) == (framing != "chunked")


@pytest.mark.timeout(120)
def test_32_megabytes_down_arrive_unharmed(proxy, standard_origin, large_file, tmp_path):
    front = proxy(standard_origin({"/large": large_file.read_bytes()}))
    done = curl("-o", tmp_path / "down", front.url + "/large")
    assert done.returncode == 0, done.stderr
    assert hashlib.sha256((tmp_path / "down").read_bytes()).digest() == hashlib.sha256(large_file.read_bytes()).digest()


def test_a_body_from_a_pipe_is_sent_chunk_by_chunk(proxy, raw_origin):
    origin = raw_origin(answering=lambda request: answer(request.body))
    done = curl("-T", "-", proxy(origin).url + "/pipe", stdin=b"from a pipe")
    assert done.stdout == b"from a pipe"
    assert origin.requests[0].framing == "chunked"


def test_the_origin_decides_about_expect_100_continue(proxy, raw_origin):
    """The body may come only after the origin's own 100, and the client must see that 100."""
    early = []

    def handler(stream):
        head = stream.head()
        assert head.one("Expect") == b"100-continue"
        early.append(not stream.silent_for(0.3))
        stream.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = stream.exactly(int(head.one("Content-Length")))
        stream.send(answer(body))

    done = curl(
        "-v", "-H", "Expect: 100-continue", "--expect100-timeout", 30, "-d", "the body", proxy(raw_origin(handler)).url
    )
    assert done.stdout == b"the body"
    assert early == [False], "the body was asked for before the origin said 100"
    assert b"< HTTP/1.1 100 Continue" in done.stderr


def test_a_refused_expectation_keeps_the_body_at_home(proxy, raw_origin):
    def handler(stream):
        stream.head()
        stream.send(answer(b"no", "WWW-Authenticate: Basic", status="401 Unauthorized"))
        stream.at_end()

    done = curl(
        "-H",
        "Expect: 100-continue",
        "--expect100-timeout",
        30,
        "-d",
        "x" * 100_000,
        "-w",
        "\n%{http_code} %{size_upload}",
        proxy(raw_origin(handler)).url,
    )
    assert done.stdout.decode().split("\n") == ["no", "401 0"]


def test_trailers_reach_curl(proxy, raw_origin, tmp_path):
    response = (
        b"HTTP/1.1 200 OK\r\nTrailer: X-Checksum\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4\r\nbody\r\n0\r\nX-Checksum: abc123\r\n\r\n"
    )
    done = curl("-D", tmp_path / "fields", proxy(raw_origin(answering=lambda _: response)).url)
    assert done.stdout == b"body"
    assert "X-Checksum: abc123" in (tmp_path / "fields").read_text()


def test_head_announces_a_length_and_sends_nothing(proxy, standard_origin):
    front = proxy(standard_origin({"/page": b"x" * 12345}))
    done = curl("-I", front.url + "/page", front.url + "/page", "-w", "%{num_connects};")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"Content-Length: 12345") == 2
    assert done.stdout.count(b"1;") == 1 and done.stdout.count(b"0;") == 1, "the connection was not used again"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_a_status_without_a_body_leaves_the_connection_usable(proxy, raw_origin, status):
    bare = f'HTTP/1.1 {status}\r\nETag: "e"\r\n\r\n'.encode()
    front = proxy(raw_origin(answering=lambda _: bare))
    done = curl("-w", "%{http_code} %{num_connects};", front.url + "/1", front.url + "/2")
    assert done.returncode == 0, done.stderr
    code = status[:3]
    assert done.stdout.decode() == f"{code} 1;{code} 0;"


def test_one_connection_serves_many_requests_on_both_sides(proxy, raw_origin):
    origin = raw_origin()
    front = proxy(origin)
    done = curl("-w", "%{num_connects}", *[f"{front.url}/{i}" for i in range(20)])
    assert done.stdout.decode() == "ok1" + "ok0" * 19
    assert [request.target for request in origin.requests] == [b"/%d" % i for i in range(20)]
    assert len(origin.connections) == 1, "the origin was dialled again for every request"


def test_parallel_requests_are_never_mixed_up(proxy, standard_origin, tmp_path):
    pages = {f"/{i}": hashlib.sha256(b"%d" % i).digest() * (1 + 97 * i) for i in range(64)}
    front = proxy(standard_origin(pages))
    wanted = [part for i in range(64) for part in ("-o", tmp_path / str(i), f"{front.url}/{i}")]
    done = curl("-Z", "--parallel-max", 16, "--parallel-immediate", *wanted)
    assert done.returncode == 0, done.stderr
    wrong = [i for i in range(64) if (tmp_path / str(i)).read_bytes() != pages[f"/{i}"]]
    assert wrong == []


def test_a_coded_body_is_passed_on_without_being_decoded(proxy, raw_origin):
    coded = bytes.fromhex("1f8b0800000000000203cb48cdc9c95728cf2fca49e102002d3b08af0c000000")
    front = proxy(raw_origin(answering=lambda _: answer(coded, "Content-Encoding: gzip", "Vary: Accept-Encoding")))
    assert curl("-H", "Accept-Encoding: gzip", front.url).stdout == coded
    assert curl("--compressed", front.url).stdout == b"hello world\n"


def test_nothing_is_added_that_would_make_an_origin_compress(proxy, raw_origin):
    origin = raw_origin()
    curl(proxy(origin).url)
    assert origin.requests[0].all("Accept-Encoding") == []
