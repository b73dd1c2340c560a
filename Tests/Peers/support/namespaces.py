"""hoplens in a mount namespace of its own: a disk that fills up or turns read-only, and names that change, without
touching the machine. It needs root, or a kernel that gives user namespaces to everybody."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from .programs import find
from .proxies import Hoplens, binary


@cache
def _unshare() -> tuple:
    for flags in (("--mount",), ("--user", "--map-root-user", "--mount")):
        if subprocess.run([find("unshare"), *flags, "true"], capture_output=True, check=False).returncode == 0:
            return (find("unshare"), *flags)
    pytest.skip("neither root nor user namespaces: mounts cannot be private to a test")


class Secluded(Hoplens):
    """`hoplens proxy …` behind shell commands that arrange its mounts."""

    def __init__(self, arrange: str, *arguments, **options):
        self.inside = ["sh", "-ec", f'{arrange}\nexec "$@"', "sh"]
        super().__init__(*arguments, **options)

    def command_line(self, arguments) -> list:
        return [*_unshare(), *self.inside, binary(), "proxy", *arguments]

    def path(self, path) -> Path:
        """A path as hoplens sees it."""
        return Path(f"/proc/{self.process.pid}/root{path}")

    def mount(self, *arguments):
        """`mount …` where hoplens is."""
        done = subprocess.run(
            [
                find("nsenter"),
                "--target",
                str(self.process.pid),
                "--mount",
                *self._user(),
                "mount",
                *map(str, arguments),
            ],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    @staticmethod
    def _user() -> list:
        return [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
