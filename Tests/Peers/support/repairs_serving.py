"""Repairs of routes, caches, CORS, refusals and bounds."""

from __future__ import annotations

from .apache import MODSECURITY_MODULES, Apache, ApacheProxy, modsecurity
from .bench import Repair, line, text
from .caddy import Caddy
from .nginx_php import NginxProxy
from .repairs_passage import anonymous, haproxy, refused
from .varnish import Varnish
from .wordpress import HTACCESS

POSTS = "/wp-json/wp/v2/posts"
PREFLIGHT = {
    "Origin": "https://app.example",
    "Access_Control_Request_Method": "POST",
    "Access_Control_Request_Headers": "x-requested-with",
}


def no_route(bench, server) -> bool:
    bench.ask(server, "/")
    answer = bench.ask(server, POSTS)
    return answer.status != 200 or answer.json is None


def plain_route(bench, server):
    return bench.ask(server, "/?rest_route=/wp/v2/posts&_fields=id").json


def nginx_route(bench, fix):
    return bench.site(bench.origin(location=line("include", fix, "try_files $uri $uri/ =404;")))


def apache_route(bench, fix):
    root = bench.wordpress.root
    return bench.site(bench.start(Apache, bench.folder(), root, htaccess=text(fix, "# nothing\n")))


def caddy_route(bench, fix):
    root = bench.wordpress.root
    site = text(
        fix,
        f"root * {root}\nfile_server",
        **({"PHP_SOCKET": bench.wordpress.fpm.socket, "DOCUMENT_ROOT": root} if fix else {}),
    )
    return bench.site(bench.start(Caddy, bench.folder(), site=site))


def static(bench, server):
    answer = bench.ask(server, "/wp-includes/js/wp-api.min.js")
    return answer.status, answer.body


def plain_permalinks(bench, fix):
    return bench.site(bench.origin(), mu=text(fix), code="update_option( 'permalink_structure', '' );")


def prefix(bench, fix):
    origin = bench.origin()
    lines = f"location /shop/ {{ proxy_pass {origin.url}; }}"
    filled = {"PREFIX": "shop", "ORIGIN": origin.url} if fix else {}
    return bench.site(bench.start(NginxProxy, bench.folder(), origin.url, server=text(fix, lines, **filled)))


def prefix_stays(bench, server) -> bool:
    answer = bench.ask(server, f"/shop{POSTS}")
    return answer.status != 200 or answer.json is None


# Caches.

FORCED = "unset beresp.http.Cache-Control;\nunset beresp.http.Expires;\nset beresp.ttl = 120s;\nreturn (deliver);"


def varnish(bench, origin, fix, recv: str = "return (hash);"):
    head = f'include "{fix}";' if fix else ""
    return bench.start(Varnish, bench.folder(), origin.port, recv=recv, backend_response=FORCED, head=head)


def cache(bench, origin, lines: str):
    zone = "proxy_cache_path {folder}/cache keys_zone=pages:1m;"
    lines = (
        "proxy_cache pages;\nproxy_ignore_headers Cache-Control Expires Set-Cookie;\n"
        f"add_header X-Cache $upstream_cache_status always;\n{lines}"
    )
    return bench.start(NginxProxy, bench.folder(), origin.url, http=zone, location=lines)


def varnish_site(bench, fix):
    return bench.site(varnish(bench, bench.origin(), fix))


def nginx_site(bench, fix):
    return bench.site(cache(bench, bench.origin(), "proxy_cache_valid 200 5m;\n" + line("include", fix)))


def private_answer_given(bench, server) -> bool:
    assert bench.me(server, "editor").json["name"] == "editor"
    return bench.ask(server, "/wp-json/wp/v2/users/me").status == 200


def posts_cached(bench, server):
    return [bench.ask(server, POSTS + "?_fields=id").hit for _ in range(2)]


def varnish_pages(bench, fix):
    return varnish(bench, bench.pages(), fix, "unset req.http.Cookie;\nreturn (hash);")


def nginx_pages(bench, fix):
    return cache(bench, bench.pages(), "proxy_cache_valid 200 5m;\n" + line("include", fix))


def nginx_errors(bench, fix):
    return cache(bench, bench.pages(), line("include", fix, "proxy_cache_valid any 5m;"))


def cookie_shared(bench, server) -> bool:
    bench.ask(server, "/cookie.php")
    answer = bench.ask(server, "/cookie.php")
    return answer.hit and "set-cookie:" in answer.head


def error_kept(bench, server) -> bool:
    assert bench.ask(server, "/missing.png").status == 404
    return bench.ask(server, "/missing.png").hit


def plain_cached(bench, server):
    return [bench.ask(server, "/plain.php").hit for _ in range(2)]


