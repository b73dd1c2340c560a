"""What hoplens answers itself: never an open proxy, never a loop, never a guess; always named and typed (RFC 9209)."""

from __future__ import annotations

import re

import pytest

from support.programs import curl, find, run
from support.waiting import free_port
from support.wire import answer, connect, exchange, get

pytestmark = pytest.mark.hoplens


@pytest.fixture
def front(hoplens, raw_origin):
    return hoplens(raw_origin(), "--node", "n1", "--json")


def own(message, status: int, word: str | None = None):
    """The answer is hoplens's own, says so, and names the error."""
    assert message.status == status
    value = message.one("Proxy-Status").decode()
    assert value.startswith("n1;")
    if word is not None:
        assert re.search(rf"error={word}\b", value), value
    assert b"hoplens" in message.body


@pytest.mark.parametrize(
    "request_bytes, status",
    [
        (get("http://elsewhere.test/", host="public.test"), 421),
        (get("https://elsewhere.test/", host="elsewhere.test"), 421),
        (get("http://elsewhere.test/", "Proxy-Connection: Keep-Alive", host="elsewhere.test"), 421),
        (get("http://elsewhere.test/", "Proxy-Authorization: Basic eDp5", host="elsewhere.test"), 421),
        (b"CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: elsewhere.test:443\r\n\r\n", 501),
        (get("/", "Via: 1.1 n1"), 508),
        (get("/", "Via: 1.0 first, 1.1 n1 (comment), 1.1 last"), 508),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n", 400),
        (get("/", "Content-Length: 1", "Transfer-Encoding: chunked", method="POST") + b"0\r\n\r\n", 400),
        (get("/", "Content-Length: 1", "Content-Length: 2", method="POST") + b"x", 400),
        (get("/", "Content-Length: +1", method="POST") + b"x", 400),
        (get("/", "Transfer-Encoding: gzip, chunked", method="POST"), 501),
        (get("/", "Bad Name: 1"), 400),
        (get("/", "Bad-Space : 1"), 400),
        (get("/", "X: a", " folded: line"), 400),
        (get("/", "X: nul\0byte"), 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/3.0\r\nHost: a.test\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_what_may_not_be_forwarded_is_refused(front, request_bytes, status):
    with connect(front.port) as client:
        client.send(request_bytes)
        got = client.response()
        own(got, status)
        client.shut()
        assert client.at_end()


def test_an_absolute_target_that_names_this_listener_is_served_in_origin_form(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin)
    here = f"127.0.0.1:{front.port}"
    assert exchange(front.port, get(f"http://{here}/path?q", host=here)).body == b"ok"
    assert origin.requests[0].target == b"/path?q"


def test_an_absolute_target_that_repeats_host_means_what_the_origin_form_means(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin)
    assert exchange(front.port, get("http://public.test/path?q", host="public.test")).body == b"ok"
    assert (origin.requests[0].target, origin.requests[0].one("Host")) == (b"/path?q", b"public.test")


def test_curl_that_takes_it_for_a_forward_proxy_is_told_so(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin)
    done = run(find("curl"), "-q", "-sS", "-w", "%{http_code}", "-x", front.url, "http://elsewhere.test/")
    assert done.stdout.endswith(b"421") and b"names another site" in done.stdout
    assert origin.requests == []


def test_options_asterisk_is_answered_by_the_origin(hoplens, raw_origin):
    origin = raw_origin(answering=lambda _: answer(b"", "Allow: GET"))
    got = exchange(hoplens(origin).port, get("*", method="OPTIONS"))
    assert (origin.requests[0].start, got.one("Allow")) == (b"OPTIONS * HTTP/1.1", b"GET")


def test_a_long_target_and_long_fields_have_their_own_statuses(front):
    own(exchange(front.port, get("/" + "a" * 70_000)), 414)
    own(exchange(front.port, get("/", "X: " + "a" * 300_000)), 431)
    own(exchange(front.port, get("/", *[f"X-{i}: 1" for i in range(5000)])), 431)


def test_limits_are_what_the_flags_say(hoplens, raw_origin):
    front = hoplens(raw_origin(), "--node", "n1", "--limit", "line=1k", "--limit", "fields=10", "--limit", "head=4k")
    assert exchange(front.port, get("/" + "a" * 900)).status == 200
    own(exchange(front.port, get("/" + "a" * 1100)), 414)
    assert exchange(front.port, get("/", *[f"X-{i}: 1" for i in range(9)])).status == 200
    own(exchange(front.port, get("/", *[f"X-{i}: 1" for i in range(10)])), 431)
    own(exchange(front.port, get("/", *[f"X-{i}: {'a' * 900}" for i in range(6)])), 431)


def test_a_dead_origin_is_502_connection_refused(hoplens):
    port = free_port()
    front = hoplens(f"http://127.0.0.1:{port}", "--node", "n1", "--json")
    got = exchange(front.port, get())
    own(got, 502, "connection_refused")
    assert str(port).encode() in got.body or b"refused" in got.body
    record = front.wait_for_records(1)[0]
    assert record["response"]["by"] == "hoplens"
    assert record["error"]["cause"] == "connection_refused"
    assert record["error"]["side"] == "origin"


def test_an_origin_that_comes_back_is_used_again(hoplens, nginx, tmp_path):
    origin = nginx("server { listen 127.0.0.1:{port}; return 200 up; }")
    front = hoplens(origin, "--node", "n1")
    assert exchange(front.port, get()).body == b"up"
    origin.close()
    own(exchange(front.port, get()), 502)
    again = nginx(
        f"server {{ listen 127.0.0.1:{origin.port}; listen 127.0.0.1:{{port}}; return 200 again; }}", name="again"
    )
    assert again.alive()
    assert exchange(front.port, get()).body == b"again"


def test_an_own_answer_to_head_has_no_body(hoplens):
    front = hoplens(f"http://127.0.0.1:{free_port()}", "--node", "n1")
    with connect(front.port) as client:
        client.send(get(method="HEAD") + get())
        assert client.response("HEAD").status == 502
        assert client.response().status == 502, "the second answer does not begin where the first one ended"


def test_an_own_answer_keeps_the_connection_when_it_can(hoplens):
    front = hoplens(f"http://127.0.0.1:{free_port()}")
    done = curl("-w", "%{http_code} %{num_connects};", "-o", "/dev/null", front.url, "-o", "/dev/null", front.url)
    assert done.stdout == b"502 1;502 0;"


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nNo colon here\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: nobody-asked\r\nConnection: Upgrade\r\n\r\n",
        b"",
    ],
)
def test_an_answer_that_cannot_be_trusted_is_502(hoplens, raw_origin, response):
    def handler(stream):
        stream.request()
        stream.send(response)

    front = hoplens(raw_origin(handler), "--node", "n1")
    own(exchange(front.port, get("/", "Content-Length: 0", method="POST"), "POST"), 502)


def test_two_nodes_that_forward_to_each_other_end_the_loop(hoplens):
    first_port = free_port()
    second = hoplens(f"http://127.0.0.1:{first_port}", "--node", "n2")
    hoplens(second.url, "--node", "n1", listen=f"127.0.0.1:{first_port}")
    assert exchange(first_port, get()).status == 508


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS"])
def test_max_forwards_is_counted_down(hoplens, raw_origin, method):
    origin = raw_origin(answering=lambda _: answer())
    exchange(hoplens(origin).port, get("/", "Max-Forwards: 5", method=method))
    assert origin.requests[0].one("Max-Forwards") == b"4"


def test_a_head_refused_for_what_it_says_is_recorded_with_what_it_said(front):
    """Who asked for what must be known when it is refused for its framing; only an unreadable head has no target."""
    with connect(front.port) as client:
        client.send(get("/who", "Content-Length: 3", "Transfer-Encoding: chunked", method="POST") + b"0\r\n\r\n")
        assert client.response("POST").status == 400
    record = front.wait_for_records(1)[0]
    assert (record["request"]["method"], record["request"]["target"]) == ("POST", "/who")
    assert record["end"] == "refused" and record["response"]["by"] == "hoplens"
