"""SIGHUP: other settings for a running proxy, without a connection that notices more than it must."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import threading
import time

import pytest

from support.proxies import Hoplens
from support.waiting import free_port, wait_until
from support.wire import answer, connect, exchange, get

pytestmark = pytest.mark.hoplens


class Configured:
    """hoplens with a settings file that a test writes again and again."""

    def __init__(self, closing, path, settings: dict, *flags, listeners: int = 1):
        self.path = path
        self.write(settings)
        self.proxy = Hoplens("--config", path, "--no-check", *flags, listeners=listeners)
        closing(self.proxy)
        self.reloads = 0

    @property
    def port(self) -> int:
        return self.proxy.port

    def write(self, settings):
        self.path.write_text(settings if isinstance(settings, str) else json.dumps(settings, default=str))

    def hangup(self, says: str) -> str:
        """Sends SIGHUP and returns what was said about it, up to the line that says how it ended."""
        before = len(self.proxy.stderr)
        self.proxy.signal(signal.SIGHUP)

        def said():
            text = bytes(self.proxy.stderr[before:]).decode()
            return "SIGHUP: " in text and text.endswith("\n") and text

        text = wait_until(said, "a word about the SIGHUP")
        assert says in text, text
        return text

    def reload(self, settings) -> str:
        self.write(settings)
        return self.hangup("hold from now on")

    def refused(self, settings) -> str:
        self.write(settings)
        return self.hangup("nothing was changed")


@pytest.fixture
def configured(closing, tmp_path):
    def start(settings, *flags, **options) -> Configured:
        return Configured(closing, tmp_path / "site.json5", settings, *flags, **options)

    return start


@pytest.fixture
def named_origin(raw_origin):
    """An origin that answers with its name, and with what the request said of the client's Host."""

    def start(name: bytes):
        return raw_origin(answering=lambda request: answer(name, "X-Host: " + request.one("Host").decode()))

    return start


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return False
    except OSError:
        return True


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.timeout(120)
def test_twenty_reloads_under_load_cost_nobody_a_request(configured, named_origin, threads):
    origins = [named_origin(b"zero"), named_origin(b"one")]
    port = free_port()

    def settings(turn):
        return {
            "origin": origins[turn % 2].url,
            "listen": f"127.0.0.1:{port}",
            "threads": threads,
            "limits": {"head": 65536 if turn % 3 else 32768},
        }

    front = configured(settings(0), "--quiet")
    stop, wrong, fresh, kept = threading.Event(), [], [], []

    def strangers():
        """A new connection for each request."""
        while not stop.is_set():
            try:
                fresh.append(exchange(port, get()).body)
            except Exception as error:  # noqa: BLE001 - every error is one too many
                wrong.append(error)

    def regulars(method, body=b""):
        """One connection for all of them; POST is never tried again by anybody."""
        try:
            with connect(port) as client:
                while not stop.is_set():
                    client.send(get("/", f"Content-Length: {len(body)}", method=method) + body)
                    kept.append(client.response(method).body)
        except Exception as error:  # noqa: BLE001
            wrong.append(error)

    clients = [threading.Thread(target=strangers) for _ in range(3)]
    clients += [
        threading.Thread(target=regulars, args=("POST", b"x")),
        threading.Thread(target=regulars, args=("GET",)),
    ]
    for client in clients:
        client.start()
    try:
        for turn in range(1, 21):
            front.reload(settings(turn))
            seen = len(fresh), len(kept)
            wait_until(lambda: len(fresh) > seen[0] + 5 and len(kept) > seen[1] + 5, "load between two reloads")
    finally:
        stop.set()
        for client in clients:
            client.join(20)
    assert wrong == []
    assert {*fresh} == {*kept} == {b"zero", b"one"}
    # Whoever comes behind the last reload gets what it said.
    assert exchange(port, get()).body == b"zero"
    assert front.proxy.stop() == 0
    assert sum(len(origin.requests) for origin in origins) == len(fresh) + len(kept) + 1


