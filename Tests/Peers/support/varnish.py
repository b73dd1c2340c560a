"""Varnish in front of an origin."""

from __future__ import annotations

from pathlib import Path

from .programs import find
from .stage import Server
from .waiting import free_port


class Varnish(Server):
    """Varnish with its built-in VCL behind what is given for each subroutine; it tells MISS or HIT in X-Cache.

    `head` stands before the subroutines (acl, sub, import). The jail is off: it wants users and folders of a package
    that was configured for a service.
    """

    def __init__(
        self,
        folder: Path,
        origin_port: int,
        recv: str = "",
        hash: str = "",
        backend_response: str = "",
        deliver: str = "",
        head: str = "",
        parameters: tuple = (),
        port: int | None = None,
    ):
        port = port or free_port()
        vcl = folder / "default.vcl"
        vcl.write_text(f"""vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{origin_port}"; }}
{head}
sub vcl_recv {{
{recv}
}}
sub vcl_hash {{
{hash}
}}
sub vcl_backend_response {{
{backend_response}
}}
sub vcl_deliver {{
    set resp.http.X-Cache = "MISS";
    if (obj.hits > 0) {{ set resp.http.X-Cache = "HIT"; }}
{deliver}
}}
""")
        command = [find("varnishd"), "-j", "none", "-F", "-n", folder / "work", "-a", f"127.0.0.1:{port}", "-f", vcl]
        command += ["-s", "malloc,16m", "-T", "none", "-p", "thread_pool_min=10", "-p", "thread_pools=1"]
        for parameter in parameters:
            command += ["-p", parameter]
        super().__init__(folder, command, port, seconds=30)
