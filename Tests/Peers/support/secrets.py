"""Finding a secret again in whatever form it may have been written down."""

from __future__ import annotations

import base64
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
        "percent": "".join(f"%{b:02X}" for b in secret).encode(),
        "quoted": urllib.parse.quote(text, safe="").encode(),
        "json": "".join(f"\\u{b:04x}" for b in secret).encode(),
    }
    for shift in range(3):
        for name, alphabet in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            coded = alphabet(b"\0" * shift + secret)
            # Only the characters that no neighbouring byte can change.
            first, last = -(-shift * 4 // 3), len(coded.rstrip(b"=")) - (1 if (shift + len(secret)) % 3 else 0)
            found[f"{name} at {shift}"] = coded[first:last]
    return found


def leaks(haystack: bytes, secret: str) -> list:
    """The forms in which the secret, or any piece of it that is long enough to matter, is in the haystack."""
    raw = secret.encode()
    pieces = {raw[i : i + PIECE] for i in range(max(1, len(raw) - PIECE + 1))}
    lower = haystack.lower()
    found = [f"plain piece {piece!r}" for piece in sorted(pieces) if piece.lower() in lower]
    found += [name for name, form in forms(raw).items() if len(form) >= PIECE and form in haystack]
    return found
