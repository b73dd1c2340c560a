"""`hoplens diagnose` on small origins that are no WordPress, behind fronts with one fault each.

What is looked at: the verdict as JSON, the exit code, that nothing is sent that may change something, and that no secret is
printed.
"""
import base64
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.proxies import binary

SECRET = "abcd efgh ijkl mnop qrst uvwx"
BASIC = "Basic " + base64.b64encode(f"editor:{SECRET}".encode()).decode()
SIGNS = {
    "Content-Type": "application/json; charset=UTF-8",
    "X-Robots-Tag": "noindex",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
}
NOCACHE = {"Expires": "Wed, 11 Jan 1984 05:00:00 GMT", "Cache-Control": "no-cache, must-revalidate, max-age=0"}


class Site(BaseHTTPRequestHandler):
    """Speaks the few routes of a WordPress REST API that the ladder asks for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.refuses(self):
            return
        known = self.headers.get("Authorization") == BASIC
        path = self.path.split("?")[0]
        if path == "/":
            return self.answer(200, b"<html>home</html>", {"Content-Type": "text/html"})
        if path == "/wp-json/":
            return self.json(200, {"namespaces": ["wp/v2"], "authentication": {"application-passwords": {}}})
        if path == "/wp-json/wp/v2/users/me":
            if known:
                return self.json(200, {"id": 2, "slug": "editor"}, NOCACHE)
            return self.refusal(401, "rest_not_logged_in")
        if path == "/wp-json/wp/v2/posts":
            allow = {"Allow": "GET, POST" if known else "GET"} | (NOCACHE if known else {})
            if self.command == "OPTIONS":
                return self.json(200, {"methods": ["GET", "POST"]}, allow)
            return self.json(200, [], allow)
        return self.refusal(404, "rest_no_route")

    do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET

    def refusal(self, status, code):
        self.json(status, {"code": code, "message": "Sorry.", "data": {"status": status}})

    def json(self, status, body, fields=None):
        self.answer(status, json.dumps(body).encode(), SIGNS | (fields or {}))

    def answer(self, status, body, fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def start(refuses=lambda handler: False):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
        server.daemon_threads = True
        server.asked, server.refuses = [], refuses
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        server.url = f"http://127.0.0.1:{server.server_port}"
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def diagnose(tmp_path, *words, requests=None, env=None):
    line = [str(binary()), "diagnose", *words, "--format", "json"]
    if requests is not None:
        file = tmp_path / "requests.json5"
        file.write_text(json.dumps({"requests": requests, "truth": "nobody reads this"}))
        line += ["--requests", str(file)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, env=env)
    assert SECRET not in done.stdout + done.stderr
    assert BASIC.split()[1] not in done.stdout + done.stderr
    return done, json.loads(done.stdout) if done.stdout else None


ME = {"name": "me", "path": "/wp-json/wp/v2/users/me", "headers": {"Authorization": BASIC}}


def test_a_healthy_site_is_called_healthy(serve, tmp_path):
    front, origin = serve(), serve()
    done, result = diagnose(tmp_path, front.url, "--origin", origin.url, requests=[ME])
    assert (done.returncode, result["verdict"]["layer"]) == (0, "none"), result
    # The origin is asked for the public name.
    assert {fields["Host"] for _, _, fields in origin.asked} == {f"127.0.0.1:{front.server_port}"}


def test_a_credential_that_is_lost_in_front_is_named_with_its_points(serve, tmp_path):
    def drop(handler):
        del handler.headers["Authorization"]

    front, origin = serve(drop), serve()
    done, result = diagnose(tmp_path, front.url, "--origin", origin.url, requests=[ME])
    verdict = result["verdict"]
    assert (done.returncode, verdict["layer"], verdict["field"]) == (1, "public-proxy", "Authorization"), result
    assert verdict["lost_between"] == ["front", "origin"]
    assert [step["state"] for step in result["steps"] if step["step"] == "credential"] == ["failed"]


def test_a_client_that_is_refused_by_its_name_is_told_so(serve, tmp_path):
    def refuse(handler):
        if "python" not in handler.headers.get("User-Agent", ""):
            return False
        handler.answer(403, b"<html>403 Forbidden</html>", {"Content-Type": "text/html"})
        return True

    request = ME | {"headers": ME["headers"] | {"User-Agent": "python-requests/2.31"}}
    front, origin = serve(refuse), serve()
    _, result = diagnose(tmp_path, front.url, "--origin", origin.url, requests=[request])
    assert (result["verdict"]["layer"], result["verdict"]["field"]) == ("waf", "User-Agent"), result


def test_nothing_that_may_change_something_is_sent_unless_it_is_allowed(serve, tmp_path):
    create = {"name": "create", "method": "POST", "path": "/wp-json/wp/v2/posts", "headers": {"Authorization": BASIC},
              "body": {"title": "x"}}
    front = serve()
    done, result = diagnose(tmp_path, front.url, requests=[create])
    assert (done.returncode, result["verdict"]["layer"]) == (0, "none"), result
    unsafe = [(method, path) for method, path, _ in front.asked if method not in ("GET", "HEAD", "OPTIONS")]
    assert unsafe == [("POST", "/wp-json/hoplens/v1/nothing")]
    assert any("does not exist" in note for note in result["notes"])
    front.asked.clear()
    diagnose(tmp_path, front.url, "--allow-unsafe", requests=[create])
    assert ("POST", "/wp-json/wp/v2/posts") in [(method, path) for method, path, _ in front.asked]


def test_an_address_where_nobody_listens_ends_with_3(serve, tmp_path):
    front = serve()
    front.shutdown()
    front.server_close()
    done, result = diagnose(tmp_path, front.url, requests=[ME])
    assert (done.returncode, result["verdict"]["step"]) == (3, "reach")


@pytest.mark.parametrize("text, complaint", [
    ('{"requests": [{"path": "no-slash"}]}', "a path begins with /"),
    ('{"requests": [', ":1:"),
    ('{"requests": []}', "empty"),
])
def test_a_bad_requests_file_is_explained_with_its_place(tmp_path, text, complaint):
    file = tmp_path / "bad.json5"
    file.write_text(text)
    done = subprocess.run([str(binary()), "diagnose", "http://127.0.0.1:1", "-r", str(file)], capture_output=True,
                          text=True, timeout=30)
    assert done.returncode == 2 and complaint in done.stderr, done.stderr


@pytest.mark.parametrize("form, sign", [("text", "✓"), ("markdown", "| step |")])
def test_people_get_the_ladder_and_the_verdict(serve, form, sign):
    front = serve()
    done = subprocess.run([str(binary()), "diagnose", front.url, "--format", form], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and sign in done.stdout and "othing is wrong" in done.stdout, done.stdout
    if form == "text":
        assert all(len(line) <= 80 for line in done.stdout.splitlines())