def compressed(bench, fix):
    gzip = "gzip on; gzip_types application/json; gzip_min_length 0; gzip_proxied any; gzip_http_version 1.0;"
    lines = "proxy_cache_valid 200 5m;\n" + line("include", fix)
    return bench.site(cache(bench, bench.origin(http=gzip), lines))


def unreadable(bench, server) -> bool:
    assert bench.ask(server, POSTS, Accept_Encoding="gzip").status == 200
    answer = bench.ask(server, POSTS)
    assert answer.hit
    return answer.json is None


# CORS and passwords.


def preflight_refused(bench, server) -> bool:
    return bench.ask(server, POSTS, "-X", "OPTIONS", **PREFLIGHT).status != 200


def password_wanted(bench, server):
    pages = bench.ask(server, "/"), bench.ask(server, "/", "-u", "staging:secret")
    return [answer.status for answer in pages]


def nginx_password(bench, fix):
    file = bench.password_file()
    lines = text(
        fix, f'auth_basic "Restricted";\nauth_basic_user_file {file};', **({"PASSWORD_FILE": file} if fix else {})
    )
    return bench.site(bench.start(NginxProxy, bench.folder(), bench.origin().url, location=lines))


def asking(bench, require: str) -> str:
    return f"AuthType Basic\nAuthName Restricted\nAuthBasicProvider file\nAuthUserFile {bench.password_file()}\n{require}\n"


def apache_password(bench, fix):
    lines = (
        f"ProxyPreserveHost On\n<Location />\n{asking(bench, line('Include', fix, 'Require valid-user'))}</Location>"
    )
    return bench.site(bench.start(ApacheProxy, bench.folder(), bench.origin().url, server=lines))


def haproxy_password(bench, fix):
    users = "userlist people\n  user staging insecure-password secret"
    lines = "    http-request auth realm Restricted unless { http_auth(people) }"
    lines = text(fix, lines, **({"USERLIST": "people"} if fix else {}))
    return bench.site(haproxy(bench, bench.origin(), lines, before=users))


def field_refused(bench, server) -> bool:
    allowed = bench.ask(server, POSTS, "-X", "OPTIONS", **PREFLIGHT).head
    names = next(row for row in allowed.splitlines() if row.startswith("access-control-allow-headers:"))
    assert "authorization" in names
    return "x-requested-with" not in names


def cors_fields(bench, fix):
    return bench.site(bench.origin(), mu=text(fix))


def cors_removed(bench, fix):
    removed = "add_action( 'rest_api_init', function () { remove_filter( 'rest_pre_serve_request', 'rest_send_cors_headers' ); }, 20 );\n"
    return bench.site(bench.origin(), mu=removed + text(fix))


def origin_missing(bench, server) -> bool:
    return (
        "access-control-allow-origin: https://app.example"
        not in bench.ask(server, POSTS, Origin="https://app.example").head
    )


def nginx_staging(bench, fix):
    realm = "$password_but_for_rest" if fix else '"Restricted"'
    server = f"auth_basic {realm};\nauth_basic_user_file {bench.password_file()};"
    return bench.site(bench.origin(http=line("include", fix), server=server))


def apache_staging(bench, fix):
    htaccess = asking(bench, text(fix, "Require valid-user")) + HTACCESS
    return bench.site(bench.start(Apache, bench.folder(), bench.wordpress.root, htaccess=htaccess))


# Refusals and bounds.


def waf(bench, fix):
    folder = bench.folder()
    lines = f"ProxyPreserveHost On\n{modsecurity(folder, line('Include', fix))}"
    front = bench.start(ApacheProxy, folder, bench.origin().url, server=lines, modules=MODSECURITY_MODULES)
    return bench.site(front)


def write(bench, server, method: str, path: str, body: str):
    return bench.ask(
        server,
        path,
        "-X",
        method,
        "--data-binary",
        body,
        Content_Type="application/json",
        Accept="application/json",
        User_Agent="stand",
        Authorization=bench.wordpress.basic("editor"),
    )


def put_refused(bench, server) -> bool:
    return write(bench, server, "PUT", "/wp-json/wp/v2/users/me", '{"description":"of a test"}').status != 200


def content_refused(bench, server) -> bool:
    body = '{"title":"stand","status":"draft","content":"A guide: <code>wget http://example.com/x.sh; cat /etc/passwd</code>"}'
    return write(bench, server, "POST", POSTS, body).status != 201


def attack_refused(bench, server):
    """What is no content is refused as before."""
    return bench.ask(server, "/?page=../../../../etc/passwd").status, anonymous(bench, server)