def test_an_exchange_ends_by_the_settings_it_began_with_and_the_next_has_the_new_ones(
    configured, raw_origin, named_origin
):
    release = []

    def slow(stream):
        while True:
            stream.request()
            stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nold-")
            wait_until(lambda: release, "the test to go on")
            stream.send(b"fast")

    listen = f"127.0.0.1:{free_port()}"
    front = configured({"origin": raw_origin(slow).url, "listen": listen})
    with connect(front.port) as client, connect(front.port) as idle:
        client.send(get())
        client.head()
        assert client.exactly(4) == b"old-"
        fresh = named_origin(b"new")
        front.reload(
            {"origin": fresh.url, "listen": listen, "host": "elsewhere.test", "timeouts": {"response": "50ms"}}
        )
        # It is told nothing for three times the new time limit, which is not its own.
        assert client.silent_for(0.15)
        release.append(True)
        assert client.exactly(4) == b"fast"
        for connection in (client, idle):
            connection.send(get())
            got = connection.response()
            assert (got.body, got.one("X-Host")) == (b"new", b"elsewhere.test")


def test_a_broken_file_changes_nothing_and_is_explained(configured, named_origin):
    origin, listen = named_origin(b"old"), f"127.0.0.1:{free_port()}"
    front = configured({"origin": origin.url, "listen": listen})
    with connect(front.port) as client:
        client.send(get())
        assert client.response().body == b"old"
        said = front.refused("{\n  origin: 'http://127.0.0.1:1',\n  lisen: '127.0.0.1:1',\n}\n")
        assert f"{front.path}:3:3: " in said and "did you mean" in said, said
        assert "check-config" in said
        said = front.refused("{\n  origin: 'http://127.0.0.1:1'\n  listen: '127.0.0.1:1',\n}\n")
        assert f"{front.path}:3:3: " in said, said
        front.path.unlink()
        assert str(front.path) in front.hangup("nothing was changed")
        assert front.proxy.alive()
        client.send(get())
        assert client.response().body == b"old"
    assert exchange(front.port, get()).body == b"old"
    assert len(origin.connections) == 1, "the connection to the origin was not even given up"
    front.reload({"origin": named_origin(b"mended").url, "listen": listen})
    assert exchange(front.port, get()).body == b"mended"


@pytest.mark.parametrize("broken", ["port", "certificate"])
def test_what_cannot_be_opened_is_said_and_nothing_is_half_done(configured, named_origin, raw_origin, tmp_path, broken):
    origin, listen, extra = named_origin(b"old"), f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    front = configured({"origin": origin.url, "listen": listen})
    wanted = {"origin": "http://127.0.0.1:1", "listen": [extra, listen]}
    if broken == "port":
        wanted["listen"].append(f"127.0.0.1:{raw_origin().port}")
        assert "in use" in front.refused(wanted)
    else:
        (tmp_path / "bad.pem").write_text("this is no certificate\n")
        wanted |= {"tls-cert": tmp_path / "bad.pem", "tls-key": tmp_path / "bad.pem"}
        assert "bad.pem" in front.refused(wanted)
    assert exchange(front.port, get()).body == b"old"
    assert refuses(int(extra.split(":")[1])), "a listener of the broken settings was left open"


