"""`hoplens compare` against real servers: each fault in front of a real origin, its healthy twin, and what is said of both."""

from __future__ import annotations

import json
import resource
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest
from support.certificates import NAME, Certificates
from support.chromium import Chromium
from support.programs import HAProxy, Nginx, Program, clean_environment, curl
from support.proxies import binary, hoplens_command
from support.varnish import Varnish
from support.waiting import free_port

pytestmark = pytest.mark.hoplens

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "configs" / "compare-v1.schema.json").read_text())
TOKEN = "Z3JlZW4tYXBwbGUtdHJlZQ"

#: A small application: it knows one token, answers pages of other origins, and sets a cookie.
ORIGIN = """
    map $http_authorization $who { default "nobody"; "Bearer %s" "editor"; }
    map $http_origin $cors { default ""; ~. $http_origin; }
    server {
        listen 127.0.0.1:{port}; keepalive_requests 100000;
        default_type "application/json";
        add_header Vary "Origin, Authorization" always;
        add_header Cache-Control "no-store" always;
        add_header Access-Control-Allow-Origin $cors always;
        add_header Access-Control-Allow-Headers "Authorization" always;
        add_header Set-Cookie "session=1; Path=/; HttpOnly" always;
        add_header X-Moment $msec always;
        location / { return 200 '{"route":"$uri","caller":"$who","list":[1,2,3]}'; }
        location /forbidden {
            add_header X-Robots-Tag noindex always;
            add_header X-Content-Type-Options nosniff always;
            add_header Link '<http://127.0.0.1/wp-json/>; rel="https://api.w.org/"' always;
            add_header Access-Control-Expose-Headers "X-WP-Total, X-WP-TotalPages, Link" always;
            add_header Access-Control-Allow-Headers "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type" always;
            return 403 '{"code":"rest_forbidden","message":"no","data":{"status":403}}';
        }
    }
""" % TOKEN

