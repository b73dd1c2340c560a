"""The proxy under test: hoplens, or (with PROXY_UNDER_TEST=nginx or haproxy) a peer that shows whether a test is fair.

The peers stand in only where a test asks for a plain reverse proxy; what is hoplens's own is skipped with them.
"""

from __future__ import annotations

import json
import os
import re
import signal
import stat
from pathlib import Path

from .programs import HAProxy, Nginx, Program, clean_environment, run
from .waiting import wait_until

UNDER_TEST = os.environ.get("PROXY_UNDER_TEST", "hoplens")

_READY = re.compile(r"listening on (https?)://(\S+?):(\d+), forwarding to (\S+) \(node ([^)\s]+)\)")


def binary() -> Path:
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("HOPLENS_BINARY", root / ".build" / "release" / "hoplens"))


def hoplens_command(*arguments, seconds: float = 20.0, **options):
    """Runs hoplens to its end and returns what it said."""
    return run(binary(), *arguments, seconds=seconds, **options)


class Hoplens(Program):
    """`hoplens proxy …`, ready to serve when the constructor returns."""

    def __init__(self, *arguments, listeners: int = 1, **options):
        super().__init__(self.command_line(arguments), **options)
        self.ready = self._wait_until_ready(listeners)
        self.scheme, self.host, port, _, self.node = self.ready[0]
        self.port = int(port)
        self.ports = [int(line[2]) for line in self.ready]
        self.url = f"{self.scheme}://{self.host}:{self.port}"

    def command_line(self, arguments) -> list:
        return [binary(), "proxy", *arguments]

    def _wait_until_ready(self, listeners: int):
        def ready():
            lines = _READY.findall(self.err())
            assert self.alive() or len(lines) >= listeners, f"hoplens ended with {self.process.poll()}: {self.err()}"
            return len(lines) >= listeners and lines

        return wait_until(ready, "hoplens saying that it listens")

    def stop(self, seconds: float = 20.0) -> int:
        """Asks it to drain and end, and returns the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def records(self) -> list:
        """The exchanges printed so far; for a proxy that was started with --json."""
        whole = self.out().split("\n")[:-1]
        return [json.loads(line) for line in whole]

    def wait_for_records(self, count: int) -> list:
        return wait_until(lambda: len(self.records()) >= count and self.records(), f"{count} records on stdout")

    def close(self):
        assert (
            self.alive() or self.process.returncode == 0 or self.expected_end
        ), f"hoplens went down with {self.process.returncode}: {self.err()}"
        super().close()

    #: Set by a test that ends it in another way than by `stop`.
    expected_end = False


class Capture:
    """A capture folder, read as a stranger would."""

    def __init__(self, directory: Path):
        self.directory = directory

    def segments(self) -> list:
        return sorted(self.directory.rglob("*.ndjson"))

    def lines(self) -> list:
        """Every whole line of every segment, as text."""
        found = []
        for segment in self.segments():
            found += segment.read_bytes().decode("utf-8").split("\n")[:-1]
        return found

    def records(self) -> list:
        """The exchanges; other lines (that secrets are written, that lines were lost) have no id."""
        return [record for record in map(json.loads, self.lines()) if "id" in record]

    def wait_for(self, count: int, seconds: float = 10.0) -> list:
        return wait_until(
            lambda: len(self.records()) >= count and self.records(), f"{count} records in the capture", seconds
        )

    def everything(self) -> bytes:
        """The bytes of every file below the folder."""
        return b"\n".join(path.read_bytes() for path in sorted(self.directory.rglob("*")) if path.is_file())

    def modes(self) -> dict:
        """The permission bits of the folder and of everything below it."""
        return {path: stat.S_IMODE(path.stat().st_mode) for path in (self.directory, *self.directory.rglob("*"))}


_NGINX = """
    map $http_upgrade $connection_field { default upgrade; '' ''; }
    server {
        listen 127.0.0.1:{port};
        ignore_invalid_headers off; underscores_in_headers on;
        location / {
            proxy_pass {origin}; proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;
            proxy_set_header Host $http_host; proxy_ssl_verify off;
            proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_field;
        }
    }
"""

_HAPROXY = """
frontend f
  bind 127.0.0.1:{port}
  default_backend b
backend b
  server origin {address}
"""


def peer(name: str, directory: Path, origin_url: str):
    """nginx or HAProxy as a plain reverse proxy before the origin."""
    if name == "nginx":
        return Nginx(directory, _NGINX, origin=origin_url)
    return HAProxy(directory, _HAPROXY, address=origin_url.split("://")[1])


def environment(**extra) -> dict:
    return clean_environment(**extra)