def listed_methods(bench, fix):
    lines = line("include", fix, "limit_except GET HEAD POST OPTIONS { deny all; }")
    return bench.site(bench.start(NginxProxy, bench.folder(), bench.origin().url, location=lines))


def long_cookie(length: int):
    return lambda bench, server: bench.me(server, Cookie="a=" + "x" * length).status != 200


def nginx_bound(bench, fix):
    return bench.site(bench.origin(server=line("include", fix)))


WIDE = "large_client_header_buffers 4 32k;"


def apache_bound(bench, fix):
    lines = "ProxyPreserveHost On\n" + line("Include", fix)
    return bench.site(bench.start(ApacheProxy, bench.folder(), bench.origin(server=WIDE).url, server=lines))


def haproxy_bound(bench, fix):
    return bench.site(haproxy(bench, bench.origin(server=WIDE), "", before=text(fix)))


def host_without_port(bench, fix):
    return bench.site(bench.origin(parameters={"HTTP_HOST": "$host"}, php=line("include", fix)))


def redirected(bench, server) -> bool:
    answer = bench.ask(server, "/")
    return answer.status == 301 and f"location: {server.url}/" in answer.head


def little_memory(bench, fix):
    return bench.pages(text(fix, "php_admin_value[memory_limit] = 32M"))


def small_post(bench, fix):
    return bench.pages(text(fix, "php_admin_value[post_max_size] = 100K"))


def form_lost(bench, server) -> bool:
    form = bench.folder() / "form"
    form.write_text("field=" + "x" * 300_000)
    return bench.ask(server, "/form.php", "--data-binary", f"@{form}").body != b"300000"


def plain_page(bench, server):
    return bench.ask(server, "/plain.php").body


SERVING = [
    Repair("rest-route-not-rewritten.nginx.conf", nginx_route, no_route, plain_route),
    Repair("rest-route-not-rewritten.apache.htaccess", apache_route, no_route, plain_route),
    Repair("rest-route-not-rewritten.caddy", caddy_route, no_route, static),
    Repair("rest-plain-permalinks.mu-plugin.php", plain_permalinks, no_route, plain_route),
    Repair("rest-prefix-not-stripped.nginx.conf", prefix, prefix_stays, anonymous),
    Repair("private-answer-to-anonymous.varnish.vcl", varnish_site, private_answer_given, posts_cached),
    Repair("private-answer-to-anonymous.nginx.conf", nginx_site, private_answer_given, posts_cached),
    Repair("set-cookie-from-cache.varnish.vcl", varnish_pages, cookie_shared, plain_cached),
    Repair("set-cookie-from-cache.nginx.conf", nginx_pages, cookie_shared, plain_cached),
    Repair("error-from-cache.varnish.vcl", varnish_pages, error_kept, plain_cached),
    Repair("error-from-cache.nginx.conf", nginx_errors, error_kept, plain_cached),
    Repair("encoding-not-accepted.nginx.conf", compressed, unreadable, anonymous),
    Repair("cors-preflight-refused.nginx.conf", nginx_password, preflight_refused, password_wanted),
    Repair("cors-preflight-refused.apache-vhost.conf", apache_password, preflight_refused, password_wanted),
    Repair("cors-preflight-refused.haproxy.cfg", haproxy_password, preflight_refused, password_wanted),
    Repair("cors-header-not-allowed.mu-plugin.php", cors_fields, field_refused, anonymous),
    Repair("cors-origin-missing.mu-plugin.php", cors_removed, origin_missing, anonymous),
    Repair("server-asks-for-basic.nginx.conf", nginx_staging, refused, password_wanted),
    Repair("server-asks-for-basic.apache.htaccess", apache_staging, refused, password_wanted),
    Repair("method-refused-before-wordpress.modsecurity.conf", waf, put_refused, attack_refused),
    Repair("method-refused-before-wordpress.nginx.conf", listed_methods, put_refused, anonymous),
    Repair("modsecurity-block.modsecurity.conf", waf, content_refused, attack_refused),
    Repair("request-head-too-large.nginx.conf", nginx_bound, long_cookie(12_000), anonymous),
    Repair("request-head-too-large.apache-vhost.conf", apache_bound, long_cookie(12_000), anonymous),
    Repair("request-head-too-large.haproxy.cfg", haproxy_bound, long_cookie(17_000), anonymous),
    Repair("redirect-to-itself.nginx.conf", host_without_port, redirected, anonymous),
    Repair(
        "php-fatal-error.php-fpm.conf", little_memory, lambda b, s: b.ask(s, "/memory.php").status == 500, plain_page
    ),
    Repair("wp-upload-incomplete.php-fpm.conf", small_post, form_lost, plain_page),
]
