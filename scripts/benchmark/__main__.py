"""Runs the work loads and prints what they cost; `scripts/bench --help` says how."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Peers"))

from support.certificates import Certificates  # noqa: E402
from support.programs import find, run  # noqa: E402

from . import machine, report, workloads  # noqa: E402
from .contestants import Bench  # noqa: E402

SPECIAL = {
    "idle": "4,000 idle kept connections",
    "slow-reader": "512 MiB to a reader that pauses",
    "start": "start to listening, and memory when idle",
    "allocations": "allocations with capture on, kept connections",
    "scan": "scan of traces",
}
TITLES = {**{name: work.title for name, work in workloads.WORKLOADS.items()}, **SPECIAL}


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="What hoplens costs beside nginx, HAProxy and mitmdump: CPU time of the proxy's processes per "
        "request, with origin and load on one core and the proxy on the other, in paired rounds. The exit status is 1 "
        "when a budget does not hold or a row is void.",
        epilog=f"Work loads: {' '.join([*workloads.WORKLOADS, *SPECIAL])}. Contestants: hoplens (capture on, "
        "--quiet), hoplens-plain (no capture), hoplens-live (capture, and a line an exchange to a file), baseline "
        "(another binary, as hoplens), nginx, haproxy and their -log forms (JSON log of the same fields), haproxy-tcp "
        "(bare relay), haproxy-splice, mitmdump (writes its flows).",
    )
    parser.add_argument("--quick", action="store_true", help="fewer work loads, contestants and rounds: 2 minutes")
    parser.add_argument("--workload", action="append", metavar="NAME", choices=[*workloads.WORKLOADS, *SPECIAL])
    parser.add_argument("--contestant", action="append", metavar="NAME", help="only these; hoplens is always there")
    parser.add_argument("--rounds", type=int, metavar="N")
    parser.add_argument("--seconds", type=float, metavar="S", help="how long each contestant is loaded in a round")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/hoplens", metavar="FILE")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="another hoplens that takes part everywhere")
    parser.add_argument(
        "--markdown", action="store_true", help="print the README's tables, and the others on standard error"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round of everything there")
    parser.add_argument("--no-budget", action="store_true", help="do not judge")
    return parser.parse_args()


def versions(binary: Path) -> str:
    def first_line(*command) -> str:
        done = run(*command)
        return (done.stdout + done.stderr).decode().splitlines()[0]

    haproxy = first_line(find("haproxy"), "-v").split()[2].split("-")[0]
    nginx = first_line(find("nginx"), "-v").rpartition("/")[2]
    return f"nginx {nginx}, HAProxy {haproxy}, {first_line(binary, '--version')}"


def main() -> int:
    options = arguments()
    began = time.monotonic()
    rounds = options.rounds or (3 if options.quick else 5)
    chosen = options.workload or [
        name
        for name in [*workloads.WORKLOADS, *SPECIAL]
        if not options.quick or name in SPECIAL or workloads.WORKLOADS[name].quick
    ]

    def contestants(names: tuple) -> list:
        names = [n for n in names if not options.contestant or n == "hoplens" or n in options.contestant]
        return names + (["baseline"] if options.baseline else [])

    busy = machine.busy_share()
    machine.raise_descriptor_limit(20000)
    os.sched_setaffinity(0, machine.LOAD_CORE)
    print(f"{machine.description()}; {versions(options.binary)}; {rounds} rounds")
    if busy > 0.1:
        print(f"NOTE: {busy:.0%} of the machine was in use before this began; ratios hold better than times.")
    results = {}
    details = sys.stderr if options.markdown else sys.stdout
    with tempfile.TemporaryDirectory(prefix="hoplens-bench-") as folder:
        bench = Bench(
            Path(folder),
            Certificates(Path(folder) / "certificates"),
            options.binary,
            options.baseline,
            ROOT / ".build-bench",
        )
        try:
            for name in chosen:
                results[name] = measure(bench, name, contestants, rounds, options)
                if results[name]:
                    print(report.section(TITLES[name], results[name]), file=details, flush=True)
        finally:
            bench.origin.stop()
    found = report.budgets(results)
    if options.json:
        rows = {name: {**r, "rows": [row.as_json() for row in r.get("rows", [])]} for name, r in results.items() if r}
        options.json.write_text(
            json.dumps({"machine": machine.description(), "busy_before": busy, "results": rows}, indent=1)
        )
    if options.markdown:
        print("\n" + report.summary(results, TITLES))
    if found and not options.no_budget:
        print(report.closing(found, options.markdown))
    print(f"\n{time.monotonic() - began:.0f} s")
    broken = any(row.errors for r in results.values() if r for row in r.get("rows", []))
    broken = broken or any(one["errors"] for r in results.values() if r for one in r.get("figures", {}).values())
    return 1 if broken or (not options.no_budget and any(b.holds is False for b in found)) else 0


def measure(bench: Bench, name: str, contestants, rounds: int, options) -> dict:
    quick = options.quick
    if name == "idle":
        names = contestants(("hoplens", "nginx", "haproxy"))
        return {"figures": workloads.idle_memory(bench, names, 1000 if quick else 4000)}
    if name == "slow-reader":
        return {
            "figures": workloads.slow_reader(
                bench, contestants(("hoplens",) if quick else ("hoplens", "nginx", "haproxy"))
            )
        }
    if name == "start":
        return {"figures": workloads.start(bench, contestants(("hoplens", "nginx", "haproxy")), 5 if quick else 11)}
    if name == "allocations":
        return {"figures": workloads.allocations(bench)}
    if name == "scan":
        program = ROOT / ".build/release/Bench"
        if not program.exists():
            print(
                "NOTE: no scan, because Bench is not built: swift build -c release --product Bench --static-swift-stdlib"
            )
            return {}
        return {"figures": workloads.scan(program, 60_000, 3 if quick else 7)}
    work = workloads.WORKLOADS[name]
    names = contestants((work.quick if quick and work.quick else work.contestants))
    seconds = options.seconds or (0.7 if quick else work.seconds)
    return {"rows": workloads.run_loaded(bench, work, names, rounds, seconds)}


sys.exit(main())
