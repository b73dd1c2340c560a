"""Faults of the field on real servers, each with its healthy twin: what is claimed of them is true on the wire, and
`hoplens diagnose` names it."""

from __future__ import annotations

import json

import pytest
from support.proxies import hoplens_command
from support.scenarios import Running
from support.scenarios_passage import PASSAGE
from support.scenarios_site import SITE
from support.verdicts import mismatch

SCENARIOS = PASSAGE + SITE

#: Healthy twins that are alike are asked once; the name is that of the first of them.
TWINS = list({(s.chain, repr(s.healthy), repr(s.repaired or s.requests)): s for s in reversed(SCENARIOS)}.values())[
    ::-1
]

#: Files of configs/fixes a verdict has to name.
FIXES = {
    "apache-fpm-without-passauth": "jwt-header-not-found.apache.htaccess",
    "module-hides-bearer": "basic-passes-bearer-does-not.apache.htaccess",
    "fastcgi-parameter-emptied": "jwt-header-not-found.nginx.conf",
    "nginx-clears-authorization": "wp-not-logged-in.nginx.conf",
    "varnish-unsets-authorization": "wp-not-logged-in.varnish.vcl",
    "squid-without-login": "squid-drops-credentials.squid.conf",
    "cache-gives-private-answer": "private-answer-to-anonymous.varnish.vcl",
    "https-redirect-loop": "plain-hop-hides-tls.nginx.conf",
    "plain-permalinks": "rest-plain-permalinks.mu-plugin.php",
    "no-rewrite-to-wordpress": "rest-route-not-rewritten.nginx.conf",
}


@pytest.fixture
def run(stage, wordpress, certificates):
    started = []

    def start(scenario, faulty: bool) -> Running:
        started.append(Running(scenario, faulty, stage, wordpress, certificates))
        return started[-1]

    yield start
    for running in started:
        running.close()


def told(answer) -> tuple:
    """(status, code) of an answer; no code where there is no JSON."""
    status, body, _ = answer
    return status, body.get("code", "") if isinstance(body, dict) else None if body is None else ""


def agrees(expected: tuple, answer) -> bool:
    status, code = told(answer)
    return status == expected[0] and (expected[1] == "" or code == expected[1])


def verdict(running, tmp_path) -> dict:
    """What diagnose says, with its exit status."""
    file = tmp_path / "requests.json"
    file.write_text(json.dumps(running.description()))
    done = hoplens_command(
        "diagnose",
        running.public,
        "--origin",
        running.origin,
        "--requests",
        file,
        "--format",
        "json",
        seconds=60,
    )
    assert done.returncode in (0, 1, 3), done.stderr.decode() + done.stdout.decode()
    return {"exit": done.returncode, **json.loads(done.stdout)["verdict"]}


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.layer != "none"], ids=lambda s: s.name)
def test_a_fault_is_named(scenario, run, tmp_path):
    running = run(scenario, True)
    answer = running.ask(running.key)
    assert agrees(scenario.faulty, answer), answer
    if scenario.proof:
        assert scenario.proof(running)
    if scenario.origin_fine is not None:
        running.wordpress.seen()
        assert agrees(scenario.fine, running.ask(running.key, running.origin)) == scenario.origin_fine
    if scenario.lost and scenario.field and scenario.lost[0] != "client":
        running.wordpress.seen()
        running.ask(running.key)
        arrived = running.wordpress.seen()
        assert arrived and all(scenario.field.lower() not in seen["fields"] for seen in arrived)
    said = verdict(running, tmp_path)
    assert mismatch(running.truth(), said) is None, said
    assert scenario.name not in FIXES or FIXES[scenario.name] in said["fixes"], said


@pytest.mark.parametrize("scenario", TWINS, ids=lambda s: s.name)
def test_its_healthy_twin_is_called_healthy(scenario, run, tmp_path):
    running = run(scenario, False)
    answer = running.ask(running.key)
    assert agrees(scenario.fine, answer), answer
    if scenario.proof:
        assert not scenario.proof(running)
    if scenario.field in ("Authorization", "Cookie", "X-WP-Nonce"):
        assert any(scenario.field.lower() in seen["fields"] for seen in running.wordpress.seen())
    said = verdict(running, tmp_path)
    assert (said["layer"], said["exit"]) == ("none", 0), said
