"""A capture of any size without waiting for traffic: lines as hoplens writes them, varied in everything a filter looks at.

    python3 Tests/Peers/support/large_capture.py 2G > large.ndjson
"""

from __future__ import annotations

import json
import random
import sys
from datetime import datetime, timedelta, timezone

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
ROUTES = ["/wp-json/wp/v2/posts", "/wp-json/wp/v2/users/me", "/wp-json/wp/v2/media", "/", "/wp-login.php", "/feed/"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "curl/7.88.1", "WordPress/6.1.9; https://example.test"]
START = datetime(2026, 11, 28, 0, 0, 0, tzinfo=timezone.utc)


def _id(milliseconds: int, number: int) -> str:
    value = (milliseconds << 36) | (number & 0xFFFFFFFFF)
    return "".join(LETTERS[(value >> (75 - 5 * place)) & 31] for place in range(16))


def records(seed: int = 1):
    """Endless records: about one in ten lost its Authorization here, one in six was refused."""
    dice = random.Random(seed)
    number = 0
    moment = START
    while True:
        number += 1
        moment += timedelta(microseconds=dice.randrange(500, 40_000))
        status = dice.choices([200, 304, 401, 403, 404, 500], [70, 10, 8, 4, 6, 2])[0]
        dropped = dice.random() < 0.1
        print_ = f"{dice.randrange(40):08x}"
        fields = [
            {"n": "Host", "v": "example.test"},
            {"n": "User-Agent", "v": dice.choice(AGENTS)},
            {"n": "Accept", "v": "application/json, text/javascript, */*; q=0.01"},
            {"n": "Authorization", "v": f"Bearer ‹jwt,177,#{print_}›", "shape": "jwt", "len": 177, "fp": print_,
             "scheme": "Bearer", "alg": "HS256", "typ": "JWT", "exp": 1795856463},
            {"n": "Cookie", "v": f"wordpress_logged_in_x=‹cookie,96,#{print_}›; wp-settings-1=‹cookie,40,#00000007›"},
            {"n": "X-Request-Number", "v": str(number)},
        ]
        edits = [{"op": "add", "n": "Via", "v": "1.1 outer", "why": "via"}]
        if dropped:
            fields.append({"n": "Connection", "v": "authorization"})
            edits.insert(0, {"op": "drop", "i": 3, "n": "Authorization", "why": "connection-nominated"})
        body = {"framing": "length", "bytes": dice.randrange(40, 9000)}
        if status >= 400:
            text = json.dumps({"code": "rest_forbidden", "message": "Sorry.", "data": {"status": status}}, separators=(",", ":"))
            body["sample"] = {"type": "application/json", "bytes": len(text), "text": text, "truncated": False}
        time = int(moment.timestamp() * 1000)
        yield {
            "v": 1, "id": _id(time, number), "node": dice.choice(["outer", "inner"]),
            "time": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "client": {"address": f"127.0.0.1:{40000 + number % 20000}", "connection": number % 500, "exchange": 1},
            "origin": {"url": "https://example.test:443", "address": "192.0.2.1:443", "connection": number % 50,
                       "reused": True, "tls": "TLSv1.3"},
            "request": {"method": dice.choice(["GET", "GET", "GET", "POST"]), "target": f"{dice.choice(ROUTES)}?page={number % 97}",
                        "version": "1.1", "fields": fields, "edits": edits},
            "response": {"status": status, "reason": "OK", "version": "1.1", "fields": [
                {"n": "Server", "v": "nginx"}, {"n": "Date", "v": moment.strftime("%a, %d %b %Y %H:%M:%S GMT")},
                {"n": "Content-Type", "v": "application/json; charset=UTF-8"}, {"n": "X-Robots-Tag", "v": "noindex"},
                {"n": "Link", "v": "<https://example.test/wp-json/>; rel=\"https://api.w.org/\""},
                {"n": "Vary", "v": "Origin"}, {"n": "Content-Length", "v": str(body["bytes"])},
            ], "edits": []},
            "request_body": {"framing": "none", "bytes": 0}, "response_body": body,
            "duration_us": dice.randrange(300, 200_000),
            "timing": {"first_byte_us": 250, "request_us": 30}, "end": "complete",
        }


def lines(seed: int = 1):
    """The records as lines of bytes."""
    for record in records(seed):
        yield json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def write(path, size: int, seed: int = 1) -> int:
    """Writes at least so many bytes of whole lines; a large file repeats its first 64 MiB. The number of lines."""
    block, count, length = [], 0, 0
    with open(path, "wb", buffering=1 << 20) as file:
        for line in lines(seed):
            block.append(line)
            file.write(line)
            count, length = count + 1, length + len(line)
            if length >= min(size, 64 << 20):
                break
        whole = b"".join(block)
        while length < size:
            file.write(whole)
            count, length = count + len(block), length + len(whole)
    return count


if __name__ == "__main__":
    factor = {"k": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    word = sys.argv[1]
    wanted = int(word[:-1]) * factor[word[-1]] if word[-1] in factor else int(word)
    print(write("/dev/stdout" if len(sys.argv) < 3 else sys.argv[2], wanted), "lines", file=sys.stderr)
