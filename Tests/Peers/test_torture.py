"""The cases that break proxies, from the shared folder beside the clone: every strict case (an RFC MUST, or security) passes.

The folder is data that other tools are measured with too; without it (HOPLENS_SHARED, or ../shared) these are skipped.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from support.programs import clean_environment
from support.waiting import free_port

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
TORTURE = Path(os.environ.get("HOPLENS_SHARED", ROOT.parent / "shared")) / "torture" / "torture"


@pytest.fixture(scope="module")
def torture():
    if not TORTURE.is_file():
        pytest.skip(f"{TORTURE} is not there")
    return TORTURE


def run(torture, result: Path, front, *arguments) -> list:
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            torture,
            "run",
            "--proxy",
            f"127.0.0.1:{front.port}",
            "--pid",
            str(front.pid),
            "--name",
            "hoplens",
            "--json",
            result,
            *map(str, arguments),
        ],
        capture_output=True,
        timeout=580,
        check=False,
        env=clean_environment(PYTHONDONTWRITEBYTECODE="1"),
    )
    assert result.is_file(), done.stdout.decode() + done.stderr.decode()
    results = json.loads(result.read_text())["results"]
    assert results, "no case ran"
    return results


def failures(results) -> list:
    """The strict cases that do not pass; a lawful form that is not the best is none for this project."""
    return [f"{r['id']}: {r['grade']}: {r['reason']}" for r in results if r["grade"] not in ("pass", "skip") and r["strict"]]


@pytest.mark.parametrize("group", ["smuggling", "response", "fidelity", "resources"])
def test_no_strict_case_fails(hoplens, torture, tmp_path, group):
    port = free_port()
    front = hoplens(f"http://127.0.0.1:{port}", "--timeout", "response=3s", "--timeout", "head=3s", "--quiet")
    results = run(
        torture,
        tmp_path / "out.json",
        front,
        "--origin-port",
        port,
        "--t-origin",
        3,
        "--t-header",
        3,
        "--quick",
        "--only",
        group,
    )
    assert failures(results) == []


def test_no_strict_case_fails_where_descriptors_are_few(hoplens, torture, tmp_path):
    port = free_port()
    front = hoplens(
        f"http://127.0.0.1:{port}",
        "--timeout",
        "head=3s",
        "--quiet",
        before_exec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)),
    )
    results = run(
        torture, tmp_path / "out.json", front, "--origin-port", port, "--fd-limited", "--only", "fdlimit"
    )
    assert failures(results) == []


def test_no_refusal_of_a_bad_origin_is_missing(hoplens, torture, tmp_path):
    certificates, port, tls_port = tmp_path / "certificates", free_port(), free_port()
    subprocess.run(
        [sys.executable, "-B", torture, "certs", "--dir", certificates],
        check=True,
        capture_output=True,
        timeout=120,
        env=clean_environment(PYTHONDONTWRITEBYTECODE="1"),
    )
    plain = hoplens(f"http://127.0.0.1:{port}", "--quiet")
    front = hoplens(
        f"https://origin.test:{tls_port}",
        "--connect",
        f"127.0.0.1:{tls_port}",
        "--ca-file",
        certificates / "ca.pem",
        "--quiet",
    )
    results = run(
        torture,
        tmp_path / "out.json",
        plain,
        "--origin-port",
        port,
        "--tls-proxy",
        f"127.0.0.1:{front.port}",
        "--tls-origin-port",
        tls_port,
        "--tls-dir",
        certificates,
        "--only",
        "tls",
    )
    assert failures(results) == []


def test_mutated_messages_are_never_forwarded_in_an_ambiguous_form(hoplens, torture, tmp_path):
    port = free_port()
    front = hoplens(f"http://127.0.0.1:{port}", "--timeout", "response=3s", "--timeout", "head=3s", "--quiet")
    results = run(
        torture,
        tmp_path / "out.json",
        front,
        "--origin-port",
        port,
        "--t-origin",
        3,
        "--t-header",
        3,
        "--only",
        "fuzz",
        "--fuzz",
        1000,
        "--fuzz-responses",
        200,
    )
    assert failures(results) == []
