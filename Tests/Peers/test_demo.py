"""`hoplens demo`: nothing external, ends by itself, and shows where the field was lost."""

from __future__ import annotations

import re
import subprocess
import time

import pytest

from support.programs import clean_environment
from support.proxies import binary, hoplens_command

pytestmark = pytest.mark.hoplens


@pytest.fixture(scope="module")
def demo():
    began = time.monotonic()
    done = hoplens_command("demo", seconds=60, env=clean_environment(COLUMNS="80"))
    return done, time.monotonic() - began


def test_it_ends_by_itself_with_success(demo):
    done, seconds = demo
    assert done.returncode == 0, done.stderr.decode()
    assert seconds < 20


def test_it_says_where_authorization_was_lost(demo):
    text = demo[0].stdout.decode()
    assert re.search(
        r"Authorization.*(lost|dropped|missing|stripped|gone)|(lost|dropped|stripped).*Authorization", text
    )


@pytest.mark.parametrize("what", ["Access-Control-Allow-Origin", "OPTIONS", "405", "401"])
def test_it_shows_each_fault_of_the_hop_in_the_middle(demo, what):
    assert what in demo[0].stdout.decode()


def test_it_tells_the_next_command_to_try(demo):
    assert re.search(r"hoplens proxy|scripts/run proxy", demo[0].stdout.decode())


def test_it_shows_no_secret_and_no_colour_when_piped(demo):
    text = demo[0].stdout.decode()
    assert "\x1b" not in text
    assert not re.search(r"Bearer ey[A-Za-z0-9_-]{20}", text)


def test_lines_fit_a_terminal_of_80_columns(demo):
    assert max(len(line) for line in demo[0].stdout.decode().split("\n")) <= 80


def test_it_can_run_twice_at_once():
    pair = [
        subprocess.Popen([binary(), "demo"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=clean_environment())
        for _ in range(2)
    ]
    try:
        assert [process.wait(60) for process in pair] == [0, 0]
    finally:
        for process in pair:
            process.kill()
            process.communicate()
