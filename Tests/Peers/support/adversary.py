"""Requests and answers on which two readers of HTTP/1 are known to differ, made by crossing what can be wrong with where.

A request case is bytes with a second request (`/canary`) where one of the two readings would find it. Behind it a test
sends a clean sentinel: after a refusal it must not be answered, and after a forwarded request it must. An answer case is
what an origin sends, and what of it a client may see.
"""

from __future__ import annotations

from dataclasses import dataclass

CANARY = b"GET /canary HTTP/1.1\r\nHost: h.test\r\n\r\n"
LENGTH = b"%d" % len(CANARY)

REFUSED, FORWARDED, EITHER = "refused", "forwarded", "refused or forwarded"


@dataclass
class RequestCase:
    name: str
    data: bytes
    lawful: str = EITHER
    #: The bodies the origin may have received.
    bodies: tuple | None = None
    #: Bytes of it are missing: the client half-closes behind it instead of sending the sentinel.
    cut: bool = False
    method: bytes = b"GET"
    #: An HTTP/1.0 or `Connection: close` request ends the connection; then no sentinel is answered.
    closes: bool = False
    #: What a refusal may be.
    statuses: range = range(400, 506)


@dataclass
class AnswerCase:
    name: str
    data: bytes
    #: Statuses the client may get, and with which bodies; a cut is always allowed where `whole` is false.
    statuses: tuple = (502,)
    bodies: tuple | None = None
    whole: bool = True
    method: bytes = b"GET"
    request: tuple = ()
    #: The origin closes behind it.
    closes: bool = True
    version: bytes = b"1.1"


def head(*lines: bytes, first: bytes = b"POST /c HTTP/1.1", host: bytes | None = b"Host: h.test") -> bytes:
    return b"\r\n".join([first, *([host] if host is not None else []), *lines, b"", b""])


# ---------------------------------------------------------------- requests

#: Values of Transfer-Encoding, and whether it is exactly `chunked` for everybody.
CODINGS = [
    (b"chunked", True), (b"Chunked", True), (b"CHUNKED", True), (b" chunked", True), (b"\tchunked", True),
    (b"chunked ", True), (b"chunked\t ", True), (b"chunked, chunked", False), (b"chunked,", False), (b",chunked", False),
    (b"chunked, identity", False), (b"identity, chunked", False), (b"identity", False), (b"gzip, chunked", False),
    (b"chunked;q=1", False), (b"chunked;", False), (b'"chunked"', False), (b"'chunked'", False), (b"chunke", False),
    (b"xchunked", False), (b"chunked x", False), (b"chun ked", False), (b"chunked\x0b", False), (b"\x0cchunked", False),
    (b"chunked\0", False), (b"\x00chunked", False), (b"\xa0chunked", False), (b"chunked\xad", False), (b"", False),
    (b"chunked\r", False), (b"\rchunked", False), (b"chunked\n", False), (b"\n chunked", False), (b"x\r\n chunked", False),
    (b"chunked\r\n\tx", False), (b"\r\n chunked", False), (b"trailers", False), (b"deflate", False), (b"chunked, gzip", False),
]  # fmt: skip

#: Spellings of the name Transfer-Encoding that no reader may take for it, and some that are other fields.
NAMES = [
    (b"Transfer-Encoding ", REFUSED), (b"Transfer-Encoding\t", REFUSED), (b" Transfer-Encoding", REFUSED),
    (b"\tTransfer-Encoding", REFUSED), (b"Transfer-Encoding\0", REFUSED), (b"Transfer-Encoding\x0b", REFUSED),
    (b"Transfer Encoding", REFUSED), (b"Transfer-Encoding\xa0", REFUSED), (b"\xefTransfer-Encoding", REFUSED),
    (b"(Transfer-Encoding)", REFUSED), (b"Transfer-Encoding;x", REFUSED), (b"Transfer-Encoding\r", REFUSED),
    (b"Transfer-\nEncoding", REFUSED), (b"Transfer\r\n-Encoding", REFUSED), (b'"Transfer-Encoding"', REFUSED),
    (b"Transfer_Encoding", FORWARDED), (b"TransferEncoding", FORWARDED), (b"Transfer-Encodin", FORWARDED),
    (b"X-Transfer-Encoding", FORWARDED), (b"Transfer.Encoding", FORWARDED),
]  # fmt: skip

