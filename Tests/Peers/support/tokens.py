"""JSON Web Tokens made and broken by the tests themselves (RFC 7519, HS256)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(secret: str, issuer: str, user: int, algorithm: str = "HS256", expires: int = 604800, valid: int = 0, **more):
    """A token for the JWT plugin; `expires` and `valid` (nbf and iat) are seconds from now."""
    now = int(time.time())
    claims = {"iss": issuer, "iat": now + valid, "nbf": now + valid, "exp": now + expires}
    claims |= {"data": {"user": {"id": user}}, **more}
    head = {"typ": "JWT", "alg": algorithm}
    signed = ".".join(_encode(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    return f"{signed}.{_encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"
