"""PHP-FPM on a Unix socket of its own."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from .programs import find
from .stage import WEB_USER, Server
from .waiting import wait_until


def newest(pattern: str) -> str:
    """The path that matches, of the highest version when there are several; Debian puts versions into names."""
    found = sorted(glob.glob(pattern), key=lambda path: (len(path), path))
    assert found, f"nothing matches {pattern} (scripts/test installs it)"
    return found[-1]


def fpm_binary() -> str:
    return newest("/usr/sbin/php-fpm[0-9]*")


class PHPFPM(Server):
    """PHP-FPM with one pool; `pool` is put into the pool's section as it stands. Its `socket` is a path."""

    def __init__(self, folder: Path, pool: str = "", children: int = 3):
        self.socket = folder / "fpm.sock"
        identity = f"user = {WEB_USER}\ngroup = {WEB_USER}\n" if WEB_USER else ""
        configuration = folder / "fpm.conf"
        configuration.write_text(
            f"[global]\nerror_log = {folder}/fpm.log\ndaemonize = no\n[www]\n{identity}"
            f"listen = {self.socket}\nlisten.mode = 0666\npm = static\npm.max_children = {children}\n"
            "catch_workers_output = yes\nphp_admin_flag[log_errors] = on\nphp_flag[display_errors] = off\n"
            f"php_admin_value[opcache.revalidate_freq] = 0\n{pool}\n"
        )
        super().__init__(folder, [fpm_binary(), "-F", "-y", configuration])
        self.waited(lambda: wait_until(self._listens, "PHP-FPM's socket", 20))

    def _listens(self) -> bool:
        assert self.alive(), "PHP-FPM has ended"
        return self.socket.exists()


def php_cgi() -> str:
    """The CGI program of PHP, for mod_fcgid and mod_cgid."""
    return newest("/usr/bin/php-cgi[0-9]*")


def php(script: Path, *arguments: str, seconds: float = 60.0) -> str:
    """Runs a script with the command line's PHP and returns what it printed."""
    from .programs import run

    done = run(
        find("php"), "-d", "display_errors=stderr", "-d", "opcache.enable_cli=0", script, *arguments, seconds=seconds
    )
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, f"php {os.path.basename(script)}: {done.stderr.decode('utf-8', 'replace')}{said}"
    return said
