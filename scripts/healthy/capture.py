#!/usr/bin/env python3
"""Re-makes Tests/DiagnosisTests/Fixtures: healthy traffic on a real WordPress, captured by hoplens in front of it.

    capture.py [editing|app|crawl-varnish|crawl-nginx]...     (default: all four)

Needs ../shared/lab installed (`lab install`), Debian's chromium, `playwright` from PyPI in the Python that runs this,
a copy of the plugin wp-api-jwt-auth (JWT_PLUGIN_DIR; without it the
app uses no tokens) and a release build (HOPLENS_BINARY, default .build/release/hoplens). Everything is on loopback; the
site's name is mapped to it inside the browser. Ports: HEALTHY_PORT (28180), the lab's own from LAB_PORT_BASE (28000).
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("HOPLENS_SHARED", ROOT.parent / "shared"))
os.environ.setdefault("LAB_PORT_BASE", "28000")
sys.dont_write_bytecode = True
sys.path.insert(0, str(SHARED / "lab"))
from wplab.runner import Lab  # noqa: E402
from wplab.scenario import R, S, T  # noqa: E402
from wplab.scenarios import NC  # noqa: E402

PORT = int(os.environ.get("HEALTHY_PORT", "28180"))
SITE, APP = "site.example.test", "app.example.test"
BINARY = os.environ.get("HOPLENS_BINARY", str(ROOT / ".build/release/hoplens"))
FIXTURES = ROOT / "Tests/DiagnosisTests/Fixtures"
THEME = "switch_theme( 'twentytwentythree' );"
CACHE = """proxy_cache wp;
proxy_cache_valid 200 301 2m;
proxy_cache_bypass $http_authorization $http_cookie;
proxy_no_cache $http_authorization $http_cookie $is_args;
add_header X-Cache-Status $upstream_cache_status always;"""

HTTP, HTTPS = f"http://{SITE}:{PORT}", f"https://{SITE}:{PORT}"
FINE, ANY = T("none", "healthy"), [R("any", "GET", "/")]
S("editing", "nginx nginx-fpm", ANY, FINE, [], slots={"site": HTTP, "wp.db": THEME})
S("app", "front=nginx+tls:good nginx-fpm", ANY, FINE, [], needs="jwt" if "JWT_PLUGIN_DIR" in os.environ else None,
  slots={"site": HTTPS, "wp.db": THEME, "wp.env": "define( 'WP_ENVIRONMENT_TYPE', 'production' );"})
S("crawl-varnish", "varnish apache-fcgi", ANY, FINE, [], slots={"site": HTTP, "wp.db": THEME})
S("crawl-nginx", "nginx nginx-fpm", ANY, FINE, [],
  slots={"site": HTTP, "wp.db": THEME, "front.http": NC, "front.location": CACHE})


class Page(BaseHTTPRequestHandler):
    """The page of another origin; its scripts come from here."""

    def do_GET(self):
        body = b"<!doctype html><title>app</title><p>An app of another origin.</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def other_origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{APP}:{server.server_port}/"


class Inspector:
    """hoplens in front of the lab's public address, capturing."""

    def __init__(self, public, lab, tls):
        self.folder = tempfile.mkdtemp(prefix="healthy.")
        argv = [BINARY, "proxy", public, "--listen", f"127.0.0.1:{PORT}", "--host", "client", "--quiet", "--no-check",
                "--node", "outer", "--capture", self.folder, "--capture-sample", "512"]
        if tls:
            argv += ["--tls-cert", f"{lab.d}/tls/good.crt", "--tls-key", f"{lab.d}/tls/good.key",
                     "--ca-file", f"{lab.d}/tls/ca.crt", "--sni", "localhost"]
        self.process = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "listening" in line:
                break

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate()
        lines = [line for path in sorted(pathlib.Path(self.folder).glob("*.ndjson")) for line in path.open()]
        shutil.rmtree(self.folder)
        return lines


