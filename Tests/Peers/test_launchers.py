"""The servers of the stands do what their makers ship: who gives PHP the Authorization field, and who keeps it.

No hoplens here: these are the facts that scenarios and fixes stand on. Where a server changes its ways, this fails first.
"""

from __future__ import annotations

import json

import pytest
from support.apache import MODSECURITY_MODULES, Apache, ApacheProxy, modsecurity
from support.caddy import Caddy
from support.nginx_php import NginxPHP, NginxProxy
from support.php import PHPFPM
from support.programs import curl
from support.squid import Squid
from support.varnish import Varnish

WHAT_PHP_SEES = """<?php
header( 'Content-Type: application/json' );
header( 'Cache-Control: no-store' );
echo json_encode( array(
    'sapi' => PHP_SAPI,
    'authorization' => $_SERVER['HTTP_AUTHORIZATION'] ?? null,
    'user' => $_SERVER['PHP_AUTH_USER'] ?? null,
    'all' => function_exists( 'getallheaders' ) ? ( getallheaders()['Authorization'] ?? null ) : null,
    'host' => $_SERVER['HTTP_HOST'] ?? null,
) );
"""

BEARER = "Bearer c3RhbmQ"


@pytest.fixture(scope="module")
def site(stage):
    return stage.site({"index.php": WHAT_PHP_SEES})


@pytest.fixture(scope="module")
def fpm(stage):
    return stage.start(PHPFPM, stage.folder("fpm"))


@pytest.fixture(scope="module")
def origin(stage, site, fpm):
    return stage.start(NginxPHP, stage.folder("origin"), site, fpm)


def seen(server) -> dict:
    done = curl("-H", f"Authorization: {BEARER}", f"{server.url}/index.php")
    assert done.returncode == 0, done.stderr.decode() + server.journal()
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "how, settings, sapi, arrives, readable",
    [
        ("module", "", "apache2handler", None, BEARER),
        ("module", "CGIPassAuth On", "apache2handler", BEARER, BEARER),
        ("fpm", "", "fpm-fcgi", None, None),
        ("fpm", "CGIPassAuth On", "fpm-fcgi", BEARER, BEARER),
        ("fcgid", "", "cgi-fcgi", None, None),
        ("fcgid", 'SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1', "cgi-fcgi", BEARER, BEARER),
        ("cgi", "", "cgi-fcgi", None, None),
        # The script is PHP itself, in another directory than the site, and the setting counts where the script is.
        ("cgi", "CGIPassAuth On", "cgi-fcgi", None, None),
    ],
)
def test_apache_gives_php_a_credential_only_when_told_to(stage, site, fpm, how, settings, sapi, arrives, readable):
    folder = stage.folder(f"apache-{how}-{len(settings)}")
    php = seen(stage.start(Apache, folder, site, php=how, fpm=fpm, directory=settings))
    assert (php["sapi"], php["authorization"], php["all"]) == (sapi, arrives, readable)


def test_nginx_gives_php_what_came_unless_a_parameter_says_otherwise(stage, site, fpm, origin):
    assert seen(origin)["authorization"] == BEARER
    emptied = stage.start(
        NginxPHP, stage.folder("emptied"), site, fpm, parameters={"HTTP_AUTHORIZATION": "''", "HTTP_HOST": "$host"}
    )
    php = seen(emptied)
    assert php["authorization"] in (None, "") and php["host"] == "127.0.0.1"


@pytest.mark.parametrize(
    "make, arrives",
    [
        (lambda stage, folder, origin: stage.start(NginxProxy, folder, origin.url), BEARER),
        (lambda stage, folder, origin: stage.start(ApacheProxy, folder, origin.url), BEARER),
        (
            lambda stage, folder, origin: stage.start(
                ApacheProxy, folder, origin.url, server=modsecurity(folder), modules=MODSECURITY_MODULES
            ),
            BEARER,
        ),
        (lambda stage, folder, origin: stage.start(Varnish, folder, origin.port), BEARER),
        (lambda stage, folder, origin: stage.start(Squid, folder, origin.port), BEARER),
        (lambda stage, folder, origin: stage.start(Squid, folder, origin.port, peer=""), None),
        (lambda stage, folder, origin: stage.start(Caddy, folder, origin.url), BEARER),
    ],
    ids=["nginx", "apache", "modsecurity", "varnish", "squid", "squid-without-login", "caddy"],
)
def test_what_stands_in_front_passes_it_on_and_squid_only_when_told_to(stage, origin, request, make, arrives):
    folder = stage.folder(request.node.callspec.id)
    assert seen(make(stage, folder, origin))["authorization"] == arrives