#: Values of Content-Length that are not one decimal number; N is the true length.
LENGTHS = [
    b"", b" ", b"+N", b"-N", b"-0", b"+0", b"0xN", b"0x10", b"N.0", b"N,", b",N", b"N, 0", b"0, N", b"N N", b"N;", b"N;q=1",
    b'"N"', b"N\0", b"\0N", b"N\x0b", b"N\x0c", b"Na", b"aN", b"N_0", b"1_0", b"1e1", b"N\xa0", b"\xb2", b"\xef\xbc\x95",
    b"00000000000000000000N", b"18446744073709551616", b"18446744073709551615", b"9223372036854775808", b"4294967296000000000",
    b"99999999999999999999999999999999", b"N\r", b"\rN", b"\r\n N", b"N\r\n\t0", b"N\n", b"identity", b"NaN", b"inf",
]  # fmt: skip

CHUNK_SIZES = [
    b"0x5", b"+5", b"-5", b" 5", b"\t5", b"5x", b"5_0", b"0_5", b"5.0", b"5,5", b"5 5", b"g", b"", b";", b"5\0", b"\x005",
    b"5\x0b", b"5\x0c", b"5\xa0", b"\xef\xbc\x95", b"10000000000000005", b"100000000000000005", b"0" * 16 + b"5",
    b"0" * 300 + b"5", b"ffffffffffffffff", b"fffffffffffffffb", b"8000000000000005", b'"5"', b"5\r", b"\r5", b"5\n", b"0X5",
    b"5h", b"5\r\r", b"5 \n", b"5\t\n", b"{5}", b"%35", b"5;\x01", b'5;"', b'5;a="b', b"5;a=\x7f", b"5;a=b\rc", b"5;a=b\nc",
    b"5;a=b\n", b"5 ;\n", b"5;a=\0", b'5;a="\\"',
]  # fmt: skip

PLAIN_SIZES = [b"5", b"05", b"0000000005", b"5;", b"5;a", b"5;a=b", b'5;a="b;c"', b"5 ;a=b", b"5 \t", b"5;a;b;c"]

CONTROLS = [*range(0x00, 0x09), *range(0x0A, 0x20), 0x7F]

TRAILERS = [
    b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Host: evil.test", b"Connection: close", b"Authorization: Basic eDp5",
    b"Cookie: a=b", b"Content-Type: a/b", b"Content-Encoding: gzip", b"Content-Range: bytes 0-1/2", b"Range: bytes=0-0",
    b"Trailer: X", b"TE: trailers", b"Upgrade: h2c", b"Expect: 100-continue", b"If-Match: *", b"Cache-Control: no-store",
    b"Max-Forwards: 0", b"X-Forwarded-For: 192.0.2.1", b"X-Real-IP: 192.0.2.1", b"Via: 1.1 x", b"CONTENT-LENGTH: 5",
    b"X-Fine: 1",
]  # fmt: skip

TARGETS = [
    (b"/c d", REFUSED), (b"/c\td", REFUSED), (b" /c", REFUSED), (b"/c ", REFUSED), (b"/c#f", REFUSED), (b"#", REFUSED),
    (b"", REFUSED), (b"c", REFUSED), (b"*", REFUSED), (b"h.test:80", REFUSED), (b"?q", REFUSED), (b"//", FORWARDED),
    (b"/..//%2e%2e/", FORWARDED), (b"/%00%0d%0a", FORWARDED), (b"/\xe2\x82\xac", EITHER), (b"/\xff", EITHER),
    (b"/%", FORWARDED), (b"/<>\"^`{|}\\", EITHER), (b"/;a=b?c;d", FORWARDED), (b"http://h.test/c", EITHER),
    (b"http://h.test", EITHER), (b"http://h.test?q", EITHER), (b"http:///c", REFUSED), (b"http://", REFUSED),
    (b"http:/c", REFUSED), (b"http:c", REFUSED), (b"ftp://h.test/c", REFUSED), (b"http://a@h.test/c", REFUSED),
    (b"http://h.test@evil.test/c", REFUSED), (b"http://h.test:x/c", REFUSED), (b"http://h.test:99999/c", REFUSED),
    (b"http://evil.test/c", REFUSED), (b"https://h.test/c", REFUSED), (b"HTTP://H.TEST/c", EITHER),
    (b"http://h.test\\@evil.test/c", REFUSED), (b"http://[::1/c", REFUSED), (b"http://h.test,evil.test/c", REFUSED),
    (b"http://h.test/c#x", REFUSED), (b"http://%68.test/c", REFUSED), (b"/c\x7f", REFUSED), (b"/c\x00", REFUSED),
]  # fmt: skip

