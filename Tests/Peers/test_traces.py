"""`hoplens traces` on captures of real traffic and on large ones: reading, finding, checking, leaving."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import jsonschema
import pytest

from support.har_schema import SCHEMA
from support.large_capture import records, write
from support.proxies import binary
from support.wire import answer, exchange, get

pytestmark = [pytest.mark.hoplens, pytest.mark.timeout(120)]

PASSWORD = "abcd EFGH ijkl MNOP qrst 1234"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1rwW1gFWFOEjXk"


def traces(*arguments, code: int = 0, stdin: bytes | None = None, environment: dict | None = None, shell: str | None = None):
    """Runs a traces command; what it wrote on both outputs."""
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    command = ["sh", "-c", shell] if shell else [binary(), "traces", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, input=stdin or b"", env={**clean, "TZ": "UTC", **(environment or {})}, timeout=100)
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, (done.returncode, err, out[:500])
    return out, err


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A segment of 300 made records, as lines and as a file closed to others in a folder closed to others."""
    folder = tmp_path_factory.mktemp("made") / "cap"
    folder.mkdir(mode=0o700)
    some = list(itertools.islice(records(5), 300))
    path = folder / "hoplens-outer-20261128T000000Z-0001.ndjson"
    path.write_text("".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in some))
    path.chmod(0o600)
    return folder, path, some


def ids(out: str) -> list:
    return [json.loads(line)["id"] for line in out.splitlines()]


def test_a_file_a_folder_standard_input_and_gzip_are_the_same(made):
    folder, path, some = made
    wanted = [record["id"] for record in some]
    packed = path.read_bytes()
    for arguments, stdin in (((path,), None), ((folder,), None), (("-",), packed), (("-",), gzip.compress(packed))):
        out, err = traces("list", *arguments, "--json", "--plain", stdin=stdin)
        assert (ids(out), err) == (wanted, "")


def test_filters_agree_with_what_the_lines_say(made):
    _, path, some = made
    dropped = [r["id"] for r in some if any(e["op"] == "drop" for e in r["request"]["edits"])]
    checks = [
        (["--status", "4xx"], [r["id"] for r in some if 400 <= r["response"]["status"] < 500]),
        (["--status", "500", "--status", "304"], [r["id"] for r in some if r["response"]["status"] in (500, 304)]),
        (["--method", "post", "--node", "inner"], [r["id"] for r in some if r["request"]["method"] == "POST" and r["node"] == "inner"]),
        (["--path", "/wp-json/**/me"], [r["id"] for r in some if "/users/me?" in r["request"]["target"]]),
        (["--fate", "authorization=dropped"], dropped),
        (["--client", some[7]["client"]["address"]], [some[7]["id"]]),
        (["--since", some[100]["time"], "--until", some[200]["time"]], [r["id"] for r in some[100:200]]),
    ]
    for flags, wanted in checks:
        assert wanted, flags
        for mode in ([], ["--plain"]):
            out, _ = traces("list", path, "--json", *flags, *mode)
            assert ids(out) == wanted, flags
    out, _ = traces("list", path, "--json", "--finding", "connection-names-credential")
    assert ids(out) == dropped
    assert all(f["rule"] for line in out.splitlines() for f in json.loads(line)["findings"])


def test_sorting_and_columns(made):
    _, path, some = made
    slowest = sorted(some, key=lambda r: -r["duration_us"])[:5]
    out, _ = traces("list", path, "--sort", "duration", "--limit", 5, "--columns", "id,status")
    assert [line.split() for line in out.splitlines()] == [[r["id"], str(r["response"]["status"])] for r in slowest]
    _, err = traces("list", path, "--columns", "id,statsu", code=2)
    assert "did you mean status?" in err


def test_damaged_lines_are_named_and_skipped(made, tmp_path):
    _, path, some = made
    lines = path.read_text().splitlines()[:6]
    lines[2] = lines[2][:500]
    lines[4] = lines[4].replace('"time":"2026', '"time":"soon')
    broken = tmp_path / "broken.ndjson"
    broken.write_text("\n".join(lines) + "\n" + lines[5][:77])
    out, err = traces("list", broken, "--json", "--plain")
    assert ids(out) == [some[n]["id"] for n in (0, 1, 3, 5)]
    assert f"{broken}:3: left out" in err and f"{broken}:5: left out" in err and f"{broken}:7: the last line is torn" in err


