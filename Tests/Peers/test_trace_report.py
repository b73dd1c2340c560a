"""The report in a real browser: nothing is loaded, nothing complains, and search, filters, keys and paper work."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from support.chromium import Chromium
from support.large_capture import records
from support.proxies import binary

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

SHOTS = os.environ.get("HOPLENS_SHOTS")
FIXTURES = Path(__file__).resolve().parents[1] / "DiagnosisTests" / "Fixtures"
EVIL = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"


@pytest.fixture(scope="module")
def browser():
    browser = Chromium()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    some = list(itertools.islice(records(3), 60))
    some[5]["request"]["fields"].append({"n": "Referer", "v": EVIL})
    some[5]["request"]["target"] = "/" + EVIL
    some[5]["id"] = "38gzeee2m0000evj"
    capture = folder / "mixed.ndjson"
    lines = [json.dumps(record, ensure_ascii=False) for record in some]
    capture.write_text("\n".join(lines) + "\n" + (FIXTURES / "healthy-app.ndjson").read_text())
    page = folder / "report.html"
    done = subprocess.run(
        [binary(), "traces", "report", str(capture), "-o", str(page), "--title", "A night"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert page.stat().st_mode & 0o777 == 0o600
    return page


@pytest.fixture
def page(browser, report):
    browser.console.clear()
    browser.requests.clear()
    browser.emulate()
    browser.open(report.as_uri())
    yield browser
    assert browser.console == []
    assert [url for url in browser.requests if url.split("#")[0] != report.as_uri()] == []


SHOWN = "[...document.querySelectorAll('details.x')].filter(d => !d.hidden).length"


def shoot(browser, name):
    if SHOTS:
        browser.screenshot(Path(SHOTS) / f"{name}.png")


def test_it_loads_nothing_and_is_quiet_in_every_look(page, report):
    text = report.read_text()
    assert "default-src 'none'" in text and "unsafe-inline" not in text
    assert re.search(r"\s(style|on\w+)=\"", re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.S)) is None
    shoot(page, "light")
    for scheme, colour in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 27)")):
        page.emulate(scheme=scheme)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
    shoot(page, "dark")
    page.emulate(width=390, height=844, mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(page, "phone")


def test_what_a_stranger_wrote_stays_text(page):
    assert page.evaluate("document.title") == "A night"
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert EVIL in page.evaluate("document.getElementById('x-38gzeee2m0000evj').textContent")


def test_search_and_filters_leave_what_fits(page):
    everything = page.evaluate(SHOWN)
    assert everything > 70
    page.evaluate("document.querySelector('#q').value = 'authorization=dropped'; document.querySelector('#q').dispatchEvent(new Event('input'))")
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    dropped = page.evaluate(SHOWN)
    assert 0 < dropped < everything
    assert page.evaluate("document.querySelector('#count').textContent") == f"{dropped} of {everything} exchanges"
    shoot(page, "search")
    page.evaluate("document.querySelector('#controls button[type=reset]').click()")
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert page.evaluate(SHOWN) == everything
    page.evaluate("{const s = document.querySelector('select[data-key=status]'); s.value = '4xx'; s.dispatchEvent(new Event('change'))}")
    statuses = page.evaluate("[...new Set([...document.querySelectorAll('details.x')].filter(d => !d.hidden).map(d => d.dataset.status))]")
    assert statuses == ["4xx"]


def test_keys_move_open_and_clear(page):
    first = "document.activeElement.closest('details.x')?.id"
    page.key("j")
    one = page.evaluate(first)
    page.key("j")
    two = page.evaluate(first)
    assert one and two and one != two
    page.key("o")
    assert page.evaluate("document.activeElement.closest('details.x').open") is True
    shoot(page, "open")
    page.key("k")
    assert page.evaluate(first) == one
    page.key("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.key("Escape")
    assert page.evaluate("document.activeElement.id") != "q"


def test_a_link_to_an_exchange_opens_it(page, report):
    page.open("about:blank")
    page.open(report.as_uri() + "#x-38gzeee2m0000evj")
    assert page.evaluate("document.getElementById('x-38gzeee2m0000evj').open") is True


def test_paper_has_everything_opened_and_no_controls(page):
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate(media="print")
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert page.evaluate("getComputedStyle(document.querySelector('#controls')).display") == "none"
    shoot(page, "paper")
    assert page.pdf().startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelectorAll('details.x[open]').length") == 0


def test_without_the_script_it_is_still_readable(report, browser):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.emulate()
        browser.open(report.as_uri())
        rows = browser.call("DOM.getDocument", depth=-1)
        assert json.dumps(rows).count('"details"') > 70
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_a_secret_stops_the_report_with_its_place(tmp_path):
    record = next(records(1))
    record["request"]["fields"][3] = {"n": "Authorization", "v": "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"}
    capture = tmp_path / "bad.ndjson"
    capture.write_text(json.dumps(record) + "\n")
    done = subprocess.run([binary(), "traces", "report", str(capture), "-o", str(tmp_path / "x.html")], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"bad.ndjson:1: exchange {record['id']}, request.fields[3] (Authorization): a credential" in done.stderr
    assert "eyJ" not in done.stderr + done.stdout
    assert not (tmp_path / "x.html").exists()