VERSIONS = [
    (b"HTTP/1.1", FORWARDED), (b"HTTP/1.0", FORWARDED), (b"HTTP/1.2", EITHER), (b"HTTP/1.9", EITHER), (b"HTTP/0.9", REFUSED),
    (b"HTTP/2.0", REFUSED), (b"HTTP/2", REFUSED), (b"HTTP/3.0", REFUSED), (b"HTTP/1", REFUSED), (b"HTTP/1.", REFUSED),
    (b"HTTP/.1", REFUSED), (b"HTTP/1.10", REFUSED), (b"HTTP/01.1", REFUSED), (b"HTTP/1.01", REFUSED), (b"HTTP/1.1 ", REFUSED),
    (b"HTTP/1.1\t", REFUSED), (b" HTTP/1.1", REFUSED), (b"http/1.1", REFUSED), (b"Http/1.1", REFUSED), (b"HTTP/1.1x", REFUSED),
    (b"HTTPS/1.1", REFUSED), (b"HTTP 1.1", REFUSED), (b"HTTP/1,1", REFUSED), (b"HTTP/+1.1", REFUSED), (b"HTTP/1.1\0", REFUSED),
    (b"HTTP/A.1", REFUSED), (b"HTTP\\1.1", REFUSED), (b"HTTP/1 .1", REFUSED), (b"HTTP/1.1 HTTP/1.1", REFUSED), (b"ICY", REFUSED),
    (b"HTTP/\xef\xbc\x91.1", REFUSED), (b"RTSP/1.0", REFUSED), (b"HTTP/1.1\x0b", REFUSED), (b"HTTP/1.-1", REFUSED),
]  # fmt: skip

HOSTS = [
    ((b"Host: h.test",), FORWARDED), ((b"Host: h.test:80",), FORWARDED), ((b"Host: [::1]:80",), FORWARDED),
    ((b"hOST: h.test",), FORWARDED), ((b"Host:h.test",), FORWARDED), ((b"Host: h_x.test",), FORWARDED),
    ((b"Host: h.test:",), EITHER), ((), REFUSED), ((b"Host:",), EITHER), ((b"Host: ",), EITHER),
    ((b"Host: h.test", b"Host: h.test"), REFUSED), ((b"Host: h.test", b"host: evil.test"), REFUSED),
    ((b"Host: h.test", b"Host:"), REFUSED), ((b"Host: h.test, evil.test",), REFUSED), ((b"Host: h.test evil.test",), REFUSED),
    ((b"Host: h.test\tevil.test",), REFUSED), ((b"Host: h.test:x",), REFUSED), ((b"Host: h.test:80:80",), REFUSED),
    ((b"Host: h.test:99999",), REFUSED), ((b"Host: h.test:-1",), REFUSED), ((b"Host: a@h.test",), REFUSED),
    ((b"Host: http://h.test",), REFUSED), ((b"Host: h.test/",), REFUSED), ((b"Host: h.test?",), REFUSED),
    ((b"Host: h.test#",), REFUSED), ((b"Host: [::1",), REFUSED), ((b"Host: ::1",), REFUSED), ((b"Host: [evil.test]",), REFUSED),
    ((b"Host: h.test\0",), REFUSED), ((b"Host: h.test\x0b",), REFUSED), ((b"Host: \xe2\x82\xac.test",), EITHER),
    ((b"Host : h.test",), REFUSED), ((b" Host: h.test",), REFUSED), ((b"Host: h.test\r\n evil.test",), REFUSED),
    ((b"Host: h.test\\evil.test",), REFUSED), ((b"Host: %68.test",), EITHER), ((b"Host: h.test;evil",), REFUSED),
    ((b'Host: "h.test"',), REFUSED), ((b"Host: h.test|evil",), REFUSED), ((b"Host: [::1%25eth0]",), REFUSED),
    ((b"Host: .",), EITHER), ((b"Host: h.test:8 0",), REFUSED), ((b"Host: :80",), REFUSED), ((b"X: y", b"Host: h.test"), FORWARDED),
]  # fmt: skip


def chunked(*chunks: bytes, trailers: bytes = b"") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + b"0\r\n" + trailers + b"\r\n"


