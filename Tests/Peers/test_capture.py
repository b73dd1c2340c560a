"""The capture: lawful lines, closed to others, rotated, whole after a crash, and without a single secret."""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
from pathlib import Path

import jsonschema
import pytest

from support.programs import curl
from support.secrets import forms, leaks
from support.waiting import free_port, wait_until
from support.wire import answer, connect, exchange, get

pytestmark = pytest.mark.hoplens

SCHEMA = Path(__file__).resolve().parents[2] / "configs" / "trace-v1.schema.json"


@pytest.fixture(scope="session")
def valid():
    """valid(record): the record keeps the schema."""
    schema = json.loads(SCHEMA.read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)

    def check(record):
        problems = [f"{'/'.join(map(str, p.absolute_path))}: {p.message}" for p in validator.iter_errors(record)]
        assert problems == [], json.dumps(record)

    return check


def test_the_schema_would_notice_a_bad_record(hoplens, raw_origin, capture, valid):
    front = hoplens(raw_origin(), "--capture", capture.directory)
    exchange(front.port, get())
    record = capture.wait_for(1)[0]
    valid(record)
    for spoil in (
        lambda r: r.pop("id"),
        lambda r: r.update(v="1"),
        lambda r: r["request"].update(fields={}),
        lambda r: r["client"].pop("address"),
        lambda r: r.update(end=5),
    ):
        bad = json.loads(json.dumps(record))
        spoil(bad)
        with pytest.raises(AssertionError):
            valid(bad)


def test_a_line_about_missing_lines_is_described(valid):
    """What stands in a capture behind a full disk; the form is the one CaptureGap writes."""
    moment = "2026-11-21T00:33:01.123456Z"
    gap = {"v": 1, "gap": {"from": moment, "to": moment, "lost": 3, "why": "No space left on device"}}
    valid(gap)
    for member in gap["gap"]:
        with pytest.raises(AssertionError):
            valid({"v": 1, "gap": {name: value for name, value in gap["gap"].items() if name != member}})
    with pytest.raises(AssertionError):
        valid({"v": 1})


def test_every_kind_of_exchange_gives_a_valid_line(hoplens, raw_origin, capture, valid):
    answers = {
        b"/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
        b"/interim": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(),
        b"/none": b"HTTP/1.1 204 No Content\r\n\r\n",
        b"/error": answer(
            b'{"code":"rest_forbidden","message":"no","data":{"status":401}}',
            "Content-Type: application/json",
            "WWW-Authenticate: Bearer",
            status="401 Unauthorized",
        ),
        b"/html": answer(
            b"<h1>Service Unavailable</h1>" * 1000, "Content-Type: text/html", status="503 Service Unavailable"
        ),
        b"/latin": answer(b"", "X-Latin: \xe9\xff", status="200 g\xfct"),
        b"/bad": b"SSH-2.0-nothing\r\n\r\n",
    }
    front = hoplens(raw_origin(answering=lambda request: answers[request.target]), "--capture", capture.directory)
    for path in answers:
        exchange(front.port, get(path.decode(), "X-Odd: \xff", "X-Empty:"))
    exchange(
        front.port,
        get("/chunked", "Transfer-Encoding: chunked", method="POST") + b"1\r\nx\r\n0\r\nX-Up: 1\r\n\r\n",
        "POST",
    )
    exchange(front.port, b"BROKEN\r\n\r\n")
    exchange(front.port, get("http://elsewhere.test/"))
    dead = hoplens(f"http://127.0.0.1:{free_port()}", "--capture", capture.directory.parent / "dead")
    exchange(dead.port, get())
    dead.stop()
    records = capture.wait_for(len(answers) + 3)
    for line in capture.lines():
        valid(json.loads(line))
    by_path = {record["request"].get("target"): record for record in records if record.get("request")}
    assert by_path["/interim"]["interim"][0]["status"] == 103
    assert by_path["/none"]["response_body"]["framing"] == "none"
    assert "rest_forbidden" in by_path["/error"]["response_body"]["sample"]["text"]
    assert by_path["/html"]["response_body"]["sample"]["truncated"] is True
    assert by_path["/bad"]["response"]["by"] == "hoplens"
    ids = [record["id"] for record in records]
    assert len(set(ids)) == len(ids) and ids == sorted(ids)
    for segment in (capture.directory.parent / "dead").rglob("*.ndjson"):
        for line in segment.read_text().splitlines():
            valid(json.loads(line))


