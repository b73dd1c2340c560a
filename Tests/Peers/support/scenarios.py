"""What a scenario is: a chain of real servers with one fault in it, its healthy twin, and the truth about it.

A scenario is data (scenarios_passage.py, scenarios_site.py). `fault` names what is set differently from the healthy chain:
"HOP.SETTING" for a server's launcher, "site.SETTING" for WordPress. In texts @PUBLIC@ and @PORT@ are the address clients
use, @FOLDER@ is the server's folder. What a scenario claims is proved on the wire, by curl and by what reached PHP,
before hoplens is asked (test_diagnose_stands.py).
"""

from __future__ import annotations

import json
import dataclasses
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Callable

from .apache import MODSECURITY_MODULES, Apache, ApacheProxy, modsecurity
from .caddy import Caddy
from .nginx_php import NginxPHP, NginxProxy
from .programs import HAProxy, curl
from .squid import Squid
from .stage import Stage
from .tokens import token
from .varnish import Varnish
from .waiting import free_port
from .wordpress import HTACCESS, JWT_SECRET, WordPress

ME = "/wp-json/wp/v2/users/me"
POSTS = "/wp-json/wp/v2/posts"
TOKEN = "/wp-json/jwt-auth/v1/token"


@dataclass(frozen=True)
class Request:
    """A request; `fields` is a function of the running stand, because only that knows passwords, nonces and URLs."""

    name: str
    method: str
    path: str
    fields: Callable = lambda on: {}
    body: object = None
    #: (origin, credentials) of a page whose script sends it
    browser: tuple | None = None


@dataclass(frozen=True)
class Scenario:
    """`faulty` and `fine` are (status, code) of the key request with the fault and without; a code of None is no JSON,
    "" is not looked at, and a status of 0 is no answer."""

    name: str
    chain: str
    requests: tuple
    layer: str
    cause: str
    fault: dict
    faulty: tuple
    fine: tuple = (200, "")
    also: tuple = ()
    field: str | None = None
    #: the point that still had the field, and the next one that has not
    lost: tuple | None = None
    healthy: dict = dataclasses.field(default_factory=dict)
    key: str | None = None
    #: whether the same request, sent to the origin itself, fares well; None where that is not told
    origin_fine: bool | None = None
    #: where the status does not show it: a function of the running stand that answers whether the fault is there
    proof: Callable | None = None

    #: what the healthy twin sends, where the fault is in the request
    repaired: tuple = ()


class Running:
    """A scenario that runs, with its fault or without: `public`, `origin`, and what the requests need to know."""

    def __init__(self, scenario: Scenario, faulty: bool, stage: Stage, wordpress: WordPress, certificates):
        self.scenario, self.faulty, self.stage = scenario, faulty, stage
        self.wordpress, self.certificates = wordpress, certificates
        self.requests = scenario.requests if faulty or not scenario.repaired else scenario.repaired
        name = scenario.key or self.requests[-1].name
        self.key = next(request for request in self.requests if request.name == name)
        self.settings = {**scenario.healthy, **(scenario.fault if faulty else {})}
        port = free_port()
        self.chain = scenario.chain.split()
        self.tls = self.chain[0].startswith("tls-")
        self.public = f"{'https' if self.tls else 'http'}://127.0.0.1:{port}"
        self.public = self._of("site").pop("public", self.public).replace("@PORT@", str(port))
        self._started: list = []
        upstream = None
        for index, kind in reversed(list(enumerate(self.chain))):
            name = "origin" if index == len(self.chain) - 1 else ("front", "middle")[index]
            where = stage.folder(f"{scenario.name}-{'fault' if faulty else 'fine'}-{name}")
            number = port if index == 0 else None
            upstream = self._start(kind, where, upstream, number, self._of(name, where, port))
            if name == "origin":
                self.origin = upstream.url
        site = {key: value for key, value in self._of("site").items() if key != "public"}
        wordpress.site(site.pop("home", self.public), **site)
        wordpress.seen()

    def _of(self, hop: str, folder=None, port=None) -> dict:
        """The settings of a hop, filled in."""
        filled = {}
        for name, value in self.settings.items():
            owner, _, setting = name.partition(".")
            if owner == hop:
                filled[setting] = self._fill(value, folder, port)
        return filled

    def _fill(self, value, folder, port):
        if isinstance(value, str):
            value = value.replace("@PUBLIC@", getattr(self, "public", "")).replace("@FOLDER@", str(folder))
            return value if port is None else value.replace("@PORT@", str(port))
        return value

    def _start(self, kind: str, folder, upstream, port, settings: dict):
        if settings.pop("down", False):
            return Absent()
        server = _LAUNCHERS[kind](self, folder, upstream, {**settings, **({"port": port} if port else {})})
        self._started.append(server)
        return server

    def close(self):
        for server in self._started:
            self.stage.end(server)

    # What requests are made of.

    def basic(self, user: str, password: str | None = None) -> str:
        return self.wordpress.basic(user, password)

    def bearer(self, user: str, **claims) -> str:
        made = {"secret": JWT_SECRET, "issuer": self.wordpress.home, "user": self.wordpress.users[user]["id"], **claims}
        return "Bearer " + token(**made)

    def session(self, user: str, nonce: str | None = "nonce") -> dict:
        kept = self.wordpress.sessions[user]
        return {"Cookie": kept["cookie"], **({"X-WP-Nonce": kept[nonce]} if nonce else {})}

    def ask(self, request: Request, base: str | None = None):
        """The status, the JSON (or None) and the fields of the answer to curl, which follows nothing."""
        fields = self.fields(request)
        arguments = [part for name, value in fields.items() for part in ("-H", f"{name}: {value}")]
        if request.body is not None:
            arguments += ["--data-binary", _body(request)]
        trust = ["--cacert", self.certificates.authority]
        done = curl(
            *trust, "-X", request.method, *arguments, "-D", "-", (base or self.public) + request.path, seconds=20
        )
        if done.returncode != 0:
            return 0, None, done.stderr.decode()
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head, _, body = body.partition(b"\r\n\r\n")
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        return int(head.split()[1]), answer, head.decode("latin-1").lower()

    def fields(self, request: Request) -> dict:
        fields = dict(request.fields(self))
        if request.browser:
            fields["Origin"] = request.browser[0]
        if request.body is not None:
            fields.setdefault("Content-Type", "application/json")
        return fields

    def description(self) -> dict:
        """What `hoplens diagnose --requests` reads."""
        requests = []
        for request in self.requests:
            fields = self.fields(request)
            entry = {"name": request.name, "method": request.method, "path": request.path, "headers": fields}
            if request.body is not None:
                entry["body"] = _body(request)
            if request.browser:
                entry["browser"] = {"origin": request.browser[0], "credentials": request.browser[1]}
                requests += _preflight(entry)
            requests.append(entry)
        return {"ca": str(self.certificates.authority), "requests": requests}

    def truth(self) -> dict:
        scenario = self.scenario
        return {
            "layer": scenario.layer,
            "also_layers": list(scenario.also),
            "cause": scenario.cause,
            "header": scenario.field,
            "lost_between": scenario.lost,
            "key_request": self.key.name,
        }


