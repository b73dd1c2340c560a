"""The PHP probe behind real web servers: what reached PHP, what did not, and where it was lost.

One outer process has a service for each server. The last test is the whole way in one line: out of the outer node, into
the inner one, never in PHP.
"""

from __future__ import annotations

import base64
import json
import re
import socket
from itertools import count

import pytest
from support.apache import Apache
from support.chain import chain_key, php_probe
from support.nginx_php import NginxPHP, NginxProxy
from support.php import PHPFPM
from support.programs import curl, find, run
from support.proxies import Hoplens
from support.waiting import wait_until
from support.wordpress import LOCAL

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

BEARER = "Authorization: Bearer Zm9vYmFyYmF6cXV4"
BASIC = "Authorization: Basic " + base64.b64encode(b"editor:abcd efgh ijkl mnop").decode()
NUMBERS = count(1)


@pytest.fixture(scope="module")
def key(stage):
    return chain_key(stage)


@pytest.fixture(scope="module")
def probe(stage, key):
    return php_probe(stage, key)


@pytest.fixture(scope="module")
def site(stage, probe):
    return stage.site(
        {
            "index.php": f"<?php require '{probe}'; header('Content-Type: text/plain'); echo 'ok';",
            "bare.php": "<?php header('Content-Type: text/plain'); echo 'ok';",
        }
    )


@pytest.fixture(scope="module")
def fpm(stage):
    return stage.start(PHPFPM, stage.folder("fpm"))


@pytest.fixture(scope="module")
def servers(stage, site, fpm):
    def apache(name, php, directory=""):
        return stage.start(Apache, stage.folder(name), site, php=php, fpm=fpm, directory=directory)

    nginx = stage.start(NginxPHP, stage.folder("nginx"), site, fpm)
    inner_site = apache("apache-behind", "fpm")
    return {
        "fpm": apache("fpm-default", "fpm"),
        "fpm-passes": apache("fpm-passes", "fpm", "CGIPassAuth On"),
        "module": apache("module", "module"),
        "module-rule": apache("module-rule", "module", 'SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1'),
        "nginx": nginx,
        "nginx-broken": stage.start(
            NginxPHP, stage.folder("nginx-broken"), site, fpm, parameters={"HTTP_AUTHORIZATION": "''"}
        ),
        "behind": inner_site,
    }


@pytest.fixture(scope="module")
def inner(stage, servers, key):
    return stage.start(
        Hoplens, servers["behind"].url, "--listen", "127.0.0.1:0", "--node", "inner", "--no-check",
        "--chain-key-file", key, "--host", "client",
    )  # fmt: skip


@pytest.fixture(scope="module")
def chain(stage, servers, inner, key):
    front = stage.start(NginxProxy, stage.folder("front"), inner.url, fields="proxy_set_header Host $http_host;")
    origins = {name: server.url for name, server in servers.items() if name != "behind"}
    origins["whole"] = front.url
    folder = stage.folder("settings")
    settings = folder / "outer.json5"
    settings.write_text(
        json.dumps(
            {
                "node": "outer",
                "check": False,
                "chain-key-file": str(key),
                "capture": str(folder / "capture"),
                "services": [
                    {"name": name, "listen": "127.0.0.1:0", "origin": url, "host": "client"}
                    for name, url in origins.items()
                ],
            }
        )
    )
    program = stage.start(Hoplens, "--config", settings, listeners=len(origins))
    program.by_name = dict(zip(origins, program.ports))
    program.folder = folder / "capture"
    return program


def ask(chain, name, *arguments):
    """The line of the live view, the record, and the answer."""
    path = f"/index.php?case={next(NUMBERS)}&"
    done = curl("-i", *arguments, f"http://127.0.0.1:{chain.by_name[name]}{path}")
    assert done.returncode == 0, done.stderr.decode()

    def told():
        found = [line for line in chain.out().splitlines() if f" {path} " in line]
        return found and found[-1]

    def kept():
        for file in chain.folder.glob("*.ndjson"):
            for line in file.read_text().splitlines():
                record = json.loads(line)
                if record.get("request", {}).get("target") == path:
                    return record
        return None

    return wait_until(told, f"the line of {path}"), wait_until(kept, f"the record of {path}"), done.stdout.decode()


def php(record):
    (report,) = [report for report in record["chain"]["reports"] if report["kind"] == "php"]
    return {fact["n"]: fact["v"] for fact in report["facts"]}


def test_the_file_is_valid_for_php_and_says_nothing(probe):
    assert b"No syntax errors" in run(find("php"), "-l", probe).stdout
    assert run(find("php"), "-d", "display_errors=1", probe).stdout == b""


LOST = "Authorization was lost between node outer and PHP"


@pytest.mark.parametrize(
    "faulty, healthy, field, source",
    [
        ("fpm", "fpm-passes", BEARER, "HTTP_AUTHORIZATION"),
        ("fpm", "fpm-passes", BASIC, "HTTP_AUTHORIZATION"),
        ("module", "module-rule", BEARER, "HTTP_AUTHORIZATION"),
        ("nginx-broken", "nginx", BEARER, "HTTP_AUTHORIZATION"),
        ("nginx-broken", "nginx", BASIC, "HTTP_AUTHORIZATION"),
    ],
)
def test_a_server_that_hides_authorization_from_php_stands_before_php(chain, faulty, healthy, field, source):
    line, record, answer = ask(chain, faulty, "-H", field)
    assert LOST in line and answer.endswith("ok") and "hoplens-report" not in answer.lower()
    assert php(record)["authorization"] in ("none", "getallheaders")
    line, record, answer = ask(chain, healthy, "-H", field)
    assert "Authorization was" not in line and "no point" not in line and answer.endswith("ok")
    assert php(record)["authorization"] == source


