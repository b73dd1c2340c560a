"""The WordPress of the stands is what the scenarios take it for: who may do what, and how each credential is answered."""

from __future__ import annotations

import json

import pytest
from support.nginx_php import NginxPHP
from support.programs import curl
from support.tokens import token
from support.wordpress import JWT, JWT_SECRET, LOCAL

ME = "/wp-json/wp/v2/users/me?_fields=id"
TOKEN = "/wp-json/jwt-auth/v1/token"


@pytest.fixture(scope="module")
def site(stage, wordpress):
    server = stage.start(NginxPHP, stage.folder("nginx"), wordpress.root, wordpress.fpm)
    wordpress.site(server.url, LOCAL + JWT + "define( 'STAND_JWT_REFRESH', true );", jwt=True)
    return server


def ask(site, path: str, *arguments, **fields):
    """The status and the JSON of an answer."""
    sent = [part for name, value in fields.items() for part in ("-H", f"{name.replace('_', '-')}: {value}")]
    done = curl(*sent, *arguments, "-w", "\n%{http_code}", site.url + path)
    assert done.returncode == 0, done.stderr.decode()
    body, _, status = done.stdout.decode().rpartition("\n")
    return int(status), json.loads(body)


def refusal(answer):
    return answer[0], answer[1].get("code")


def test_each_way_to_say_who_one_is_is_understood(site, wordpress):
    session, user = wordpress.sessions["author"], wordpress.users["author"]["id"]
    me = (200, {"id": user})
    assert ask(site, ME, Authorization=wordpress.basic("author")) == me
    assert ask(site, ME, Cookie=session["cookie"], X_WP_Nonce=session["nonce"]) == me
    assert ask(site, ME, Authorization="Bearer " + token(JWT_SECRET, site.url, user)) == me
    assert refusal(ask(site, ME)) == (401, "rest_not_logged_in")
    assert refusal(ask(site, ME, Cookie=session["cookie"])) == (401, "rest_not_logged_in")
    assert refusal(ask(site, ME, Cookie=session["cookie"], X_WP_Nonce=session["old_nonce"])) == (
        403,
        "rest_cookie_invalid_nonce",
    )


def test_roles_decide_who_may_write(site, wordpress):
    def create(user):
        return ask(site, "/wp-json/wp/v2/posts", "--json", '{"title":"stand"}', Authorization=wordpress.basic(user))

    assert [create(user)[0] for user in ("admin", "editor", "author", "subscriber")] == [201, 201, 201, 403]
    assert refusal(create("subscriber")) == (403, "rest_cannot_create")
    settings = [
        ask(site, "/wp-json/wp/v2/settings", Authorization=wordpress.basic(user))[0] for user in ("admin", "editor")
    ]
    assert settings == [200, 403]


@pytest.mark.parametrize(
    "made, code, message",
    [
        ({"expires": -5}, "jwt_auth_invalid_token", "Expired token"),
        ({"secret": "of-another-site"}, "jwt_auth_invalid_token", "Signature verification failed"),
        ({"valid": 600}, "jwt_auth_invalid_token", "Cannot handle token with nbf prior to"),
        ({"algorithm": "none"}, "jwt_auth_invalid_token", "Algorithm not supported"),
        ({"issuer": "https://staging.example"}, "jwt_auth_bad_iss", "The iss do not match with this server"),
        ({"data": {}}, "jwt_auth_bad_request", "User ID not found in the token"),
    ],
)
def test_a_bad_token_is_refused_with_the_plugin_s_code(site, made, code, message):
    what = {"secret": JWT_SECRET, "issuer": site.url, "user": 2, **made}
    for path, method in ((ME, "GET"), (f"{TOKEN}/validate", "POST")):
        status, answer = ask(site, path, "-X", method, Authorization="Bearer " + token(**what))
        assert (status, answer["code"]) == (403, code) and answer["message"].startswith(message)


def test_a_field_the_plugin_cannot_read_is_named_on_its_own_route_only(site):
    validate = f"{TOKEN}/validate"
    assert refusal(ask(site, validate, "-X", "POST")) == (403, "jwt_auth_no_auth_header")
    assert refusal(ask(site, validate, "-X", "POST", Authorization="Bearer")) == (403, "jwt_auth_bad_auth_header")
    assert refusal(ask(site, ME, Authorization="bearer x.y.z")) == (401, "rest_not_logged_in")


def test_a_token_is_issued_used_and_refreshed_once(site, wordpress):
    user = wordpress.users["editor"]
    status, pair = ask(site, TOKEN, "--json", json.dumps({"username": "editor", "password": user["password"]}))
    assert status == 200 and ask(site, ME, Authorization=f"Bearer {pair['token']}") == (200, {"id": user["id"]})
    assert ask(site, f"{TOKEN}/validate", "-X", "POST", Authorization=f"Bearer {pair['token']}")[0] == 200
    renew = json.dumps({"refresh_token": pair["refresh_token"]})
    status, fresh = ask(site, f"{TOKEN}/refresh", "--json", renew)
    assert status == 200 and fresh["refresh_token"] != pair["refresh_token"]
    assert refusal(ask(site, f"{TOKEN}/refresh", "--json", renew)) == (403, "jwt_auth_invalid_refresh_token")
    wrong = json.dumps({"username": "editor", "password": "x"})
    assert refusal(ask(site, TOKEN, "--json", wrong)) == (403, "[jwt_auth] incorrect_password")
