"""The work loads, and the rounds in which the contestants take turns.

In a round every contestant is loaded once, one after the other, in an order that rotates from round to round; ratios
are made inside a round and their median is what counts, so a machine that gets slower or faster meanwhile hurts
nobody's comparison. Each contestant warms up once before its first round.
"""

from __future__ import annotations

import re
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from support.allocations import Allocations, build

from . import machine
from .contestants import Bench, Scene
from .load import IdleConnections, Load, read_slowly, wrk

PEERS = ("nginx", "nginx-log", "haproxy", "haproxy-log")
OURS = ("hoplens", "hoplens-plain")
#: Seconds that a slow contestant needs at least.
SLOW = {"mitmdump": 2.5}


@dataclass(frozen=True)
class Loaded:
    """A work load that wrk makes."""

    title: str
    contestants: tuple
    load: Load = Load()
    scene: Scene = Scene()
    seconds: float = 1.2
    #: Also in a quick run, with these contestants.
    quick: tuple = ()


WORKLOADS = {
    "json": Loaded(
        "small JSON, 64 kept connections",
        (*OURS, "hoplens-live", *PEERS, "haproxy-tcp", "mitmdump"),
        quick=(*OURS, "nginx", "nginx-log", "haproxy", "haproxy-tcp", "mitmdump"),
    ),
    "body": Loaded(
        "1 MiB body",
        (*OURS, "nginx", "haproxy", "haproxy-splice", "haproxy-tcp"),
        Load("/body", body=1 << 20),
        quick=("hoplens", "nginx", "haproxy", "haproxy-splice"),
    ),
    "close": Loaded(
        "new connection per request",
        (*OURS, "nginx", "nginx-log", "haproxy", "haproxy-log"),
        Load(close=True),
        quick=("hoplens", "nginx", "haproxy"),
    ),
    "tls-origin": Loaded(
        "TLS to the origin, kept connections",
        (*OURS, *PEERS),
        scene=Scene(tls_origin=True),
        quick=("hoplens", "nginx", "haproxy"),
    ),
    "tls-client": Loaded("TLS from the client, kept connections", (*OURS, *PEERS), scene=Scene(tls_client=True)),
    "tls-handshakes": Loaded(
        "TLS from the client, new connection per request",
        (*OURS, "nginx", "haproxy"),
        Load(close=True),
        Scene(tls_client=True),
    ),
    "one": Loaded("small JSON, 1 connection", (*OURS, *PEERS, "haproxy-tcp"), Load(connections=1)),
    "thousand": Loaded("small JSON, 1,000 connections", (*OURS, *PEERS, "haproxy-tcp"), Load(connections=1000)),
    "upload": Loaded("chunked upload, 64 KiB in 16 chunks", (*OURS, "nginx", "haproxy"), Load("/upload", chunked=True)),
    "one-loop": Loaded(
        "1 loop, both cores for everybody", ("hoplens", "nginx-log", "haproxy-log"), scene=Scene(spread=True)
    ),
    "two-loops": Loaded(
        "2 loops on 2 cores, which load and origin share",
        ("hoplens", "nginx-log", "haproxy-log"),
        scene=Scene(workers=2, spread=True),
    ),
}


@dataclass
class Row:
    """What all rounds of one contestant said."""

    contestant: str
    rounds: list = field(default_factory=list)
    resident_kib: int = 0
    answered: int = 0
    errors: dict = field(default_factory=dict)

    def median(self, key: str) -> float:
        return statistics.median(r[key] for r in self.rounds)

    def as_json(self) -> dict:
        return {
            "contestant": self.contestant,
            "rounds": self.rounds,
            "resident_kib": self.resident_kib,
            "errors": self.errors,
        }


def run_loaded(bench: Bench, work: Loaded, names: list, rounds: int, seconds: float) -> list:
    rows = {name: Row(name) for name in names}
    running = {name: bench.start(name, work.scene) for name in names}
    try:
        if work.scene.spread:
            bench.origin.spread(machine.BOTH_CORES)
        for name in names:
            rows[name].answered = wrk(running[name].url, work.load, 0.3).requests
        for turn in range(rounds):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                measure(rows[name], running[name], work, max(seconds, SLOW.get(name, 0)))
    finally:
        for name, one in running.items():
            records = bench.stop(one)
            if records is not None and records < rows[name].answered:
                # A capture that loses records would be a cheap one.
                rows[name].errors["records lost"] = rows[name].answered - records
        bench.origin.spread(machine.LOAD_CORE)
    return list(rows.values())


