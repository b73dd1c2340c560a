"""The queries under configs/queries on a capture, in DuckDB and in ClickHouse (chdb), against counts made here."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from support.large_capture import records

QUERIES = Path(__file__).resolve().parents[2] / "configs" / "queries"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    """A folder with `cap` in it: two segments, a notice, a torn line."""
    folder = tmp_path_factory.mktemp("queries")
    (folder / "cap").mkdir()
    lines = [json.dumps(record, ensure_ascii=False) for record in itertools.islice(records(11), 2000)]
    gap = {"v": 1, "gap": {"from": "2026-11-28T00:00:00.000000Z", "to": "2026-11-28T00:00:01.000000Z", "lost": 3, "why": "full"}}
    (folder / "cap" / "hoplens-outer-20261128T000000Z-0001.ndjson").write_text("\n".join(lines[:1200] + [json.dumps(gap)]) + "\n")
    (folder / "cap" / "hoplens-outer-20261128T000020Z-0002.ndjson").write_text("\n".join(lines[1200:]) + "\n" + lines[0][:200])
    return folder


def statements(name: str):
    """The preparations, and the queries by name."""
    text = (QUERIES / name).read_text()
    parts = re.split(r"^-- query: (\w+)$", text, flags=re.M)
    prepare = [s for s in re.split(r";\s*$", re.sub(r"^--.*$", "", parts[0], flags=re.M), flags=re.M) if s.strip()]
    return prepare, dict(zip(parts[1::2], (re.sub(r"^--.*$", "", p, flags=re.M).strip().rstrip(";") for p in parts[2::2])))


def duckdb_rows(capture, names):
    import duckdb

    prepare, queries = statements("duckdb.sql")
    home = os.getcwd()
    os.chdir(capture)
    try:
        base = duckdb.connect()
        for statement in prepare:
            base.execute(statement)
        return {name: base.execute(queries[name]).fetchall() for name in names}
    finally:
        os.chdir(home)


CHDB = """
import json, sys
from chdb import session
prepare, queries = json.load(sys.stdin)
base = session.Session()
for statement in prepare: base.query(statement)
print(json.dumps({name: json.loads(str(base.query(sql, "JSONCompact")))["data"] for name, sql in queries.items()}))
"""


def chdb_rows(capture, names):
    """In a process of its own: the engine takes over signals and memory."""
    prepare, queries = statements("clickhouse.sql")
    prepare = ["CREATE DATABASE IF NOT EXISTS hop", "USE hop"] + prepare
    done = subprocess.run(
        [sys.executable, "-c", CHDB], input=json.dumps([prepare, {name: queries[name] for name in names}]),
        cwd=capture, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def expected(capture):
    died, refused, asked, with_credential = Counter(), Counter(), Counter(), Counter()
    prints = defaultdict(lambda: [0, 0])
    durations = defaultdict(list)
    for record in itertools.islice(records(11), 2000):
        route = re.sub(r"/[0-9]+", "/*", record["request"]["target"].split("?")[0])
        hour = record["time"][:13]
        for edit in record["request"]["edits"] + record["response"]["edits"]:
            if edit["op"] == "drop" and edit["why"] != "hop-by-hop":
                died[(hour, record["node"], route, edit["n"].lower(), edit["why"])] += 1
        status = record["response"]["status"]
        asked[(hour, route)] += 1
        if status in (401, 403):
            refused[(hour, route)] += 1
            with_credential[(hour, route)] += 1
        print_ = record["request"]["fields"][3]["fp"]
        prints[print_][0] += status < 400
        prints[print_][1] += status in (401, 403)
        durations[route].append(record["duration_us"])
    return died, asked, refused, with_credential, prints, durations


def hour(value) -> str:
    return str(value).replace(" ", "T")[:13]


@pytest.mark.parametrize("engine", [duckdb_rows, chdb_rows])
def test_the_queries_answer_what_was_captured(capture, engine):
    died, asked, refused, with_credential, prints, durations = expected(capture)
    rows = engine(capture, ["fields_that_die", "refusals", "credentials", "slow"])
    assert {(hour(r[0]), r[1], r[2], r[3], r[4]): int(r[5]) for r in rows["fields_that_die"]} == dict(died)
    assert {(hour(r[0]), r[1]): tuple(map(int, r[2:])) for r in rows["refusals"]} == {
        key: (asked[key], count, with_credential[key]) for key, count in refused.items()}
    assert {r[0]: (int(r[2]), int(r[3])) for r in rows["credentials"]} == {
        key: (good, bad) for key, (good, bad) in prints.items() if good and bad}
    assert {r[0]: (int(r[1]), int(r[4])) for r in rows["slow"]} == {
        route: (len(times), max(times)) for route, times in durations.items()}


def test_spark_reads_the_same_queries(capture):
    """No Spark here: its own dialect is parsed, and the queries are the same ones by name."""
    import sqlglot

    prepare, queries = statements("spark.sql")
    assert set(queries) == set(statements("duckdb.sql")[1]) == set(statements("clickhouse.sql")[1])
    for statement in [*prepare, *queries.values()]:
        parsed = sqlglot.parse(statement, read="spark", error_level=sqlglot.ErrorLevel.RAISE)
        assert len(parsed) == 1
    with pytest.raises(sqlglot.errors.ParseError):
        sqlglot.parse(queries["slow"].replace("GROUP BY", "GROUP GROUP"), read="spark", error_level=sqlglot.ErrorLevel.RAISE)