def test_an_exchange_is_shown_by_a_part_of_its_id(made):
    _, path, some = made
    refused = next(r for r in some if r["response"]["status"] == 401)
    out, err = traces("show", refused["id"][-6:], path)
    assert err == ""
    for words in (f"exchange  {refused['id']}", "client→node", "finding   error", "first     ", "evidence  ", "timing    ", "+ Via: 1.1 outer"):
        assert words in out
    _, err = traces("show", some[0]["id"][:4], path, code=2)
    assert "stands for more than one exchange" in err
    _, err = traces("show", "zzzzzz", path, code=2)
    assert "no exchange has an id" in err


def test_counts_are_those_of_the_lines(made):
    _, path, some = made
    out, _ = traces("stats", path, "--json")
    counts = json.loads(out)
    assert counts["exchanges"] == 300
    assert counts["statuses"] == {str(s): sum(r["response"]["status"] == s for r in some) for s in sorted({r["response"]["status"] for r in some})}
    durations = sorted(r["duration_us"] for r in some)
    for percent in (50, 90, 99):
        exact = durations[-(-300 * percent // 100) - 1]
        assert abs(counts["duration_us"][f"p{percent}"] - exact) <= 0.035 * exact
    assert counts["duration_us"]["max"] == durations[-1]
    assert sum(route["exchanges"] for route in counts["routes"]) == 300
    lost = [f for f in counts["fields"] if f["field"] == "Authorization" and f["fate"] == "dropped"]
    assert sum(f["exchanges"] for f in lost) == sum(any(e["op"] == "drop" for e in r["request"]["edits"]) for r in some)


def test_verify_names_what_is_wrong(made, tmp_path):
    folder, path, some = made
    out, _ = traces("verify", folder)
    assert out == "300 records (v1) in 1 file: nothing wrong\n"
    bad = tmp_path / "bad"
    bad.mkdir(mode=0o755)
    record = json.loads(json.dumps(some[0]))
    del record["duration_us"]
    record["request"]["fields"].append({"n": "X-Token", "v": f"Bearer {TOKEN}"})
    gap = {"v": 1, "gap": {"from": some[0]["time"], "to": some[1]["time"], "lost": 7, "why": "No space left on device"}}
    late = json.loads(json.dumps(some[1]))
    late["time"] = "2026-11-27T00:00:00.000000Z"
    segment = bad / "hoplens-outer-20261128T000000Z-0001.ndjson"
    segment.write_text("\n".join(map(json.dumps, (record, gap, late))) + '\n{"v":1,"id":"torn')
    segment.chmod(0o644)
    out, _ = traces("verify", bad, code=1)
    for words in ("mode: ", f"schema: {segment}:1: duration_us: is missing", f"gap: {segment}:2: 7 exchanges", f"order: {segment}:3:",
                  f"torn: {segment}:4:", f"secret: {segment}:1: exchange {record['id']}, request.fields[6] (X-Token)"):
        assert words in out
    assert TOKEN not in out


def test_prune_removes_the_oldest_and_nothing_else(tmp_path):
    folder = tmp_path / "cap"
    folder.mkdir()
    names = [f"hoplens-outer-202611{day}T000000Z-000{n}.ndjson" for n, day in enumerate((20, 22, 24), 1)]
    for name in [*names, "notes.ndjson"]:
        (folder / name).write_bytes(b"x" * 1000)
    out, _ = traces("prune", folder, "--max-disk", 2000, "--dry-run")
    assert names[0] in out and "would be removed" in out and len(list(folder.iterdir())) == 4
    traces("prune", folder, "--max-disk", 2000)
    assert sorted(p.name for p in folder.iterdir()) == sorted([*names[1:], "notes.ndjson"])
    traces("prune", folder, "--older-than", "2026-11-23")
    assert sorted(p.name for p in folder.iterdir()) == sorted([names[2], "notes.ndjson"])


def test_following_prints_what_comes(made, tmp_path):
    _, path, some = made
    lines = path.read_text().splitlines()
    growing = tmp_path / "growing.ndjson"
    growing.write_text(lines[0] + "\n")
    with subprocess.Popen([binary(), "traces", "list", str(growing), "--follow", "--columns", "id"], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().decode().strip() == some[0]["id"]
        with growing.open("a") as file:
            file.write(lines[1][:100])
            file.flush()
            file.write(lines[1][100:] + "\n" + lines[2] + "\n")
        assert [process.stdout.readline().decode().strip() for _ in range(2)] == [some[1]["id"], some[2]["id"]]
        process.terminate()


# --- What leaves, of real traffic.


@pytest.fixture
def real(hoplens, raw_origin, capture):
    """A capture of requests through hoplens, with the bytes that were sent and the origin."""

    def respond(request):
        if request.target == b"/moved":
            return answer(b"", "Location: /new?x=1", "Set-Cookie: sid=a1b2c3d4e5f6g7; Path=/; HttpOnly", status="302 Found")
        if request.target == b"/packed":
            return answer(gzip.compress(b'{"code":"rest_forbidden","message":"Sorry, you may not do this here."}'),
                          "Content-Type: application/json", "Content-Encoding: gzip", status="403 Forbidden")
        if b"Basic" in request.head and b"/me" in request.target:
            return answer(b'{"id":1}', "Content-Type: application/json")
        return answer(b'{"code":"rest_not_logged_in"}', "Content-Type: application/json", status="401 Unauthorized")

    origin = raw_origin(answering=respond)
    front = hoplens(origin, "--capture", capture.directory)
    sent = [
        get("/moved?a=1&b=%20c", "Cookie: one=1; two=2", host="site.test"),
        get("/packed", "Accept-Encoding: gzip", host="site.test"),
        get("/wp-json/wp/v2/users/me", "Authorization: Bearer " + TOKEN, "X-Note: it's \"quoted\" & $HOME", host="site.test"),
        get("/moved", host="site.test"),
    ]
    for data in sent:
        exchange(front.port, data)
    found = capture.wait_for(len(sent))
    assert front.stop() == 0
    return capture.directory, found, sent, origin


def test_a_har_is_valid_and_its_numbers_are_right(real, tmp_path):
    from haralyzer import HarParser

    folder, found, sent, _ = real
    path = tmp_path / "out.har"
    out, err = traces("export", "--har", folder, "-o", path)
    assert (out, err) == ("", "") and path.stat().st_mode & 0o777 == 0o600
    log = json.loads(path.read_text())
    jsonschema.validate(log, SCHEMA)
    entries = log["log"]["entries"]
    assert len(entries) == len(sent)
    for entry, data, record in zip(entries, sent, found):
        assert entry["request"]["headersSize"] == len(data)
        assert entry["request"]["bodySize"] == 0
        timings = entry["timings"]
        parts = [timings[name] for name in ("blocked", "dns", "connect", "send", "wait", "receive") if timings[name] >= 0]
        assert sum(parts) == pytest.approx(entry["time"], abs=0.002)
        assert entry["time"] == pytest.approx(record["duration_us"] / 1000)
    moved, packed, asked, again = entries
    assert moved["request"]["url"] == "http://site.test/moved?a=1&b=%20c"
    assert moved["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": " c"}]
    assert [c["name"] for c in moved["request"]["cookies"]] == ["one", "two"]
    assert again["response"]["redirectURL"] == "/new?x=1"
    cookie = again["response"]["cookies"][0]
    assert cookie["name"] == "sid" and cookie["httpOnly"] is True and cookie["path"] == "/" and "a1b2" not in cookie["value"]
    plain = b'{"code":"rest_forbidden","message":"Sorry, you may not do this here."}'
    assert packed["response"]["content"]["size"] == len(plain)
    assert packed["response"]["bodySize"] - packed["response"]["content"]["size"] == -packed["response"]["content"]["compression"]
    assert TOKEN not in path.read_text()
    parser = HarParser(log)
    assert [e["response"]["status"] for e in parser.har_data["entries"]] == [401, 403, 401, 302]
    # And back again: judged like a capture.
    back, notes = traces("import", "--har", path)
    listed, _ = traces("list", "-", "--json", stdin=back.encode())
    assert [json.loads(line)["response"]["status"] for line in listed.splitlines()] == [401, 403, 401, 302]
    _, err = traces("export", "--har", folder, "-o", path, code=2)
    assert "exists already" in err


def test_curl_sends_the_same_again_with_the_secret_from_the_environment(real):
    folder, found, sent, origin = real
    record = found[2]
    command, err = traces("export", "--curl", record["id"], folder)
    assert err == "" and TOKEN not in command and "--connect-to" in command
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert done.returncode != 0 and "HOPLENS_TOKEN" in done.stderr
    before = len(origin.requests)
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env={"PATH": os.environ["PATH"], "HOPLENS_TOKEN": TOKEN})
    assert done.returncode == 0 and "401 Unauthorized" in done.stdout
    again = origin.wait_for_requests(before + 1)[-1]
    lines = set(again.head.split(b"\r\n")[1:])
    wanted = set(sent[2].split(b"\r\n")[1:])
    assert wanted <= lines | {b"Host: site.test"}, again.head
    assert not [line for line in lines - wanted if not line.lower().startswith(b"host:")]


def test_markdown_has_the_ledger_and_ends_no_fence_early(real):
    folder, found, _, _ = real
    text, _ = traces("export", "--markdown", found[2]["id"], folder)
    assert text.startswith("### 401 for `GET /wp-json/wp/v2/users/me`")
    assert "| request | client→node | node→origin |" in text and TOKEN not in text
    assert text.count("```") % 2 == 0


def test_a_replay_shows_old_and_new_and_sends_no_mark(real):
    folder, found, _, origin = real
    record = found[2]
    before = len(origin.requests)
    _, err = traces("replay", record["id"], folder, "--to", origin.url, code=2)
    assert "is not sent: the values of Authorization were secret" in err
    out, _ = traces("replay", record["id"], folder, "--to", origin.url, "--user-env", "LOGIN", environment={"LOGIN": "editor:" + PASSWORD})
    assert len(origin.requests) == before + 1
    assert "401" in out and "200" in out and "captured" in out
    assert "‹" not in origin.requests[-1].head.decode("latin-1") and PASSWORD not in out
    out, _ = traces("diff", found[1]["id"], found[2]["id"], folder, code=1)
    assert "request target" in out and "403" in out and "401" in out


def test_only_safe_methods_are_replayed(hoplens, raw_origin, capture):
    origin = raw_origin()
    front = hoplens(origin, "--capture", capture.directory)
    exchange(front.port, get("/x", method="DELETE"))
    record = capture.wait_for(1)[0]
    front.stop()
    _, err = traces("replay", record["id"], capture.directory, "--to", origin.url, code=2)
    assert "may change something" in err and len(origin.requests) == 1
    traces("replay", record["id"], capture.directory, "--to", origin.url, "--allow-unsafe")
    assert len(origin.requests) == 2


@pytest.mark.parametrize("form", [["--har"], ["--curl", "ID"], ["--markdown", "ID"]])
def test_a_secret_stops_every_export_with_its_place(made, tmp_path, form):
    record = json.loads(json.dumps(made[2][0]))
    record["response"]["fields"].append({"n": "X-Debug", "v": f"token={TOKEN}"})
    path = tmp_path / "bad.ndjson"
    path.write_text(json.dumps(record) + "\n")
    out, err = traces("export", *[record["id"] if word == "ID" else word for word in form], path, code=1)
    assert out == "" and f"exchange {record['id']}, response.fields[7] (X-Debug): a JWT" in err and TOKEN not in err


# --- Size.


def test_a_large_capture_is_walked_through_in_constant_memory(tmp_path):
    """24 MiB here; README has the figures of 2 GiB. What is left out by its bytes is what the full filter leaves out."""
    path = tmp_path / "large.ndjson"
    count = write(path, 24 << 20)

    def run(*arguments):
        """How many lines a command prints of the capture on its standard input; it is measured before it sees the end."""
        start, most = time.monotonic(), []
        with subprocess.Popen(
            [binary(), "traces", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:

            def feed():
                with process.stdin, path.open("rb") as capture:
                    shutil.copyfileobj(capture, process.stdin)
                    process.stdin.flush()
                    status = Path(f"/proc/{process.pid}/status").read_text()
                    most.extend(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))

            feeding = threading.Thread(target=feed)
            feeding.start()
            lines = sum(1 for _ in process.stdout)
            feeding.join()
        assert process.returncode == 0
        print(f"{' '.join(arguments)}: {lines} lines, {most} KiB at most, {time.monotonic() - start:.1f} s")
        assert 0 < most[0] < 40 << 10, "KiB"
        return lines

    assert run("list", "-", "--plain", "--columns", "id") == count
    some = run("list", "-", "--plain", "--status", "500", "--columns", "id")
    assert some == run("list", "-", "--plain", "--status", "500", "--columns", "id,credential")
    assert 0 < some < count // 10
    assert run("list", "-", "--plain", "--status", "500", "--fate", "authorization=dropped", "--json") < some
