"""What must survive to the byte: order, spelling, duplicates, empty values, bytes above ASCII, targets, bodies."""

from __future__ import annotations

import pytest

from support.wire import answer, connect, exchange, get

#: Everything here may pass a proxy unchanged, and something in the world changes each of it.
PECULIAR = [
    (b"Host", b"public.test"),
    (b"x-lower", b"1"),
    (b"X-UPPER", b"2"),
    (b"X-Empty", b""),
    (b"Cookie", b'a=1; b="two"'),
    (b"X-Twice", b"first"),
    (b"Authorization", b"Basic dXNlcjpwYXNz"),
    (b"X-Twice", b"second"),
    (b"x-twice", b"third, fourth"),
    (b"Cookie", b"c=3"),
    (b"X-Latin", b"caf\xe9 \xff\x80"),
    (b"X-UTF-8", "Zażółć gęślą ☃".encode()),
    (b"X_Under.Score", b"kept"),
    (b"X-Inner  ".strip(), b"two  blanks\tand a tab"),
    (b"!#$%&'*+-.^_`|~0", b"every kind of name byte"),
    (b"Accept-Encoding", b"gzip;q=0, br"),
    (b"User-Agent", b"peers/1"),
    (b"Referer", b"http://public.test/?a=1"),
    (b"Origin", b"null"),
    (b"X-Forwarded-For", b"198.51.100.1"),
    (b"Date", b"yesterday"),
    (b"Server", b"not a request field"),
]


def head(start: bytes, fields) -> bytes:
    return start + b"\r\n" + b"".join(n + b": " + v + b"\r\n" for n, v in fields) + b"\r\n"


def test_request_fields_arrive_exactly_as_sent_and_via_follows_them(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, "--node", "peer-test")
    exchange(front.port, head(b"GET /wp-json/ HTTP/1.1", PECULIAR))
    assert origin.requests[0].fields == [*PECULIAR, (b"Via", b"1.1 peer-test")]


def test_without_via_the_head_arrives_byte_for_byte(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, "--no-via")
    sent = head(b"GET /wp-json/?a=%2F&b=//c;d HTTP/1.1", PECULIAR)
    exchange(front.port, sent)
    assert origin.requests[0].head == sent


def test_response_fields_arrive_exactly_as_sent(proxy, raw_origin):
    fields = [
        (b"Server", b"Origin/1"),
        (b"Date", b"Thu, 01 Jan 1970 00:00:00 GMT"),
        (b"X-Empty", b""),
        (b"Set-Cookie", b"a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
        (b"set-cookie", b"b=2, not a list"),
        (b"WWW-Authenticate", b'Basic realm="a, b"'),
        (b"WWW-Authenticate", b"Bearer"),
        (b"X-Latin", b"caf\xe9\xa0\xff"),
        (b"X_Under", b"1"),
        (b"Vary", b"Origin"),
        (b"Vary", b"Cookie"),
        (b"Access-Control-Allow-Origin", b"*"),
        (b"Access-Control-Allow-Origin", b"https://a.test"),
        (b"ETag", b'W/"x"'),
        (b"Content-Length", b"2"),
        (b"Link", b'<https://a.test/wp-json/>; rel="https://api.w.org/"'),
    ]
    sent = head(b"HTTP/1.1 200 Alles g\xfct", fields)
    front = proxy(raw_origin(answering=lambda _: sent + b"ok"))
    got = exchange(front.port, get())
    assert got.fields == fields
    assert got.start == b"HTTP/1.1 200 Alles g\xfct"


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "//double//slash",
        "/a/../b/./c",
        "/%2e%2e/%2F%00",
        "/?",
        "/?a=1?b=2#".rstrip("#"),
        "/wp-json?rest_route=/wp%2Fv2/posts",
        "/caf%C3%A9;v=1,2",
        '/a|b^c`d{e}"f\\g',
        "/*",
        "/~user/index.php/path?x[]=1&x[]=2",
        "/" + "long" * 1500,
    ],
)
def test_a_target_is_never_tidied_up(proxy, raw_origin, target):
    origin = raw_origin()
    assert exchange(proxy(origin).port, get(target)).status == 200
    assert origin.requests[0].target == target.encode()


@pytest.mark.parametrize(
    "start",
    [
        "HTTP/1.1 200 ",
        "HTTP/1.1 299 Whatever it is",
        "HTTP/1.1 451 Unavailable For Legal Reasons",
        "HTTP/1.1 599 Custom",
    ],
)
def test_status_and_reason_arrive_as_the_origin_chose_them(proxy, raw_origin, start):
    front = proxy(raw_origin(answering=lambda _: start.encode() + b"\r\nContent-Length: 0\r\n\r\n"))
    assert exchange(front.port, get()).start.rstrip() == start.encode().rstrip()


