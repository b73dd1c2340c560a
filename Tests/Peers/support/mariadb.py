"""MariaDB with a data directory and a Unix socket of its own, and no port."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .programs import find, run
from .stage import Server
from .waiting import wait_until


class MariaDB(Server):
    """A new, empty server that forgets everything: nothing is written through, because nothing is to survive."""

    def __init__(self, folder: Path):
        data = folder / "data"
        data.mkdir()
        self.socket = folder / "db.sock"
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(folder, "mysql")
            shutil.chown(data, "mysql")
        made = run(
            find("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={data}",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
            *user,
            seconds=60,
        )
        assert made.returncode == 0, made.stdout.decode() + made.stderr.decode()
        super().__init__(
            folder,
            [
                find("mariadbd"),
                "--no-defaults",
                f"--datadir={data}",
                f"--socket={self.socket}",
                f"--pid-file={folder}/db.pid",
                "--skip-networking",
                "--skip-log-bin",
                "--performance-schema=0",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=64M",
                "--innodb-doublewrite=0",
                *user,
            ],
        )
        self.waited(lambda: wait_until(self._answers, "MariaDB's socket", 30))

    def _answers(self) -> bool:
        assert self.alive(), "MariaDB has ended"
        return self.socket.exists() and self._client("mariadb-admin", "ping").returncode == 0

    def _client(self, program: str, *arguments, stdin: bytes = b""):
        return run(find(program), "--no-defaults", "-S", self.socket, "-u", "root", *arguments, stdin=stdin)

    def close(self):
        """Ends it at once: an orderly end takes seconds to write down what nobody will read."""
        self.kill()
        super().close()

    def sql(self, text: str):
        done = self._client("mariadb", stdin=text.encode())
        assert done.returncode == 0, done.stderr.decode()