#: What the nginx in front does wrong below each path: its configuration, the row that must be told, and the side's layer.
FAULTS = {
    "drops-authorization": ('proxy_set_header Authorization "";', "identity credential error", "public-proxy"),
    "loses-vary": ("proxy_hide_header Vary;", "field vary warning", "cdn-cache"),
    "doubles-allow-origin": (
        "add_header Access-Control-Allow-Origin $http_origin always;",
        "field access-control-allow-origin error",
        "cors-config",
    ),
    "strips-cookies": ("proxy_hide_header Set-Cookie;", "cookie session warning", "cdn-cache"),
    "lets-keep": (
        "proxy_hide_header Cache-Control; add_header Cache-Control max-age=600;",
        "field cache-control error",
        "cdn-cache",
    ),
    "redirects": ("return 301 http://www.other.test$request_uri;", "redirect step 1 error", "redirect"),
    "shows-a-page": (
        "default_type text/html; return 200 '<html><head><title>Just a moment</title></head></html>';",
        "body content error",
        "waf",
    ),
    "compresses": (
        "gzip on; gzip_types application/json; gzip_min_length 1; gzip_proxied any;",
        "coding content-encoding notice",
        None,
    ),
    "forbidden": ("return 403;", "answerer who answers error", None),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def started():
    programs = []
    yield lambda program: programs.append(program) or program
    for program in reversed(programs):
        program.close()


@pytest.fixture(scope="module")
def origin(folder, started):
    return started(Nginx(folder / "origin", ORIGIN))


@pytest.fixture(scope="module")
def nginx(folder, started, origin):
    pass_on = "proxy_pass {origin}; proxy_set_header Host $http_host; proxy_http_version 1.1; proxy_set_header Connection '';"
    places = "".join(
        f"location /{name} {{ {pass_on if 'return ' not in how else ''} {how} }}\n" for name, (how, _, _) in FAULTS.items()
    )
    places += "location /refuses-hoplens { if ($http_user_agent ~ hoplens) { return 403; } " + pass_on + " }\n"
    http = "server { listen 127.0.0.1:{port}; keepalive_requests 100000; location / { " + pass_on + " }\n" + places + "}"
    return started(Nginx(folder / "nginx", http, origin=origin.url))


@pytest.fixture(scope="module")
def haproxy(folder, started, origin):
    return started(
        HAProxy(
            folder / "haproxy",
            f"""
frontend cdn
  bind 127.0.0.1:{{port}}
  http-request del-header Authorization if {{ path_beg /drops-authorization }}
  http-request deny deny_status 403 if METH_OPTIONS {{ path_beg /blocks-preflights }}
  http-request set-var(txn.path) path
  http-response del-header Vary if {{ var(txn.path) -m beg /loses-vary }}
  http-response add-header Access-Control-Allow-Origin * if {{ var(txn.path) -m beg /doubles-allow-origin }}
  default_backend origin
backend origin
  server one 127.0.0.1:{origin.port}
""",
        )
    )


@pytest.fixture(scope="module")
def varnish(stage, origin):
    return stage.start(
        Varnish,
        stage.folder("varnish"),
        origin.port,
        # The classic mistake: one answer for everybody.
        recv='if (req.url ~ "^/keeps-for-all") { return (hash); }',
        backend_response="""if (bereq.url ~ "^/keeps-for-all") {
            unset beresp.http.Cache-Control; unset beresp.http.Set-Cookie; unset beresp.http.Vary;
            set beresp.ttl = 60s; return (deliver); }""",
    )


def compare(origin, public, *arguments, status=None, token=True, seconds=60.0, form="json"):
    """What `hoplens compare` says; `status` is the exit code it must end with."""
    environment = clean_environment(COMPARE_TOKEN=TOKEN)
    arguments = ["compare", "--origin", origin, "--public", public, "--format", form, *arguments]
    if token:
        arguments += ["--bearer-env", "COMPARE_TOKEN"]
    done = hoplens_command(*arguments, env=environment, seconds=seconds)
    said = done.stdout.decode()
    assert TOKEN not in said + done.stderr.decode()
    if status is not None:
        assert done.returncode == status, done.stderr.decode() + said
    if form != "json":
        return said
    result = json.loads(said)
    jsonschema.validate(result, SCHEMA)
    return result


def told(result, least="notice") -> list:
    words = ["info", "notice", "warning", "error"]
    return [
        f"{row['area']} {row['name']} {row['severity']}"
        for row in result["differences"]
        if words.index(row["severity"]) >= words.index(least)
    ]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_nginx_in_front_is_told_with_its_meaning(origin, nginx, name):
    _, row, layer = FAULTS[name]
    result = compare(origin.url, nginx.url, f"/{name}/x", status=0 if row.endswith(("notice", "warning")) else 1)
    assert row in told(result), told(result, "info")
    if layer:
        found = next(r for r in result["differences"] if f"{r['area']} {r['name']} {r['severity']}" == row)
        assert found["layer"] == layer
        assert result["conclusion"]["side"] == "public"


@pytest.mark.parametrize(
    "path, row",
    [
        ("/drops-authorization", "identity credential error"),
        ("/blocks-preflights", "status status error"),
        ("/loses-vary", "field vary warning"),
        ("/doubles-allow-origin", "field access-control-allow-origin error"),
    ],
)
def test_a_fault_of_haproxy_in_front_is_told(origin, haproxy, path, row):
    assert row in told(compare(origin.url, haproxy.url, path))


def test_a_browser_s_refusal_is_told_as_one(origin, haproxy):
    result = compare(origin.url, haproxy.url, "/doubles-allow-origin", status=1)
    rows = [row for row in result["differences"] if row["area"] == "cors"]
    assert rows and rows[0]["origin"] == "allowed" and rows[0]["public"].startswith("refused: ")


def test_an_answer_that_varnish_keeps_for_everybody_is_told(origin, varnish):
    result = compare(origin.url, varnish.url, "/keeps-for-all", status=1)
    row = next(row for row in result["differences"] if row["area"] == "identity")
    assert row["layer"] == "cdn-cache" and "cache" in row["meaning"]
    assert result["conclusion"]["layer"] == "cdn-cache"
    assert "Varnish" in result["public"]["hops"]


@pytest.mark.parametrize("public", ["nginx", "haproxy", "varnish"])
def test_a_healthy_pair_has_no_difference_ten_times_out_of_ten(origin, public, request):
    server = request.getfixturevalue(public)
    for _ in range(10):
        result = compare(origin.url, server.url, "/wp-json/", "/other", "--fail-on", "notice", status=0)
        assert told(result) == []
        assert result["conclusion"]["headline"].startswith("No difference that matters")


def test_without_a_credential_everything_else_is_still_compared(origin, nginx):
    result = compare(origin.url, nginx.url, "/loses-vary", token=False, status=0)
    assert "field vary warning" in told(result)
    assert any("no credential" in warning for warning in result["warnings"])


def test_both_refusing_alike_is_not_the_public_side_s_fault(origin, haproxy):
    result = compare(origin.url, haproxy.url, "/forbidden", status=0)
    assert result["conclusion"]["side"] == "both"
    assert told(result) == []


def test_what_is_to_be_ignored_is(origin, nginx):
    result = compare(origin.url, nginx.url, "/loses-vary", "--ignore", "Vary", "--fail-on", "notice", status=0)
    assert told(result) == []


def test_an_origin_that_lets_nobody_in_is_an_answer(nginx):
    result = compare(f"http://127.0.0.1:{free_port()}", nginx.url, status=0)
    assert told(result) == ["reach no answer warning"]
    assert "cannot be asked from here" in result["conclusion"]["headline"]


def test_a_public_side_that_is_down_is_exit_code_3(origin):
    result = compare(origin.url, f"http://127.0.0.1:{free_port()}", status=3)
    assert result["conclusion"]["side"] == "public"


def test_an_origin_that_is_the_public_side_is_said(nginx):
    result = compare(nginx.url, nginx.url, status=0)
    assert any("same server" in warning for warning in result["warnings"])


def test_each_side_has_its_own_certificates_and_insecure_is_recorded(folder, started, origin):
    made = Certificates(folder / "certificates")
    tls = "ssl_certificate %s; ssl_certificate_key %s; location / { proxy_pass {origin}; proxy_set_header Host $http_host; }"
    good = tls % (made.certificate("good"), made.key("good"))
    bad = tls % (made.certificate("self-signed"), made.key("self-signed"))
    http = "server { listen 127.0.0.1:{port} ssl; %s } server { listen 127.0.0.1:{second} ssl; %s }" % (good, bad)
    server = started(Nginx(folder / "tls", http, origin=origin.url))
    public = ["--public-connect", f"127.0.0.1:{server.port}", "--public-ca-file", str(made.authority)]
    url = f"https://{NAME}"
    to_bad = ["--origin-connect", f"127.0.0.1:{server.second}"]
    refused = compare(url, url, *public, *to_bad, status=3)
    assert any("self-signed" in row["origin"] for row in refused["differences"] if row["area"] == "reach")
    result = compare(url, url, *public, *to_bad, "--origin-insecure", status=0)
    assert result["origin"]["verified"] is False and result["public"]["verified"] is True
    assert result["public"]["ca_file"] == str(made.authority)
    assert any("not verified" in warning for warning in result["warnings"])


def test_requests_of_one_s_own_are_asked_and_unsafe_ones_are_not(origin, nginx, tmp_path):
    file = tmp_path / "requests.json5"
    file.write_text(
        """{requests: [{name: "mine", path: "/drops-authorization", headers: {Authorization: "{credential}"}},
                       {name: "writes", method: "POST", path: "/", body: {a: 1}}]}"""
    )
    result = compare(origin.url, nginx.url, "--requests", str(file))
    assert [request["name"] for request in result["requests"]] == ["mine"]
    assert result["left_out"] == ["writes"]
    assert "body $.caller notice" in told(result)
    result = compare(origin.url, nginx.url, "--requests", str(file), "--allow-unsafe")
    assert [request["name"] for request in result["requests"]] == ["mine", "writes"]


@pytest.mark.parametrize("file", sorted((ROOT / "configs" / "requests").glob("*.json5")), ids=lambda path: path.name)
def test_the_examples_of_requests_can_be_asked(origin, nginx, file):
    assert told(compare(origin.url, nginx.url, "--requests", str(file), status=0)) == []


def test_a_har_is_asked_for_its_own_host_only(origin, nginx, tmp_path):
    urls = [f"{nginx.url}/loses-vary?a=1", "http://elsewhere.test/x"]
    entries = [{"request": {"method": "GET", "url": url, "headers": []}} for url in urls]
    har = tmp_path / "a.har"
    har.write_text(json.dumps({"log": {"entries": entries}}))
    result = compare(origin.url, nginx.url, "--har", str(har), token=False)
    assert [request["name"] for request in result["requests"]] == ["GET /loses-vary"]
    assert "field vary warning" in told(result)


def test_the_field_that_decides_is_found(origin, nginx):
    result = compare(origin.url, nginx.url, "/refuses-hoplens", "--bisect", status=1)
    assert result["bisections"] and all(found["fields"] == ["User-Agent"] for found in result["bisections"])
    assert all(found["asked"] <= 40 for found in result["bisections"])


def test_the_request_of_a_captured_exchange_is_asked_of_both_sides(origin, nginx, hoplens, capture):
    """What a client met on the way through is asked again: its path, its fields, and a credential given anew."""
    front = hoplens(nginx, "--capture", capture.directory)
    mark = ["-H", "X-Mine: yes"]
    curl(f"{front.url}/loses-vary/anonymous?from=trace", *mark)
    curl(f"{front.url}/drops-authorization/known", *mark, "-H", f"Authorization: Bearer {TOKEN}")
    curl(f"{front.url}/other", "-d", "a=1")
    ids = {record["request"]["target"]: record["id"] for record in capture.wait_for(3)}
    assert TOKEN.encode() not in capture.everything()

    def again(target, **options):
        return compare(origin.url, nginx.url, "--trace", ids[target], "--from", str(capture.directory), **options)

    result = again("/loses-vary/anonymous?from=trace", token=False, status=0)
    assert [request["line"] for request in result["requests"]] == ["GET /loses-vary/anonymous?from=trace"]
    assert [request["name"] for request in result["requests"]] == [ids["/loses-vary/anonymous?from=trace"]]
    assert "field vary warning" in told(result)
    # The token is sent again, so the origin knows who asks and the public side, which lost it, does not.
    assert "body $.caller notice" in told(again("/drops-authorization/known"))

    def refused(*arguments):
        sides = ["--origin", origin.url, "--public", nginx.url]
        done = hoplens_command("compare", *sides, "--from", capture.directory, *arguments, env=clean_environment())
        assert (done.returncode, done.stdout) == (2, b"")
        return done.stderr.decode()

    assert "the values of Authorization were secret" in refused("--trace", ids["/drops-authorization/known"])
    assert "a trace does not keep bodies" in refused("--trace", ids["/other"], "--allow-unsafe")
    assert "holds no exchange" in refused("--trace", "nosuchid")
    assert "belong together" in refused()


class Sulking(BaseHTTPRequestHandler):
    """Refuses whoever says what it is, and never answers others."""

    protocol_version = "HTTP/1.1"
    release = threading.Event()

    def do_GET(self):
        if self.headers.get("User-Agent") is None:
            self.release.wait(60)
            return
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_OPTIONS = do_GET

    def log_message(self, *_):
        pass


def test_a_bisection_waits_as_long_as_it_is_told(origin):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sulking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        began = time.monotonic()
        result = compare(origin.url, url, "--bisect", "--timeout", "500ms", status=1)
        # Three bisections end with their first question; with the standard of ten seconds they would take thirty.
        assert [found["asked"] for found in result["bisections"]] == [1, 1, 1]
        assert time.monotonic() - began < 20
    finally:
        Sulking.release.set()
        server.shutdown()
        server.server_close()


@pytest.mark.timeout(240)
def test_two_hundred_paths_take_seconds(origin, nginx):
    """Seconds of this process's own time: how long it waits for the servers is up to the machine."""
    paths = [f"/path/{number}" for number in range(200)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    result = compare(origin.url, nginx.url, *paths, status=0, seconds=200)
    after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    asked = len(result["requests"])
    print(f"{asked * 4} answers in {took:.1f} s, of which {spent:.1f} s of processor time")
    # Without a credential there are eight; the ninth is the one with it.
    assert asked == 200 * 8 and told(result) == []
    assert spent < 30


class Holding(BaseHTTPRequestHandler):
    """Answers, but for HEAD, which it never does."""

    protocol_version = "HTTP/1.1"
    held = threading.Event()
    release = threading.Event()

    def do_GET(self):
        body = b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_OPTIONS = do_GET

    def do_HEAD(self):
        self.held.set()
        self.release.wait(30)

    def log_message(self, *_):
        pass


def test_ctrl_c_prints_what_is_known_so_far():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Holding)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    program = Program([binary(), "compare", "--origin", url, "--public", url, "--timeout", "60s", "--format", "json"])
    try:
        assert Holding.held.wait(20)
        program.signal(signal.SIGINT)
        assert program.wait(20) == 0
        result = json.loads(program.out())
        jsonschema.validate(result, SCHEMA)
        assert result["partial"] and len(result["requests"]) >= 5
        assert any("ended early" in sentence for sentence in result["conclusion"]["sentences"])
    finally:
        program.close()
        Holding.release.set()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("width", [80, 200])
def test_the_columns_fit(origin, nginx, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    text = compare(origin.url, nginx.url, "/drops-authorization", "/redirects", "--all", form="text")
    assert max(len(line) for line in text.splitlines()) <= width
    assert text.splitlines()[0].startswith("The two sides differ in what decides access")
    ascii_only = compare(origin.url, nginx.url, "/drops-authorization", "--ascii", form="text")
    assert ascii_only.isascii()


def test_the_page_stands_alone_and_has_nothing_to_complain_about(origin, nginx, tmp_path):
    page = tmp_path / "report.html"
    page.write_text(compare(origin.url, nginx.url, "/drops-authorization", "/redirects", "/shows-a-page", form="html"))
    browser = Chromium()
    try:
        for scheme, width, mobile in (("light", 1280, False), ("dark", 1280, False), ("light", 390, True)):
            browser.emulate(width=width, mobile=mobile, scheme=scheme)
            browser.open(page.as_uri())
            assert browser.evaluate("document.querySelector('h1').textContent").startswith("The two sides differ")
            assert browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert browser.evaluate("document.querySelectorAll('article').length") > 3
            assert browser.evaluate("getComputedStyle(document.querySelector('article')).borderTopWidth") == "1px"
        assert browser.pdf().startswith(b"%PDF")
        assert browser.console == []
        assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
    finally:
        browser.close()


def test_markdown_has_its_tables(origin, nginx):
    text = compare(origin.url, nginx.url, "/loses-vary", form="markdown")
    assert text.startswith("# ") and "| warning | field vary | `Origin, Authorization` | `nothing` |" in text


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "no public address given"),
        (["--public", "http://a.test"], "no origin given"),
        (["--public", "http://a.test", "--origin", "ftp://a.test"], "--origin:"),
        (["--public", "http://a.test", "--origin", "http://b.test", "--rounds", "1"], "--rounds"),
        (["--public", "http://a.test", "--origin", "http://b.test", "wp-json"], "PATH begins with /"),
        (["--public", "http://a.test", "--origin", "http://b.test", "--user-env", "hunter2-not-a-name"], "no variable that"),
        (["--public", "http://a.test", "--origin", "http://b.test", "--user", "a:b"], "without a password"),
        (["--public", "http://a.test", "--origin", "http://b.test", "-d", "x"], "may change something"),
    ],
)
def test_bad_usage_is_told_and_nothing_is_sent(arguments, words):
    done = hoplens_command("compare", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert "hunter2" not in done.stderr.decode()
