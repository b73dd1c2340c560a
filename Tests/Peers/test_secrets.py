"""Secrets: one planted in every place where one can sit, and looked for in every byte that hoplens writes.

The search (support/secrets.py) knows base64 at each alignment, percent, hexadecimal, JSON, entities, UTF-16 and more. That
it finds what is there is shown by a raw capture, where the same search has to find the same secrets.
"""

from __future__ import annotations

import re
import resource
import signal
import time

import pytest

from support.planting import Case, places, token, word
from support.programs import clean_environment
from support.proxies import Capture, Hoplens, hoplens_command
from support.secrets import Search, forms
from support.waiting import wait_until
from support.wire import Ended, Stream, connect, exchange, get

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(180)]

PLACES = places()

#: Bodies of errors that hoplens samples in a second, with room.
SAMPLES = 25


class Origin:
    """Answers each request with the bytes of the case that is being driven, and waits for no more than a head."""

    def __init__(self, raw_origin):
        self.case: Case = Case()
        self.origin = raw_origin(self.serve)

    def serve(self, stream: Stream):
        while True:
            request = stream.head()
            case = self.case
            stream._body(request, until_close=False)
            stream.send(case.answer())
            if case.raw_answer is not None or case.status.startswith("101"):
                return


def drive(front: Hoplens, origin: Origin) -> bytes:
    """Sends every case through the proxy, one after the other; the answers that hoplens made itself."""
    own = bytearray()
    for name, (secret, make) in PLACES.items():
        case = make(secret)
        origin.case = case
        with connect(front.port) as client:
            request = case.request(marker(name)).replace(b"{port}", b"%d" % front.port)
            client.send(request)
            if case.own_answer:
                client.shut()
            try:
                if case.own_answer:
                    own += client.rest()
                else:
                    got = client.response(case.method)
                    if b"hoplens" in (got.one("Proxy-Status") or b"") or b"hoplens" in got.body:
                        own += got.head + got.body
            except Ended:
                pass  # Bad answers are cut: what counts is what was written about them.
        if case.status >= "4" and not case.own_answer:
            time.sleep(1 / SAMPLES)
    return bytes(own)


def marker(name: str) -> str:
    """What is no secret and has to be seen."""
    return f"marker-{list(PLACES).index(name)}"


MODES = {
    "lines": ["--color", "always", "--ascii", "--forwarded", "rfc7239"],
    "verbose": ["--verbose", "--track", "X-Foo", "--track", "X-Debug"],
    "json": ["--json", "--threads", "2"],
}


def run_through(hoplens, raw_origin, capture: Capture, *flags):
    """Everything that hoplens writes while all cases go through it."""
    origin = Origin(raw_origin)
    front = hoplens(origin.origin, "--capture", capture.directory, *flags)
    own = drive(front, origin)
    assert front.stop() == 0
    return front, own


def found_in(text: bytes, secrets: dict) -> list:
    search = Search(text)
    return [f"{name}: {said[:2]} in {search.context(secrets[name])!r}" for name, said in search.all(secrets).items()]


SECRETS = {name: secret for name, (secret, _) in PLACES.items()}


def test_no_two_places_share_a_secret():
    assert len(set(SECRETS.values())) == len(SECRETS) > 300
    assert all(len(secret) >= 12 for secret in SECRETS.values())


@pytest.mark.parametrize("mode", MODES)
def test_no_planted_secret_is_written_anywhere(hoplens, raw_origin, capture, mode):
    front, own = run_through(hoplens, raw_origin, capture, *MODES[mode])
    written = {
        "the capture": b"\n".join(path.read_bytes() for path in capture.segments()),
        "the names in the folder": "\n".join(str(path) for path in capture.directory.rglob("*")).encode(),
        "standard output": bytes(front.stdout),
        "standard error": bytes(front.stderr),
        "answers of hoplens's own": own,
    }
    assert {name: found for name, text in written.items() if (found := found_in(text, SECRETS))} == {}

    # What is no secret is there: every exchange was written, with its target and its User-Agent.
    records = capture.records()
    # A head that stops is no exchange.
    assert len(records) == len(PLACES) - sum("a head that stops" in name for name in PLACES)
    text = written["the capture"].decode()
    for name, (_, make) in PLACES.items():
        if make("x").recorded:
            assert f"marker/{marker(name)}" in text, name
    key = (capture.directory / ".hoplens-key").read_bytes()
    for name, text in written.items():
        assert not any(form in text for form in forms(key).values()), f"the capture key in {name}"
    assert b"/m/marker-" in written["standard output"]
    assert b"Retry" not in own and b"hoplens" in own


