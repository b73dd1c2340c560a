"""The origin and the contestants: how each is set up so that all do comparable work, started and ended.

Everybody runs one worker on the proxy's core, keeps connections to the origin, has room for the largest load, and
verifies the origin's certificate. Logs hold the fields that a hoplens record holds, and are batched as hoplens batches.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.programs import clean_environment, find
from support.waiting import free_port, wait_for_listener

from . import machine

ANSWER = '{"id":42,"name":"editor","slug":"editor","roles":["editor"],"link":"https://www.example.test/author/editor/"'
ANSWER += ',"meta":"' + "x" * (200 - len(ANSWER) - 11) + '"}'
MITMPROXY = "mitmproxy==11.0.2"

REQUEST_FIELDS = (
    "host", "user-agent", "accept", "accept-encoding", "authorization", "cookie", "x-wp-nonce", "referer",
)  # fmt: skip
ANSWER_FIELDS = ("server", "date", "content-type", "content-length", "connection")


@dataclass(frozen=True)
class Scene:
    """What a work load asks of the proxy under test."""

    tls_origin: bool = False
    tls_client: bool = False
    workers: int = 1
    #: Proxy, origin and load share both cores, instead of one for the proxy and one for the others.
    spread: bool = False

    @property
    def cores(self) -> set:
        return machine.BOTH_CORES if self.spread else machine.PROXY_CORE


class Running:
    """A program under test: its processes, its port, and its end."""

    def __init__(self, command: list, port: int, scene: Scene, out: Path, environment: dict | None = None):
        self.port = port
        self.url = f"{'https' if scene.tls_client else 'http'}://127.0.0.1:{port}"
        with machine.on(scene.cores), open(out, "wb") as output:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL, stdout=output, stderr=open(f"{out}.err", "wb"), env=environment or clean_environment(),
            )  # fmt: skip
        try:
            wait_for_listener(port, lambda: self.process.poll() is None, 30)
        except AssertionError as error:
            said = Path(f"{out}.err").read_text(errors="replace").strip()
            raise SystemExit(f"bench: {error}: {' '.join(map(str, command))}\n{said}") from None
        self.pids = machine.tree(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Origin(Running):
    """nginx with the answers of all work loads; plain on `port`, TLS on `tls_port`."""

    def __init__(self, directory: Path, certificates):
        self.tls_port, port = free_port(), free_port()
        root = directory / "site"
        root.mkdir(parents=True)
        (root / "body").write_bytes(os.urandom(1 << 20))
        with open(root / "large", "wb") as large:
            large.truncate(512 << 20)
        http = f"""
            server {{
                listen 127.0.0.1:{port} backlog=4096; listen 127.0.0.1:{self.tls_port} ssl backlog=4096;
                ssl_certificate {certificates.certificate("good")}; ssl_certificate_key {certificates.key("good")};
                ssl_protocols TLSv1.2 TLSv1.3; root {root}; sendfile on; open_file_cache max=10;
                default_type application/json;
                location / {{ return 200 '{ANSWER}'; }}
                location = /body {{ }}
                location = /large {{ }}
            }}
        """
        super().__init__(_nginx(directory, http), port, Scene(), directory / "out")
        self.spread(machine.LOAD_CORE)

    def spread(self, cores: set):
        for pid in self.pids:
            os.sched_setaffinity(pid, cores)


def _nginx(directory: Path, http: str, workers: int = 1) -> list:
    directory.mkdir(parents=True, exist_ok=True)
    paths = " ".join(f"{kind}_temp_path {directory}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    (directory / "nginx.conf").write_text(f"""
        {"user root;" if os.geteuid() == 0 else ""}
        daemon off; worker_processes {workers}; pid {directory}/pid; error_log stderr warn;
        worker_rlimit_nofile 20000; events {{ worker_connections 16384; }}
        http {{
            access_log off; client_max_body_size 0; client_body_temp_path {directory}/body; {paths}
            keepalive_timeout 300s; keepalive_requests 1000000000; {http}
        }}
    """)
    return [find("nginx"), "-p", directory, "-c", directory / "nginx.conf"]


class Bench:
    """What the contestants share: the folder, the origin, certificates, and the binaries of hoplens."""

    def __init__(self, directory: Path, certificates, binary: Path, baseline: Path | None, tools: Path):
        self.directory, self.certificates, self.tools = directory, certificates, tools
        self.binaries = {"hoplens": binary, "baseline": baseline}
        self.origin = Origin(directory / "origin", certificates)
        self.both = directory / "certificate-and-key.pem"
        self.both.write_bytes(certificates.certificate("good").read_bytes() + certificates.key("good").read_bytes())
        self._prepared = 0

    def prepare(self, name: str, scene: Scene) -> tuple:
        """Writes a contestant's settings; says the command that starts it, its port and its folder.

        Names are hoplens[-plain|-live], baseline[…], nginx[-log], haproxy[-log|-tcp|-splice] and mitmdump.
        """
        self._prepared += 1
        directory = self.directory / f"{self._prepared}-{name}"
        directory.mkdir()
        kind, _, variant = name.partition("-")
        make = {"nginx": self._nginx, "haproxy": self._haproxy, "mitmdump": self._mitmdump}.get(kind, self._hoplens)
        port = free_port()
        return make(kind, variant, scene, port, directory), port, directory

    def start(self, name: str, scene: Scene, environment: dict | None = None) -> Running:
        """The contestant, listening."""
        command, port, directory = self.prepare(name, scene)
        running = Running(command, port, scene, directory / "stdout", environment)
        running.directory = directory
        return running

    def stop(self, running: Running) -> int | None:
        """Ends a contestant; says how many records its capture holds, when it has one."""
        running.stop()
        records = None
        for segment in (running.directory / "capture").glob("*.ndjson"):
            with open(segment, "rb") as file:
                records = (records or 0) + sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
        shutil.rmtree(running.directory, ignore_errors=True)
        return records

    def address(self, scene: Scene) -> str:
        return f"127.0.0.1:{self.origin.tls_port if scene.tls_origin else self.origin.port}"

    def _hoplens(self, kind: str, variant: str, scene: Scene, port: int, directory: Path) -> list:
        command = [self.binaries[kind], "proxy", f"http{'s' if scene.tls_origin else ''}://{self.address(scene)}"]
        command += ["--listen", f"127.0.0.1:{port}", "--no-check", "--threads", scene.workers]
        if variant != "plain":
            command += ["--capture", directory / "capture"]
        if variant != "live":
            command += ["--quiet"]
        if scene.tls_origin:
            command += ["--ca-file", self.certificates.authority]
        if scene.tls_client:
            command += ["--tls-cert", self.certificates.certificate("good"), "--tls-key", self.certificates.key("good")]
        return command

    def _nginx(self, kind: str, variant: str, scene: Scene, port: int, directory: Path) -> list:
        fields = [f'"{f}":"$http_{f.replace("-", "_")}"' for f in REQUEST_FIELDS]
        answer = [f'"{f}":"$sent_http_{f.replace("-", "_")}"' for f in ANSWER_FIELDS]
        form = (
            '{"time":"$time_iso8601","method":"$request_method","target":"$request_uri","status":$status,'
            '"seconds":$request_time,"request":{' + ",".join(fields) + '},"response":{' + ",".join(answer) + "}}"
        )
        log = f"log_format fields escape=json '{form}'; access_log {directory}/log fields buffer=32k flush=50ms;"
        listen = f"listen 127.0.0.1:{port} backlog=4096"
        listen += " ssl" if scene.tls_client else ""
        listen += " reuseport" if scene.workers > 1 else ""
        http = f"""
            {log if variant == "log" else ""}
            upstream origin {{ server {self.address(scene)}; keepalive 1024; keepalive_requests 1000000000; }}
            server {{
                {listen}; ssl_protocols TLSv1.2 TLSv1.3;
                ssl_certificate {self.certificates.certificate("good")};
                ssl_certificate_key {self.certificates.key("good")};
                location / {{
                    proxy_pass http{"s" if scene.tls_origin else ""}://origin; proxy_http_version 1.1;
                    proxy_set_header Connection ""; proxy_request_buffering off;
                    proxy_buffers 16 32k; proxy_max_temp_file_size 0;
                    proxy_ssl_verify on; proxy_ssl_trusted_certificate {self.certificates.authority};
                    proxy_ssl_name localhost; proxy_ssl_server_name on; proxy_ssl_protocols TLSv1.2 TLSv1.3;
                }}
            }}
        """
        return _nginx(directory, http, scene.workers)

    def _haproxy(self, kind: str, variant: str, scene: Scene, port: int, directory: Path) -> list:
        bind = f"bind 127.0.0.1:{port} backlog 4096" + (f" ssl crt {self.both}" if scene.tls_client else "")
        server = f"server origin {self.address(scene)}"
        if scene.tls_origin:
            server += f" ssl verify required ca-file {self.certificates.authority} sni str(localhost)"
        front = ""
        if variant == "log":
            names = [*enumerate(REQUEST_FIELDS)]
            front += "".join(f"  http-request capture req.hdr({f}) len 256\n" for _, f in names)
            front += "".join(f"  declare capture response len 256\n  http-response capture res.hdr({f}) id {i}\n"
                             for i, f in enumerate(ANSWER_FIELDS))  # fmt: skip
            fields = [f'"{f}":"%[capture.req.hdr({i}),json(utf8s)]"' for i, f in names]
            answer = [f'"{f}":"%[capture.res.hdr({i}),json(utf8s)]"' for i, f in enumerate(ANSWER_FIELDS)]
            form = (
                '{"time":"%t","method":"%HM","target":"%HU","status":%ST,"ms":%Ta,"request":{'
                + ",".join(fields) + '},"response":{' + ",".join(answer) + "}}"
            )  # fmt: skip
            front += (
                "  log stdout len 8192 format raw local0\n  log-format " + re.sub(r'([" \\])', r"\\\1", form) + "\n"
            )
        splice = "  option splice-auto\n" if variant == "splice" else ""
        configuration = directory / "haproxy.cfg"
        configuration.write_text(
            f"global\n  maxconn 4500\n  nbthread {scene.workers}\n  tune.ssl.default-dh-param 2048\n"
            f"defaults\n  mode {'tcp' if variant == 'tcp' else 'http'}\n  timeout connect 5s\n  timeout client 300s\n"
            f"  timeout server 300s\n{splice}"
            f"frontend f\n  {bind}\n  default_backend b\n{front}"
            f"backend b\n  {server}\n" + ("" if variant == "tcp" else "  http-reuse always\n")
        )
        return [find("haproxy"), "-db", "-q", "-f", configuration]

    def _mitmdump(self, kind: str, variant: str, scene: Scene, port: int, directory: Path) -> list:
        program = self.tools / "bin" / "mitmdump"
        if not program.exists():
            print("bench: installing mitmproxy ...", file=sys.stderr)
            python = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable
            subprocess.run([python, "-m", "venv", self.tools], check=True)
            subprocess.run(
                [program.with_name("pip"), "install", "-q", "--disable-pip-version-check", MITMPROXY], check=True
            )
        mode = f"reverse:http://{self.address(scene)}"
        return [program, "-q", "-w", directory / "flows", "--mode", mode, "--listen-host", "127.0.0.1",
                "--listen-port", port, "--set", f"confdir={directory}/mitm"]  # fmt: skip
