"""Findings where they show: behind the lines of exchanges, with --verbose, as JSON, in the summary; and the catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from support.proxies import hoplens_command
from support.secrets import leaks
from support.waiting import wait_until
from support.wire import Stream, answer, connect, exchange, get

pytestmark = pytest.mark.hoplens

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
SECRET = "Qz7vRk2MnX9wLd4TJc5hYp8S"


def refusal(code: str, status: str) -> bytes:
    """WordPress saying no, with the fields its REST server sends before anything is decided."""
    body = {"code": code, "message": "Sorry, you are not allowed to do that.", "data": {"status": int(status[:3])}}
    return answer(
        json.dumps(body).encode(),
        "Content-Type: application/json; charset=UTF-8",
        "X-Robots-Tag: noindex",
        'Link: <https://example.test/wp-json/>; rel="https://api.w.org/"',
        "Access-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link",
        "Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
        status=status,
    )


def wordpress(stream: Stream):
    """Sees nobody, whatever credential comes; healthy where none is needed."""
    while True:
        path = stream.head().target
        if path.startswith(b"/wp-json/wp/v2/users/me"):
            stream.send(refusal("rest_not_logged_in", "401 Unauthorized"))
        elif path.startswith(b"/wp-json/wp/v2/settings"):
            stream.send(refusal("rest_forbidden", "403 Forbidden"))
        else:
            stream.send(answer(b"{}", "Content-Type: application/json"))


def ask(port: int, path: str, times: int = 1, *fields: str):
    with connect(port) as client:
        for _ in range(times):
            client.send(get(path, *fields))
            client.response()


AUTHORIZATION = f"Authorization: Bearer {SECRET}"


def lines(front, count: int) -> list:
    wait_until(lambda: front.out().count("\n") >= count, f"{count} lines")
    return front.out().split("\n")[:-1]


class TestLines:
    def test_a_finding_stands_behind_its_exchange_once_and_then_with_its_count(self, hoplens, raw_origin):
        front = hoplens(raw_origin(wordpress))
        ask(front.port, "/wp-json/wp/v2/users/me", 12, AUTHORIZATION)
        found = [line for line in lines(front, 12) if "wp-not-logged-in" in line]
        assert len(found) == 2
        assert "error wp-not-logged-in: Credential sent, WordPress saw nobody logged in" in found[0]
        assert "error wp-not-logged-in ×10: " in found[1]

    def test_healthy_traffic_has_none(self, hoplens, raw_origin):
        front = hoplens(raw_origin(wordpress))
        ask(front.port, "/wp-json/wp/v2/posts", 3)
        assert not any(word in line for line in lines(front, 3) for word in (" error ", " warning ", " notice "))
        front.stop()
        assert "found" not in front.err()

    def test_a_flood_of_one_fault_is_told_a_few_times_and_counted(self, hoplens, raw_origin):
        front = hoplens(raw_origin(wordpress))
        ask(front.port, "/wp-json/wp/v2/users/me", 400, AUTHORIZATION)
        found = [line for line in lines(front, 400) if "wp-not-logged-in" in line]
        # Bodies are kept of the first errors of each second; the others must not be taken for something else.
        assert len(found) == 3
        front.stop()
        assert "400× error wp-not-logged-in: " in front.err()
        assert front.err().count("× error ") == 1

    def test_colour_and_ascii_hold_for_findings_too(self, hoplens, raw_origin):
        front = hoplens(raw_origin(wordpress), "--ascii", "--color", "always")
        ask(front.port, "/wp-json/wp/v2/users/me", 10, AUTHORIZATION)
        text = "\n".join(lines(front, 10))
        assert text.isascii() and "\x1b[31merror wp-not-logged-in x10" in text

    def test_the_summary_groups_by_finding(self, hoplens, raw_origin):
        front = hoplens(raw_origin(wordpress))
        ask(front.port, "/wp-json/wp/v2/users/me", 3, AUTHORIZATION)
        ask(front.port, "/wp-json/wp/v2/users/me?context=edit", 2, AUTHORIZATION)
        lines(front, 5)
        assert front.stop() == 0, "findings are no failure of the proxy"
        summary = front.err()
        assert "5× error wp-not-logged-in: Credential sent, WordPress saw nobody logged in" in summary
        assert "on GET /wp-json/wp/v2/users/me\n" in summary
        assert "first: Find out whether the Authorization field reaches PHP" in summary


def test_verbose_gives_evidence_and_first_step(hoplens, raw_origin):
    front = hoplens(raw_origin(wordpress), "--verbose")
    ask(front.port, "/wp-json/wp/v2/users/me", 1, AUTHORIZATION)
    wait_until(lambda: "timing" in front.out(), "the whole ledger")
    text = " ".join(front.out().split())
    for part in (
        "author WordPress (certain",
        "finding error wp-not-logged-in: ",
        "layer wordpress-auth, or php-gateway, web-server",
        "evidence node→origin Authorization: ",
        "origin→node HTTP 401 Unauthorized",
        "first Find out whether the Authorization field reaches PHP",
        "not yet ",
        "unproven ",
        "test ",
    ):
        assert part in text
    assert leaks(bytes(front.stdout), SECRET) == []


def test_verbose_names_the_coding_of_a_body_it_cannot_read(hoplens, raw_origin):
    brotli = answer(b"\x0b\x02\x80hello\x03", "Content-Encoding: br", "Content-Type: text/html", status="403 Forbidden")
    front = hoplens(raw_origin(answering=lambda _: brotli), "--verbose")
    exchange(front.port, get())
    wait_until(lambda: "timing" in front.out(), "the whole ledger")
    assert "unread: in the coding br" in " ".join(front.out().split())


class TestJSON:
    def test_a_line_is_the_record_with_findings_behind_it(self, hoplens, raw_origin, capture):
        front = hoplens(raw_origin(wordpress), "--json", "--capture", capture.directory)
        ask(front.port, "/wp-json/wp/v2/users/me", 2, AUTHORIZATION)
        ask(front.port, "/wp-json/wp/v2/posts")
        records = front.wait_for_records(3)
        schema = json.loads((CONFIGS / "findings-v1.schema.json").read_text())
        trace = json.loads((CONFIGS / "trace-v1.schema.json").read_text())
        for record in records:
            jsonschema.validate(record, schema)
            assert list(record)[-1] == "findings"
        finding = records[1]["findings"][0]
        assert (finding["rule"], finding["layer"]) == ("wp-not-logged-in", "wordpress-auth")
        assert {piece["exchange"] for piece in finding["evidence"]} == {records[1]["id"]}
        assert records[2]["findings"] == []
        assert leaks(bytes(front.stdout), SECRET) == []

        # Evidence and judgement apart: what is on disk is the record alone.
        stored = capture.wait_for(3)
        for record, line in zip(records, stored):
            del record["findings"]
            assert record == line
            jsonschema.validate(line, trace)


class TestCatalogue:
    def test_rules_lists_them_and_explain_tells_everything(self):
        rules = json.loads(hoplens_command("rules", "--json").stdout)
        table = hoplens_command("rules").stdout.decode()
        assert len(rules) > 80
        for rule in rules:
            assert rule["id"] in table
        some = [rule for rule in rules if rule["layer"] == "cors-config" and rule["severity"] == "error"]
        listed = hoplens_command("rules", "--layer", "cors-config", "--severity=error").stdout.decode()
        assert len(some) > 3 and f"{len(some)} rules" in listed
        text = hoplens_command("explain", "wp-not-logged-in").stdout.decode()
        for part in ("severity", "layer", "why", "sources", "first", "not yet", "test", "Found in", "Not found in"):
            assert part in text

    def test_an_unknown_rule_is_answered_with_near_ones(self):
        result = hoplens_command("explain", "wp-not-loged-in")
        assert result.returncode == 2
        assert b"there is no rule 'wp-not-loged-in'; did you mean wp-not-logged-in" in result.stderr

    def test_the_page_in_the_repository_is_the_catalogue(self):
        page = hoplens_command("rules", "--markdown").stdout.decode()
        assert page == (CONFIGS / "rules.md").read_text(), "scripts/rules-page writes it anew"
