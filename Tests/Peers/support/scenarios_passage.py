"""Scenarios of the way: fields lost or changed, answers cached, redirected or refused, between the client and PHP."""

from __future__ import annotations

from .scenarios import ME, POSTS, TOKEN, Request, Scenario
from .wordpress import JWT, LOCAL, OLD_HTACCESS, PRODUCTION, TRUST_PROTO

POST = {"title": "stand", "content": "Of a test.", "status": "draft"}

me = Request("me", "GET", ME, lambda on: {"Authorization": on.basic("editor")})
me_admin = Request("me-admin", "GET", ME, lambda on: {"Authorization": on.basic("admin")})
me_bearer = Request("me", "GET", ME, lambda on: {"Authorization": on.bearer("editor")})
validate = Request("validate", "POST", f"{TOKEN}/validate", lambda on: {"Authorization": on.bearer("editor")})
me_session = Request("me", "GET", ME, lambda on: on.session("editor"))
create = Request("create", "POST", POSTS, lambda on: {"Authorization": on.basic("editor")}, POST)
create_session = Request("create", "POST", POSTS, lambda on: on.session("editor"), POST)
posts = Request("posts", "GET", POSTS)

ANONYMOUS = (401, "rest_not_logged_in")
WITH_JWT = {"site.config": LOCAL + JWT, "site.jwt": True}


def lost_at_php(name: str, chain: str, cause: str, fault: dict, requests=(me,), **more) -> Scenario:
    return Scenario(
        name,
        chain,
        requests,
        "php-gateway",
        cause,
        fault,
        ANONYMOUS,
        also=("web-server",),
        field="Authorization",
        lost=("origin", "php"),
        origin_fine=False,
        **more,
    )


def lost_in_front(name: str, chain: str, cause: str, fault: dict, requests=(me,), **more) -> Scenario:
    options = {"faulty": ANONYMOUS, "layer": "public-proxy", "field": "Authorization", "lost": ("front", "origin")}
    return Scenario(name, chain, requests, cause=cause, fault=fault, origin_fine=True, **{**options, **more})


