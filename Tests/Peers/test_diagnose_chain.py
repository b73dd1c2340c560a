"""`hoplens diagnose --chain-key-file` on WordPress behind real servers, with a node between them and the probe in PHP: the
points between which a field is lost are the true ones.

    nginx ──> hoplens (node inner) ──> Apache ──> PHP-FPM with the probe in auto_prepend_file
"""

from __future__ import annotations

import json

import pytest
from support.apache import Apache
from support.chain import chain_key, php_probe
from support.nginx_php import PROXY_FIELDS, NginxProxy
from support.php import PHPFPM
from support.proxies import Hoplens, hoplens_command
from support.wordpress import OLD_HTACCESS

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

ME = "/wp-json/wp/v2/users/me"


@pytest.fixture(scope="module")
def key(stage):
    return chain_key(stage)


@pytest.fixture(scope="module")
def inner(stage, wordpress, key):
    """The node in front of an Apache that hides Authorization from PHP, and in front of one that hands it over."""
    prepend = f"php_admin_value[auto_prepend_file] = {php_probe(stage, key)}"
    fpm = stage.start(PHPFPM, stage.folder("fpm-with-probe"), prepend)

    def node(name, directory):
        server = stage.start(
            Apache, stage.folder(name), wordpress.root, php="fpm", fpm=fpm,
            directory=f"AllowOverride All\n{directory}", htaccess=OLD_HTACCESS,
        )  # fmt: skip
        return stage.start(
            Hoplens, server.url, "--listen", "127.0.0.1:0", "--node", "inner", "--no-check", "--host", "client",
            "--chain-key-file", key,
        )  # fmt: skip

    return {"hides": node("hides", ""), "hands": node("hands", "CGIPassAuth On")}


@pytest.fixture
def diagnose(stage, wordpress, inner, key, tmp_path):
    """Starts a front with these settings before a node, and asks who is to blame for one request through it."""
    started = []

    def run(node, fields=(), location="", with_key=True, request=None):
        front = stage.start(
            NginxProxy, stage.folder("front"), inner[node].url, location=location,
            fields="\n".join([PROXY_FIELDS, *fields]),
        )  # fmt: skip
        started.append(front)
        wordpress.site(front.url)
        request = request or {"name": "me", "path": ME, "headers": {"Authorization": wordpress.basic("editor")}}
        file = tmp_path / "requests.json"
        file.write_text(json.dumps({"requests": [request]}))
        wordpress.seen()
        flags = ["--chain-key-file", key if with_key is True else with_key] if with_key else []
        done = hoplens_command(
            "diagnose", front.url, "--requests", file, "--format", "json", *flags, seconds=60, cwd=tmp_path
        )
        assert done.returncode in (0, 1), done.stderr.decode()
        secret = wordpress.basic("editor").split()[1].encode()
        assert secret not in done.stdout + done.stderr and key.read_bytes().hex().encode() not in done.stdout
        result = json.loads(done.stdout)
        result["exit"] = done.returncode
        return result

    yield run
    for front in started:
        stage.end(front)


def the(result, *names):
    return tuple(result["verdict"][name] for name in names)


def step(result, name):
    return next(step["state"] for step in result["steps"] if step["step"] == name)


def test_what_apache_does_not_hand_to_php_is_lost_between_the_node_and_php(diagnose, wordpress):
    result = diagnose("hides")
    assert all("authorization" not in seen["fields"] for seen in wordpress.seen())
    assert the(result, "layer", "field", "lost_between", "confidence") == (
        "php-gateway", "Authorization", ["inner", "php"], "certain",
    ), result  # fmt: skip
    assert "Authorization, measured: client had it, inner had it, php had none" in result["verdict"]["evidence"]
    assert any("Apache" in line and "between inner and PHP" in line for line in result["verdict"]["evidence"])
    assert step(result, "credential") == "failed" and result["exit"] == 1
    assert "jwt-header-not-found.apache.htaccess" in result["verdict"]["fixes"]


def test_what_the_front_drops_is_lost_in_front_of_the_node(diagnose):
    result = diagnose("hands", ['proxy_set_header Authorization "";'])
    assert the(result, "layer", "field", "lost_between", "confidence") == (
        "public-proxy", "Authorization", ["client", "inner"], "certain",
    ), result  # fmt: skip
    assert result["requests_sent"] == 1


def test_a_cors_field_the_front_takes_away_is_lost_between_the_node_and_the_client(diagnose):
    page = {"origin": "https://app.example.test", "credentials": False}
    request = {"name": "posts", "path": "/wp-json/wp/v2/posts", "headers": {"Origin": page["origin"]}, "browser": page}
    result = diagnose("hands", location="proxy_hide_header Access-Control-Allow-Origin;", request=request)
    assert the(result, "layer", "field", "lost_between", "confidence") == (
        "cors-config", "Access-Control-Allow-Origin", ["inner", "client"], "certain",
    ), result  # fmt: skip
    assert diagnose("hands", request=request)["verdict"]["layer"] == "none"


def test_a_front_that_refuses_the_trace_itself_is_no_fault_of_the_site(diagnose):
    result = diagnose("hands", location="if ($http_hoplens_trace) { return 403; }")
    assert the(result, "layer", "cause") == ("hoplens", "trace-refused"), result
    assert "without the trace: 200 from WordPress" in result["verdict"]["evidence"]


def test_the_healthy_twin_is_healthy_and_shows_every_point(diagnose, wordpress):
    result = diagnose("hands")
    assert any("authorization" in seen["fields"] for seen in wordpress.seen())
    assert (result["verdict"]["layer"], result["exit"], result["notes"]) == ("none", 0, []), result
    assert "me: Authorization, measured: client had it, inner had it, php had it" in result["verdict"]["evidence"]
    assert step(result, "credential") == "passed"


def test_without_the_key_nothing_is_measured(diagnose):
    result = diagnose("hides", with_key=False)
    assert result["verdict"]["lost_between"] is None and result["verdict"]["confidence"] != "certain", result
    assert not any("measured" in line for line in result["verdict"]["evidence"])


def test_a_key_that_no_point_has_changes_nothing_and_that_is_said(diagnose, tmp_path):
    result = diagnose("hides", with_key=tmp_path / "other.key")
    assert result["verdict"]["lost_between"] is None
    assert any("no node and no PHP probe reported" in note for note in result["notes"]), result
    assert (tmp_path / "other.key").stat().st_mode & 0o777 == 0o600