def test_chunked_stays_chunked_both_ways_with_its_trailers(hoplens, raw_origin):
    response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n"
    origin = raw_origin(answering=lambda _: response)
    front = hoplens(origin)
    request = get("/", "Transfer-Encoding: chunked", "TE: trailers", "Connection: TE", method="POST")
    got = exchange(front.port, request + b"1;ext=1\r\na\r\nA\r\n0123456789\r\n0\r\nX-Up: yes\r\n\r\n", "POST")
    assert (got.framing, got.body, got.trailers) == ("chunked", b"hello", [(b"X-Sum", b"1"), (b"x-sum", b"2")])
    seen = origin.requests[0]
    assert (seen.framing, seen.body, seen.trailers) == ("chunked", b"a0123456789", [(b"X-Up", b"yes")])


def test_a_body_that_ends_with_the_connection_is_complete_and_ends_with_the_connection(proxy, raw_origin):
    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil ")
        stream.send(b"close" * 10_000)

    with connect(proxy(raw_origin(handler)).port) as client:
        client.send(get())
        assert client.response().body == b"until " + b"close" * 10_000


def test_an_http_1_0_answer_of_unknown_length_is_passed_on(proxy, raw_origin):
    def handler(stream):
        stream.request()
        stream.send(b"HTTP/1.0 200 OK\r\nX-Old: yes\r\n\r\nold times")

    got = exchange(proxy(raw_origin(handler)).port, get())
    assert (got.status, got.body, got.one("X-Old")) == (200, b"old times", b"yes")


@pytest.mark.hoplens
def test_a_response_that_is_cut_short_is_not_made_to_look_whole(hoplens, raw_origin):
    """Fewer bytes than Content-Length, or no last chunk: the client must be able to notice (RFC 9112 section 8)."""
    cut = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n",
    ]
    for response in cut:

        def handler(stream, response=response):
            stream.request()
            stream.send(response)

        with connect(hoplens(raw_origin(handler)).port) as client:
            client.send(get())
            assert client.head().status == 200
            rest = b""
            try:
                rest = client.rest()
            except Exception as error:  # noqa: BLE001 - a reset is as good a sign as an early end
                assert type(error).__name__ == "Ended"
            assert not rest.endswith(b"0\r\n\r\n") and len(rest) < 100


def test_hop_by_hop_fields_end_here_and_nominated_ones_too(hoplens, raw_origin):
    origin = raw_origin(
        answering=lambda _: answer(
            b"ok", "Connection: X-Hop, keep-alive", "Keep-Alive: timeout=5", "X-Hop: 1", "X-End: 2"
        )
    )
    front = hoplens(origin)
    got = exchange(
        front.port,
        get(
            "/",
            "Connection: X-Private, keep-alive",
            "X-Private: 1",
            "Keep-Alive: 300",
            "Proxy-Connection: keep-alive",
            "TE: gzip",
            "X-Public: 2",
        ),
    )
    names = {name.lower() for name, _ in origin.requests[0].fields}
    assert not names & {b"x-private", b"keep-alive", b"proxy-connection", b"te", b"connection"}
    assert b"x-public" in names
    back = {name.lower() for name, _ in got.fields}
    assert not back & {b"x-hop", b"keep-alive"}
    assert got.one("X-End") == b"2"


def test_an_http_1_0_request_without_host_gets_the_origin_s_own(hoplens, raw_origin):
    origin = raw_origin()
    got = exchange(hoplens(origin, "--node", "n1").port, b"GET /old HTTP/1.0\r\nX-A: 1\r\n\r\n")
    assert got.body == b"ok"
    request = origin.requests[0]
    assert request.start == b"GET /old HTTP/1.1"
    assert request.one("Host") == f"127.0.0.1:{origin.port}".encode()
    assert request.one("Via") == b"1.0 n1"


@pytest.mark.parametrize("size", [0, 1, 1023, 16_384, 65_535, 65_536, 65_537, 1_000_000])
def test_bodies_of_every_size_come_back_equal(proxy, raw_origin, size):
    body = bytes(i * 7 % 251 for i in range(size))
    front = proxy(raw_origin(answering=lambda request: answer(request.body)))
    got = exchange(front.port, get("/", f"Content-Length: {size}", method="POST") + body, "POST")
    assert got.body == body