def test_listeners_come_and_go_and_change_places(configured, raw_origin, named_origin):
    release = []

    def slow(stream):
        stream.request()
        wait_until(lambda: release, "the test to go on")
        stream.send(answer(b"slow"))
        stream.rest()

    ports = [free_port() for _ in range(3)]
    first, second, held = named_origin(b"first"), named_origin(b"second"), raw_origin(slow)

    def services(**chosen):
        return {
            "services": [
                {"name": name, "origin": origin.url, "listen": [f"127.0.0.1:{ports[at]}" for at in where]}
                for name, (origin, where) in chosen.items()
            ]
        }

    front = configured(services(a=(first, [0]), b=(held, [1])), listeners=2)
    with connect(ports[1]) as busy, connect(ports[1]) as idle, connect(ports[0]) as client:
        busy.send(get())
        wait_until(lambda: held.connections, "the request at the origin")
        said = front.reload(services(a=(first, [2]), c=(second, [0])))
        assert f"no longer listening on http://127.0.0.1:{ports[1]}" in said
        assert f"listening on http://127.0.0.1:{ports[2]}" in said
        wait_until(lambda: refuses(ports[1]), "the removed listener to refuse")
        assert idle.at_end(), "a connection without a next exchange is closed"
        client.send(get())
        assert client.response().body == b"second", "the address has another service behind it now"
        assert exchange(ports[2], get()).body == b"first"
        release.append(True)
        got = busy.response()
        assert got.body == b"slow" and got.one("Connection") == b"close"
        assert busy.at_end()
    # And back: the removed address is there again.
    front.reload(services(a=(first, [0, 1, 2])))
    assert [exchange(port, get()).body for port in ports] == [b"first"] * 3
    assert front.proxy.stop() == 0


def test_a_request_that_was_sent_to_a_listener_just_removed_is_still_answered(configured, named_origin):
    """The client could not know: its request crosses the reload."""
    ports = [free_port(), free_port()]
    origin = named_origin(b"served")
    front = configured({"origin": origin.url, "listen": [f"127.0.0.1:{port}" for port in ports]}, listeners=2)
    with connect(ports[1]) as client:
        client.send(get())
        assert client.response().body == b"served"
        front.reload({"origin": origin.url, "listen": f"127.0.0.1:{ports[0]}"})
        client.send(get())
        got = client.response()
        assert got.body == b"served" and got.one("Connection") == b"close"


def test_a_listener_may_be_opened_to_the_world_on_the_same_port(configured, named_origin):
    origin, port = named_origin(b"ok"), free_port()
    front = configured({"origin": origin.url, "listen": f"127.0.0.1:{port}"})
    with connect(port) as client:
        said = front.reload({"origin": origin.url, "listen": f"0.0.0.0:{port}"})
        assert "can be reached from other machines" in said
        assert exchange(port, get(), host="127.0.0.2").body == b"ok"
        assert client.at_end()
    front.reload({"origin": origin.url, "listen": f"127.0.0.1:{port}"})
    assert exchange(port, get()).body == b"ok"


def test_a_port_the_system_chose_stays(configured, named_origin):
    front = configured({"origin": named_origin(b"old").url, "listen": "127.0.0.1:0"})
    front.reload({"origin": named_origin(b"new").url, "listen": "127.0.0.1:0"})
    assert exchange(front.port, get()).body == b"new"


def test_what_only_a_restart_can_change_is_named_and_stays(configured, named_origin, tmp_path):
    listen = f"127.0.0.1:{free_port()}"
    before = {
        "origin": named_origin(b"old").url,
        "listen": listen,
        "node": "one",
        "threads": 2,
        "capture": tmp_path / "capture",
    }
    front = configured(before)
    after = {"node": "two", "threads": 1, "capture": tmp_path / "elsewhere", "quiet": True}
    said = front.reload({**before, **after, "origin": named_origin(b"new").url})
    for word in ("node stays one", "threads stays 2", f"capture stays {tmp_path / 'capture'}", "quiet stays false"):
        assert word in said, said
    assert exchange(front.port, get()).body == b"new"
    wait_until(lambda: "GET /" in front.proxy.out(), "the exchange on the terminal")
    assert front.proxy.stop() == 0
    records = [json.loads(line) for path in (tmp_path / "capture").glob("*.ndjson") for line in path.open()]
    assert [record["node"] for record in records] == ["one"]
    assert not (tmp_path / "elsewhere").exists()