def test_printed_and_captured_records_are_the_same(hoplens, raw_origin, capture, valid):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--json")
    for i in range(3):
        exchange(front.port, get(f"/{i}", "Authorization: Bearer token-token-token"))
    printed = front.wait_for_records(3)
    # What is printed is judged besides (test_findings).
    assert [record.pop("findings") for record in printed] == [[], [], []]
    assert capture.wait_for(3) == printed
    for record in printed:
        valid(record)


def test_nobody_else_may_read_it(hoplens, raw_origin, capture):
    mask = os.umask(0)
    try:
        front = hoplens(raw_origin(), "--capture", capture.directory)
    finally:
        os.umask(mask)
    exchange(front.port, get())
    capture.wait_for(1)
    assert front.stop() == 0
    wrong = {
        str(path): oct(mode) for path, mode in capture.modes().items() if mode != (0o700 if path.is_dir() else 0o600)
    }
    assert wrong == {}


def test_the_key_of_the_fingerprints_is_made_once_and_closed_to_others(hoplens, raw_origin, capture, tmp_path):
    key = tmp_path / "key"
    marks = []
    for turn in range(2):
        front = hoplens(raw_origin(), "--capture", capture.directory, "--capture-key-file", key)
        exchange(front.port, get("/", "Authorization: Bearer the-same-token-both-times"))
        record = capture.wait_for(turn + 1)[-1]
        marks.append(next(line["fp"] for line in record["request"]["fields"] if line["n"] == "Authorization"))
        assert front.stop() == 0
        assert key.stat().st_mode & 0o777 == 0o600
    assert marks[0] == marks[1], "the same value must have the same fingerprint"
    other = hoplens(
        raw_origin(), "--capture", tmp_path / "other", "--capture-key-file", tmp_path / "other-key", "--json"
    )
    exchange(other.port, get("/", "Authorization: Bearer the-same-token-both-times"))
    record = other.wait_for_records(1)[0]
    assert next(line["fp"] for line in record["request"]["fields"] if line["n"] == "Authorization") != marks[0]


def jwt(secret: str) -> str:
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return (
        f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'data': {'user': secret}, 'exp': 1790000000})}.{'Sg' + secret}"
    )


#: Every place a secret can sit; each has its own, so that a leak names its place.
PLACES = {
    "bearer": "kZ8qTv2LmX4pRw7B",
    "basic": "Hj3nVc9QsD6fYt1G",
    "jwt": "uE5xBk0WaM8zJr2N",
    "cookie": "pL7dGi4CoS1vKq9T",
    "nonce": "f3a91c7e52",
    "query": "Ry6mZf2HbX8tNw5J",
    "api-key": "Wq4sJd8VlE1kPz7U",
    "basic-url": "Xc9aTn3GrO5yMh2F",
    "set-cookie": "Bv2hKx7DpI4eLs8R",
    "json-body": "Nt5wQg1YuC9jFa6Z",
    "location": "Gm8rSz4ElU2oHd3V",
    "referer": "Tk1bPy6JnA7iXc5W",
    "proxy": "Vd3fMu9ZqG2sRe8L",
    "form": "Ls7gCj5TwK1xYb4H",
    "refresh": "Oa2pEn8IvQ6mDf1S",
    "other": "Ji4kUr9FhW3lZt7C",
}


