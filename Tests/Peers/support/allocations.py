"""Counting the allocations of a running proxy, thread by thread, from outside (allocations.c does the counting)."""

from __future__ import annotations

import bisect
import mmap
import re
import shutil
import struct
from collections import Counter
from pathlib import Path

from .programs import clean_environment, run

_HEAD, _SLOT, _SLOTS = struct.Struct("4q"), struct.Struct("4q"), 255


def build(directory: Path) -> Path:
    """The library to preload, made by whichever C compiler is there: the Swift toolchain brings one."""
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        beside = Path(shutil.which("swift") or "/opt/swift/usr/bin/swift").resolve().with_name("clang")
        assert beside.exists(), "no C compiler: the Swift toolchain's clang should stand beside swift"
        compiler = str(beside)
    library = directory / "allocations.so"
    source = Path(__file__).with_name("allocations.c")
    done = run(compiler, "-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source)
    assert done.returncode == 0, done.stderr.decode()
    return library


class Allocations:
    """The counts of one process: start it with `environment`, then look."""

    def __init__(self, directory: Path, library: Path):
        self.file = directory / "allocations"
        self.file.unlink(missing_ok=True)
        self.file.write_bytes(bytes(_HEAD.size + _SLOT.size * _SLOTS))
        Path(f"{self.file}.stacks").write_bytes(b"")
        self.environment = clean_environment(LD_PRELOAD=str(library), HOPLENS_ALLOCATIONS=str(self.file))
        with open(self.file, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def by_thread(self, pid: int) -> dict:
        """Allocations so far by the thread's name; threads with one name are added up."""
        _, used, *_ = _HEAD.unpack_from(self._map)
        assert used, "the process counts nothing: is it linked statically?"
        found: Counter = Counter()
        for index in range(min(used, _SLOTS)):
            thread, count, *_ = _SLOT.unpack_from(self._map, _HEAD.size + index * _SLOT.size)
            try:
                name = Path(f"/proc/{pid}/task/{thread}/comm").read_text().strip()
            except OSError:
                name = "ended"
            found["main" if thread == pid else name] += count
        return found

    def total(self) -> int:
        """All threads together, also when the process has ended."""
        return sum(_SLOT.unpack_from(self._map, _HEAD.size + index * _SLOT.size)[1] for index in range(_SLOTS))

    def trace(self, every: int):
        """From now on every so-manieth allocation of a thread leaves its stack; 0 ends it."""
        struct.pack_into("q", self._map, 0, every)

    def stacks(self, pid: int, most: int = 12) -> str:
        """The commonest stacks since `trace`, with names, for people; the process must still run."""
        places = _Places(pid)
        counted = Counter(
            tuple(line.split()[2:]) for line in Path(f"{self.file}.stacks").read_text().splitlines() if line
        )
        text = []
        for stack, count in counted.most_common(most):
            text.append(f"{count} ×")
            text += [f"    {places.name(int(address, 16) - 1)}" for address in stack]
        return _demangled("\n".join(text))


class _Places:
    """Names of addresses in a running process."""

    def __init__(self, pid: int):
        self._files: list = []
        self._symbols: dict = {}
        bases: dict = {}
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, _, _, _, _, *path = line.split(None, 5)
            if path and path[0].startswith("/"):
                first, last = (int(part, 16) for part in span.split("-"))
                self._files.append((first, last, path[0], bases.setdefault(path[0], first)))

    def name(self, address: int) -> str:
        for first, last, path, base in self._files:
            if first <= address < last:
                symbols = self._of(path)
                index = bisect.bisect_right(symbols, (address - base, 1 << 60, "")) - 1
                if index >= 0 and address - base < symbols[index][0] + symbols[index][1]:
                    return symbols[index][2]
                return Path(path).name
        return "?"

    def _of(self, path: str) -> list:
        """(address, size, name) of every function of a file, in order; a stripped library has its exported ones only."""
        if path not in self._symbols:
            listed = run("nm", "-nS", path).stdout or run("nm", "-nSD", path).stdout
            rows = [line.split(" ", 3) for line in listed.decode("utf-8", "replace").splitlines()]
            self._symbols[path] = [(int(r[0], 16), int(r[1], 16), r[3]) for r in rows if len(r) == 4 and r[0]]
        return self._symbols[path]


def _demangled(text: str) -> str:
    tool = shutil.which("swift-demangle") or (shutil.which("swift") and "swift")
    if not tool:
        return text
    command = [tool] if "demangle" in tool else [tool, "demangle"]
    done = run(*command, "--simplified", stdin=text.encode(), seconds=60)
    return re.sub(r"^\S.*->", "", done.stdout.decode()) if done.returncode == 0 else text