class Absent:
    """A hop that is down: an address where nobody listens."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self):
        """Nothing was started."""


def _body(request: Request) -> str:
    return request.body if isinstance(request.body, str) else json.dumps(request.body)


def _preflight(entry: dict) -> list:
    """The preflight a browser sends before a request: for methods and fields that a form could not send."""
    simple = ("accept", "accept-language", "content-language", "origin", "cookie")
    names = sorted(name.lower() for name in entry["headers"] if name.lower() not in simple)
    if entry["method"] in ("GET", "HEAD", "POST") and not names:
        return []
    fields = {"Origin": entry["browser"]["origin"], "Access-Control-Request-Method": entry["method"]}
    if names:
        fields["Access-Control-Request-Headers"] = ",".join(names)
    name = entry["name"]
    return [
        {
            "name": f"{name}-preflight",
            "method": "OPTIONS",
            "path": entry["path"],
            "headers": fields,
            "preflight_of": name,
        }
    ]


def _apache(how):
    def start(running, folder, _upstream, settings):
        site, options = running.wordpress, {"htaccess": HTACCESS, "fpm": running.wordpress.fpm, **settings}
        return running.stage.start(Apache, folder, site.root, php=how, **options)

    return start


def _nginx_php(running, folder, _upstream, settings):
    site = running.wordpress
    # A socket behind which nobody is, when PHP-FPM is to be down.
    fpm = SimpleNamespace(socket=folder / "nobody.sock") if settings.pop("fpm", "") == "down" else site.fpm
    return running.stage.start(NginxPHP, folder, site.root, fpm, **settings)


def _nginx(running, folder, upstream, settings):
    return running.stage.start(NginxProxy, folder, upstream.url, **settings)


def _tls_nginx(running, folder, upstream, settings):
    name = settings.pop("certificate", "good")
    files = (running.certificates.certificate(name), running.certificates.key(name))
    for file in files:  # nginx reads them as root, and they lie where nobody else may look
        assert file.is_file()
    return running.stage.start(NginxProxy, folder, upstream.url, tls=files, **settings)


def _apache_proxy(running, folder, upstream, settings):
    return running.stage.start(ApacheProxy, folder, upstream.url, **settings)


def _modsecurity(running, folder, upstream, settings):
    lines = f"ProxyPreserveHost On\n{modsecurity(folder)}\n{settings.pop('rules', '')}"
    return running.stage.start(ApacheProxy, folder, upstream.url, server=lines, modules=MODSECURITY_MODULES, **settings)


def _haproxy(running, folder, upstream, settings):
    return running.stage.start(
        HAProxy,
        folder,
        "frontend public\n  bind 127.0.0.1:{port}\n  http-request set-header X-Forwarded-Proto http\n"
        f"  {settings.pop('frontend', '')}\n  default_backend site\n"
        f"backend site\n  server origin 127.0.0.1:{upstream.port}\n",
        **settings,
    )


def _varnish(running, folder, upstream, settings):
    return running.stage.start(Varnish, folder, upstream.port, **settings)


def _squid(running, folder, upstream, settings):
    return running.stage.start(Squid, folder, upstream.port, **settings)


def _caddy(running, folder, upstream, settings):
    return running.stage.start(Caddy, folder, upstream.url, **settings)


_LAUNCHERS = {
    "apache-module": _apache("module"),
    "apache-fpm": _apache("fpm"),
    "apache-fcgid": _apache("fcgid"),
    "nginx-php": _nginx_php,
    "nginx": _nginx,
    "tls-nginx": _tls_nginx,
    "apache": _apache_proxy,
    "modsecurity": _modsecurity,
    "haproxy": _haproxy,
    "varnish": _varnish,
    "squid": _squid,
    "caddy": _caddy,
}
