"""Programs that run beside a test: started on a loopback port, watched, and ended with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from .waiting import free_port, wait_for_listener, wait_until


def clean_environment(**extra) -> dict:
    """This process's environment without proxies, certificate bundles or anything that speaks to hoplens."""
    dropped = ("_proxy", "_PROXY", "SSL_CERT", "CURL_CA", "HOPLENS", "NO_COLOR")
    kept = {k: v for k, v in os.environ.items() if not any(d in k for d in dropped)}
    return {**kept, "LC_ALL": "C.UTF-8", **extra}


class Program:
    """A child process whose output is kept as it comes."""

    def __init__(
        self, command, cwd: Path | None = None, env: dict | None = None, stdout=subprocess.PIPE, before_exec=None
    ):
        self.command = [str(part) for part in command]
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=env or clean_environment(),
            preexec_fn=before_exec,
        )
        self.stdout = bytearray()
        self.stderr = bytearray()
        self._readers = [
            threading.Thread(target=self._read, args=(pipe, into), daemon=True)
            for pipe, into in ((self.process.stdout, self.stdout), (self.process.stderr, self.stderr))
            if pipe is not None
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(pipe, into: bytearray):
        while True:
            data = os.read(pipe.fileno(), 1 << 16)
            if not data:
                return
            into += data

    @property
    def pid(self) -> int:
        return self.process.pid

    def alive(self) -> bool:
        return self.process.poll() is None

    def out(self) -> str:
        return self.stdout.decode("utf-8", "replace")

    def err(self) -> str:
        return self.stderr.decode("utf-8", "replace")

    def signal(self, number: int):
        self.process.send_signal(number)

    def wait(self, seconds: float = 20.0) -> int:
        """The exit status, with everything the program printed read."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running after {seconds:g} s: {' '.join(self.command)}\n{self.err()}") from None
        for reader in self._readers:
            reader.join(5)
        return status

    def wait_for_text(self, text: str, where: str = "err") -> str:
        """Waits until the text has been printed on `out` or `err`."""
        return wait_until(lambda: text in getattr(self, where)() and getattr(self, where)(), f"{text!r} on std{where}")

    def kill(self):
        self.process.kill()
        self.process.wait(5)

    def close(self):
        if self.alive():
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.kill()


class Nginx(Program):
    """nginx with the given `http` block; {port}, {second} and {root} are filled in."""

    def __init__(self, directory: Path, http: str, **values):
        self.port, self.second = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        directory.mkdir(parents=True, exist_ok=True)
        for name, value in {"port": self.port, "second": self.second, "root": directory, **values}.items():
            http = http.replace("{" + name + "}", str(value))
        configuration = directory / "nginx.conf"
        configuration.write_text(f"""
            {'user root;' if os.geteuid() == 0 else ''}
            daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log stderr warn;
            events {{ worker_connections 1024; }}
            http {{
                access_log off; client_max_body_size 0; server_tokens off;
                client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
                fastcgi_temp_path {directory}/fastcgi; uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
                {http}
            }}
        """)
        super().__init__([find("nginx"), "-p", directory, "-c", configuration])
        wait_for_listener(self.port, self.alive)


class HAProxy(Program):
    """HAProxy with the given frontends and backends; {port}, {second} and {root} are filled in."""

    def __init__(self, directory: Path, sections: str, port: int | None = None, env: dict | None = None, **values):
        self.port, self.second = port or free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        directory.mkdir(parents=True, exist_ok=True)
        for name, value in {"port": self.port, "second": self.second, "root": directory, **values}.items():
            sections = sections.replace("{" + name + "}", str(value))
        configuration = directory / "haproxy.cfg"
        configuration.write_text(
            "global\n  maxconn 1000\n  nbthread 1\n"
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n"
            "  timeout server 30s\n  timeout http-keep-alive 30s\n" + sections
        )
        super().__init__([find("haproxy"), "-db", "-q", "-f", configuration], env=env)
        wait_for_listener(self.port, self.alive)


def find(name: str) -> str:
    """The path of a program; Debian keeps daemons where an ordinary user's PATH does not look."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert path, f"{name} is not installed (scripts/test installs it)"
    return path


def run(*command, seconds: float = 30.0, stdin: bytes = b"", **options) -> subprocess.CompletedProcess:
    """Runs a program to its end."""
    options.setdefault("env", clean_environment())
    return subprocess.run(
        [str(part) for part in command], input=stdin, capture_output=True, timeout=seconds, check=False, **options
    )


def curl(*arguments, seconds: float = 60.0, stdin: bytes = b"") -> subprocess.CompletedProcess:
    """curl without anybody's configuration file or proxy settings."""
    return run(
        find("curl"),
        "-q",
        "-sS",
        "--noproxy",
        "*",
        "--max-time",
        seconds,
        *arguments,
        seconds=seconds + 10,
        stdin=stdin,
    )