def test_limits_and_time_limits_hold_for_open_connections_too(configured, named_origin):
    origin, listen = named_origin(b"ok"), f"127.0.0.1:{free_port()}"
    big = get("/", *[f"X-{i}: {'f' * 1000}" for i in range(100)])

    def settings(**more):
        return {"origin": origin.url, "listen": listen, **more}

    front = configured(settings(limits={"head": "2k", "line": "1k"}))
    with connect(front.port) as client:
        client.send(get())
        assert client.response().body == b"ok"
        front.reload(settings(limits={"head": "200k", "line": "2k"}))
        client.send(big)
        assert client.response().body == b"ok", "a raised limit holds at the next exchange"
        front.reload(settings(limits={"head": "2k", "line": "1k"}, timeouts={"keepalive": "100ms"}))
        client.send(get())
        assert client.response().body == b"ok"
        began = time.monotonic()
        assert client.at_end() and time.monotonic() - began < 5, "the new time limit holds behind the next exchange"
    with connect(front.port) as client:
        client.send(get("/", *["X-F: " + "f" * 500] * 6))
        assert client.response().status == 431


def test_the_track_list_and_the_capture_follow(configured, named_origin, tmp_path):
    listen, folder = f"127.0.0.1:{free_port()}", tmp_path / "capture"
    settings = {"origin": named_origin(b"ok").url, "listen": listen, "capture": folder, "verbose": True}
    front = configured(settings)
    exchange(front.port, get("/1", "X-Mine: yes"))
    wait_until(lambda: "GET /1" in front.proxy.out(), "the first exchange")
    assert "X-Mine" not in front.proxy.out()
    front.reload({**settings, "track": ["X-Mine"], "capture-segment-size": "64k", "max-disk": "128k"})
    for i in range(400):
        exchange(front.port, get(f"/filled/{i}", "X-Mine: " + "y" * 500))
    wait_until(lambda: "GET /filled/399" in front.proxy.out(), "the last exchange")
    assert "X-Mine" in front.proxy.out()
    assert front.proxy.stop() == 0
    assert sum(path.stat().st_size for path in folder.glob("*.ndjson")) < 140_000