def measure(row: Row, running, work: Loaded, seconds: float):
    """One turn: CPU time of the contestant's processes across one run of the load."""
    cpu, (user, system) = machine.cpu_seconds(running.pids), machine.user_and_system(running.pids)
    with machine.on(machine.BOTH_CORES if work.scene.spread else machine.LOAD_CORE):
        figures = wrk(running.url, work.load, seconds)
    cpu = machine.cpu_seconds(running.pids) - cpu
    user_after, system_after = machine.user_and_system(running.pids)
    ticks = max(0.01, user_after - user + system_after - system)
    for what, count in figures.errors.items():
        row.errors[what] = row.errors.get(what, 0) + count
    row.answered += figures.requests
    row.resident_kib = max(row.resident_kib, machine.resident_kib(running.pids))
    row.rounds.append({
        "cpu_us": cpu * 1e6 / max(1, figures.requests),
        "user_share": (user_after - user) / ticks,
        "per_second": figures.requests / figures.seconds,
        "p50_us": figures.p50,
        "p99_us": figures.p99,
        "requests": figures.requests,
    })  # fmt: skip


def ratios(row: Row, peer: Row) -> list:
    """CPU per request of `row` over that of `peer`, one for each round."""
    return [ours["cpu_us"] / theirs["cpu_us"] for ours, theirs in zip(row.rounds, peer.rounds) if theirs["cpu_us"]]


def idle_memory(bench: Bench, names: list, count: int) -> dict:
    """KiB per idle kept connection, and how many of them stayed open."""
    found = {}
    for name in names:
        running = bench.start(name, Scene())
        clients = IdleConnections(running.port)
        try:
            clients.open(100)
            time.sleep(0.3)
            before = machine.resident_kib(running.pids)
            clients.open(count)
            time.sleep(0.5)
            after = machine.resident_kib(running.pids)
            lost = clients.failed + count + 100 - clients.still_open()
            found[name] = {
                "kib": (after - before) / count,
                "resident_kib": after,
                "errors": {"lost": lost} if lost else {},
            }
        finally:
            clients.close()
            bench.stop(running)
    return found


def slow_reader(bench: Bench, names: list) -> dict:
    """How much more memory a proxy holds while 512 MiB pass to a client that pauses."""
    found = {}
    for name in names:
        running = bench.start(name, Scene())
        try:
            wrk(running.url, Load(), 0.3)
            before = machine.resident_kib(running.pids)
            most = [before]
            size = read_slowly(running.port, "/large", lambda: most.append(machine.resident_kib(running.pids)))
            errors = {} if size == 512 << 20 else {"short bodies": 1}
            found[name] = {"more_kib": max(most) - before, "before_kib": before, "errors": errors}
        finally:
            bench.stop(running)
    return found


def start(bench: Bench, names: list, times: int) -> dict:
    """Milliseconds from starting the program to the first accepted connection, and resident KiB when idle."""
    found = {}
    for name in names:
        seconds, resident = [], []
        for _ in range(times):
            command, port, _ = bench.prepare(name, Scene())
            with machine.on(machine.PROXY_CORE):
                began = time.perf_counter()
                process = subprocess.Popen(
                    [str(p) for p in command],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                if time.perf_counter() - began > 20:
                    break
                time.sleep(0.0002)
            seconds.append(time.perf_counter() - began)
            time.sleep(0.3)
            resident.append(sum(machine.rss_kib(pid) for pid in machine.tree(process.pid)))
            process.terminate()
            process.wait()
        found[name] = {
            "ms": statistics.median(seconds) * 1000,
            "slowest_ms": max(seconds) * 1000,
            "resident_kib": max(resident),
            "errors": {},
        }
    return found


def allocations(bench: Bench) -> dict:
    """Allocations for each exchange on kept connections: of the loop's thread, and of the capture's."""
    counter = Allocations(bench.directory, build(bench.directory))
    running = bench.start("hoplens", Scene(), counter.environment)
    try:
        wrk(running.url, Load(connections=8), 0.5)
        before = counter.by_thread(running.pids[0])
        figures = wrk(running.url, Load(connections=8), 1.5)
        after = counter.by_thread(running.pids[0])
    finally:
        bench.stop(running)
    each = {name: (after[name] - before.get(name, 0)) / max(1, figures.requests) for name in ("loop-0", "capture")}
    return {"hoplens": {"loop": each["loop-0"], "capture": each["capture"], "errors": figures.errors}}


def scan(program: Path, lines: int, times: int) -> dict:
    """How fast trace lines are read from memory by the reader all commands use, on one core (the program Bench)."""
    rates = []
    for _ in range(times):
        with machine.on(machine.PROXY_CORE):
            done = subprocess.run([program, "scan", str(lines)], capture_output=True, text=True, timeout=120)
        found = re.search(r"(\d+) MB/s", done.stdout)
        if done.returncode or not found:
            return {"hoplens": {"mb_per_second": 0, "errors": {"lines not read": 1}}}
        rates.append(int(found[1]))
    return {"hoplens": {"mb_per_second": statistics.median(rates), "errors": {}}}