PASSAGE = [
    lost_at_php(
        "apache-fpm-without-passauth",
        "nginx apache-fpm",
        "apache-fcgi-drops-authorization",
        {"origin.htaccess": OLD_HTACCESS},
    ),
    lost_at_php(
        "fcgid-without-rewrite", "apache-fcgid", "apache-fcgid-drops-authorization", {"origin.htaccess": OLD_HTACCESS}
    ),
    lost_at_php(
        "module-hides-bearer",
        "nginx apache-module",
        "modphp-hides-bearer",
        {"origin.htaccess": OLD_HTACCESS},
        (me_bearer,),
        healthy=WITH_JWT,
    ),
    lost_at_php(
        "fastcgi-parameter-emptied",
        "nginx nginx-php",
        "fastcgi-param-empties-authorization",
        {"origin.parameters": {"HTTP_AUTHORIZATION": "''"}},
        # Without a plugin that says so, nobody outside could tell a lost password from a wrong one.
        (validate, me_bearer),
        healthy=WITH_JWT,
    ),
    lost_in_front(
        "nginx-clears-authorization",
        "nginx nginx-php",
        "front-clears-authorization",
        {"front.location": 'proxy_set_header Authorization "";'},
        (me, create),
        key="me",
    ),
    lost_in_front(
        "haproxy-deletes-authorization",
        "haproxy nginx-php",
        "front-deletes-authorization",
        {"front.frontend": "http-request del-header Authorization"},
    ),
    lost_in_front(
        "apache-unsets-authorization",
        "apache nginx-php",
        "front-unsets-authorization",
        {"front.server": "ProxyPreserveHost On\nRequestHeader unset Authorization"},
    ),
    lost_in_front("squid-without-login", "squid nginx-php", "squid-strips-authorization", {"front.peer": ""}),
    lost_in_front(
        "caddy-removes-authorization",
        "caddy nginx-php",
        "front-removes-authorization",
        {"front.proxy": "header_up -Authorization"},
    ),
    lost_in_front(
        "varnish-unsets-authorization",
        "varnish nginx-php",
        "cache-unsets-authorization",
        {"front.recv": "unset req.http.Authorization;"},
        layer="cdn-cache",
        also=("public-proxy",),
    ),
    lost_in_front(
        "varnish-unsets-cookie",
        "varnish nginx-php",
        "cache-unsets-cookie",
        {"front.recv": 'if (req.url !~ "^/wp-(admin|login)") { unset req.http.Cookie; }'},
        (create_session,),
        layer="cdn-cache",
        also=("public-proxy",),
        field="Cookie",
        faulty=(403, "rest_cookie_invalid_nonce"),
        fine=(201, ""),
    ),
    lost_in_front(
        "nginx-drops-nonce",
        "nginx nginx-php",
        "front-clears-nonce",
        {"front.location": 'proxy_set_header X-WP-Nonce "";'},
        (me_session,),
        field="X-WP-Nonce",
    ),
    Scenario(
        "cache-gives-private-answer",
        "varnish nginx-php",
        (me, me_admin),
        "cdn-cache",
        "authenticated-response-cached",
        {
            "front.recv": 'if (req.url ~ "^/wp-json/") { return (hash); }',
            "front.backend_response": 'if (bereq.url ~ "^/wp-json/") { unset beresp.http.Cache-Control; '
            "unset beresp.http.Expires; set beresp.ttl = 120s; return (deliver); }",
        },
        (200, ""),
        field="Authorization",
        key="me-admin",
        proof=lambda on: on.ask(me)[1]["name"] == on.ask(me_admin)[1]["name"],
    ),
    Scenario(
        "https-redirect-loop",
        "tls-nginx apache-fpm",
        (me,),
        "public-proxy",
        "x-forwarded-proto-missing",
        {"front.fields": "proxy_set_header Host $http_host;"},
        (301, None),
        also=("redirect",),
        field="X-Forwarded-Proto",
        healthy={
            "site.config": PRODUCTION + TRUST_PROTO,
            "origin.server": "RewriteEngine On\nRewriteCond %{HTTP:X-Forwarded-Proto} !=https\n"
            "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]",
        },
    ),
    Scenario(
        "https-unknown-to-wordpress",
        "tls-nginx nginx-php",
        (me,),
        "public-proxy",
        "x-forwarded-proto-missing",
        {"front.fields": "proxy_set_header Host $http_host;"},
        ANONYMOUS,
        also=("wordpress-auth", "redirect"),
        field="X-Forwarded-Proto",
        healthy={"site.config": PRODUCTION + TRUST_PROTO},
    ),
    Scenario(
        "certificate-of-another-host",
        "tls-nginx nginx-php",
        (me,),
        "tls",
        "certificate-wrong-host",
        {"front.certificate": "wrong-host"},
        (0, ""),
        healthy={"site.config": PRODUCTION + TRUST_PROTO},
    ),
    Scenario(
        "redirect-to-another-name",
        "nginx nginx-php",
        (me,),
        "redirect",
        "canonical-name-redirect",
        {
            "front.server": "if ($host = 127.0.0.1) { return 301 http://localhost:@PORT@$request_uri; }",
            "site.home": "http://localhost:@PORT@",
        },
        (301, None),
        field="Authorization",
        lost=("client", "front"),
    ),
    Scenario(
        "front-refuses-put",
        "nginx nginx-php",
        (
            Request(
                "update",
                "PUT",
                "/wp-json/wp/v2/users/me",
                lambda on: {"Authorization": on.basic("editor")},
                {"description": "of a test"},
            ),
        ),
        "public-proxy",
        "method-not-allowed-by-front",
        {"front.location": "limit_except GET HEAD POST OPTIONS { deny all; }"},
        (403, None),
        also=("waf",),
        origin_fine=True,
    ),
    Scenario(
        "modsecurity-refuses-content",
        "modsecurity nginx-php",
        (
            me,
            Request(
                "create",
                "POST",
                POSTS,
                lambda on: {"Authorization": on.basic("editor"), "Accept": "application/json", "User-Agent": "stand"},
                {**POST, "content": "1' UNION SELECT user_pass FROM wp_users -- "},
            ),
        ),
        "waf",
        "modsecurity-rule",
        {},
        (403, None),
        (201, ""),
        also=("public-proxy",),
        origin_fine=True,
        repaired=(me, create),
    ),
    Scenario(
        "preflight-needs-a-password",
        "nginx nginx-php",
        (
            Request(
                "me",
                "GET",
                ME,
                lambda on: {"Authorization": on.basic("editor")},
                browser=("https://app.example", "omit"),
            ),
        ),
        "cors-config",
        "preflight-needs-auth",
        {"front.location": 'if ($http_authorization = "") { return 401; }'},
        (200, ""),
        also=("public-proxy",),
        proof=lambda on: on.ask(
            Request(
                "preflight",
                "OPTIONS",
                ME,
                lambda on: {
                    "Origin": "https://app.example",
                    "Access-Control-Request-Method": "GET",
                    "Access-Control-Request-Headers": "authorization",
                },
            )
        )[0]
        == 401,
    ),
    Scenario(
        "origin-allowed-twice",
        "nginx nginx-php",
        (
            Request(
                "me",
                "GET",
                ME,
                lambda on: {"Authorization": on.basic("editor")},
                browser=("https://app.example", "omit"),
            ),
        ),
        "cors-config",
        "acao-twice",
        {"front.server": "add_header Access-Control-Allow-Origin * always;"},
        (200, ""),
        also=("public-proxy",),
        field="Access-Control-Allow-Origin",
        proof=lambda on: on.ask(on.key)[2].count("access-control-allow-origin:") == 2,
    ),
    Scenario(
        "php-fpm-is-down",
        "nginx nginx-php",
        (posts,),
        "php-gateway",
        "php-fpm-down",
        {"origin.fpm": "down"},
        (502, None),
        also=("web-server",),
        origin_fine=False,
    ),
    Scenario(
        "origin-is-down",
        "haproxy nginx-php",
        (posts,),
        "web-server",
        "origin-down",
        {"origin.down": True},
        (503, None),
        also=("public-proxy",),
    ),
]