def test_the_same_search_finds_them_all_when_the_capture_is_raw(hoplens, raw_origin, capture):
    front, _ = run_through(hoplens, raw_origin, capture, "--capture-raw", "10m")
    found = Search(b"\n".join(path.read_bytes() for path in capture.segments())).all(SECRETS)
    assert [name for name, (secret, make) in PLACES.items() if make(secret).recorded and name not in found] == []
    # The terminal is no place for them even then.
    assert found_in(bytes(front.stdout) + bytes(front.stderr), SECRETS) == []


def test_a_word_in_a_field_of_ones_own_is_hidden_when_it_is_named(hoplens, raw_origin, capture):
    front = hoplens(raw_origin(), "--capture", capture.directory, "--json", "--secret", "X-Gate", "--secret", "gate")
    exchange(front.port, get("/?gate=swordfish&page=2", "X-Gate: swordfish", "X-Other: shown"))
    assert front.stop() == 0
    assert found_in(capture.everything() + bytes(front.stdout) + bytes(front.stderr), {"gate": "swordfish"}) == []
    assert b"shown" in front.stdout and b"page=2" in front.stdout


def test_a_name_that_is_declared_secret_while_the_proxy_runs_is_hidden_from_then_on(hoplens, raw_origin, capture, tmp_path):
    settings = tmp_path / "settings.json5"
    text = "{ origin: '%s', listen: '127.0.0.1:0', check: false, json: true, secret: ['%%s'] }" % raw_origin().url
    settings.write_text(text % "X-Other")
    front = hoplens("--config", settings, "--capture", capture.directory, listen=None, check=True)
    exchange(front.port, get("/1", "X-Gate: marker"))
    front.wait_for_records(1)
    settings.write_text(text % "X-Gate")
    front.signal(signal.SIGHUP)
    front.wait_for_text("hold from now on")
    exchange(front.port, get("/2", "X-Gate: swordfish"))
    assert front.stop() == 0
    assert b"marker" in front.stdout
    assert found_in(capture.everything() + bytes(front.stdout) + bytes(front.stderr), {"gate": "swordfish"}) == []


def test_what_passes_a_websocket_is_written_nowhere(hoplens, raw_origin, capture):
    up, down = token("frames up"), token("frames down")

    def talk(stream: Stream):
        stream.head()
        stream.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n" + down.encode())
        stream.exactly(len(up))

    front = hoplens(raw_origin(talk), "--capture", capture.directory, "--verbose")
    with connect(front.port) as client:
        client.send(get("/chat", "Upgrade: echo", "Connection: Upgrade"))
        assert client.response().status == 101
        assert client.exactly(len(down)) == down.encode()
        client.send(up.encode())
        client.rest()
    capture.wait_for(1)
    assert front.stop() == 0
    assert found_in(capture.everything() + bytes(front.stdout) + bytes(front.stderr), {"up": up, "down": down}) == []