def credentials() -> bytes:
    basic = base64.b64encode(b"editor:" + PLACES["basic"].encode()).decode()
    body = f"password={PLACES['form']}&log=editor".encode()
    return (
        get(
            f"/wp-json/?_wpnonce={PLACES['nonce']}&jwt={PLACES['query']}&x=1",
            f"Authorization: Bearer {PLACES['bearer']}",
            f"Proxy-Authorization: Basic {basic}",
            f"Authorization: Basic {basic}",
            f"Authorization: Bearer {jwt(PLACES['jwt'])}",
            f"Cookie: wordpress_logged_in_1={PLACES['cookie']}; theme=dark",
            f"X-WP-Nonce: {PLACES['nonce']}",
            f"X-API-Key: {PLACES['api-key']}",
            f"Referer: https://me:{PLACES['basic-url']}@a.test/?token={PLACES['referer']}",
            f"Proxy-Authorization: Bearer {PLACES['proxy']}",
            f"X-Auth-Token: {PLACES['other']}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            method="POST",
        )
        + body
    )


def loaded_answer(_=None) -> bytes:
    body = json.dumps(
        {
            "code": "jwt_auth_invalid_token",
            "token": PLACES["json-body"],
            "password": PLACES["json-body"],
            "nested": {"access_token": PLACES["json-body"], "url": f"https://a.test/?token={PLACES['json-body']}"},
            "message": f"Authorization: Bearer {PLACES['bearer']}",
        }
    ).encode()
    return answer(
        body,
        "Content-Type: application/json",
        f"Set-Cookie: session={PLACES['set-cookie']}; HttpOnly",
        f"Location: https://a.test/cb?code=1&access_token={PLACES['location']}",
        f"Refresh: 3; url=/again?token={PLACES['refresh']}",
        f"X-WP-Nonce: {PLACES['nonce']}",
        status="403 Forbidden",
    )


@pytest.mark.parametrize("output", [(), ("--json",), ("--verbose",)])
def test_no_planted_secret_is_found_anywhere(hoplens, raw_origin, capture, output):
    origin = raw_origin(answering=loaded_answer)
    front = hoplens(origin, "--capture", capture.directory, *output)
    assert exchange(front.port, credentials(), "POST").status == 403
    trailers = (
        b"1\r\nx\r\n0\r\nX-WP-Nonce: "
        + PLACES["nonce"].encode()
        + b"\r\nX-API-Key: "
        + PLACES["api-key"].encode()
        + b"\r\n\r\n"
    )
    exchange(front.port, get("/t", "Transfer-Encoding: chunked", method="POST") + trailers, "POST")
    exchange(front.port, get("/ Bearer " + PLACES["bearer"], f"Authorization: Bearer {PLACES['bearer']}"))
    exchange(
        front.port,
        get(f"http://me:{PLACES['basic-url']}@elsewhere.test/?token={PLACES['query']}", host="elsewhere.test"),
    )
    capture.wait_for(4)
    assert front.stop() == 0
    # The origin has seen them all: what is proven is that they were kept out of the records, not out of the traffic.
    assert PLACES["bearer"].encode() in bytes(origin.connections[0].received)
    everything = capture.everything() + bytes(front.stdout) + bytes(front.stderr)
    assert len(everything) > 1000
    found = {place: leaks(everything, secret) for place, secret in PLACES.items()}
    assert {place: how for place, how in found.items() if how} == {}


def test_what_may_be_shown_of_a_secret_is_shown(hoplens, raw_origin):
    front = hoplens(raw_origin(answering=loaded_answer), "--json")
    exchange(front.port, credentials(), "POST")
    record = front.wait_for_records(1)[0]
    lines = [line for line in record["request"]["fields"] if line["n"] == "Authorization"]
    assert [line["shape"] for line in lines if "jwt" in line["shape"]], lines
    assert all(line["len"] > 0 and line["fp"] for line in lines)
    assert next(line for line in lines if "jwt" in line["shape"])["alg"] == "HS256"
    assert "theme" in json.dumps(record), "the names of cookies may stay"
    assert record["request"]["target"].startswith("/wp-json/?")


def test_the_search_for_secrets_finds_what_it_should():
    """The test above is worth nothing if `leaks` is blind."""
    secret = PLACES["bearer"]
    for name, form in forms(secret.encode()).items():
        assert leaks(b"{..." + form + b"...}", secret), name
    for prefix in (b"", b"a", b"ab"):
        assert leaks(base64.b64encode(prefix + secret.encode() + b"tail"), secret), prefix
    assert leaks(b"xx" + secret[4:12].encode(), secret)
    assert not leaks(b"nothing of the kind, 0123456789abcdef", secret)