def kept(lines, most):
    """One or two exchanges of each kind, in the order in which they ended: a kind is method, path, query names, status
    and whether a cache answered."""
    kinds, result, size = {}, [], 0
    for line in lines:
        record = json.loads(line)
        answer = record.get("response") or {}
        path, _, query = record["request"]["target"].partition("?")
        path = re.sub(r"\d+", "0", path)
        path = re.sub(r".*(\.(js|css|png|svg|woff2?|jpg|gif)|load-(scripts|styles).php)$", r"\1", path)
        cached = [f["v"] for f in answer.get("fields", []) if f["n"] in ("X-Cache-Status", "X-Cache", "Age")]
        kind = (record["request"]["method"], path, tuple(sorted(re.findall(r"(?:^|&)([^=&]*)", query))),
                answer.get("status"), any(v not in ("MISS", "0", "EXPIRED", "BYPASS") for v in cached))
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > 1 + ("/wp-json/" in path and path.count("/") < 5):
            continue
        if size + len(line) > most:
            print("  cut at", most, file=sys.stderr)
            break
        size += len(line)
        result.append(line)
    return result


def browser(play):
    return play.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--ignore-certificate-errors", "--disable-background-networking",
              f"--host-resolver-rules=MAP *.example.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"])


def log_in(page, site, user, password):
    page.goto(f"{site}/wp-login.php")
    page.fill("#user_login", user)
    page.fill("#user_pass", password)
    page.click("#wp-submit")
    page.wait_for_url("**/wp-admin/**")


def editing(play, users):
    page = browser(play).new_page(user_agent="Mozilla/5.0 (X11; Linux x86_64)")
    page.goto(f"{HTTP}/wp-admin/")  # anonymous: led to the login page
    log_in(page, HTTP, "admin", users["admin"]["login_password"])
    page.goto(f"{HTTP}/wp-admin/post-new.php")
    page.wait_for_function("window.wp && wp.data && wp.data.select('core/editor').getCurrentPostId()")
    page.wait_for_timeout(3000)
    page.evaluate("""async () => {
        const pause = ms => new Promise(done => setTimeout(done, ms));
        const editor = wp.data.dispatch('core/editor');
        editor.editPost({ title: 'labpost of a session' });
        await wp.data.dispatch('core/block-editor').insertBlocks(
            wp.blocks.createBlock('core/paragraph', { content: 'Written in the editor.' }));
        await editor.savePost();
        await pause(500);
        editor.editPost({ title: 'labpost of a long session' });
        await editor.autosave();
        const bytes = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), c => c.charCodeAt(0));
        await new Promise((done, fail) => wp.mediaUtils.uploadMedia({
            filesList: [new File([bytes], 'dot.gif', { type: 'image/gif' })],
            onFileChange: files => { if (files[0] && files[0].id) done(); }, onError: fail }));
        wp.heartbeat.connectNow();
        await pause(1500);
        await wp.apiFetch({ path: '/wp/v2/tags', method: 'POST', data: { name: 'tag' + Date.now() } });
        await wp.apiFetch({ path: '/wp/v2/search?search=nothing' });
        await wp.apiFetch({ path: '/wp/v2/posts/999999' }).catch(() => null);
        editor.editPost({ status: 'publish' });
        await editor.savePost();
        await pause(500);
    }""")
    link = page.evaluate("wp.data.select('core/editor').getPermalink()")
    ident = page.evaluate("wp.data.select('core/editor').getCurrentPostId()")
    page.goto(link)
    page.goto(f"{HTTP}/?p={ident}&preview=true")
    page.goto(f"{HTTP}/wp-admin/post.php?post={ident}&action=edit")
    page.wait_for_timeout(2500)
    page.evaluate("""async id => {
        await wp.apiFetch({ path: `/wp/v2/posts/${id}/revisions` });
        await wp.apiFetch({ path: `/wp/v2/posts/${id}`, method: 'DELETE' });
    }""", ident)
    # A page of another origin of the same site: cookies go with its requests, and so does the nonce it was given.
    nonce = page.evaluate("wpApiSettings.nonce")
    page.goto(other_origin())
    page.evaluate("""async ([site, nonce]) => {
        const options = { credentials: 'include', headers: { 'X-WP-Nonce': nonce } };
        await fetch(site + '/wp-json/wp/v2/users/me', options).then(r => r.json());
        await fetch(site + '/wp-json/wp/v2/posts', { ...options, method: 'POST', headers: { ...options.headers, 'Content-Type': 'application/json' },
            body: JSON.stringify({ title: 'labpost', status: 'draft' }) }).then(r => r.json());
        await fetch(site + '/wp-json/wp/v2/posts', { credentials: 'include' }).then(r => r.json());
    }""", [HTTP, nonce])
    for path in ("edit.php", "upload.php", "profile.php", "options-general.php", "users.php", "site-editor.php"):
        page.goto(f"{HTTP}/wp-admin/{path}")
        page.wait_for_timeout(1500)
    page.goto(f"{HTTP}/wp-login.php?action=logout")
    page.click("a[href*='action=logout']")
    page.wait_for_timeout(1000)