class TestTLS:
    """The private key of the listener, and the credentials that travel inside."""

    def test_the_key_is_written_nowhere(self, hoplens, raw_origin, certificates, capture):
        key = certificates.key("good")
        front = hoplens(
            raw_origin(), "--tls-cert", certificates.certificate("good"), "--tls-key", key, "--capture",
            capture.directory, "--json",
        )
        secret = token("inside TLS")
        with connect(front.port, tls=certificates.client(), name="localhost") as client:
            client.send(get("/", f"Authorization: Bearer {secret}"))
            assert client.response().status == 200
        with connect(front.port) as client:
            client.send(get("/", f"Authorization: Bearer {secret}"))  # plain text where a handshake belongs
            client.rest()
        assert front.stop() == 0
        assert not leaks_of_key(key, capture.everything() + bytes(front.stdout) + bytes(front.stderr))
        assert found_in(capture.everything() + bytes(front.stdout) + bytes(front.stderr), {"inside": secret}) == []
        assert leaks_of_key(key, key.read_bytes()), "the search finds a key where there is one"

    def test_a_key_that_cannot_be_used_is_not_quoted(self, certificates, tmp_path):
        good = certificates.key("good").read_text()
        secret = token("inside a key file")
        for name, text in {
            "broken": good.replace("MI", "M!", 1),
            "cut": good[: len(good) // 2],
            "words": f"password={secret}\n",
            "other": certificates.key("expired").read_text(),
            "the certificate": certificates.certificate("good").read_text() + secret,
        }.items():
            path = tmp_path / "bad.key"
            path.write_text(text)
            path.chmod(0o600)
            ended = hoplens_command(
                "proxy", "http://127.0.0.1:9", "--listen", "127.0.0.1:0", "--no-check", "--tls-cert",
                certificates.certificate("good"), "--tls-key", path,
            )
            said = ended.stdout + ended.stderr
            assert ended.returncode == 2 and said, name
            assert not leaks_of_key(path, said) and found_in(said, {name: secret}) == [], name


def leaks_of_key(path, text: bytes) -> list:
    """Lines of a key file that are in the text, whole or in a part that would help anybody."""
    lines = [line for line in path.read_bytes().splitlines() if line and b"-----" not in line]
    body = b"".join(lines)
    return [body[i : i + 16] for i in range(0, max(1, len(body) - 15), 8) if body[i : i + 16] in text]


class TestWords:
    """Command lines, settings and environments with secrets in them, right and wrong."""

    SECRET = word("a setting")

    def silent(self, *arguments, text: str | None = None, **options):
        ended = hoplens_command(*arguments, **options)
        said = ended.stdout + ended.stderr
        assert said, arguments
        assert found_in(said, {"setting": self.SECRET}) == [], said
        return ended

    @pytest.mark.parametrize(
        "origin",
        [
            "http://user:{}@127.0.0.1:9", "http://{}@127.0.0.1:9", "https://127.0.0.1:9/?token={}",
            "http://127.0.0.1:9/#access_token={}", "http://user:{}@", "user:{}@host", "ftp://user:{}@host",
            "http://user:{}@host:port", "//user:{}@host", "http://u:{}@host/ x",
        ],
    )
    def test_an_origin_with_a_secret_in_it_is_refused_without_being_quoted(self, origin, tmp_path):
        origin = origin.replace("{}", self.SECRET)
        assert self.silent("proxy", origin, "--no-check").returncode == 2
        settings = tmp_path / "settings.json5"
        settings.write_text("{ origin: '%s', listen: '127.0.0.1:0' }" % origin)
        assert self.silent("check-config", settings).returncode == 2
        assert self.silent("proxy", "--config", settings).returncode == 2

    @pytest.mark.parametrize(
        "text",
        [
            "{ origin: 'http://127.0.0.1:9', password: '{}' }",
            "{ origin: 'http://127.0.0.1:9' '{}' }",
            "{ origin: 'http://127.0.0.1:9', track: ['Authorization: Bearer {}'] }",
            "{ origin: 'http://127.0.0.1:9', listen: 'user:{}@host:1' }",
            "{ origin: 'http://127.0.0.1:9', connect: 'https://u:{}@h:1' }",
            "{ origin: 'http://127.0.0.1:9', host: 'u:{}@h' }",
            "{ origin: 'http://127.0.0.1:9', sni: 'u:{}@h' }",
            "{ origin: 'http://127.0.0.1:9', timeouts: { body: 'token={}' } }",
            "{ origin: 'http://127.0.0.1:9', 'max-disk': 'token={}' }",
            "'{}'",
            "{ origin: 'http://127.0.0.1:9', // {}\n broken",
        ],
    )
    def test_settings_that_are_wrong_are_described_and_a_secret_in_them_is_not_quoted(self, text, tmp_path):
        settings = tmp_path / "settings.json5"
        settings.write_text(text.replace("{}", self.SECRET))
        assert self.silent("check-config", settings).returncode == 2

    @pytest.mark.parametrize(
        "arguments",
        [
            ["proxy", "http://127.0.0.1:9", "--token={}"], ["proxy", "http://127.0.0.1:9", "--password", "{}"],
            ["proxy", "http://127.0.0.1:9", "-H", "Authorization: Bearer {}"], ["proxy", "http://127.0.0.1:9", "u:{}@h"],
            ["proxy", "http://127.0.0.1:9", "--listen", "u:{}@h:1"], ["proxy", "http://127.0.0.1:9", "--connect=https://u:{}@h"],
            ["proxy", "http://127.0.0.1:9", "--track", "Authorization: Bearer {}"], ["u:{}@host"],
            ["proxy", "http://127.0.0.1:9", "--timeout", "token={}"], ["proxy", "http://127.0.0.1:9", "--limit", "password={}"],
        ],
    )
    def test_a_command_line_that_is_wrong_is_described_and_a_secret_in_it_is_not_quoted(self, arguments):
        assert self.silent(*(argument.replace("{}", self.SECRET) for argument in arguments)).returncode == 2

    def test_the_environment_is_written_nowhere(self, hoplens, raw_origin, capture):
        environment = clean_environment(
            HOPLENS_TOKEN=self.SECRET, HTTP_AUTHORIZATION=f"Bearer {self.SECRET}", http_proxy=f"http://u:{self.SECRET}@127.0.0.1:9"
        )
        front = hoplens(raw_origin(), "--capture", capture.directory, "--verbose", env=environment, check=True)
        assert exchange(front.port, get()).status == 200
        capture.wait_for(1)
        assert front.stop() == 0
        assert found_in(capture.everything() + bytes(front.stdout) + bytes(front.stderr), {"env": self.SECRET}) == []

    def test_the_demo_shows_no_credential(self):
        ended = self.silent("demo", seconds=60)
        assert ended.returncode == 0
        said = ended.stdout + ended.stderr
        assert not re.search(rb"\beyJ[\w-]{6}|[Bb]asic [A-Za-z0-9+/]{12}|\b[0-9a-f]{10}\b|%7C", said)


class TestTheEnd:
    """A process that goes down with secrets in its memory takes them with it."""

    @pytest.mark.parametrize("number", ["SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGTRAP", "SIGQUIT", "SIGFPE", "SIGKILL"])
    def test_a_crash_leaves_nothing_behind(self, hoplens, raw_origin, capture, tmp_path, number):
        secrets = {f"crash {i}": token(f"crash {number} {i}") for i in range(8)}
        where = tmp_path / "cwd"
        where.mkdir()

        def allow_cores():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

        def hang(stream: Stream):
            stream.head()
            stream.rest()

        front = hoplens(
            raw_origin(hang), "--capture", capture.directory, "--verbose", cwd=where, before_exec=allow_cores
        )
        front.expected_end = True
        limits = open(f"/proc/{front.pid}/limits").read()
        assert re.search(r"^Max core file size +[01] ", limits, re.MULTILINE), limits
        clients = [connect(front.port) for _ in secrets]
        for client, secret in zip(clients, secrets.values()):
            # A whole exchange, half a head and half a body: all of it is in memory now.
            client.send(get(f"/?token={secret}", f"Authorization: Bearer {secret}", f"Cookie: sid={secret}"))
        with connect(front.port) as half:
            half.send(f"GET /?token={secrets['crash 0']} HTTP/1.1\r\nAuthorization: Bear".encode())
            wait_until(lambda: len(capture.segments()) == 1, "the segment")
            front.signal(getattr(signal, number))
            status = front.wait()
        for client in clients:
            client.close()
        assert status != 0
        left = b"\n".join(path.read_bytes() for path in where.rglob("*") if path.is_file())
        assert found_in(left + capture.everything() + bytes(front.stdout) + bytes(front.stderr), secrets) == []
        assert list(where.rglob("*core*")) == []
