"""`hoplens cors`: the bytes of a browser's preflight, the verdicts on a server's answers, and the oracle line by line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.proxies import hoplens_command
from support.waiting import free_port
from support.wire import answer

pytestmark = pytest.mark.hoplens

ROOT = Path(__file__).resolve().parents[2]
SELECTION = ROOT / "Tests" / "Fixtures" / "cors-oracle.jsonl"
PAGE = "https://app.example.test"
ALLOW = f"Access-Control-Allow-Origin: {PAGE}"


def check(origin_url: str, *arguments, status: int):
    done = hoplens_command("cors", "check", origin_url, "--page-origin", PAGE, *arguments)
    assert done.returncode == status, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode(), done.stderr.decode()


def server(raw_origin, preflight: bytes, actual: bytes = answer(), **options):
    return raw_origin(answering=lambda r: preflight if r.method == b"OPTIONS" else actual, **options)


def test_the_preflight_is_what_chromium_sends(raw_origin):
    origin = server(raw_origin, answer(b"", ALLOW))
    check(
        f"{origin.url}/a?b=c", "-X", "put", "-H", "X-WP-Nonce", "-H", "Authorization", "-H", "Accept: */*", status=1
    )
    (request,) = origin.requests
    assert request.start == b"OPTIONS /a?b=c HTTP/1.1"
    assert [name for name, _ in request.fields] == [
        b"Host", b"Connection", b"Accept", b"Access-Control-Request-Method", b"Access-Control-Request-Headers", b"Origin",
        b"User-Agent", b"Sec-Fetch-Mode", b"Sec-Fetch-Site", b"Sec-Fetch-Dest", b"Referer", b"Accept-Encoding",
        b"Accept-Language",
    ]
    assert request.one("Host") == f"127.0.0.1:{origin.port}".encode()
    assert request.one("Accept") == b"*/*"
    assert request.one("Access-Control-Request-Method") == b"PUT"
    assert request.one("Access-Control-Request-Headers") == b"authorization,x-wp-nonce"
    assert request.one("Origin") == PAGE.encode()
    assert request.one("Sec-Fetch-Site") == b"cross-site"
    assert request.one("Authorization") is None and request.one("Cookie") is None


def test_a_refusal_names_the_code_the_line_and_what_to_send(raw_origin):
    origin = server(raw_origin, answer(b"", ALLOW, "Access-Control-Allow-Headers: x-a", "Access-Control-Allow-Methods: GET"))
    text, _ = check(origin.url, "-X", "PUT", "-H", "X-A", "-H", "X-B", status=1)
    assert "Without credentials: refused (MethodDisallowedByPreflightResponse)" in text
    assert "Access-Control-Allow-Methods: GET, PUT\n" in text
    assert "Access-Control-Allow-Headers: x-a, x-b\n" in text
    assert "With credentials: refused (PreflightInvalidAllowCredentials)" in text
    assert "Access-Control-Allow-Credentials: true\n" in text
    assert all(len(line) <= 80 for line in text.split("\n"))


def test_what_it_advises_is_enough(raw_origin):
    """Lines are added to the answers until nothing is refused: a few rounds, as somebody with a server would do it."""
    lines = {"OPTIONS": {}, "GET": {}}
    status = {"OPTIONS": "403 Forbidden", "GET": "200 OK"}

    def respond(request):
        method = request.method.decode()
        return answer(b"", *(f"{n}: {v}" for n, v in lines[method].items()), status=status[method])

    origin = raw_origin(answering=respond)
    for _ in range(3):
        done = hoplens_command(
            "cors", "check", origin.url, "--page-origin", PAGE, "-H", "X-A: 1", "--credentials", "--json"
        )
        result = json.loads(done.stdout)["with_credentials"]["standard"]
        if done.returncode == 0:
            assert result["resolved"] is True
            break
        why = result["explanation"]
        method = "OPTIONS" if why["decided_by"] == "preflight" else "GET"
        assert why["send_instead"]
        for line in why["send_instead"]:
            if line.startswith("HTTP/1.1 "):
                status[method] = line.removeprefix("HTTP/1.1 ")
            else:
                name, _, value = line.partition(": ")
                lines[method][name] = value
    else:
        pytest.fail(f"still refused: {why}")


def test_only_methods_that_change_nothing_are_sent(raw_origin):
    good = answer(b"", ALLOW, "Access-Control-Allow-Methods: DELETE")
    origin = server(raw_origin, good, answer(b"", ALLOW))
    text, _ = check(origin.url, "-X", "DELETE", status=0)
    assert [r.method for r in origin.requests] == [b"OPTIONS"]
    assert "DELETE was not sent" in text
    text, _ = check(origin.url, "-X", "POST", "-H", "Content-Type: text/plain", status=0)
    assert len(origin.requests) == 1
    assert "No preflight" in text and "not known" in text


def test_both_dialects_are_shown_where_they_differ(raw_origin):
    star = ["Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *"]
    origin = server(raw_origin, answer(b"", *star), answer(b"x", *star, "X-A: 1"))
    text, warning = check(origin.url, "-H", "Authorization: Bearer hunter2", status=1)
    assert "by the Fetch standard: refused (HeaderDisallowedByPreflightResponse)" in text
    assert "as Chromium does it: allowed" in text
    assert "hunter2" not in text + warning and "can be seen" in warning
    assert [r.method for r in origin.requests] == [b"OPTIONS", b"GET"]
    assert origin.requests[1].one("Authorization") == b"Bearer hunter2"


def test_redirects_are_followed_as_a_browser_does(raw_origin):
    other = server(raw_origin, answer(), answer(b"x", "Access-Control-Allow-Origin: null"))
    first = server(raw_origin, answer(), answer(b"", ALLOW, f"Location: {other.url}/there?token=t", status="302 Found"))
    text, _ = check(f"{first.url}/?secret=hunter2", status=0)
    assert "hunter2" not in text
    assert other.requests[0].one("Origin") == b"null"
    assert other.requests[0].target == b"/there?token=t"
    assert f"< Location: {other.url}/there?...\n" in text and "token" not in text


def test_the_answer_may_be_held_back_and_tls_is_verified(raw_origin, certificates):
    origin = server(raw_origin, answer(), answer(b"", ALLOW), tls=certificates.server("good"))
    arguments = ["cors", "check", "https://origin.test/", "--page-origin", PAGE, "--connect", f"127.0.0.1:{origin.port}"]
    assert hoplens_command(*arguments).returncode == 3
    done = hoplens_command(*arguments, "--ca-file", certificates.authority)
    assert done.returncode == 0, done.stderr
    assert origin.requests[-1].one("Host") == b"origin.test"
    assert hoplens_command(*arguments, "--insecure").returncode == 0


def test_a_password_in_a_redirect_is_refused_and_not_printed(raw_origin):
    first = server(raw_origin, answer(), answer(b"", ALLOW, "Location: http://u:hunter2@a.test/x", status="302 Found"))
    for flags in ([], ["--json"]):
        text, _ = check(first.url, *flags, status=1)
        assert "RedirectContainsCredentials" in text and "Location: http://a.test/x" in text
        assert "hunter2" not in text


@pytest.mark.parametrize(
    "arguments, status, says",
    [
        (["check"], 2, "no URL"),
        (["check", "http://127.0.0.1:1/"], 2, "--page-origin"),
        (["check", "127.0.0.1:1", "--page-origin", PAGE], 2, "http://"),
        (["check", "http://u:hunter2@127.0.0.1:1/", "--page-origin", PAGE], 2, "password"),
        (["check", "http://127.0.0.1:1/", "--page-origin", "app"], 2, "no origin"),
        (["check", "http://127.0.0.1:1/", "--page-origin", PAGE, "--connect", "x"], 2, "--connect"),
        (["check", "http://127.0.0.1:1/", "--page-origin", PAGE, "-X", "a b"], 2, "method"),
        (["check", "https://127.0.0.1:1/", "--page-origin", PAGE, "--ca-file", "/nonexistent"], 2, "nonexistent"),
        (["chek"], 2, "cors check"),
        ([], 2, "cors evaluate"),
        (["evaluate"], 2, "no FILE"),
        (["evaluate", "/nonexistent"], 2, "nonexistent"),
    ],
)
def test_wrong_usage_is_one_clear_line(arguments, status, says):
    done = hoplens_command("cors", *arguments)
    text = done.stderr.decode()
    assert done.returncode == status and done.stdout == b""
    assert says in text and "hunter2" not in text


def test_a_server_that_is_not_there_ends_with_3():
    text, error = check(f"http://127.0.0.1:{free_port()}/", status=3)
    assert text == "" and "refused" in error.lower()


def predicted(path: Path) -> dict:
    done = hoplens_command("cors", "evaluate", str(path), seconds=60)
    assert done.returncode == 0, done.stderr.decode()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["id"]: line for line in lines}


def oracle_file() -> Path:
    """The whole oracle where it is, else the selection that is kept here."""
    whole = Path(os.environ.get("HOPLENS_SHARED", ROOT.parent / "shared")) / "cors-oracle" / "cases.jsonl"
    return whole if whole.exists() else SELECTION


def test_every_case_of_the_oracle_is_predicted():
    path = oracle_file()
    cases = [json.loads(line) for line in path.read_text().splitlines()]
    results = predicted(path)
    assert len(results) == len(cases) >= 600
    names = [
        "resolved", "preflight_sent", "acrm", "acrh", "actual_sent", "authorization_sent", "readable_headers", "reason_code",
    ]
    wrong = []
    for case in cases:
        for given, result in zip([case, *case.get("then", [])], [results[case["id"]], *results[case["id"]].get("then", [])]):
            observed = given["observed"]
            wrong += [(case["id"], n) for n in names if result["chromium"][n] != observed[n]]
            hops = zip(observed.get("hops", []), result["chromium"].get("hops", []), strict=True)
            wrong += [(case["id"], n) for h, g in hops for n in names[1:6] if h[n] != g[n]]
            if "deviation" not in case:
                wrong += [(case["id"], "standard " + n) for n in names if result[n] != observed[n]]
        for entry in case.get("deviation", {}).get("standard", []):
            result = results[case["id"]] if entry["request"] == 0 else results[case["id"]]["then"][entry["request"] - 1]
            if entry["hop"] is not None and "hops" in result:
                result = result["hops"][entry["hop"]]
            if result[entry["field"]] != entry["value"]:
                wrong.append((case["id"], "standard", entry))
    assert not wrong, wrong[:10]


def test_bad_lines_are_named_and_the_others_go_on():
    good = SELECTION.read_bytes().splitlines()[0]
    text = b"\n".join([good, b"{}", b"", b"nonsense", b"x" * (5 << 20), good])
    done = hoplens_command("cors", "evaluate", "-", stdin=text)
    assert done.returncode == 2
    assert done.stdout.count(b"\n") == 2
    errors = done.stderr.decode().strip().split("\n")
    assert [e.split(": ")[1] for e in errors] == [f"standard input, line {n}" for n in (2, 4, 5)]