def app(play, users):
    import base64

    def basic(user):
        pair = f"{user}:{users[user]['app_password']}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    context = browser(play).new_context(ignore_https_errors=True, user_agent="Mozilla/5.0 (X11; Linux x86_64)")
    page = context.new_page()
    page.goto(other_origin())
    script = """async ([site, editor, subscriber, jwt]) => {
        const api = site + '/wp-json';
        const seen = [];
        const call = async (path, options = {}) => {
            try {
                const answer = await fetch(api + path, { credentials: 'omit', ...options });
                const body = answer.status === 204 ? null : await answer.json();
                seen.push([path, answer.status]);
                return body;
            } catch (error) { seen.push([path, String(error)]); return null; }
        };
        const auth = { Authorization: editor };
        const json = { 'Content-Type': 'application/json' };
        await call('/');
        await call('/wp/v2/posts?per_page=5');
        await call('/wp/v2/users/me', { headers: auth });
        const made = await call('/wp/v2/posts', { method: 'POST', headers: { ...auth, ...json },
            body: JSON.stringify({ title: 'labpost', content: 'From an app.', status: 'draft' }) });
        await call('/wp/v2/posts/' + made.id, { method: 'PUT', headers: { ...auth, ...json },
            body: JSON.stringify({ title: 'labpost again' }) });
        await call('/wp/v2/posts/' + made.id, { headers: auth });
        await call('/wp/v2/posts/' + made.id + '?force=true', { method: 'DELETE', headers: auth });
        await call('/wp/v2/posts/999999', { headers: auth });
        await call('/wp/v2/posts?per_page=0', { headers: auth });
        await call('/wp/v2/users/me', { headers: { Authorization: subscriber } });
        await call('/wp/v2/users/me', { credentials: 'include' });
        await call('/wp/v2/posts', { credentials: 'include' });
        await call('/wp/v2/comments', { method: 'POST', body: new URLSearchParams({ post: 4, content: 'Hello ' + Date.now(), author_name: 'A', author_email: 'a@example.test' }) });
        await call('/wp/v2/media', { method: 'POST', headers: { ...auth, 'Content-Disposition': 'attachment; filename=dot.gif', 'Content-Type': 'image/gif' },
            body: Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), c => c.charCodeAt(0)) });
        if (jwt) {
            const form = { ...json };
            const token = await call('/jwt-auth/v1/token', { method: 'POST', headers: form, body: JSON.stringify(jwt) });
            const bearer = { Authorization: 'Bearer ' + token.token };
            await call('/jwt-auth/v1/token/validate', { method: 'POST', headers: bearer });
            await call('/wp/v2/users/me', { headers: bearer });
            await call('/wp/v2/posts?context=edit', { headers: bearer });
        }
        return seen;
    }"""
    jwt = {"username": "editor", "password": users["editor"]["login_password"]} if os.environ.get("JWT_PLUGIN_DIR") else None
    for path, status in page.evaluate(script, [HTTPS, basic("editor"), basic("subscriber"), jwt]):
        print("  ", status, path, file=sys.stderr)


