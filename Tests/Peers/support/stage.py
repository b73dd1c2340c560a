"""What the launchers of real servers share: a folder their workers may enter, and a child that is ended with its workers.

Servers that are started as root hand their workers to `www-data`, who may not enter pytest's own temporary folders
(0700). A `Stage` is a folder of its own, with a path short enough for a Unix socket, that goes when the stage is closed.
Nothing here needs systemd, a fixed port or a file of /etc that a package did not put there.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

from .programs import Program
from .waiting import wait_for_listener

#: Who workers run as; None when the tests are not run by root, and servers stay who they are.
WEB_USER = "www-data" if os.geteuid() == 0 else None


class Stage:
    """A folder everybody may enter, and what was started in it; closing ends those, the newest first, and removes it."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="stage."))
        self.root.chmod(0o755)
        self._started: list = []

    def folder(self, name: str) -> Path:
        """A folder below it for one server."""
        path = self.root / name
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        return path

    def site(self, files: dict, name: str = "www") -> Path:
        """A document root with these files (name to text)."""
        root = self.folder(name)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return root

    def start(self, make, *arguments, **options):
        """`make(…)`, closed with this stage."""
        thing = make(*arguments, **options)
        self._started.append(thing)
        return thing

    def end(self, thing):
        """Closes one of them earlier."""
        self._started.remove(thing)
        thing.close()

    def close(self):
        failure = None
        for thing in reversed(self._started):
            try:
                thing.close()
            except AssertionError as error:
                failure = failure or error
        shutil.rmtree(self.root, ignore_errors=True)
        if failure:
            raise failure

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_):
        self.close()


class Server(Program):
    """A server on a loopback port: there when the constructor returns, gone with all its workers after `close`."""

    def __init__(self, folder: Path, command, port: int | None = None, seconds: float = 20.0, **options):
        self.folder = folder
        super().__init__(command, cwd=folder, before_exec=os.setsid, **options)
        if port is not None:
            self.port, self.url = port, f"http://127.0.0.1:{port}"
            self.waited(lambda: wait_for_listener(port, self.alive, seconds))

    def waited(self, wait):
        """Waits for the server to be up; what it wrote stands in the failure if it is not."""
        try:
            wait()
        except AssertionError as error:
            self.close()
            raise AssertionError(f"{error}: {' '.join(self.command)}\n{self.journal()}") from None

    def journal(self) -> str:
        """What it printed and wrote into its log files, for the message of a failure."""
        logs = (path.read_text(errors="replace")[-4000:] for path in sorted(self.folder.glob("*.log")))
        return "\n".join([self.out()[-4000:], self.err()[-4000:], *logs]).strip()

    def close(self):
        super().close()
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
