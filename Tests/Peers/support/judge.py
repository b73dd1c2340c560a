"""Reads what a proxy sent to an origin, or to a client, as strictly as the RFCs allow and in one way only.

Two readers that know nothing of each other have to agree: the one here, which refuses everything on which two
implementations are known to differ, and h11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import h11

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([^\x00-\x20\x7f#]+) HTTP/1\.1\Z")
_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-9][0-9][0-9]) ([\t\x20-\x7e\x80-\xff]*)\Z")
_FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*)\Z")
_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~-]+)(:[0-9]{0,5})?\Z")
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,16}\Z")

#: What may not come behind a body, because a reader that merges trailers into the head would take it for its own.
FORBIDDEN_TRAILERS = {
    b"content-length", b"transfer-encoding", b"host", b"connection", b"trailer", b"te", b"upgrade", b"expect",
    b"authorization", b"cookie", b"set-cookie", b"content-type", b"content-encoding", b"content-range", b"range",
    b"cache-control", b"max-forwards", b"if-match", b"x-forwarded-for", b"x-real-ip", b"via",
}  # fmt: skip


class Ambiguous(Exception):
    """Two readers could differ on these bytes."""


class Incomplete(Exception):
    """More bytes are needed."""


@dataclass
class Read:
    """One message as it was read."""

    start: bytes
    fields: list = field(default_factory=list)
    body: bytes = b""
    trailers: list = field(default_factory=list)

    @property
    def target(self) -> bytes:
        return self.start.split(b" ")[1]

    @property
    def status(self) -> int:
        return int(self.start.split(b" ")[1])

    def all(self, name: bytes) -> list:
        return [value for known, value in self.fields if known.lower() == name]


def _line(data: bytes, at: int) -> tuple:
    end = data.find(b"\n", at)
    if end < 0:
        if re.search(rb"\r[^\n]", data[at:], re.DOTALL):
            raise Ambiguous("a bare CR")
        raise Incomplete
    if data[end - 1 : end] != b"\r" or end == at:
        raise Ambiguous("a bare LF")
    line = data[at : end - 1]
    if b"\r" in line or b"\0" in line:
        raise Ambiguous(f"CR or NUL in {line!r}")
    return line, end + 1


def _fields(data: bytes, at: int) -> tuple:
    fields = []
    while True:
        line, at = _line(data, at)
        if not line:
            return fields, at
        found = _FIELD.match(line)
        if not found:
            raise Ambiguous(f"no field line: {line!r}")
        fields.append((found[1], found[2].strip(b" \t")))


def _chunked(data: bytes, at: int, message: Read) -> int:
    while True:
        line, at = _line(data, at)
        if not _CHUNK.match(line):
            raise Ambiguous(f"no chunk size: {line!r}")
        size = int(line, 16)
        if size == 0:
            break
        if len(data) < at + size + 2:
            raise Incomplete
        message.body += data[at : at + size]
        at += size
        if data[at : at + 2] != b"\r\n":
            raise Ambiguous("a chunk without its end")
        at += 2
    message.trailers, at = _fields(data, at)
    for name, _ in message.trailers:
        if name.lower() in FORBIDDEN_TRAILERS:
            raise Ambiguous(f"{name!r} in the trailers")
    return at


def _framing(message: Read):
    """The one length there is: a number, "chunked", or None."""
    lengths, codings = message.all(b"content-length"), message.all(b"transfer-encoding")
    if lengths and codings:
        raise Ambiguous("Content-Length beside Transfer-Encoding")
    if len(lengths) > 1 or len(codings) > 1:
        raise Ambiguous("a framing field twice")
    if codings:
        if codings[0] != b"chunked":
            raise Ambiguous(f"Transfer-Encoding {codings[0]!r}")
        return "chunked"
    if lengths:
        if not re.fullmatch(rb"[0-9]{1,19}", lengths[0]):
            raise Ambiguous(f"Content-Length {lengths[0]!r}")
        return int(lengths[0])
    return None


def one_request(data: bytes, at: int = 0) -> tuple:
    """The request that starts at an offset, and where it ends."""
    line, at = _line(data, at)
    if not _REQUEST_LINE.match(line):
        raise Ambiguous(f"no request line: {line!r}")
    message = Read(line)
    message.fields, at = _fields(data, at)
    hosts = message.all(b"host")
    if len(hosts) != 1 or not _HOST.match(hosts[0]):
        raise Ambiguous(f"Host {hosts!r}")
    if not (message.target.startswith(b"/") or line.startswith(b"OPTIONS * ")):
        raise Ambiguous(f"target {message.target!r}")
    framing = _framing(message)
    if framing == "chunked":
        at = _chunked(data, at, message)
    elif framing:
        if len(data) < at + framing:
            raise Incomplete
        message.body = data[at : at + framing]
        at += framing
    return message, at


def requests(data: bytes) -> tuple:
    """All whole requests in the bytes of one connection, and whether something unfinished is behind them."""
    found, at = [], 0
    while at < len(data):
        try:
            message, at = one_request(data, at)
        except Incomplete:
            return found, True
        found.append(message)
    return found, False


def agree_on_requests(data: bytes) -> list:
    """The requests, when h11 reads the same ones."""
    found, unfinished = requests(data)
    if any(max(request.target) > 0x7F for request in found):
        # h11 knows no bytes above ASCII in a target; clients send them, and origins read them as part of the path.
        return found
    peer = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    peer.receive_data(data)
    seen, ended = [], 0
    try:
        while True:
            event = peer.next_event()
            if isinstance(event, h11.Request):
                seen.append(Read(event.method + b" " + event.target))
            elif isinstance(event, h11.Data):
                seen[-1].body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                ended += 1
                if ended == len(found) and unfinished:
                    break  # What is behind it is not whole for the reader here, and may be read as far as it goes.
                peer.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
                peer.send(h11.EndOfMessage())
                if peer.our_state is not h11.DONE:
                    break
                peer.start_next_cycle()
            else:
                break
    except h11.RemoteProtocolError as error:
        raise Ambiguous(f"h11 says: {error}") from error
    if [(r.target, r.body) for r in found] != [(r.target, r.body) for r in seen[:ended]]:
        raise Ambiguous(f"h11 reads {[r.start for r in seen]}, not {[r.start for r in found]}")
    return found


def responses(data: bytes, methods: list, closed: bool) -> tuple:
    """(final responses, interim responses, whether the last one is whole) to requests with these methods."""
    finals, interims, at = [], [], 0
    while at < len(data):
        if len(finals) == len(methods):
            raise Ambiguous(f"bytes behind the last answer: {data[at : at + 80]!r}")
        try:
            line, after = _line(data, at)
            if not _STATUS_LINE.match(line):
                raise Ambiguous(f"no status line: {line!r}")
            message = Read(line)
            message.fields, after = _fields(data, after)
        except Incomplete:
            return finals, interims, False
        framing = _framing(message)
        if message.status < 200 and message.status != 101:
            if framing is not None:
                raise Ambiguous("a framing field in a 1xx")
            interims.append(message)
            at = after
            continue
        finals.append(message)
        if message.status == 101:
            return finals, interims, True
        if message.status == 204 and framing is not None:
            raise Ambiguous("a framing field in a 204")
        try:
            if methods[len(finals) - 1] == b"HEAD" or message.status in (204, 304):
                pass
            elif framing == "chunked":
                after = _chunked(data, after, message)
            elif framing is None:
                message.body = data[after:]
                return finals, interims, closed
            else:
                if len(data) < after + framing:
                    raise Incomplete
                message.body = data[after : after + framing]
                after += framing
        except Incomplete:
            return finals, interims, False
        at = after
    return finals, interims, True
