"""Chains of real boxes: client -> outer -> a box -> inner -> origin, each with a fault and a healthy twin.

One outer process has a service for each box, so that servers are started once; every request has a path of its own, by
which its line in the live view is found. What is asserted is what a person reads there.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from support.apache import ApacheProxy
from support.caddy import Caddy
from support.chain import chain_key
from support.nginx_php import NginxProxy
from support.programs import HAProxy, curl
from support.proxies import Hoplens, hoplens_command
from support.squid import Squid
from support.varnish import Varnish
from support.waiting import wait_until

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

BEARER = "Authorization: Bearer Zm9vYmFyYmF6cXV4"
NUMBERS = count(1)

_HAPROXY = "frontend f\n  bind 127.0.0.1:{port}\n  {rule}\n  default_backend b\nbackend b\n  server o {address}\n"


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it got, and keeps nothing from caches that want to store it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps([[name, value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "max-age=60")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_OPTIONS = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def key(stage):
    return chain_key(stage)


@pytest.fixture(scope="module")
def inner(stage, origin, key):
    return stage.start(
        Hoplens, origin, "--listen", "127.0.0.1:0", "--node", "inner", "--no-check", "--chain-key-file", key,
        "--track", "X_Token", "--capture", stage.folder("captures") / "inner",
    )  # fmt: skip


@pytest.fixture(scope="module")
def boxes(stage, inner):
    """Every box, by name: the faulty and the healthy ones, all in front of the inner node."""
    address = inner.url.split("://")[1]

    def nginx(name, location="", server=""):
        fields = 'proxy_set_header Host $http_host;\nproxy_set_header Connection "";'
        return stage.start(NginxProxy, stage.folder(name), inner.url, location=location, fields=fields)

    def haproxy(name, rule=""):
        return stage.start(HAProxy, stage.folder(name), _HAPROXY, rule=rule, address=address)

    def varnish(name, recv):
        return stage.start(Varnish, stage.folder(name), inner.port, recv=recv)

    return {
        "nginx": nginx("nginx"),
        "nginx-unset": nginx("nginx-unset", 'proxy_set_header Authorization "";'),
        "nginx-trace": nginx("nginx-trace", 'proxy_set_header Hoplens-Trace "";'),
        "nginx-report": nginx("nginx-report", "proxy_hide_header Hoplens-Report;"),
        "haproxy": haproxy("haproxy"),
        "haproxy-del": haproxy("haproxy-del", "http-request del-header authorization"),
        "varnish": varnish("varnish", "return (pass);"),
        "varnish-unset": varnish("varnish-unset", "unset req.http.Authorization; return (pass);"),
        "varnish-cache": varnish("varnish-cache", "return (hash);"),
        "apache": stage.start(ApacheProxy, stage.folder("apache"), inner.url),
        "apache-unset": stage.start(
            ApacheProxy, stage.folder("apache-unset"), inner.url, server="RequestHeader unset Authorization"
        ),
        "squid": stage.start(Squid, stage.folder("squid"), inner.port),
        "squid-drops": stage.start(Squid, stage.folder("squid-drops"), inner.port, peer=""),
        "caddy": stage.start(Caddy, stage.folder("caddy"), inner.url),
        "caddy-unset": stage.start(
            Caddy, stage.folder("caddy-unset"), inner.url, proxy="header_up -Authorization"
        ),
    }


class Chain:
    """The outer node, and what its live view said of a request."""

    def __init__(self, program: Hoplens, names):
        self.program = program
        self.ports = dict(zip(names, program.ports))

    def ask(self, box: str, *arguments, path: str | None = None, **options):
        path = path or f"/case-{next(NUMBERS)}"
        before = self.program.out().count(f" {path} ")
        done = curl("-i", *arguments, f"http://127.0.0.1:{self.ports[box]}{path}", **options)
        assert done.returncode == 0, done.stderr.decode()
        self.answer = done.stdout.decode("utf-8", "replace")

        def told():
            lines = [line for line in self.program.out().splitlines() if f" {path} " in line]
            return len(lines) > before and lines[-1]

        return wait_until(told, f"the line of {path}")


@pytest.fixture(scope="module")
def chain(stage, boxes, key):
    folder = stage.folder("captures")
    services = [
        {"name": name, "listen": "127.0.0.1:0", "origin": box.url, "host": "client"} for name, box in boxes.items()
    ]
    settings = folder / "outer.json5"
    settings.write_text(
        json.dumps(
            {
                "node": "outer",
                "check": False,
                "chain-key-file": str(key),
                "track": ["X_Token"],
                "capture": str(folder / "outer"),
                "services": services,
            }
        )
    )
    program = stage.start(Hoplens, "--config", settings, listeners=len(services))
    return Chain(program, list(boxes))


LOST = "Authorization was lost between node outer and node inner"


@pytest.mark.parametrize(
    "faulty, healthy, product",
    [
        ("nginx-unset", "nginx", "nginx"),
        ("haproxy-del", "haproxy", None),
        ("varnish-unset", "varnish", "varnish"),
        ("apache-unset", "apache", None),
        ("squid-drops", "squid", "squid"),
        ("caddy-unset", "caddy", "caddy"),
    ],
)
def test_the_box_that_takes_authorization_away_stands_between_the_right_two_points(chain, faulty, healthy, product):
    line = chain.ask(faulty, "-H", BEARER)
    assert LOST in line and "point outer node→origin had it, inner client→node has not" in line
    if product:
        behind = line[line.index(LOST):]
        assert "between them, by what their fields tell" in behind and product in behind.lower()
    assert "hoplens-report" not in chain.answer.lower()
    line = chain.ask(healthy, "-H", BEARER)
    assert "Bearer" in line and "Authorization was" not in line and "no point" not in line
    assert "hoplens-report" not in chain.answer.lower()


def test_a_cached_answer_is_proven_by_the_report_in_it(chain):
    path = f"/cached-{next(NUMBERS)}"
    first = chain.ask("varnish-cache", path=path)
    assert "never saw" not in first and "no point" not in first
    second = chain.ask("varnish-cache", path=path)
    assert re.search(
        r"node inner never saw this request: the report in the answer is that of another request, .* so a cache between"
        r" outer and inner answered",
        second,
    )
    assert "hoplens-report" not in chain.answer.lower()
    again = f"/passed-{next(NUMBERS)}"
    chain.ask("varnish", path=again)
    assert "never saw" not in chain.ask("varnish", path=again)


def test_a_field_the_client_nominates_is_dropped_by_the_outer_node_for_that_reason(chain):
    line = chain.ask("nginx", "-H", BEARER, "-H", "Connection: Authorization")
    assert "connection-names-credential: Connection tells proxies to drop a credential" in line
    assert "was lost between" not in line and "no point" not in line
    line = chain.ask("nginx", "-H", BEARER, "-H", "Connection: X-Nothing")
    assert "connection-names-credential" not in line and "Authorization" not in line.split("Bearer")[1]


def test_two_authorization_fields_that_a_box_joins_are_merged_there(chain):
    two = ("-H", "Authorization: Basic dTpw", "-H", BEARER)
    line = chain.ask("apache", *two)
    assert "Authorization was merged into fewer lines between node outer and node inner" in line
    assert "point outer node→origin had 2 lines, inner client→node has 1 line" in line
    assert "Authorization was" not in chain.ask("haproxy", *two)


def test_a_name_with_an_underscore_is_lost_at_nginx_and_kept_by_haproxy(chain):
    line = chain.ask("nginx", "-H", "X_Token: 1")
    assert "X_Token was lost between node outer and node inner" in line
    assert "X_Token" not in chain.ask("haproxy", "-H", "X_Token: 1")


def test_a_token_of_nine_thousand_bytes_ends_at_nginx_and_reaches_the_inner_node_through_squid(chain):
    token = "Authorization: Bearer " + "a" * 9000
    line = chain.ask("nginx", "-H", token)
    assert chain.answer.startswith("HTTP/1.1 400 ")
    assert "no point behind node outer reported" in line and "what is known ends at outer" in line
    line = chain.ask("squid", "-H", token)
    assert chain.answer.startswith("HTTP/1.1 200 ") and "no point" not in line and "Authorization was" not in line


@pytest.mark.parametrize("box", ["nginx-trace", "nginx-report"])
def test_a_chain_whose_own_field_is_taken_away_says_what_is_missing(chain, box):
    line = chain.ask(box, "-H", BEARER)
    assert chain.answer.startswith("HTTP/1.1 200 ")
    assert (
        "no point behind node outer reported: something on the way answered, or took Hoplens-Trace or Hoplens-Report away"
        in line
    )
    assert "lost between" not in line


def test_a_preflight_carries_nothing_of_ours_and_is_answered_as_without_us(chain, origin, inner):
    preflight = (
        "-X", "OPTIONS", "-H", "Origin: https://app.example.test", "-H", "Access-Control-Request-Method: POST",
        "-H", "Access-Control-Request-Headers: authorization",
    )  # fmt: skip
    line = chain.ask("nginx", *preflight)
    through = chain.answer
    assert "no point" not in line
    received = json.loads(through.split("\r\n\r\n", 1)[1])
    assert not [name for name, _ in received if name.lower() in ("hoplens-trace", "traceparent", "hoplens-report")]
    direct = curl("-i", *preflight, f"{origin}/x").stdout.decode()

    def policy(answer):
        names = ("vary", "access-control", "allow")
        return sorted(line.lower() for line in answer.split("\r\n\r\n")[0].split("\r\n") if line.lower().startswith(names))

    assert policy(through) == policy(direct)
    # A request that is no preflight does carry them, up to the origin.
    chain.ask("nginx")
    names = [name.lower() for name, _ in json.loads(chain.answer.split("\r\n\r\n", 1)[1])]
    assert "hoplens-trace" in names and "traceparent" in names


def answer(port: int, trace: str | None) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        field = f"Hoplens-Trace: {trace}\r\n" if trace else ""
        connection.sendall(f"GET /s HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n{field}\r\n".encode())
        data = b""
        while piece := connection.recv(65536):
            data += piece
        return data


def test_strangers_learn_nothing_and_a_trace_is_good_for_one_use(chain, inner):
    assert b"hoplens" not in answer(inner.port, None).lower().split(b"\r\n\r\n")[0]
    forged = "1.1764367201." + "0" * 32 + "." + "1" * 32
    assert b"hoplens-report" not in answer(inner.port, forged).lower()
    chain.ask("haproxy")
    used = [value for name, value in json.loads(chain.answer.split("\r\n\r\n", 1)[1]) if name == "hoplens-trace"]
    assert len(used) == 1
    # It was read at the origin, and is used again within its minute.
    assert b"hoplens-report" not in answer(inner.port, used[0]).lower()


def test_a_client_that_brings_a_trace_of_its_own_gets_no_report(chain):
    chain.ask("haproxy", "-H", "Hoplens-Trace: 1.1764367201." + "0" * 32 + "." + "1" * 32)
    assert "hoplens-report" not in chain.answer.lower()
    # It passed like any other field, beside the real one.
    names = [name.lower() for name, _ in json.loads(chain.answer.split("\r\n\r\n", 1)[1])]
    assert names.count("hoplens-trace") == 2


def test_three_nodes_and_one_without_the_key_make_one_way(stage, boxes, key):
    middle = stage.start(
        Hoplens, boxes["nginx-unset"].url, "--listen", "127.0.0.1:0", "--node", "middle", "--no-check",
        "--chain-key-file", key, "--host", "client",
    )  # fmt: skip
    keyless = stage.start(
        Hoplens, middle.url, "--listen", "127.0.0.1:0", "--node", "keyless", "--no-check", "--host", "client"
    )
    outer = stage.start(
        Hoplens, keyless.url, "--listen", "127.0.0.1:0", "--node", "first", "--no-check", "--chain-key-file", key,
        "--host", "client",
    )  # fmt: skip
    done = curl("-i", "-H", BEARER, f"{outer.url}/three")
    assert "hoplens-report" not in done.stdout.decode().lower()
    line = wait_until(lambda: "/three" in outer.out() and outer.out(), "its line")
    assert "Authorization left first, reached middle, never reached inner" in line
    assert "lost between node middle and node inner" in line
    # Who has no key passes the fields on and makes nothing of them.
    told = wait_until(lambda: "/three" in keyless.out() and keyless.out(), "the keyless node's line")
    assert "middle" not in told and "inner" not in told
    # And a client of that node gets the report nowhere either, for it asked for none.
    assert "hoplens-report" not in curl("-i", f"{keyless.url}/direct").stdout.decode().lower()


def test_captures_are_joined_by_their_trace_and_guessed_where_it_was_lost(stage, chain, inner):
    sure = f"/sure-{next(NUMBERS)}"
    guessed = f"/guessed-{next(NUMBERS)}"
    chain.ask("nginx-unset", "-H", BEARER, path=sure)
    chain.ask("nginx-trace", "-H", BEARER, path=guessed)
    folder = stage.folder("captures")

    def captured(name, path):
        return any(path in line for file in (folder / name).glob("*.ndjson") for line in file.read_text().splitlines())

    for path in (sure, guessed):
        for name in ("outer", "inner"):
            wait_until(lambda name=name, path=path: captured(name, path), f"{path} in the capture of {name}")

    def joined(path):
        done = hoplens_command("traces", "join", folder / "outer", folder / "inner", "--path", path, "--json")
        assert done.returncode == 0, done.stderr.decode()
        (line,) = done.stdout.decode().splitlines()
        return json.loads(line)

    certain = joined(sure)
    assert [record["node"] for record in certain["records"]] == ["outer", "inner"]
    assert certain["joined_by"] == "trace" and any(LOST in text for text in certain["news"])
    guess = joined(guessed)
    assert [record["node"] for record in guess["records"]] == ["outer", "inner"]
    assert guess["joined_by"] == "guess" and "fingerprints" in guess["agreed"]
    assert not any("Authorization was" in text for text in guess["news"])
    text = hoplens_command("traces", "join", folder / "outer", folder / "inner", "--path", guessed).stdout.decode()
    assert "no trace says so" in text


def test_the_chain_key_is_made_once_and_closed_to_others(stage, origin, tmp_path):
    path = tmp_path / "new.key"
    one = stage.start(Hoplens, origin, "--listen", "127.0.0.1:0", "--no-check", "--chain-key-file", path)
    assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_size == 32
    assert "copy it to the other nodes" in one.err()
    path.chmod(0o644)
    done = hoplens_command("proxy", origin, "--listen", "127.0.0.1:0", "--chain-key-file", path)
    assert done.returncode == 2 and b"chain key" in done.stderr and b"chmod 600" in done.stderr
