"""Finding a secret again in whatever form it may have been written down.

Two ways that know nothing of each other: the secret is put into every form it could take and looked for (`forms`), and
the text is taken out of every encoding it could be in and looked through (`views`). A finding of either is a leak.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse

#: A piece of a secret this long is as bad as all of it.
PIECE = 8


def forms(secret: bytes) -> dict:
    """How these bytes could look: as they are, hexadecimal, percent-encoded, in base64 at each alignment, in JSON."""
    text = secret.decode("latin-1")
    found = {
        "plain": secret,
        "reversed": secret[::-1],
        "hex": secret.hex().encode(),
        "HEX": secret.hex().upper().encode(),
        "hex with colons": secret.hex(":").encode(),
        "percent": "".join(f"%{b:02X}" for b in secret).encode(),
        "lower percent": "".join(f"%{b:02x}" for b in secret).encode(),
        "quoted": urllib.parse.quote(text, safe="").encode(),
        "json": "".join(f"\\u{b:04x}" for b in secret).encode(),
        "JSON": "".join(f"\\u{b:04X}" for b in secret).encode(),
        "utf-16 le": text.encode("utf-16-le"),
        "utf-16 be": text.encode("utf-16-be"),
        "base32": base64.b32encode(secret).rstrip(b"="),
        "decimal": " ".join(str(b) for b in secret).encode(),
    }
    for shift in range(3):
        for name, alphabet in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            coded = alphabet(b"\0" * shift + secret)
            # Only the characters that no neighbouring byte can change.
            first, last = -(-shift * 4 // 3), len(coded.rstrip(b"=")) - (1 if (shift + len(secret)) % 3 else 0)
            found[f"{name} at {shift}"] = coded[first:last]
            if name == "base64":
                found[f"{name} at {shift}, reversed"] = coded[first:last][::-1]
    return found


_ESCAPE = re.compile(rb"\\u00([0-9A-Fa-f]{2})|\\x([0-9A-Fa-f]{2})|\\([\"\\/'])")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){8,}")


def _unescape(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda m: bytes([int(m[1] or m[2], 16)]) if m[1] or m[2] else m[3], text)


def _from_base64(text: bytes) -> bytes:
    found = []
    for run in _BASE64.findall(text):
        run = run.translate(bytes.maketrans(b"-_", b"+/"))
        for skip in range(4):
            piece = run[skip:]
            found.append(binascii.a2b_base64(piece[: len(piece) // 4 * 4]))
    return b"\n".join(found)


def _from_hex(text: bytes) -> bytes:
    found = []
    for run in _HEX.findall(text):
        found += [binascii.a2b_hex(run), binascii.a2b_hex(run[1:-1])]
    return b"\n".join(found)


_DECODERS = {
    "percent": urllib.parse.unquote_to_bytes,
    "escapes": _unescape,
    "entities": lambda text: html.unescape(text.decode("latin-1")).encode("latin-1", "replace"),
    "base64": _from_base64,
    "hex": _from_hex,
}


def views(haystack: bytes, depth: int = 2) -> dict:
    """The text, and what it becomes when up to `depth` layers of encoding are taken off, in any order."""
    found = {"": haystack}
    last = {"": haystack}
    seen = {haystack}
    for _ in range(depth):
        newer = {}
        for path, text in last.items():
            for name, decode in _DECODERS.items():
                decoded = decode(text)
                if decoded and decoded not in seen:
                    seen.add(decoded)
                    newer[f"{path}/{name}" if path else name] = decoded
        found |= newer
        last = newer
    return found


class Search:
    """One body of text, prepared to be looked through for many secrets."""

    def __init__(self, haystack: bytes):
        self.haystack = haystack
        self._views = views(haystack)

    def leaks(self, secret: str) -> list:
        """Where and in which form the secret, or a piece of it that is long enough to matter, is in the text."""
        return self.all({"": secret}).get("", [])

    def all(self, secrets: dict) -> dict:
        """What `leaks` says of each secret that is found at all."""
        owners: dict = {}
        for name, secret in secrets.items():
            raw = secret.encode().lower()
            for i in range(max(1, len(raw) - PIECE + 1)):
                owners.setdefault(raw[i : i + PIECE], set()).add(name)
        found: dict = {}
        for path, text in self._views.items():
            text = text.lower()
            # Every stretch of the text is looked up once, however many secrets there are.
            for piece in owners.keys() & {text[i : i + PIECE] for i in range(len(text) - PIECE + 1)}:
                for name in owners[piece]:
                    found.setdefault(name, []).append(f"{piece!r} in the text" + (f" decoded by {path}" if path else ""))
        for name, secret in secrets.items():
            coded = [form for form, b in forms(secret.encode()).items() if len(b) >= PIECE and b in self.haystack]
            if coded:
                found[name] = coded + found.get(name, [])
        return found

    def context(self, secret: str) -> bytes:
        """The text around the first plain finding, for the message of a test that fails."""
        raw = secret.encode()
        for i in range(max(1, len(raw) - PIECE + 1)):
            at = self.haystack.find(raw[i : i + PIECE])
            if at >= 0:
                return self.haystack[max(0, at - 200) : at + 100]
        return b""


def leaks(haystack: bytes, secret: str) -> list:
    """What `Search.leaks` finds, for one secret."""
    return Search(haystack).leaks(secret)