def test_mod_php_hides_bearer_and_shows_basic_in_another_place(chain):
    line, record, _ = ask(chain, "module", "-H", BEARER)
    assert LOST in line and "getallheaders() has it, but $_SERVER has not" in line
    assert php(record)["authorization"] == "getallheaders"
    line, record, _ = ask(chain, "module", "-H", BASIC)
    assert "Authorization was" not in line
    assert php(record)["authorization"] == "PHP_AUTH_USER"


def test_the_report_has_facts_and_no_secret(chain, key):
    _, record, _ = ask(chain, "nginx", "-H", BASIC, "-H", "Cookie: one=Zm9vYmFy; two=c2VjcmV0", "-H", "X-WP-Nonce: 0a1b2c3d4e")
    facts = php(record)
    assert facts["sapi"] == "fpm-fcgi" and facts["cookies"] == "one two" and facts["nonce"] == "X-WP-Nonce"
    assert facts["https"] in ("", "unset") and facts["host"].startswith("127.0.0.1:")
    assert facts["authorization_in"].split()[0] == "HTTP_AUTHORIZATION"
    kept = b"".join(file.read_bytes() for file in chain.folder.glob("*.ndjson"))
    for secret in (b"abcd efgh", b"Zm9vYmFy", b"c2VjcmV0", b"0a1b2c3d4e", BASIC[21:].encode(), key.read_bytes().hex().encode()):
        assert secret not in kept


def exchange(port: int, *fields: str) -> str:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        lines = "".join(f"{field}\r\n" for field in fields)
        connection.sendall(f"GET /index.php HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n{lines}\r\n".encode())
        data = b""
        while piece := connection.recv(65536):
            data += piece
        return data.decode("latin-1")


def test_without_a_valid_trace_the_probe_is_not_there(servers):
    plain = exchange(servers["nginx"].port)
    assert "hoplens" not in plain.lower() and plain.rstrip().endswith("0") or plain.endswith("ok")
    for trace in ("x", "1.1764367201." + "0" * 32 + "." + "1" * 32, "1.", "," * 300, "1.99999999999999." + "a" * 64):
        assert "hoplens" not in exchange(servers["nginx"].port, f"Hoplens-Trace: {trace}").lower()


def test_the_probe_may_stand_in_auto_prepend_file_and_the_key_in_the_environment(stage, site, fpm, probe, key):
    hidden = stage.folder("alone") / "probe.php"
    hidden.write_bytes(probe.read_bytes())
    server = stage.start(
        NginxPHP, stage.folder("prepended"), site, fpm,
        parameters={
            "PHP_VALUE": f'"auto_prepend_file={hidden}"', "HOPLENS_CHAIN_KEY": f'"{key.read_bytes().hex()}"',
        },
    )  # fmt: skip
    node = stage.start(
        Hoplens, server.url, "--listen", "127.0.0.1:0", "--node", "alone", "--no-check", "--chain-key-file", key, "--json"
    )
    assert curl("-H", BEARER, f"{node.url}/bare.php").stdout == b"ok"
    record = node.wait_for_records(1)[0]
    assert php(record)["authorization"] == "HTTP_AUTHORIZATION"
    stage.end(node)


def test_one_line_says_left_outer_reached_inner_never_reached_php(chain):
    line, record, answer = ask(chain, "whole", "-H", BEARER)
    assert "Authorization left outer, reached inner, never reached PHP" in line
    assert "lost between node inner and PHP" in line
    # The box in front of PHP gave itself away to the inner node.
    assert re.search(r"never reached PHP.*between them, by what their fields tell: .*Apache", line)
    assert [report["node"] for report in record["chain"]["reports"]] == ["PHP", "inner"]
    assert answer.endswith("ok") and "hoplens-report" not in answer.lower()


def test_in_wordpress_it_tells_the_user_and_who_refused(stage, wordpress, probe, key):
    root = wordpress.root
    (root / "wp-content" / "mu-plugins").mkdir(exist_ok=True)
    mu = root / "wp-content" / "mu-plugins" / "hoplens-probe.php"
    server = stage.start(NginxPHP, stage.folder("wordpress"), root, wordpress.fpm, parameters={
        "HOPLENS_CHAIN_KEY": f'"{key.read_bytes().hex()}"'})  # fmt: skip
    wordpress.site(server.url, LOCAL)
    mu.write_bytes(probe.read_bytes())
    mu.chmod(0o644)
    node = stage.start(
        Hoplens, server.url, "--listen", "127.0.0.1:0", "--node", "wp", "--no-check", "--chain-key-file", key, "--json"
    )
    try:
        target = f"{node.url}/?rest_route=/wp/v2/users/me"
        user = wordpress.users["editor"]
        good = curl("-H", f"Authorization: {wordpress.basic('editor')}", target)
        bad = curl("-H", "X-WP-Nonce: 0a1b2c3d4e", "-H", f"Cookie: {wordpress.sessions['editor']['cookie']}", target)
        one, two = node.wait_for_records(2)
        assert one["response"]["status"] == 200, good.stdout
        assert php(one)["user"] == str(user["id"]) and "refused_by" not in php(one)
        assert two["response"]["status"] == 403, bad.stdout
        assert php(two)["refused_code"] == "rest_cookie_invalid_nonce"
        assert "rest_authentication_errors: rest_cookie_check_errors" in php(two)["refused_by"]
    finally:
        mu.unlink(missing_ok=True)
        stage.end(node)
