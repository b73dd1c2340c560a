"""Real servers as origins (nginx, HAProxy, http.server) and as the boxes in front: through hoplens nothing may differ."""

from __future__ import annotations

import pytest

from support.programs import curl
from support.wire import answer, connect, exchange, get

# gzip_proxied: nginx compresses nothing for a request with Via unless it is told to, and then direct and through differ.
NGINX_ORIGIN = """
    types { text/html html; text/css css; } default_type application/octet-stream;
    server {
        listen 127.0.0.1:{port}; root {root}/www; gzip on; gzip_proxied any; gzip_min_length 10; gzip_types text/css;
        location = /empty { return 204; }
        location = /moved { return 301 /elsewhere; }
        location = /teapot { add_header X-Double one always; add_header X-Double two always; return 418 short; }
        location = /hints { add_header Link "</a>; rel=preload"; return 200 "with \\n newline"; }
        location /upload { dav_methods PUT DELETE; create_full_put_path on; }
    }
"""

REQUESTS = [
    ("GET", "/page.html"),
    ("GET", "/large.css"),
    ("HEAD", "/large.css"),
    ("GET", "/nothing"),
    ("GET", "/empty"),
    ("GET", "/moved"),
    ("GET", "/teapot"),
    ("POST", "/page.html"),
    ("OPTIONS", "/page.html"),
    ("GET", "/folder"),
    ("GET", "/hints"),
    ("DELETE", "/page.html"),
]


@pytest.fixture
def site(nginx, tmp_path):
    www = tmp_path / "nginx" / "www"
    (www / "folder").mkdir(parents=True)
    (www / "page.html").write_text("<h1>page</h1>\n")
    (www / "large.css").write_text("a { color: red }\n" * 20_000)
    return nginx(NGINX_ORIGIN)


def seen(port: int, request: bytes, method: str) -> tuple:
    """What a client sees, without the clock and without what belongs to one hop."""
    got = exchange(port, request, method)
    changing = (b"date", b"connection", b"keep-alive")
    return got.start, [f for f in got.fields if f[0].lower() not in changing], got.framing, got.body


@pytest.mark.hoplens
@pytest.mark.parametrize("method, path", REQUESTS)
def test_nginx_answers_through_hoplens_what_it_answers_directly(hoplens, site, method, path):
    front = hoplens(site)
    for fields in (
        (),
        ("Accept-Encoding: gzip",),
        ("Range: bytes=2-9",),
        ('If-None-Match: "x"', "Origin: https://a.test"),
    ):
        request = get(path, *fields, method=method)
        assert seen(front.port, request, method) == seen(site.port, request, method)


def test_a_conditional_request_gets_its_304(proxy, site):
    front = proxy(site)
    first = exchange(front.port, get("/page.html"))
    again = exchange(front.port, get("/page.html", f"If-None-Match: {first.one('ETag').decode()}"))
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_files_go_up_to_nginx_and_come_back(proxy, site, tmp_path):
    (tmp_path / "sent").write_bytes(b"some bytes \x00\xff" * 50_000)
    url = proxy(site).url + "/upload/sent"
    assert curl("-T", tmp_path / "sent", "-w", "%{http_code}", url).stdout == b"201"
    assert curl(url).stdout == (tmp_path / "sent").read_bytes()
    assert curl("-X", "DELETE", "-w", "%{http_code}", url).stdout == b"204"


def test_nginx_that_closes_idle_connections_costs_no_request(proxy, nginx):
    """keepalive_requests 3: nginx closes the connection after every third answer."""
    origin = nginx("keepalive_requests 3; server { listen 127.0.0.1:{port}; return 200 ok; }")
    front = proxy(origin)
    with connect(front.port) as client:
        for _ in range(20):
            client.send(get())
            assert client.response().body == b"ok"


HAPROXY_ORIGIN = """
frontend f
  bind 127.0.0.1:{port}
  http-request return status 200 content-type text/plain string "plain words" hdr X-One 1 hdr X-One 2 if { path /plain }
  http-request return status 403 content-type application/json string '{"code":"no"}' if { path /no }
  http-request redirect location /other code 302 if { path /away }
  http-request deny deny_status 429 if { path /often }
  http-request return status 404 default-errorfiles
"""


@pytest.mark.hoplens
@pytest.mark.parametrize("path", ["/plain", "/no", "/away", "/often", "/none"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_haproxy_answers_through_hoplens_what_it_answers_directly(hoplens, haproxy, method, path):
    origin = haproxy(HAPROXY_ORIGIN)
    request = get(path, "Content-Length: 0", method=method)
    assert seen(hoplens(origin).port, request, method) == seen(origin.port, request, method)


@pytest.mark.hoplens
@pytest.mark.parametrize("method", ["GET", "HEAD", "PROPFIND", "BREW"])
@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_http_server_answers_through_hoplens_what_it_answers_directly(hoplens, standard_origin, method, version):
    """It reports what it got, so this compares both directions; the version it claims is the one thing that is ours."""
    origin = standard_origin({"/": b"standard"}, version=version)
    request = get("/", "Content-Length: 0", "X-One: 1", "x-two: 2", method=method)
    direct, through = seen(origin.port, request, method), seen(hoplens(origin, "--no-via").port, request, method)
    assert through == (direct[0].replace(b"HTTP/1.0", b"HTTP/1.1"), *direct[1:])


IN_FRONT = {
    "nginx": "server { listen 127.0.0.1:{port}; location / { proxy_pass http://127.0.0.1:{behind}; proxy_http_version 1.1;"
    " proxy_set_header Connection ''; proxy_set_header Host public.test; } }",
    "haproxy": "frontend f\n  bind 127.0.0.1:{port}\n  http-request set-header Host public.test\n  default_backend b\n"
    "backend b\n  server hoplens 127.0.0.1:{behind}\n",
}


@pytest.mark.hoplens
@pytest.mark.parametrize("name", ["nginx", "haproxy"])
def test_hoplens_works_behind_a_public_proxy(hoplens, raw_origin, nginx, haproxy, name):
    origin = raw_origin(answering=lambda request: answer(request.body or request.target))
    behind = hoplens(origin)
    front = (nginx if name == "nginx" else haproxy)(IN_FRONT[name], behind=behind.port)
    urls = [f"{front.url}/{i}" for i in range(30)]
    done = curl("-Z", "--parallel-max", 8, *urls)
    assert sorted(done.stdout.decode().split("/")[1:]) == sorted(str(i) for i in range(30))
    assert curl("-d", "a body", urls[0]).stdout == b"a body"
    assert {request.one("Host") for request in origin.requests} == {b"public.test"}