class TestCertificates:
    @staticmethod
    def subject_key(port: int, certificates) -> bytes:
        context = ssl.create_default_context(cafile=str(certificates.authority))
        context.check_hostname = False
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            with context.wrap_socket(sock) as tls:
                return tls.getpeercert(binary_form=True)

    @pytest.mark.parametrize("with_file", [False, True])
    def test_they_are_read_again_with_and_without_a_settings_file(
        self, closing, hoplens, named_origin, certificates, tmp_path, with_file
    ):
        cert, key = tmp_path / "site.pem", tmp_path / "site.key"

        def install(name):
            shutil.copy(certificates.certificate(name), cert)
            shutil.copy(certificates.key(name), key)

        install("good")
        origin, flags = named_origin(b"ok"), ("--tls-cert", cert, "--tls-key", key)
        if with_file:
            path = tmp_path / "tls.json5"
            settings = {"origin": origin.url, "listen": "127.0.0.1:0", "tls-cert": cert, "tls-key": key}
            path.write_text(json.dumps(settings, default=str))
            front = Hoplens("--config", path, "--no-check")
            closing(front)
        else:
            front = hoplens(origin, *flags)
        first = self.subject_key(front.port, certificates)
        with connect(front.port, tls=certificates.client(), name="origin.test") as client:
            client.send(get())
            assert client.response().body == b"ok"
            install("wrong-host")
            front.signal(signal.SIGHUP)
            front.wait_for_text("SIGHUP: ")
            if not with_file:
                assert "certificates and keys were read again" in front.err() and "--config" in front.err()
            assert self.subject_key(front.port, certificates) != first
            client.send(get())
            assert client.response().body == b"ok", "an open connection goes on"

    def test_a_key_that_does_not_belong_to_the_certificate_changes_nothing(
        self, hoplens, named_origin, certificates, tmp_path
    ):
        cert, key = tmp_path / "site.pem", tmp_path / "site.key"
        shutil.copy(certificates.certificate("good"), cert)
        shutil.copy(certificates.key("good"), key)
        front = hoplens(named_origin(b"ok"), "--tls-cert", cert, "--tls-key", key)
        first = self.subject_key(front.port, certificates)
        shutil.copy(certificates.key("wrong-host"), key)
        front.signal(signal.SIGHUP)
        front.wait_for_text("SIGHUP: nothing was changed")
        assert self.subject_key(front.port, certificates) == first

    def test_the_authorities_of_an_origin_are_read_again(self, hoplens, raw_origin, certificates, tmp_path):
        trusted = tmp_path / "authorities.pem"
        shutil.copy(certificates.certificate("stranger"), trusted)
        front = hoplens(raw_origin(tls=certificates.server()), "--ca-file", trusted, "--sni", "origin.test", "--json")
        assert exchange(front.port, get()).status == 502
        shutil.copy(certificates.authority, trusted)
        front.signal(signal.SIGHUP)
        front.wait_for_text("SIGHUP: ")
        assert exchange(front.port, get()).body == b"ok"

    def test_a_tls_connection_to_one_service_never_becomes_one_to_another(self, configured, named_origin, certificates):
        listen = {
            "listen": f"127.0.0.1:{free_port()}",
            "tls-cert": certificates.certificate("good"),
            "tls-key": certificates.key("good"),
        }
        mine, other, next_one = named_origin(b"mine"), named_origin(b"other"), named_origin(b"next")
        front = configured({"services": [{"name": "mine", "origin": mine.url, **listen}]})
        with connect(front.port, tls=certificates.client(), name="origin.test") as client:
            client.send(get())
            assert client.response().body == b"mine"
            front.reload({"services": [{"name": "mine", "origin": next_one.url, **listen}]})
            client.send(get())
            assert client.response().body == b"next", "the same service may move"
            front.reload({"services": [{"name": "other", "origin": other.url, **listen}]})
            assert client.at_end()
        with connect(front.port, tls=certificates.client(), name="origin.test") as client:
            client.send(get())
            assert client.response().body == b"other"

    def test_a_listener_that_speaks_tls_from_now_on_ends_its_plain_connections(
        self, configured, named_origin, certificates
    ):
        plain = {"origin": named_origin(b"ok").url, "listen": f"127.0.0.1:{free_port()}"}
        front = configured(plain)
        with connect(front.port) as client:
            client.send(get())
            assert client.response().body == b"ok"
            said = front.reload(
                {**plain, "tls-cert": certificates.certificate("good"), "tls-key": certificates.key("good")}
            )
            assert f"listening on https://127.0.0.1:{front.port}" in said
            assert client.at_end()
        with connect(front.port, tls=certificates.client(), name="origin.test") as client:
            client.send(get())
            assert client.response().body == b"ok"


def test_a_tunnel_outlives_the_settings_it_began_with(configured, raw_origin, named_origin):
    def handler(stream):
        stream.head()
        stream.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
        while True:
            stream.send(stream.exactly(4))

    ports = [free_port(), free_port()]
    front = configured(
        {"origin": raw_origin(handler).url, "listen": [f"127.0.0.1:{port}" for port in ports]}, listeners=2
    )
    with connect(ports[1]) as client:
        client.send(get("/", "Connection: upgrade", "Upgrade: echo"))
        assert client.response().status == 101
        front.reload({"origin": named_origin(b"new").url, "listen": f"127.0.0.1:{ports[0]}"})
        for word in (b"ping", b"pong"):
            client.send(word)
            assert client.exactly(4) == word


def test_reloads_leave_nothing_behind(configured, named_origin):
    """Descriptors and threads are as many as before; memory does not grow with each reload."""
    origin, listen = named_origin(b"ok"), f"127.0.0.1:{free_port()}"
    front = configured({"origin": origin.url, "listen": listen})
    process = front.proxy.process.pid

    def resident():
        with open(f"/proc/{process}/statm") as file:
            return int(file.read().split()[1]) * 4096

    def descriptors():
        return len(os.listdir(f"/proc/{process}/fd"))

    for _ in range(20):
        front.reload({"origin": origin.url, "listen": listen})
        exchange(front.port, get())
    before = resident()
    for _ in range(100):
        front.reload({"origin": origin.url, "listen": listen})
        exchange(front.port, get())
    assert resident() - before < 2 << 20
    wait_until(lambda: descriptors() <= 16, "descriptors to be given back")