def crawl(*_):
    seen, agent = {}, "Mozilla/5.0 (compatible; ExampleBot/1.0)"

    def ask(path, method="GET", again=True, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        body = fields.pop("body", None)
        head = {"Host": f"{SITE}:{PORT}", "User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "gzip"}
        head.update({name.replace("_", "-"): value for name, value in fields.items()})
        connection.request(method, path, body=body, headers=head)
        answer = connection.getresponse()
        answer.read()
        tags = {name: answer.headers[name] for name in ("ETag", "Last-Modified", "Location") if answer.headers[name]}
        connection.close()
        seen[path] = answer.status
        if again and tags.get("Location", "").startswith(HTTP):
            ask(tags["Location"][len(HTTP):], again=False)
        return tags

    for turn in range(2):  # the second time caches know some of it
        for path in ("/robots.txt", "/", "/wp-sitemap.xml", "/wp-sitemap-posts-post-1.xml", "/feed/", "/feed",
                     "/comments/feed/", "/hello-world", "/hello-world/", "/?p=1", "/?s=hello", "/page/2/", "/category/",
                     "/category/uncategorized/", "/author/admin/", "/2026/11/", "/wp-json/", "/wp-json/wp/v2/posts",
                     "/wp-json/wp/v2/posts/1", "/wp-json/wp/v2/posts/99999", "/wp-json/wp/v2/users/me", "/wp-json/wp/v2/users",
                     "/wp-json/wp/v2/posts?context=edit", "/wp-json/nothing/v1/here", "/?rest_route=/wp/v2/posts",
                     "/wp-json/oembed/1.0/embed?url=" + HTTP + "/hello-world/", "/missing.png", "/wp-content/missing.jpg",
                     "/favicon.ico", "/apple-touch-icon.png", "/ads.txt", "/.well-known/security.txt", "/no-such-page",
                     "/wp-admin/", "/wp-login.php", "/wp-includes/css/dist/block-library/style.min.css", "/readme.html",
                     "/xmlrpc.php", "/wp-comments-post.php", "/wp-cron.php", "/wp-content/uploads/"):
            if turn == 0 or seen[path] == 200 and "?" not in path:
                ask(path)
        for path in ("/", "/hello-world/", "/wp-json/wp/v2/posts", "/missing.png", "/feed/"):
            ask(path, "HEAD")
        style = "/wp-includes/css/dist/block-library/style.min.css"
        tags = ask(style)
        if "ETag" in tags:
            ask(style, If_None_Match=tags["ETag"])
        if "Last-Modified" in tags:
            ask(style, If_Modified_Since=tags["Last-Modified"])
        feed = ask("/feed/")
        ask("/feed/", If_None_Match=feed.get("ETag", '"x"'), If_Modified_Since=feed.get("Last-Modified", ""))
        ask(style, Range="bytes=0-99")
        ask(style, Range="bytes=99999999-")
        ask(style, If_None_Match='"elsewhere"')
        ask("/wp-json/wp/v2/posts", Origin="https://reader.example")
        ask("/", "OPTIONS")
        ask(style, "POST", body="x")
        ask("/wp-json/wp/v2/posts", "OPTIONS")
        ask("/xmlrpc.php", "POST", Content_Type="text/xml",
            body="<?xml version='1.0'?><methodCall><methodName>demo.sayHello</methodName></methodCall>")
        ask("/wp-login.php", "POST", Content_Type="application/x-www-form-urlencoded", body="log=nobody&pwd=nothing")
    print("  ", {status: [p for p in seen if seen[p] == status] for status in sorted(set(seen.values()))}, file=sys.stderr)


SESSIONS = {"editing": editing, "app": app, "crawl-varnish": crawl, "crawl-nginx": crawl}


def main(names):
    from playwright.sync_api import sync_playwright
    lab = Lab()
    FIXTURES.mkdir(exist_ok=True)
    with sync_playwright() as play:
        for name in names or SESSIONS:
            print(name, file=sys.stderr)
            started = lab.start(name)
            lab.wp.sql("DELETE FROM wordpress.wp_posts WHERE post_title LIKE 'labpost%'")
            subprocess.run(["chown", "-R", "www-data", f"{lab.wp.www}/wp-content/uploads"], check=True)
            inspector = Inspector(started["public"], lab, name == "app")
            try:
                SESSIONS[name](play, lab.wp.creds()["users"])
            finally:
                lines = inspector.stop()
                lab.stop()
            if "HEALTHY_WHOLE" in os.environ:
                pathlib.Path(os.environ["HEALTHY_WHOLE"], f"{name}.ndjson").write_text("".join(lines))
            lines = kept(lines, 128_000 if name == "editing" else 103_000)
            (FIXTURES / f"healthy-{name}.ndjson").write_text("".join(lines))
            print("  ", len(lines), "records", sum(map(len, lines)), "bytes", file=sys.stderr)
    lab.down()


main(sys.argv[1:])
