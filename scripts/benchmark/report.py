"""Tables for people, Markdown for the README, and the verdict on the budgets."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from .workloads import Row, ratios


@dataclass
class Budget:
    """One promise: what, how much at most (or at least), and what was measured."""

    what: str
    limit: float
    measured: float | None
    spread: str = ""
    unit: str = "×"
    at_least: bool = False

    @property
    def holds(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def cells(self) -> list:
        verdict = {True: "yes", False: "NO", None: "void"}[self.holds]
        measured = "–" if self.measured is None else f"{self.measured:.2f} {self.unit}{self.spread}"
        return [self.what, f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}", measured, verdict]


def against(row: Row | None, peer: Row | None) -> tuple:
    """Median of the paired ratios and their range; nothing when a row is missing or void."""
    if not row or not peer or row.errors or peer.errors or not ratios(row, peer):
        return None, ""
    values = ratios(row, peer)
    return statistics.median(values), f" ({min(values):.2f}–{max(values):.2f})"


def budgets(results: dict) -> list:
    """The promises of which this run measured both sides."""
    found = []

    def ratio(what: str, work: str, peer: str, limit: float, at_least: bool = False):
        rows = {row.contestant: row for row in results.get(work, {}).get("rows", [])}
        if "hoplens" in rows and peer in rows:
            ours, theirs = rows["hoplens"], rows[peer]
            measured = against(theirs, ours) if at_least else against(ours, theirs)
            found.append(Budget(what, limit, *measured, at_least=at_least))

    def figure(what: str, work: str, key: str, limit: float, unit: str, scale: float = 1, at_least: bool = False):
        one = results.get(work, {}).get("figures", {}).get("hoplens")
        if one:
            value = None if one["errors"] else one[key] / scale
            found.append(Budget(what, limit, value, unit=unit, at_least=at_least))

    ratio("small JSON, capture on: CPU against nginx with a JSON log", "json", "nginx-log", 0.90)
    ratio("… against nginx without a log", "json", "nginx", 1.0)
    ratio("… against HAProxy as a bare TCP relay", "json", "haproxy-tcp", 1.20)
    ratio("… how much cheaper than mitmdump -w", "json", "mitmdump", 60, at_least=True)
    ratio("1 MiB body: CPU against HAProxy with splice", "body", "haproxy-splice", 1.05)
    ratio("new connection per request: CPU against nginx", "close", "nginx", 1.0)
    ratio("TLS to the origin: CPU against nginx", "tls-origin", "nginx", 1.05)
    figure("memory of an idle kept connection", "idle", "kib", 1.5, "KiB")
    # Not 0: wrk opens its connections anew, and an array may grow late. The exact count is a test's (test_allocations).
    figure("allocations for each exchange, on the loop's thread", "allocations", "loop", 0.05, "")
    figure("start to listening", "start", "ms", 10, "ms")
    figure("resident memory when idle", "start", "resident_kib", 15, "MiB", 1024)
    figure("more memory with 512 MiB and a slow reader", "slow-reader", "more_kib", 4, "MiB", 1024)
    figure("scan of traces", "scan", "mb_per_second", 200, "MB/s", at_least=True)
    return found


def void(errors: dict) -> str:
    return "VOID: " + ", ".join(f"{count} {what}" for what, count in errors.items())


def load_table(rows: list) -> list:
    """Head and lines of one work load's table."""
    ours = next((row for row in rows if row.contestant == "hoplens"), None)
    lines = [["", "CPU µs/request", "of it user", "requests/s", "p50 µs", "p99 µs", "resident MiB", "hoplens is"]]
    for row in rows:
        if row.errors:
            lines.append([row.contestant, void(row.errors), "", "", "", "", "", ""])
            continue
        cpus = [r["cpu_us"] for r in row.rounds]
        measured, spread = (None, "") if row is ours else against(ours, row)
        lines.append([
            row.contestant,
            f"{statistics.median(cpus):.1f} ({min(cpus):.1f}–{max(cpus):.1f})",
            f"{row.median('user_share') * 100:.0f} %",
            f"{row.median('per_second'):,.0f}",
            f"{row.median('p50_us'):,.0f}",
            f"{row.median('p99_us'):,.0f}",
            f"{row.resident_kib / 1024:.1f}",
            "" if measured is None else f"{measured:.2f} ×{spread}",
        ])  # fmt: skip
    return lines


def figure_table(figures: dict) -> list:
    """The same for measurements that are no requests: one column a figure."""
    names = [key for key in next(iter(figures.values())) if key != "errors"]
    heads = {
        "kib": "KiB/connection",
        "resident_kib": "resident KiB",
        "more_kib": "KiB more",
        "before_kib": "KiB before",
        "loop": "loop, each exchange",
        "capture": "capture, each exchange",
        "ms": "ms",
        "slowest_ms": "slowest ms",
        "mb_per_second": "MB/s",
    }
    lines = [["", *(heads.get(name, name) for name in names)]]
    for contestant, one in figures.items():
        if one["errors"]:
            lines.append([contestant, void(one["errors"]), *[""] * (len(names) - 1)])
        else:
            lines.append([contestant, *(f"{one[name]:,.2f}" for name in names)])
    return lines


def render(lines: list, markdown: bool) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]

    def row(line: list) -> str:
        cells = [cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths))]
        return "| " + " | ".join(cells) + " |" if markdown else ("  " + "  ".join(cells)).rstrip()

    text = [row(line) for line in lines]
    if markdown:
        text.insert(1, "|" + "|".join("-" * (w + 1) + (" " if i == 0 else ":") for i, w in enumerate(widths)) + "|")
        text[1] = text[1].replace(" |", "-|")
    return "\n".join(text)


def section(title: str, result: dict) -> str:
    lines = load_table(result["rows"]) if "rows" in result else figure_table(result["figures"])
    return f"\n{title}\n" + render(lines, False)


#: The columns of the README's table.
COLUMNS = {
    "hoplens": "hoplens",
    "hoplens-plain": "without capture",
    "nginx": "nginx",
    "nginx-log": "nginx, JSON log",
    "haproxy": "HAProxy",
    "haproxy-log": "HAProxy, JSON log",
    "haproxy-tcp": "TCP relay",
    "mitmdump": "mitmdump -w",
}


def summary(results: dict, titles: dict) -> str:
    """One line a work load: CPU µs per request of everybody, the median of the rounds; requests/s of hoplens."""
    lines = [["CPU µs per request", *COLUMNS.values(), "hoplens requests/s"]]
    for name, result in results.items():
        rows = {row.contestant: row for row in result.get("rows", [])}
        if not rows:
            continue
        cells = [
            "–" if one not in rows else "void" if rows[one].errors else f"{rows[one].median('cpu_us'):,.1f}"
            for one in COLUMNS
        ]
        rate = f"{rows['hoplens'].median('per_second'):,.0f}" if not rows["hoplens"].errors else "void"
        lines.append([titles[name], *cells, rate])
    return render(lines, True) + "\n" if len(lines) > 1 else ""


def closing(found: list, markdown: bool) -> str:
    lines = [["budget", "goal", "measured", "holds"], *(budget.cells() for budget in found)]
    return ("" if markdown else "\n") + render(lines, markdown)
