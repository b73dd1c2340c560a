"""What the kernel knows: cores, CPU time and memory of processes, and what else keeps the machine busy."""

from __future__ import annotations

import os
import platform
import re
import resource
import time
from contextlib import contextmanager
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0))
#: Where the origin, the load and this driver run; and where the proxy under test runs.
LOAD_CORE, PROXY_CORE = {CORES[0]}, {CORES[-1]}
BOTH_CORES = {CORES[0], CORES[-1]}


@contextmanager
def on(cores: set):
    """Children started inside run on these cores; the driver itself goes back to its own afterwards."""
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, LOAD_CORE)


def raise_descriptor_limit(wanted: int):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def tree(pid: int) -> list:
    """The process and everything below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found += tree(int(child))
        except OSError:
            continue  # The thread ended while we looked.
    return found


def cpu_seconds(pids: list) -> float:
    """User and system time of all threads, ended ones too, to the nanosecond (/proc counts in steps of 10 ms)."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def user_and_system(pids: list) -> tuple:
    """The same in the kernel's two parts, coarse: good enough for the ratio of the two."""
    tick = os.sysconf("SC_CLK_TCK")
    user = system = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        user, system = user + int(fields[11]), system + int(fields[12])
    return user / tick, system / tick


def resident_kib(pids: list) -> int:
    """Resident memory with pages that processes share counted once."""
    total = 0
    for pid in pids:
        try:
            found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        except PermissionError:
            found = None
        total += int(found[1]) if found else rss_kib(pid)
    return total


def rss_kib(pid: int) -> int:
    return int(re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def busy_share(seconds: float = 0.5) -> float:
    """How much of the machine somebody else is using now, 0 to 1."""

    def read():
        numbers = [int(n) for n in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]

    total, idle = read()
    time.sleep(seconds)
    total_after, idle_after = read()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def description() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) >> 20
    return (
        f"{len(CORES)} cores {model[1] if model else platform.machine()}, {memory} GiB, "
        f"Linux {platform.release()}, {time.strftime('%Y-%m-%d')}"
    )
