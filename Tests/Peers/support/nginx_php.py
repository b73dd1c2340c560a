"""nginx with PHP-FPM: the parameters nginx itself ships, and what is added to or taken from them."""

from __future__ import annotations

from pathlib import Path

from .php import PHPFPM
from .programs import find
from .stage import WEB_USER, Server
from .waiting import free_port

#: fastcgi_params as nginx ships it. Debian's own file may add HTTP_HOST without the port.
PARAMETERS = {
    "QUERY_STRING": "$query_string",
    "REQUEST_METHOD": "$request_method",
    "CONTENT_TYPE": "$content_type",
    "CONTENT_LENGTH": "$content_length",
    "SCRIPT_NAME": "$fastcgi_script_name",
    "REQUEST_URI": "$request_uri",
    "DOCUMENT_URI": "$document_uri",
    "DOCUMENT_ROOT": "$document_root",
    "SERVER_PROTOCOL": "$server_protocol",
    "REQUEST_SCHEME": "$scheme",
    "HTTPS": "$https if_not_empty",
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SERVER_SOFTWARE": "nginx/$nginx_version",
    "REMOTE_ADDR": "$remote_addr",
    "REMOTE_PORT": "$remote_port",
    "SERVER_ADDR": "$server_addr",
    "SERVER_PORT": "$server_port",
    "SERVER_NAME": "$server_name",
    "REDIRECT_STATUS": "200",
}

FRONT_CONTROLLER = "try_files $uri $uri/ /index.php?$args;"


class NginxServer(Server):
    """nginx with the given `http` block; {port} and {folder} are filled in. Workers run as the web user."""

    def __init__(self, folder: Path, http: str, port: int | None = None):
        port = port or free_port()
        configuration = folder / "nginx.conf"
        temporary = "\n".join(
            f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        http = http.replace("{port}", str(port)).replace("{folder}", str(folder))
        configuration.write_text(
            (f"user {WEB_USER};\n" if WEB_USER else "")
            + f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;\n"
            "events { worker_connections 256; }\nhttp {\ninclude /etc/nginx/mime.types; access_log off;\n"
            f"{temporary}\n{http}\n}}\n"
        )
        super().__init__(folder, [find("nginx"), "-p", folder, "-e", folder / "error.log", "-c", configuration], port)


class NginxPHP(NginxServer):
    """nginx in front of PHP-FPM over a document root.

    `location` is what `location /` does, `php` goes into the PHP location behind the parameters, `server` into the
    server block, `http` before it. `parameters` replaces values of the stock ones by name; None takes one away.
    """

    def __init__(
        self,
        folder: Path,
        root: Path,
        fpm: PHPFPM,
        php: str = "",
        server: str = "",
        location: str = FRONT_CONTROLLER,
        http: str = "",
        parameters: dict | None = None,
        port: int | None = None,
    ):
        merged = {**PARAMETERS, **(parameters or {})}
        lines = "\n".join(f"fastcgi_param {name} {value};" for name, value in merged.items() if value is not None)
        super().__init__(
            folder,
            f"{http}\nserver {{\nlisten 127.0.0.1:{{port}};\nroot {root};\nindex index.php;\n"
            f"client_max_body_size 8m;\n{server}\nlocation / {{\n{location}\n}}\nlocation ~ \\.php$ {{\n{lines}\n"
            "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n"
            f"{php}\nfastcgi_pass unix:{fpm.socket};\n}}\n}}",
            port,
        )


#: What a sane reverse proxy sets.
PROXY_FIELDS = (
    "proxy_set_header Host $http_host;\nproxy_set_header X-Forwarded-Proto $scheme;\n"
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
)


class NginxProxy(NginxServer):
    """nginx as a reverse proxy; `fields` and `location` go into the location, `server` and `http` around it. `tls` is a
    certificate and its key."""

    def __init__(
        self,
        folder: Path,
        origin: str,
        location: str = "",
        fields: str = PROXY_FIELDS,
        server: str = "",
        http: str = "",
        tls: tuple | None = None,
        port: int | None = None,
    ):
        listen = ""
        if tls is not None:
            listen, server = "ssl", f"ssl_certificate {tls[0]};\nssl_certificate_key {tls[1]};\n{server}"
        super().__init__(
            folder,
            f"{http}\nserver {{\nlisten 127.0.0.1:{{port}} {listen};\nclient_max_body_size 8m;\n{server}\n"
            f"location / {{\n{location}\nproxy_http_version 1.1;\n{fields}\nproxy_pass {origin};\n}}\n}}",
            port,
        )
        if tls is not None:
            self.url = self.url.replace("http:", "https:")
