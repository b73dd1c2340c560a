"""Caddy as a reverse proxy, or whatever its Caddyfile says."""

from __future__ import annotations

from pathlib import Path

from .programs import clean_environment, find
from .stage import Server
from .waiting import free_port


class Caddy(Server):
    """Caddy with a `site` block's contents; `proxy` is put into the reverse_proxy to the origin when one is given."""

    def __init__(
        self, folder: Path, origin: str | None = None, proxy: str = "", site: str = "", port: int | None = None
    ):
        port = port or free_port()
        forward = f"reverse_proxy {origin.removeprefix('http://')} {{\n{proxy}\n}}\n" if origin else ""
        configuration = folder / "Caddyfile"
        configuration.write_text(
            "{\n\tadmin off\n\tauto_https off\n}\n" f"http://:{port} {{\nbind 127.0.0.1\n{site}\n{forward}}}\n"
        )
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        command = [find("caddy"), "run", "--config", configuration, "--adapter", "caddyfile"]
        super().__init__(folder, command, port, env=clean_environment(**home))
