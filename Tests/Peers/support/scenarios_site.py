"""Scenarios of the site and of the client: routes, identities, nonces, tokens, permissions and WordPress' own CORS."""

from __future__ import annotations

from .scenarios import ME, POSTS, TOKEN, Request, Scenario
from .scenarios_passage import ANONYMOUS, POST, WITH_JWT, create, create_session, me, me_bearer, me_session, posts
from .wordpress import LOCAL, PRODUCTION

NGINX = "nginx nginx-php"


def by(request: Request, fields) -> Request:
    return Request(request.name, request.method, request.path, fields, request.body, request.browser)


def of_client(
    name: str, cause: str, bad: Request, good: Request, faulty: tuple, chain: str = NGINX, **more
) -> Scenario:
    """The fault is in what the client sends."""
    options = {"also": ("wordpress-auth",), "field": "Authorization", "repaired": (good,)}
    return Scenario(name, chain, (bad,), "client", cause, {}, faulty, **{**options, **more})


def bearer(name: str, cause: str, faulty: tuple = (403, "jwt_auth_invalid_token"), **claims) -> Scenario:
    bad = Request("me", "GET", ME, lambda on: {"Authorization": on.bearer("editor", **claims)})
    return of_client(name, cause, bad, me_bearer, faulty, healthy=WITH_JWT)


SITE = [
    Scenario(
        "plain-permalinks",
        NGINX,
        (posts,),
        "web-server",
        "plain-permalinks",
        {"site.code": "update_option( 'permalink_structure', '' );"},
        (301, None),
        also=("redirect",),
        origin_fine=False,
    ),
    Scenario(
        "no-rewrite-to-wordpress",
        NGINX,
        (posts,),
        "web-server",
        "rewrite-missing",
        {"origin.location": "try_files $uri $uri/ =404;"},
        (404, None),
        origin_fine=False,
    ),
    Scenario(
        "subscriber-may-not-write",
        NGINX,
        (by(create, lambda on: {"Authorization": on.basic("subscriber")}),),
        "wordpress-permission",
        "role-lacks-capability",
        {},
        (403, "rest_cannot_create"),
        (201, ""),
        repaired=(create,),
    ),
    Scenario(
        "author-may-not-see-settings",
        NGINX,
        (Request("settings", "GET", "/wp-json/wp/v2/settings", lambda on: {"Authorization": on.basic("author")}),),
        "wordpress-permission",
        "role-lacks-capability",
        {},
        (403, "rest_forbidden"),
        repaired=(
            Request("settings", "GET", "/wp-json/wp/v2/settings", lambda on: {"Authorization": on.basic("admin")}),
        ),
    ),
    of_client(
        "login-password",
        "login-password-instead-of-application-password",
        by(me, lambda on: {"Authorization": on.basic("editor", on.wordpress.users["editor"]["password"])}),
        me,
        ANONYMOUS,
    ),
    of_client(
        "unknown-user",
        "unknown-user",
        by(me, lambda on: {"Authorization": on.basic("nobody", "abcdefghijklmnopqrstuvwx")}),
        me,
        ANONYMOUS,
    ),
    of_client(
        "cookie-without-nonce",
        "nonce-missing",
        by(create, lambda on: on.session("editor", nonce=None)),
        create_session,
        (401, "rest_cannot_create"),
        field="X-WP-Nonce",
        fine=(201, ""),
    ),
    of_client(
        "nonce-of-last-week",
        "nonce-expired",
        by(me, lambda on: on.session("editor", nonce="old_nonce")),
        me_session,
        (403, "rest_cookie_invalid_nonce"),
        field="X-WP-Nonce",
    ),
    bearer("token-expired", "token-expired", expires=-60),
    bearer(
        "token-of-another-site", "token-of-another-site", (403, "jwt_auth_bad_iss"), issuer="https://staging.example"
    ),
    bearer("token-signed-elsewhere", "token-signed-elsewhere", secret="the-secret-of-another-machine-0123456789"),
    of_client(
        "bearer-in-lower-case",
        "scheme-in-lower-case",
        Request("me", "GET", ME, lambda on: {"Authorization": on.bearer("editor").replace("Bearer", "bearer")}),
        me_bearer,
        ANONYMOUS,
        healthy=WITH_JWT,
    ),
    Scenario(
        "jwt-without-secret",
        NGINX,
        (Request("validate", "POST", f"{TOKEN}/validate", lambda on: {"Authorization": on.bearer("editor")}),),
        "wordpress-auth",
        "jwt-not-configured",
        {"site.config": LOCAL},
        (403, "jwt_auth_bad_config"),
        healthy=WITH_JWT,
    ),
    Scenario(
        "application-passwords-need-https",
        NGINX,
        (me,),
        "wordpress-auth",
        "application-passwords-unavailable",
        {"site.config": PRODUCTION},
        ANONYMOUS,
        field="Authorization",
        origin_fine=False,
    ),
    Scenario(
        "rest-closed-to-strangers",
        NGINX,
        (posts,),
        "wordpress-auth",
        "rest-disabled",
        {
            "site.mu": "add_filter( 'rest_authentication_errors', function ( $r ) { return $r ? $r : new WP_Error("
            "'rest_login_required', 'Only for members.', array( 'status' => 401 ) ); } );"
        },
        (401, "rest_login_required"),
        also=("wordpress-permission",),
        origin_fine=False,
    ),
    Scenario(
        "php-stops-with-an-error",
        NGINX,
        (posts,),
        "php-gateway",
        "php-fatal-error",
        {"site.mu": "add_action( 'rest_api_init', function () { a_function_that_is_not_there(); } );"},
        (500, None),
        origin_fine=False,
    ),
    Scenario(
        "cors-switched-off",
        NGINX,
        (Request("posts", "GET", POSTS, browser=("https://app.example", "omit")),),
        "cors-config",
        "acao-missing",
        {
            "site.mu": "add_action( 'rest_api_init', function () { remove_filter( 'rest_pre_serve_request',"
            " 'rest_send_cors_headers' ); }, 20 );"
        },
        (200, ""),
        field="Access-Control-Allow-Origin",
        proof=lambda on: "access-control-allow-origin" not in on.ask(on.key)[2],
    ),
    Scenario(
        "nothing-wrong",
        NGINX,
        (me, Request("create", "POST", POSTS, lambda on: {"Authorization": on.basic("author")}, POST)),
        "none",
        "healthy",
        {},
        (201, ""),
        (201, ""),
    ),
]