def test_raw_is_loud_and_marked(hoplens, raw_origin, capture, valid):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--capture-raw", "1h", "--quiet")
    exchange(front.port, get("/", "Authorization: Bearer in-the-clear-now"))
    record = capture.wait_for(1)[0]
    assert "in-the-clear-now" in json.dumps(record)
    assert record["raw"] is True
    lines = [json.loads(line) for line in capture.lines()]
    assert set(lines[0]) == {"v", "raw"} and lines[0]["raw"]["until"].endswith("Z")
    for line in lines:
        valid(line)
    assert "raw" in front.err()


def test_segments_are_rotated_by_size_and_lose_nothing(hoplens, raw_origin, capture):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--capture-segment-size", "64k")
    done = curl("-H", "X-Filler: " + "f" * 500, *[f"{front.url}/{i}" for i in range(400)])
    assert done.stdout == b"ok" * 400
    records = capture.wait_for(400)
    assert front.stop() == 0
    assert sorted(int(record["request"]["target"][1:]) for record in records) == list(range(400))
    sizes = [segment.stat().st_size for segment in capture.segments()]
    assert len(sizes) >= 3
    assert max(sizes) <= 64 * 1024 + 4096
    assert {mode for path, mode in capture.modes().items() if path.is_file()} == {0o600}


def test_the_oldest_segments_go_when_the_disk_share_is_used_up(hoplens, raw_origin, capture):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--capture-segment-size", "64k", "--max-disk", "256k")
    done = curl("-o", "/dev/null", "-H", "X-Filler: " + "f" * 500, *[f"{front.url}/{i}" for i in range(1000)])
    assert done.returncode == 0
    assert front.stop() == 0
    assert sum(segment.stat().st_size for segment in capture.segments()) <= 256 * 1024 + 64 * 1024 + 4096
    kept = [int(record["request"]["target"][1:]) for record in capture.records()]
    assert kept and kept[-1] == 999 and 0 not in kept


def test_a_killed_proxy_leaves_whole_lines(hoplens, raw_origin, capture, valid):
    front = hoplens(raw_origin(), "--capture", capture.directory)
    front.expected_end = True
    with connect(front.port) as client:
        for i in range(200):
            client.send(get(f"/{i}"))
            client.response()
        wait_until(capture.lines, "the first lines")
        client.send(get("/under-way"))
        front.signal(signal.SIGKILL)
        front.wait()
    assert capture.records()
    for line in capture.lines():
        valid(json.loads(line))
    again = hoplens(raw_origin(), "--capture", capture.directory)
    exchange(again.port, get("/after"))
    wait_until(lambda: any(r["request"]["target"] == "/after" for r in capture.records()), "the line of the next run")


def test_a_full_disk_stops_the_capture_and_not_the_forwarding(hoplens, raw_origin, capture):
    """A file size limit stands in for the disk: writes fail with EFBIG, as they would with ENOSPC."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    front = hoplens(raw_origin(), "--capture", capture.directory, before_exec=limit)
    done = curl("-H", "X-Filler: " + "f" * 500, *[f"{front.url}/{i}" for i in range(200)])
    assert done.stdout == b"ok" * 200
    assert front.stop() == 0
    assert "capture" in front.err()


def test_an_exchange_that_goes_on_is_captured_when_it_ends(hoplens, raw_origin, capture):
    release = []

    def handler(stream):
        stream.request()
        wait_until(lambda: release, "the test to go on")
        stream.send(answer())

    front = hoplens(raw_origin(handler), "--capture", capture.directory)
    with connect(front.port) as client:
        client.send(get("/slow"))
        assert client.silent_for(0.3)
        release.append(True)
        assert client.response().body == b"ok"
    record = capture.wait_for(1)[0]
    assert record["duration_us"] >= 250_000
    assert record["timing"]["first_byte_us"] >= 250_000