def request_cases() -> list:
    cases = []

    def add(name, data, *arguments, **options):
        cases.append(RequestCase(name, data, *arguments, **options))

    whole = b"0\r\n\r\n" + CANARY
    length = b"Content-Length: %d" % len(whole)
    for value, good in CODINGS:
        line = b"Transfer-Encoding:" + value
        lines = {"before": (line, length), "behind": (length, line), "around": (b"X-A: b", line, b"X-B: c", length)}
        for place, both in lines.items():
            for verb in (b"POST", b"GET") if place == "before" else (b"POST",):
                add(f"te {value!r} {place} cl {verb.decode()}", head(*both, first=verb + b" /c HTTP/1.1") + whole, REFUSED)
        add(f"te {value!r} cl 0", head(line, b"Content-Length: 0") + chunked(CANARY), REFUSED)
        if good:
            add(f"te {value!r} alone", head(line) + chunked(b"HELLO", CANARY), FORWARDED, bodies=(b"HELLO" + CANARY,))
        else:
            add(f"te {value!r} alone", head(line) + CANARY, REFUSED)
        add(f"te {value!r} 1.0", head(line, first=b"POST /c HTTP/1.0") + whole, REFUSED)
        add(f"te {value!r} 1.0 keep", head(line, b"Connection: keep-alive", first=b"POST /c HTTP/1.0") + whole, REFUSED)
        for other in (b"chunked", b"identity", b"gzip"):
            add(f"te {value!r} and {other!r}", head(line, b"Transfer-Encoding: " + other) + whole, REFUSED)
    for name, lawful in NAMES:
        for place in (0, 1):
            lines = [name + b": chunked", length] if place == 0 else [length, name + b": chunked"]
            add(f"name {name!r} {place}", head(*lines) + whole, lawful, bodies=(whole,))
        add(f"name {name!r} first", head(name + b": chunked", length, b"Host: h.test", host=None) + whole, lawful, bodies=(whole,))
    for value in LENGTHS:
        line = b"Content-Length:" + value.replace(b"N", LENGTH)
        for place, data in {
            "alone": head(line) + CANARY,
            "before": head(line, b"Content-Length: " + LENGTH) + CANARY,
            "behind": head(b"Content-Length: " + LENGTH, line) + CANARY,
            "on GET": head(line, first=b"GET /c HTTP/1.1") + CANARY,
            "in 1.0": head(line, first=b"POST /c HTTP/1.0") + CANARY,
        }.items():
            add(f"cl {value!r} {place}", data, REFUSED)
    for value in (b"N", b" N", b"\tN", b"N ", b"N\t", b"0N", b"N,N", b"N, N", b"N ,\tN"):
        add(f"cl {value!r}", head(b"Content-Length:" + value.replace(b"N", LENGTH)) + CANARY, EITHER, bodies=(CANARY,))
    for size in CHUNK_SIZES:
        for place, body in {
            "first": size + b"\r\nHELLO\r\n0\r\n\r\n",
            "second": b"1\r\nx\r\n" + size + b"\r\nHELLO\r\n0\r\n\r\n",
            "last": b"5\r\nHELLO\r\n" + size.replace(b"5", b"0") + b"\r\n\r\n",
        }.items():
            if place == "last" and size in (b"00", b"0" * 300 + b"5", b"", b"ffffffffffffffff", b"fffffffffffffffb"):
                continue
            add(f"chunk {size!r} {place}", head(b"Transfer-Encoding: chunked") + body + CANARY, REFUSED)
    for size in PLAIN_SIZES:
        add(f"chunk {size!r}", head(b"Transfer-Encoding: chunked") + size + b"\r\nHELLO\r\n0\r\n\r\n", FORWARDED, bodies=(b"HELLO",))
        last = size.replace(b"5", b"0")
        add(f"last chunk {last!r}", head(b"Transfer-Encoding: chunked") + b"5\r\nHELLO\r\n" + last + b"\r\n\r\n", FORWARDED, bodies=(b"HELLO",))
    for end in (b"", b"\n", b"\r", b"\r\r\n", b"\n\r", b"X\r\n", b" \r\n", b"\0\n"):
        add(f"chunk data end {end!r}", head(b"Transfer-Encoding: chunked") + b"5\r\nHELLO" + end + b"0\r\n\r\n", REFUSED)
        add(f"chunked end {end!r}", head(b"Transfer-Encoding: chunked") + b"5\r\nHELLO\r\n0\r\n" + end + CANARY, REFUSED)
    for line in TRAILERS:
        for framed in (b"", b"Trailer: " + line.split(b":")[0] + b"\r\n"):
            data = head(b"Transfer-Encoding: chunked", *([framed[:-2]] if framed else []))
            add(f"trailer {line!r} {bool(framed)}", data + chunked(b"HELLO", trailers=line + b"\r\n"), EITHER, bodies=(b"HELLO",))
    for bad in (b"X", b"X y", b": z", b"X : y", b" X: y", b"X: a\r\n b", b"X: a\rb", b"X: a\nY: b", b"X: \0", b"X\0: y",
                b"GET /canary HTTP/1.1\r\nHost: h.test", b"X: y\r", b"\rX: y", b"X: y\n", b"X-\x80: y"):  # fmt: skip
        add(f"bad trailer {bad!r}", head(b"Transfer-Encoding: chunked") + chunked(b"HELLO", trailers=bad + b"\r\n"), REFUSED)
    add("300 trailers", head(b"Transfer-Encoding: chunked") + chunked(b"a", trailers=b"X: y\r\n" * 300), REFUSED)
    add("70 kB of trailers", head(b"Transfer-Encoding: chunked") + chunked(b"a", trailers=(b"X: " + b"y" * 7000 + b"\r\n") * 10), REFUSED)
    add("one trailer of 20 kB", head(b"Transfer-Encoding: chunked") + chunked(b"a", trailers=b"X: " + b"y" * 20_000 + b"\r\n"), REFUSED)
    for byte in CONTROLS:
        bad = bytes([byte])
        # A line feed is a line end for readers that forgive; what they would see is refused all the same.
        for place, data in {
            "name": head(b"X" + bad + b"Y: z", first=b"GET /c HTTP/1.1"),
            "name start": head(bad + b"XY: z", first=b"GET /c HTTP/1.1"),
            "value": head(b"XY: a" + bad + b"b", first=b"GET /c HTTP/1.1"),
            "value start": head(b"XY:" + bad + b"b", first=b"GET /c HTTP/1.1"),
            "value end": head(b"XY: a" + bad, first=b"GET /c HTTP/1.1"),
            "method": head(first=b"G" + bad + b"ET /c HTTP/1.1"),
            "target": head(first=b"GET /c" + bad + b"d HTTP/1.1"),
            "version": head(first=b"GET /c HTTP/1.1" + bad),
            "before host": head(host=bad + b"Host: h.test", first=b"GET /c HTTP/1.1"),
            "empty line": b"GET /c HTTP/1.1\r\nHost: h.test\r\n" + bad + b"\r\n",
        }.items():
            add(f"byte {byte:#04x} in {place}", data + CANARY, REFUSED)
    for first, lawful in TARGETS:
        for verb in (b"GET", b"POST"):
            add(f"target {first!r} {verb.decode()}", head(b"Content-Length: 0", first=verb + b" " + first + b" HTTP/1.1"), lawful, method=verb)
    for version, lawful in VERSIONS:
        add(f"version {version!r}", head(first=b"GET /c " + version), lawful, closes=version == b"HTTP/1.0")
        add(f"version {version!r} with a body", head(b"Content-Length: " + LENGTH, first=b"POST /c " + version) + CANARY, lawful,
            bodies=(CANARY,), closes=version == b"HTTP/1.0")
    for lines, lawful in HOSTS:
        add(f"host {lines!r}", head(*lines, first=b"GET /c HTTP/1.1", host=None), lawful)
        add(f"host {lines!r} 1.0", head(*lines, first=b"GET /c HTTP/1.0", host=None), EITHER if lawful == FORWARDED or not lines else lawful, closes=True)
    for first in (b"GET /c", b"GET", b"", b" ", b"GET  /c HTTP/1.1", b"GET\t/c\tHTTP/1.1", b"GET /c  HTTP/1.1", b"/c HTTP/1.1",
                  b"GET /c HTTP/1.1 x", b"G(T /c HTTP/1.1", b"GET: /c HTTP/1.1", b"\xc7ET /c HTTP/1.1", b"PRI * HTTP/2.0",
                  b"CONNECT h.test:80 HTTP/1.1", b"CONNECT /c HTTP/1.1", b"GET * HTTP/1.1", b"\x16\x03\x01\x02\x00\x01",
                  b"HTTP/1.1 200 OK", b"GET /c HTTP/1.1, GET /canary HTTP/1.1"):  # fmt: skip
        add(f"first line {first!r}", head(first=first) + CANARY, REFUSED, cut=first == b"")
    for lead in (b"\r\n", b"\r\n\r\n"):
        add(f"led in by {lead!r}", lead + head(first=b"GET /c HTTP/1.1"), EITHER)
    for lead in (b"\n", b"\r", b" ", b"\t", b"\0", b"\xef\xbb\xbf", b"\r\n" * 100, b"\r\r\n", b"\r\n "):
        add(f"led in by {lead!r}", lead + head(first=b"GET /c HTTP/1.1"), REFUSED)
    add("get with a body in chunks", head(b"Transfer-Encoding: chunked", first=b"GET /c HTTP/1.1") + chunked(CANARY), FORWARDED, bodies=(CANARY,))
    add("options *", head(first=b"OPTIONS * HTTP/1.1"), FORWARDED, method=b"OPTIONS")
    add("trace", head(b"Authorization: Basic eDp5", first=b"TRACE /c HTTP/1.1"), EITHER, method=b"TRACE")
    for verb in (b"TRACE", b"OPTIONS"):
        for count in (b"0", b"1", b"-1", b"x", b"", b"99999999999999999999", b"0x1", b"1, 2"):
            add(f"{verb.decode()} max-forwards {count!r}", head(b"Max-Forwards: " + count, first=verb + b" /c HTTP/1.1"), EITHER,
                method=verb, statuses=range(200, 506))
    for value in (b"100-continue", b"100-Continue", b"100-continue, x", b"x", b"", b"100-continue;q=1", b"200-ok"):
        add(f"expect {value!r}", head(b"Expect: " + value, b"Content-Length: " + LENGTH) + CANARY, EITHER, bodies=(CANARY,))
        add(f"expect {value!r} chunked", head(b"Expect: " + value, b"Transfer-Encoding: chunked") + chunked(CANARY), EITHER, bodies=(CANARY,))
        add(f"expect {value!r} without a body", head(b"Expect: " + value, first=b"GET /c HTTP/1.1"), EITHER)
    for token in (b"h2c", b"websocket", b"HTTP/2.0", b"TLS/1.0", b"h2c, websocket", b"", b"x y"):
        for extra in ((), (b"HTTP2-Settings: AAMAAABkAAQAAP__",), (b"Content-Length: " + LENGTH,), (b"Transfer-Encoding: chunked",)):
            body = CANARY if extra and extra[0].startswith(b"Content-L") else chunked(CANARY) if extra and extra[0].startswith(b"Tr") else b""
            add(f"upgrade {token!r} {extra!r}", head(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: " + token, *extra, first=b"GET /c HTTP/1.1") + body,
                EITHER, bodies=(CANARY,) if body else (b"",))
    for nominated in (b"Content-Length", b"Transfer-Encoding", b"Host", b"close, Content-Length", b"Trailer", b"\xff", b"a b", b",,,"):
        add(f"connection {nominated!r} cl", head(b"Connection: " + nominated, b"Content-Length: " + LENGTH) + CANARY, EITHER, bodies=(CANARY,),
            closes=b"close" in nominated)
        add(f"connection {nominated!r} te", head(b"Connection: " + nominated, b"Transfer-Encoding: chunked") + chunked(CANARY), EITHER,
            bodies=(CANARY,), closes=b"close" in nominated)
    add("connection close, then more", head(b"Connection: close", first=b"GET /c HTTP/1.1") + CANARY, FORWARDED, closes=True)
    add("1.0, then more", head(first=b"GET /c HTTP/1.0") + CANARY, FORWARDED, closes=True)
    add("head with a body", head(b"Content-Length: " + LENGTH, first=b"HEAD /c HTTP/1.1") + CANARY, FORWARDED, method=b"HEAD", bodies=(CANARY,))
    for method in (b"HEAD", b"DELETE", b"OPTIONS", b"PATCH", b"M-SEARCH", b"!", b"post"):
        add(f"{method.decode()} in chunks", head(b"Transfer-Encoding: chunked", first=method + b" /c HTTP/1.1") + chunked(CANARY), FORWARDED,
            method=method, bodies=(CANARY,))
    # What ends too early is never a whole request.
    full = head(b"Transfer-Encoding: chunked") + b"5\r\nHELLO\r\n0\r\nX: y\r\n\r\n"
    for at in range(len(full) - 27, len(full)):
        add(f"chunked, cut at {at - len(full)}", full[:at], REFUSED, cut=True)
    add("length, cut", head(b"Content-Length: 99") + CANARY, REFUSED, cut=True)
    add("head, cut", head(first=b"GET /c HTTP/1.1")[:-2], REFUSED, cut=True)
    return cases


# ---------------------------------------------------------------- answers

OK_BODY = b"hello"


def answer_cases() -> list:
    cases = []

    def add(name, data, *arguments, **options):
        cases.append(AnswerCase(name, data, *arguments, **options))

    def ok(*lines, status=b"HTTP/1.1 200 OK", body=OK_BODY):
        return b"\r\n".join([status, *lines, b"", b""]) + body

    poison = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON"
    for line in (b"", b"200 OK", b"HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 000 No", b"HTTP/1.1 099 No",
                 b"HTTP/1.1 1000 OK", b"HTTP/1.1 -20 OK", b"HTTP/1.1 +20 OK", b"HTTP/1.1 2x0 OK", b"HTTP/1.1  200 OK", b"HTTP/1.1\t200 OK",
                 b"HTTP/1.1 200OK", b"HTTP/1.1 200\tOK", b" HTTP/1.1 200 OK", b"http/1.1 200 OK", b"HTTP/2.0 200 OK", b"HTTP/0.9 200 OK",
                 b"HTTP/1 200 OK", b"HTTP/1.10 200 OK", b"ICY 200 OK", b"HTTP/1.1 200 O\0K", b"HTTP/1.1 200 O\rK", b"HTTP/1.1 200 O\nX: K",
                 b"HTTP/1.1 200 \x7f", b"HTTP/1.1 0200 OK", b"HTTP/1.1 \xef\xbc\x92\xef\xbc\x90\xef\xbc\x90 OK", b"\r\nHTTP/1.1 200 OK",
                 b"GET /c HTTP/1.1", b"HTTP/1.1 200 OK\r", b"HTTP/1.1, 200, OK", b"hello", b"\x15\x03\x01\x00\x02\x02\x46"):  # fmt: skip
        add(f"status line {line!r}", ok(b"Content-Length: 5", status=line))
    for line, status in ((b"HTTP/1.1 200", 200), (b"HTTP/1.1 200 ", 200), (b"HTTP/1.1 299 \xff\xfe", 299), (b"HTTP/1.0 200 OK", 200),
                         (b"HTTP/1.5 200 OK", 200), (b"HTTP/1.1 999 ?", 999), (b"HTTP/1.1 600 x", 600)):  # fmt: skip
        add(f"status line {line!r}", ok(b"Content-Length: 5", status=line), (status, 502), (OK_BODY,))
    for value in LENGTHS:
        if value in (b"18446744073709551615", b"9223372036854775808", b"4294967296000000000"):
            continue
        for both in (False, True):
            lines = [b"Content-Length:" + value.replace(b"N", b"5")] + ([b"Content-Length: 5"] if both else [])
            add(f"cl {value!r} {both}", ok(*lines))
    for line in (b"Content-Length: 18446744073709551615", b"Content-Length: 9223372036854775808"):
        add(f"{line!r}", ok(line), (502,))
    for value, good in CODINGS:
        line = b"Transfer-Encoding:" + value
        add(f"te {value!r} and cl", ok(line, b"Content-Length: 5", body=chunked(OK_BODY)))
        add(f"cl and te {value!r}", ok(b"Content-Length: 5", line, body=chunked(OK_BODY)))
        if good:
            add(f"te {value!r}", ok(line, body=chunked(OK_BODY)), (200,), (OK_BODY,))
        else:
            add(f"te {value!r}", ok(line, body=chunked(OK_BODY)))
        add(f"te {value!r} in 1.0", ok(line, status=b"HTTP/1.0 200 OK", body=chunked(OK_BODY)))
    for size in CHUNK_SIZES:
        add(f"chunk {size!r}", ok(b"Transfer-Encoding: chunked", body=size + b"\r\nhello\r\n0\r\n\r\n"), (200,), whole=False)
    for size in PLAIN_SIZES:
        add(f"chunk {size!r}", ok(b"Transfer-Encoding: chunked", body=size + b"\r\nhello\r\n0\r\n\r\n"), (200,), (OK_BODY,))
    for line in TRAILERS:
        add(f"trailer {line!r}", ok(b"Transfer-Encoding: chunked", body=chunked(OK_BODY, trailers=line + b"\r\n")), (200,), (OK_BODY,))
    for byte in CONTROLS:
        bad = bytes([byte])
        for place, lines in {"name": b"X" + bad + b"Y: z", "value": b"XY: a" + bad + b"b", "start": bad + b"XY: z", "end": b"XY: a" + bad}.items():
            add(f"byte {byte:#04x} in {place}", ok(lines, b"Content-Length: 5"))
    for line in (b"no colon", b": x", b"X : y", b" X: y", b"X: a\r\n b", b"X\xa0: y", b"X: a\nSet-Cookie: evil=1"):
        add(f"field {line!r}", ok(b"X-A: b", line, b"Content-Length: 5"))
    for behind in (b"x", b"\r\n", poison):
        add(f"{behind[:8]!r} behind the body", ok(b"Content-Length: 5", body=OK_BODY + behind), (200,), (OK_BODY,), closes=False)
        add(f"{behind[:8]!r} behind the last chunk", ok(b"Transfer-Encoding: chunked", body=chunked(OK_BODY) + behind), (200,), (OK_BODY,), closes=False)
        for status in (b"204 No Content", b"304 Not Modified"):
            for framing in ((), (b"Content-Length: 5",), (b"Transfer-Encoding: chunked",)):
                add(f"{behind[:8]!r} behind {status[:3].decode()} {framing!r}", ok(*framing, status=b"HTTP/1.1 " + status, body=behind),
                    (int(status[:3]),), (b"",), closes=False)
        for framing in ((b"Content-Length: 5",), (b"Transfer-Encoding: chunked",), ()):
            add(f"{behind[:8]!r} behind an answer to HEAD {framing!r}", ok(*framing, body=behind), (200,), (b"",), method=b"HEAD", closes=False)
        add(f"{behind[:8]!r} behind a length of 0", ok(b"Content-Length: 0", body=behind), (200,), (b"",), closes=False)
    add("too short", ok(b"Content-Length: 50"), (200,), whole=False)
    add("too short, in chunks", ok(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n"), (200,), whole=False)
    add("cut in the trailers", ok(b"Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\nX: y\r\n"), (200,), whole=False)
    add("until the close", ok(), (200,), (OK_BODY,))
    add("nothing", b"", (502,))
    add("half a head", b"HTTP/1.1 200 OK\r\nX: y\r\n", (502,))
    add("early hints", ok(status=b"HTTP/1.1 103 Early Hints", body=b"") + ok(b"Content-Length: 5"), (200,), (OK_BODY,))
    add("framed early hints", ok(b"Content-Length: 5", status=b"HTTP/1.1 103 Early Hints", body=b"") + ok(b"Content-Length: 5"), (200, 502))
    add("early hints with content", ok(b"Content-Length: 5", status=b"HTTP/1.1 103 Early Hints") + ok(b"Content-Length: 5"), (502,))
    add("early hints in chunks", ok(b"Transfer-Encoding: chunked", status=b"HTTP/1.1 103 Early Hints", body=chunked(OK_BODY)) + ok(b"Content-Length: 5"), (502,))
    add("a 1xx flood", ok(status=b"HTTP/1.1 102 Processing", body=b"") * 1500 + ok(b"Content-Length: 5"), (502,))
    add("a 1xx behind the answer", ok(b"Content-Length: 5") + ok(status=b"HTTP/1.1 102 Processing", body=b""), (200,), (OK_BODY,), closes=False)
    add("only a 1xx", ok(status=b"HTTP/1.1 100 Continue", body=b""), (502,))
    add("early hints for 1.0", ok(status=b"HTTP/1.1 103 Early Hints", body=b"") + ok(b"Content-Length: 5"), (200,), (OK_BODY,), version=b"1.0")
    for lines in ((), (b"Upgrade: websocket",), (b"Connection: Upgrade",), (b"Connection: Upgrade", b"Upgrade: websocket"),
                  (b"Connection: Upgrade", b"Upgrade: h2c"), (b"Connection: Upgrade", b"Upgrade: websocket", b"Content-Length: 5")):  # fmt: skip
        add(f"101 that nobody asked for {lines!r}", ok(*lines, status=b"HTTP/1.1 101 Switching Protocols") + poison)
        add(f"101 to another protocol {lines!r}", ok(*lines, status=b"HTTP/1.1 101 Switching Protocols", body=b""),
            request=(b"Connection: Upgrade", b"Upgrade: other"))
        add(f"101 to h2c {lines!r}", ok(*lines, status=b"HTTP/1.1 101 Switching Protocols", body=b""),
            request=(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"))
    add("300 fields", ok(*[b"X-%d: y" % i for i in range(300)], b"Content-Length: 5"))
    add("70 kB of fields", ok(*[b"X: " + b"y" * 7000] * 10, b"Content-Length: 5"))
    add("one field of 20 kB", ok(b"X: " + b"y" * 20_000, b"Content-Length: 5"))
    add("chunks for 1.0", ok(b"Transfer-Encoding: chunked", body=chunked(b"hel", b"lo")), (200,), (OK_BODY,), version=b"1.0")
    return cases
