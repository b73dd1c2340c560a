"""Squid as an accelerator in front of an origin."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .programs import find
from .stage import Server
from .waiting import free_port


class Squid(Server):
    """Squid with the origin as its only peer. `peer` goes behind the cache_peer line: without login=PASS it keeps
    credentials to itself; `peer_line` stands in the place of the whole line. `settings` is put in as it stands."""

    def __init__(
        self,
        folder: Path,
        origin_port: int,
        peer: str = "login=PASS",
        settings: str = "",
        port: int | None = None,
        peer_line: str = "",
    ):
        port = port or free_port()
        configuration = folder / "squid.conf"
        configuration.write_text(f"""http_port 127.0.0.1:{port} accel defaultsite=127.0.0.1:{port} vhost
{peer_line or f"cache_peer 127.0.0.1 parent {origin_port} 0 no-query originserver name=origin {peer}"}
http_access allow all
cache_peer_access origin allow all
never_direct allow all
access_log none
cache_log {folder}/cache.log
cache_store_log none
pid_filename none
coredump_dir {folder}
shutdown_lifetime 0 seconds
visible_hostname stage-squid
pinger_enable off
netdb_filename none
memory_pools off
cache_mem 8 MB
{settings or "cache deny all"}
""")
        if os.geteuid() == 0:  # Squid goes on as `proxy` and writes its log as that
            shutil.chown(folder, "proxy", "proxy")
        # The name tells instances of one machine apart: their shared memory is called after it.
        super().__init__(folder, [find("squid"), "-N", "-f", configuration, "-n", f"stage{port}"], port, seconds=30)
