"""Exchanges with a secret in them, one secret for each place in which one can sit.

A place is a name and a function from a secret to a Case. Secrets are made from the place's name, so that a finding names
the place it came from, and no two places share one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from dataclasses import dataclass, field

#: The answer's way to say whose it is; the request's is its target or its X-Marker.
HOST = "public.test"


def word(name: str) -> str:
    """A secret that looks like nothing: letters of a made-up phrase."""
    digest = hashlib.sha256(name.encode()).digest()
    letters = "".join("bdfgklmnprstvz"[b % 14] + "aeiou"[b // 14 % 5] for b in digest[:10])
    return f"{letters[:10]}-{letters[10:]}"


def token(name: str, length: int = 32) -> str:
    """A secret that looks like a token."""
    digest = hashlib.sha512(b"token " + name.encode()).digest()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(letters[b % 62] for b in digest[:length])


def b64(text: str, pad: bool = True) -> str:
    coded = base64.b64encode(text.encode()).decode()
    return coded if pad else coded.rstrip("=")


def b64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def jwt(claims: dict, signature: str) -> str:
    return ".".join((b64url('{"alg":"HS256","typ":"JWT"}'), b64url(json.dumps(claims)), b64url(signature)))


def q(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def percent(text: str, upper: bool = True) -> str:
    return "".join(f"%{b:02X}" if upper else f"%{b:02x}" for b in text.encode())


def unicode_escapes(text: str) -> str:
    return "".join(f"\\u{b:04x}" for b in text.encode())


def entities(text: str) -> str:
    return "".join(f"&#{b};" for b in text.encode())


def hexadecimal(text: str) -> str:
    return text.encode().hex()


@dataclass
class Case:
    """One exchange as bytes."""

    target: str = "/"
    method: str = "GET"
    fields: list = field(default_factory=list)
    body: bytes | None = None
    trailers: list = field(default_factory=list)
    status: str = "200 OK"
    interim: bytes = b""
    answer_fields: list = field(default_factory=list)
    answer_body: bytes = b"{}"
    answer_trailers: list = field(default_factory=list)
    #: Whether a raw capture holds the secret. Where it does not, the secret is in bytes that are never recorded.
    recorded: bool = True
    #: Instead of all that: the bytes of the request, or of the answer, as they are.
    raw_request: bytes | None = None
    raw_answer: bytes | None = None
    #: Whether the answer is hoplens's own, so that no secret of the origin may be in it.
    own_answer: bool = False

    def request(self, marker: str) -> bytes:
        if self.raw_request is not None:
            return self.raw_request
        target = self.target.replace("{marker}", marker)
        lines = [f"{self.method} {target} HTTP/1.1", f"Host: {HOST}", f"User-Agent: marker/{marker}"]
        lines += [f"{n}: {v}" for n, v in self.fields]
        return head(lines) + _framed(lines, self.body, self.trailers)

    def answer(self) -> bytes:
        if self.raw_answer is not None:
            return self.raw_answer
        lines = [f"HTTP/1.1 {self.status}"] + [f"{n}: {v}" for n, v in self.answer_fields]
        if self.status.startswith("101"):
            return self.interim + head(lines, end=True)
        return self.interim + head(lines) + _framed(lines, self.answer_body, self.answer_trailers)


def head(lines, end: bool = False) -> bytes:
    return ("\r\n".join(lines) + "\r\n" + ("\r\n" if end else "")).encode("utf-8", "surrogateescape")


def _framed(lines, body: bytes | None, trailers) -> bytes:
    if body is None:
        return b"\r\n"
    if not trailers:
        return b"Content-Length: %d\r\n\r\n" % len(body) + body
    return b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n%s\r\n" % (len(body), body, head(trailers))


# -- what the table is made of


def ask(name: str, value: str, **more) -> Case:
    return Case(fields=[(name, value)], **more)


def reply(name: str, value: str, **more) -> Case:
    return Case(answer_fields=[(name, value)], **more)


def page(media: str, text: str, status: str = "403 Forbidden", **more) -> Case:
    return Case(status=status, answer_fields=[("Content-Type", media)], answer_body=text.encode(), **more)


def js(text: str, **more) -> Case:
    return page("application/json; charset=UTF-8", text, **more)


def post(media: str, text: str) -> Case:
    # The body of a request is never recorded.
    return Case(method="POST", fields=[("Content-Type", media)], body=text.encode(), recorded=False)


def malformed(text: str) -> Case:
    return Case(raw_request=text.encode("utf-8", "surrogateescape"), recorded=False, own_answer=True)


def bad_answer(text: str) -> Case:
    return Case(raw_answer=text.encode(), recorded=False, own_answer=True)


def credential_fields(s: str) -> dict:
    """Names of fields that carry nothing but a credential, with a value of the usual form."""
    return {
        "Authorization": f"Bearer {s}",
        "Proxy-Authorization": f"Bearer {s}",
        **{
            name: s
            for name in (
                "X-Api-Key", "X-API-Token", "Api-Key", "ApiKey", "X-Auth-Token", "X-Auth-Key", "X-Access-Token",
                "X-WP-Nonce", "X-WC-Webhook-Signature", "X-Hub-Signature-256", "X-CSRF-Token", "X-XSRF-TOKEN",
                "X-Session-Id", "X-Amz-Security-Token", "X-Vault-Token", "X-Gitlab-Token", "Private-Token",
                "X-Shopify-Access-Token", "X-Goog-Api-Key", "X-Goog-IAP-JWT-Assertion", "Cf-Access-Jwt-Assertion",
                "CF-Access-Client-Secret", "X-Forwarded-Access-Token", "X-Original-Authorization",
                "X-Authorization", "X-HTTP-Authorization", "Redirect-Authorization", "Authentication",
                "X-Client-Secret", "X-Secret", "X-Password", "X-Passwd", "X-Pin", "X-OTP", "X-Twilio-Signature",
                "Stripe-Signature", "DPoP", "X-Ticket", "X-Credential", "X-Functions-Key", "Ocp-Apim-Subscription-Key",
                "X-Parse-Session-Token", "X-Firebase-AppCheck", "X-Amz-Cf-Signature", "Cookie2", "X-Origin-Verify",
                "X-Origin-Secret", "X-CDN-Secret", "X-Varnish-Secret", "X-Purge-Key", "Sec-Session-Registration",
            )
        },
    }


def places() -> dict:
    """Every place by name."""
    found = {}

    def place(name: str, make, kind=word):
        assert name not in found, name
        found[name] = (kind(name), make)

    def both(name: str, make):
        """A place whose secret may look like anything."""
        place(name, make)
        place(f"{name} (token)", make, token)

    for name in credential_fields(""):
        place(f"{name} of the request", lambda s, n=name: ask(n, credential_fields(s)[n]))
        place(f"{name} of the answer", lambda s, n=name: reply(n, credential_fields(s)[n]))
        place(f"{name} in a trailer", lambda s, n=name: Case(answer_trailers=[f"{n}: {s}"]), token)

    # Authorization in all its forms
    both("Basic password", lambda s: ask("Authorization", "Basic " + b64(f"editor:{s}")))
    both("Basic password without padding", lambda s: ask("Authorization", "Basic " + b64(f"ed:{s}", pad=False)))
    both("Basic password, lower scheme", lambda s: ask("authorization", "basic " + b64(f"editor2:{s}")))
    both("Basic in quotes", lambda s: ask("Authorization", f'"Basic {b64(f"u:{s}")}"'))
    both("Basic that is not Base64", lambda s: ask("Authorization", f"Basic editor:{s}"))
    place("Basic user that is a key", lambda s: ask("Authorization", "Basic " + b64(f"{s}:")), token)
    both("Basic user equal to the password", lambda s: ask("Authorization", "Basic " + b64(f"{s}:{s}")))
    both("Bearer opaque", lambda s: ask("Authorization", f"Bearer {s}"))
    both("Bearer with a colon", lambda s: ask("Authorization", f"Bearer: {s}"))
    both("Bearer twice", lambda s: ask("Authorization", f"Bearer Bearer {s}"))
    both("Bearer with something behind", lambda s: ask("Authorization", f"Bearer abc {s}"))
    both("two credentials merged", lambda s: ask("Authorization", "Bearer abc, Basic " + b64(f"u:{s}")))
    both("Authorization without a scheme", lambda s: ask("Authorization", s))
    both("Authorization of an unknown scheme", lambda s: ask("Authorization", f"Secretive {s}"))
    both("Authorization whose scheme is the secret", lambda s: ask("Authorization", f"{s} x"))
    both("Authorization with its own name", lambda s: ask("Authorization", f"Authorization: Bearer {s}"))
    place("JWT signature", lambda s: ask("Authorization", "Bearer " + jwt({"iss": "https://x.test"}, s)))
    place("JWT claim", lambda s: ask("Authorization", "Bearer " + jwt({"sub": s, "exp": 1900000000}, "signature")))
    place("JWT claim of the issuer's password", lambda s: ask("Authorization", "Bearer " + jwt({"iss": f"https://u:{s}@h"}, "s")))
    place("JWT without a scheme", lambda s: ask("Authorization", jwt({"sub": "u"}, s)))
    place("JWT in a field", lambda s: ask("X-Debug", "seen " + jwt({"sub": "u"}, s)))
    place("JWT cut short", lambda s: ask("Authorization", "Bearer " + jwt({"data": s}, "x")[:70]))
    for part in ("username", "response", "nonce", "cnonce", "opaque"):
        both(f"Digest {part}", lambda s, p=part: ask("Authorization", f'Digest realm="r", {p}="{s}", qop=auth'))
    both("AWS signature", lambda s: ask("Authorization", f"AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature={s}"))
    both("OAuth 1", lambda s: ask("Authorization", f'OAuth oauth_consumer_key="k", oauth_signature="{s}"'))
    both("Negotiate", lambda s: ask("Authorization", "Negotiate " + b64(s)))
    both("NTLM of the answer", lambda s: reply("WWW-Authenticate", "NTLM " + b64(s), status="401 Unauthorized"))
    both("Digest nonce of the answer", lambda s: reply("WWW-Authenticate", f'Digest realm="r", nonce="{s}", opaque="{s}"', status="401 Unauthorized"))
    both("Authentication-Info", lambda s: reply("Authentication-Info", f'nextnonce="{s}", rspauth="{s}"'))
    both("Proxy-Authenticate", lambda s: reply("Proxy-Authenticate", f'Digest realm="r", nonce="{s}"'))
    both("an obsolete line of Authorization", lambda s: Case(fields=[("Authorization", "Bearer x"), ("Authorization", f"Bearer {s}")]))

    # Cookies
    both("Cookie", lambda s: ask("Cookie", f"a=b; wordpress_logged_in_{'0' * 32}=editor|1|{s}; c=d"))
    both("Cookie without a name", lambda s: ask("Cookie", s))
    both("Cookie in quotes", lambda s: ask("Cookie", f'sid="{s}"; x=y'))
    both("Cookie behind a comma", lambda s: ask("Cookie", f"a=b, c={s}"))
    both("Set-Cookie", lambda s: reply("Set-Cookie", f"PHPSESSID={s}; Path=/; HttpOnly; SameSite=Lax"))
    both("Set-Cookie with a domain", lambda s: reply("Set-Cookie", f"a={s}; Domain={HOST}; Secure"))
    both("Set-Cookie with the listener's domain to rewrite", lambda s: Case(fields=[("X", "y")], answer_fields=[("Set-Cookie", f"a={s}; Domain=127.0.0.1")]))
    both("Set-Cookie behind an empty one", lambda s: reply("Set-Cookie", f"; sid={s}; Path=/"))
    both("Set-Cookie2", lambda s: reply("Set-Cookie2", f"a={s}; Version=1"))
    both("Clear-Site-Data-like attribute of a cookie", lambda s: reply("Set-Cookie", f"a=b; Odd={s}"))
    both("Set-Cookie in a 103", lambda s: Case(interim=head(["HTTP/1.1 103 Early Hints", f"Set-Cookie: s={s}"], end=True)))
    both("Link in a 103", lambda s: Case(interim=head(["HTTP/1.1 103 Early Hints", f"Link: </x?token={q(s)}>; rel=preload"], end=True)))
    both("X-Auth-Token in a 100", lambda s: Case(interim=head(["HTTP/1.1 100 Continue", f"X-Auth-Token: {s}"], end=True)))
    place("Reason of a 102", lambda s: Case(interim=head([f"HTTP/1.1 102 token={s}"], end=True)))

    # Targets
    keys = [
        "token", "access_token", "id_token", "refresh_token", "_wpnonce", "nonce", "key", "api_key", "apikey", "password",
        "pwd", "pass", "secret", "client_secret", "consumer_secret", "consumer_key", "code", "sig", "signature", "sid",
        "session", "jwt", "auth", "ticket", "otp", "hash", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token",
        "X-Goog-Signature", "Signature", "Policy", "hmac", "state_token", "rp_key", "wp_reset_key", "_ajax_nonce",
        "PHPSESSID", "user[password]", "data[0][api.key]", "SAMLResponse", "assertion", "email_token", "login_hash",
    ]
    for key in keys:
        place(f"query {key}", lambda s, k=key: Case(target=f"/m/{{marker}}?a=1&{q(k)}={q(s)}&b=2"))
    for key in ("token", "_wpnonce", "X-Amz-Signature"):
        both(f"Referer {key}", lambda s, k=key: ask("Referer", f"https://x.test/?{k}={q(s)}&a=b"))
        both(f"Location {key}", lambda s, k=key: reply("Location", f"https://x.test/?{k}={q(s)}", status="302 Found"))
        both(f"Location fragment {key}", lambda s, k=key: reply("Location", f"/cb#{k}={q(s)}&a=b", status="302 Found"))
        both(f"Content-Location {key}", lambda s, k=key: reply("Content-Location", f"/x?{k}={q(s)}"))
        both(f"Refresh {key}", lambda s, k=key: reply("Refresh", f"0; url=/?{k}={q(s)}"))
        both(f"Link {key}", lambda s, k=key: reply("Link", f"</?{k}={q(s)}>; rel=next"))
    both("query with percent-encoded name and value", lambda s: Case(target=f"/?{percent('token')}={percent(s)}"))
    both("query in lower percent form", lambda s: Case(target=f"/?{percent('token', False)}={percent(s, False)}"))
    both("query encoded twice", lambda s: Case(target=f"/?u={q(percent('pwd=' + s))}"))
    both("query with a plus and a semicolon", lambda s: Case(target=f"/?a=b+c;token={q(s)}"))
    both("URL in the query", lambda s: Case(target=f"/?redirect_to={q('https://h.test/?access_token=' + q(s))}"))
    both("Base64 in the query", lambda s: Case(target=f"/?d={q(b64('password=' + s))}"))
    both("hexadecimal in the query", lambda s: Case(target=f"/?d={hexadecimal('password=' + s)}"))
    both("JSON in the query", lambda s: Case(target=f"/?d={q(json.dumps({'api_key': s}))}"))
    both("fragment of the target", lambda s: Case(target=f"/cb#access_token={q(s)}", recorded=False))
    place("a token in the query without a telling name", lambda s: Case(target=f"/?x={s}"), token)
    place("a token that is the query", lambda s: Case(target=f"/?{s}"), token)
    place("a token in the path", lambda s: Case(target=f"/x/{s}/y"), token)
    place("a token in the path, percent-encoded", lambda s: Case(target=f"/x/{percent(s)}/y"), token)
    both("path behind reset-password", lambda s: Case(target=f"/reset-password/{q(s)}"))
    both("path behind access_token", lambda s: Case(target=f"/x/access_token/{q(s)}/y"))
    both("path of a bot", lambda s: Case(target=f"/bot123456:{q(s)}/sendMessage"))
    both("path of a hook", lambda s: Case(target=f"/services/T0AB/B0CD/{q(s)}"))
    both("path parameter", lambda s: Case(target=f"/x;jsessionid={q(s)}/y"))
    both("Referer with a password", lambda s: ask("Referer", f"https://u:{q(s)}@h.test/"))
    both("Origin with a password", lambda s: ask("Origin", f"https://u:{q(s)}@h.test"))
    both("Origin with a query", lambda s: ask("Origin", f"https://h.test/?token={q(s)}"))
    both("Location with a password", lambda s: reply("Location", f"https://u:{q(s)}@h.test/", status="301 Moved"))
    both("Destination with a password", lambda s: ask("Destination", f"https://u:{q(s)}@h.test/a"))
    both("absolute target with a password", lambda s: Case(target=f"http://u:{q(s)}@{HOST}/m", recorded=False))
    both("absolute target with a password for this listener", lambda s: Case(target=f"http://u:{q(s)}@127.0.0.1:{{port}}/m", recorded=False))
    both("absolute target with a token", lambda s: Case(target=f"http://{HOST}/m?token={q(s)}"))

    # Fields that carry something else, with a secret in it
    both("a pair in an unknown field", lambda s: ask("X-Debug", f"user=a&password={q(s)}"))
    both("a pair with a colon in an unknown field", lambda s: ask("X-Debug", f"password: {s}"))
    both("JSON in an unknown field", lambda s: ask("X-Debug", json.dumps({"api_key": s})))
    both("escaped JSON in an unknown field", lambda s: ask("X-Debug", f'{{"token":"{unicode_escapes(s)}"}}'))
    both("Base64 in an unknown field", lambda s: ask("X-Debug", b64(f"password={s}")))
    both("hexadecimal in an unknown field", lambda s: ask("X-Debug", hexadecimal(f"password={s}")))
    place("an unknown field", lambda s: ask("X-Foo", s))
    place("an unknown field of the answer", lambda s: reply("X-Foo", s))
    place("a short token in an unknown field", lambda s: ask("X-Foo", s), lambda n: token(n, 12))
    place("a token in an unknown field", lambda s: ask("X-Foo", f"seen {s} here"), token)
    place("a token in an unknown trailer", lambda s: Case(method="POST", body=b"x", trailers=[f"X-Sum: {s}"]), token)
    place("a word in an unknown trailer", lambda s: Case(answer_trailers=[f"X-Sum: {s}"]))
    place("a word in an unknown field of a 103", lambda s: Case(interim=head(["HTTP/1.1 103 Early Hints", f"X-Foo: {s}"], end=True)))
    place("a token as a field name", lambda s: ask(s, "1"), token)
    place("a token as the method", lambda s: Case(method=s), token)
    place("a word as the method", lambda s: Case(method=s))
    both("a field the client's Connection removes", lambda s: Case(fields=[("Connection", "X-Auth-Token"), ("X-Auth-Token", s)]))
    both("Proxy-Authorization, which is passed or dropped", lambda s: Case(fields=[("Connection", "Proxy-Authorization"), ("Proxy-Authorization", f"Basic {b64(f'u:{s}')}")]))
    place("a name in Connection that is a token", lambda s: Case(fields=[("Connection", s)]), token)
    both("User-Agent", lambda s: ask("X-Client", f"tool/1.0 token={q(s)}"))
    both("Via", lambda s: reply("Via", f"1.1 token={q(s)}"))
    both("Forwarded", lambda s: ask("Forwarded", f'for=192.0.2.1;secret="{s}"'))
    place("X-Forwarded-For", lambda s: ask("X-Forwarded-For", f"192.0.2.1, {s}"), token)
    place("X-Request-ID", lambda s: ask("X-Request-ID", s), token)
    both("a policy's nonce", lambda s: reply("Content-Security-Policy", f"script-src 'nonce-{q(s)}'"))
    both("the reason phrase", lambda s: Case(status=f"403 token={q(s)}"))
    place("a token in the reason phrase", lambda s: Case(status=f"403 {s}"), token)
    both("a subprotocol of WebSocket", lambda s: ask("Sec-WebSocket-Protocol", f"graphql-ws, access_token, {s}"))
    both("ETag that quotes a token", lambda s: reply("ETag", f'"token={s}"'))
    both("Server-Timing", lambda s: reply("Server-Timing", f'db;desc="password={s}"'))
    both("NEL endpoint", lambda s: reply("Report-To", json.dumps({"endpoints": [{"url": f"https://u:{q(s)}@h/"}]})))
    both("Content-Disposition", lambda s: reply("Content-Disposition", f'attachment; filename="x?token={s}"'))
    both("X-Accel-Redirect", lambda s: reply("X-Accel-Redirect", f"/p?token={q(s)}"))
    both("baggage", lambda s: ask("baggage", f"userId=1,sessionToken={q(s)}"))
    both("From", lambda s: ask("From", f"https://u:{q(s)}@x.test"))

    # Bodies of errors
    both("JSON body", lambda s: js(json.dumps({"code": "rest_x", "data": {"token": s}})))
    both("JSON body in escapes", lambda s: js(f'{{"token":"{unicode_escapes(s)}"}}'))
    both("JSON body with an escaped name", lambda s: js('{"\\u0074oken":"' + s + '"}'))
    both("JSON body inside a string", lambda s: js(json.dumps({"a": json.dumps({"secret": s})})))
    both("JSON body, list", lambda s: js(json.dumps({"passwords": ["x", s]})))
    both("JSON body, name and value", lambda s: js(json.dumps([{"name": "token", "value": s}])))
    both("JSON body that echoes a field", lambda s: js(json.dumps({"headers": {"Authorization": f"Bearer {s}"}})))
    both("JSON body that echoes Basic", lambda s: js(json.dumps({"got": "Basic " + b64(f"u:{s}")})))
    both("JSON body with a URL", lambda s: js(json.dumps({"url": f"https://u:{q(s)}@h/?token={q(s)}"})))
    both("JSON body, cut", lambda s: js('{"token":"' + s))
    both("JSON body with a sentence", lambda s: js(json.dumps({"message": f"invalid password '{s}' given"})))
    place("JSON body with a token of no telling name", lambda s: js(json.dumps({"x": s})), token)
    place("JSON body with a token in its message", lambda s: js(json.dumps({"message": f"no {s} here"})), token)
    both("JSON body in UTF-16", lambda s: Case(status="403 No", recorded=False, answer_fields=[("Content-Type", "application/json")], answer_body=json.dumps({"token": s}).encode("utf-16")))
    both("body of an error in gzip", lambda s: Case(status="500 No", answer_fields=[("Content-Type", "text/html"), ("Content-Encoding", "gzip")], answer_body=_gzip(f"token={s}")))
    both("form body of the answer", lambda s: page("application/x-www-form-urlencoded", f"log=a&pwd={q(s)}"))
    both("HTML hidden input", lambda s: page("text/html", f'<input type="hidden" name="_wpnonce" value="{s}" />'))
    both("HTML password input", lambda s: page("text/html", f"<input type=password value='{s}'>"))
    both("HTML script", lambda s: page("text/html", f'<script>var wpApiSettings = {{"nonce":"{s}"}};</script>'))
    both("HTML meta", lambda s: page("text/html", f'<meta name="csrf-token" content="{s}">'))
    both("HTML link with entities", lambda s: page("text/html", f'<a href="/?a=1&amp;_wpnonce={q(s)}&amp;b=2">x</a>'))
    both("HTML attribute in entities", lambda s: page("text/html", f'<p data-token="{entities(s)}">'))
    both("HTML table of variables", lambda s: page("text/html", f'<td class="e">HTTP_COOKIE </td><td>a={s} </td>'))
    place("HTML with a token in its text", lambda s: page("text/html", f"<p>{s}</p>"), token)
    both("XML-RPC", lambda s: page("text/xml", f"<member><name>password</name><value>{s}</value></member>"))
    both("PHP constant", lambda s: page("text/plain", f"define( 'DB_PASSWORD', '{s}' );"))
    both("text that echoes a head", lambda s: page("text/plain", f"Cookie: a={s}\nX-Api-Key: {s}\n"))
    both("private key in a body", lambda s: page("text/plain", f"-----BEGIN PRIVATE KEY-----\n{b64(s * 4)}\n-----END PRIVATE KEY-----\n"))

    # Bodies of requests, and what is never written down
    both("form body of the request", lambda s: post("application/x-www-form-urlencoded", f"log=a&pwd={q(s)}"))
    both("JSON body of the request", lambda s: post("application/json", json.dumps({"username": "a", "password": s})))
    both("multipart body", lambda s: post("multipart/form-data; boundary=b", f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{s}\r\n--b--\r\n'))
    both("boundary of a multipart body", lambda s: Case(method="POST", body=b"x", fields=[("Content-Type", f"multipart/form-data; boundary=token={s}")]))
    both("trailer of the request", lambda s: Case(method="POST", body=b"x", trailers=[f"X-Signature: {s}"]))
    both("Authorization in a trailer of the request", lambda s: Case(method="POST", body=b"x", trailers=[f"Authorization: Bearer {s}"]))
    both("Set-Cookie in a trailer", lambda s: Case(answer_trailers=[f"Set-Cookie: a={s}"]))
    both("chunk extension", lambda s: Case(method="POST", recorded=False, raw_request=head([f"POST / HTTP/1.1", f"Host: {HOST}", "Transfer-Encoding: chunked", "", f"1;token={s}", "x", "0"], end=True)))
    both("body of an answer that is no error", lambda s: page("application/json", json.dumps({"token": s}), status="200 OK", recorded=False))

    # WebSocket
    def websocket(field_name: str, value: str, **more) -> Case:
        fields = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")]
        answered = [("Upgrade", "websocket"), ("Connection", "Upgrade")]
        return Case(fields=fields + [(field_name, value)], status="101 Switching Protocols", answer_fields=answered, **more)

    both("WebSocket subprotocol", lambda s: websocket("Sec-WebSocket-Protocol", f"bearer, {s}"))
    both("WebSocket of Kubernetes", lambda s: websocket("Sec-WebSocket-Protocol", "base64url.bearer.authorization.k8s.io." + b64url(s)))
    both("WebSocket cookie", lambda s: websocket("Cookie", f"sid={s}"))
    both("WebSocket query", lambda s: websocket("X-A", "b", target=f"/ws?access_token={q(s)}"))

    # Heads that are refused
    for kind in (word, token):
        tail = "" if kind is word else " (token)"
        for name, text in {
            "a space before the colon": "GET / HTTP/1.1\r\nHost: h\r\nAuthorization : Bearer {s}\r\n\r\n",
            "a folded line": "GET / HTTP/1.1\r\nHost: h\r\nX-A: b\r\n Authorization: Bearer {s}\r\n\r\n",
            "a line without a colon": "GET / HTTP/1.1\r\nHost: h\r\nX-Api-Key {s}\r\n\r\n",
            "a field name with blanks": "GET / HTTP/1.1\r\nHost: h\r\nX {s}: 1\r\n\r\n",
            "a NUL in a value": "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \0{s}\r\n\r\n",
            "a bare CR": "GET / HTTP/1.1\r\nHost: h\r\nX-A: b\rX-Api-Key: {s}\r\n\r\n",
            "a bare LF": "GET /?token={s} HTTP/1.1\nHost: h\n\n",
            "three words too many": "GET /?token={s} x y HTTP/1.1\r\nHost: h\r\n\r\n",
            "no version": "GET /?token={s}\r\n\r\n",
            "another version": "GET /?token={s} HTTP/3.0\r\nHost: h\r\n\r\n",
            "a version that is the secret": "GET / {s}\r\nHost: h\r\n\r\n",
            "a control character in the target": "GET /?token={s}\x01 HTTP/1.1\r\nHost: h\r\n\r\n",
            "Content-Length that is the secret": "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {s}\r\n\r\n",
            "Transfer-Encoding that is the secret": "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: {s}\r\n\r\n",
            "both framings": "POST /?token={s} HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "no Host": "GET /?token={s} HTTP/1.1\r\nX-Api-Key: {s}\r\n\r\n",
            "two Hosts": "GET /?token={s} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "a Host with a password": "GET / HTTP/1.1\r\nHost: u:{s}@h\r\n\r\n",
            "a Host that is the secret": "GET / HTTP/1.1\r\nHost: a b {s}\r\n\r\n",
            "CONNECT with a password": "CONNECT u:{s}@h:443 HTTP/1.1\r\nHost: h\r\nProxy-Authorization: Basic {s}\r\n\r\n",
            "another site": "GET http://u:{s}@other.test/?token={s} HTTP/1.1\r\nHost: other.test\r\n\r\n",
            "TLS or noise": "\x16\x03\x01{s}\r\n\r\n",
            "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{s}",
            "a chunk size that is the secret": "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{s}\r\n",
            "a trailer without a colon": "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Api-Key {s}\r\n\r\n",
            "an expectation": "POST /?token={s} HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: {s}\r\n\r\n",
            "a Max-Forwards that is the secret": "OPTIONS / HTTP/1.1\r\nHost: h\r\nMax-Forwards: {s}\r\n\r\n",
            "an upgrade that is the secret": "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: {s}\r\n\r\n",
            "a head that stops": "GET /?token={s} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {s}",
        }.items():
            place(f"refused: {name}{tail}", lambda s, t=text: malformed(t.replace("{s}", s)), kind)
        for name, text in {
            "a status line that is the secret": "{s}\r\n\r\n",
            "a status that is the secret": "HTTP/1.1 {s}\r\n\r\n",
            "a line without a colon": "HTTP/1.1 200 OK\r\nSet-Cookie {s}\r\nContent-Length: 0\r\n\r\n",
            "a space before the colon": "HTTP/1.1 200 OK\r\nSet-Cookie : {s}\r\nContent-Length: 0\r\n\r\n",
            "a folded line": "HTTP/1.1 200 OK\r\nX-A: b\r\n {s}\r\nContent-Length: 0\r\n\r\n",
            "a NUL": "HTTP/1.1 200 OK\r\nSet-Cookie: a=\0{s}\r\nContent-Length: 0\r\n\r\n",
            "Content-Length that is the secret": "HTTP/1.1 200 OK\r\nContent-Length: {s}\r\n\r\n",
            "Transfer-Encoding that is the secret": "HTTP/1.1 200 OK\r\nTransfer-Encoding: {s}\r\n\r\n",
            "an upgrade nobody asked for": "HTTP/1.1 101 {s}\r\nUpgrade: {s}\r\nConnection: Upgrade\r\n\r\n",
        }.items():
            place(f"bad answer: {name}{tail}", lambda s, t=text: bad_answer(t.replace("{s}", s)), kind)
        place(
            f"bad answer: a chunk size that is the secret{tail}",
            lambda s: Case(raw_answer=f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{s}\r\n".encode(), recorded=False),
            kind,
        )
    return found


def _gzip(text: str) -> bytes:
    import gzip

    return gzip.compress(text.encode(), mtime=0)
