"""Apache: with PHP in each of the four ways Debian can run it, and as a reverse proxy."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from .php import PHPFPM, newest, php_cgi
from .programs import find
from .stage import WEB_USER, Server
from .waiting import free_port

MODULES = Path("/usr/lib/apache2/modules")
_ALWAYS = (
    "authn_core authz_core authz_host authz_user auth_basic authn_file mime dir alias env setenvif headers rewrite"
    " filter deflate reqtimeout"
).split()


class _Apache(Server):
    """Apache with the given modules and the given text behind its basic settings."""

    def __init__(self, folder: Path, modules: list, body: str, port: int | None = None):
        port = port or free_port()
        loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in _ALWAYS + modules)
        identity = f"User {WEB_USER}\nGroup {WEB_USER}\n" if WEB_USER else ""
        configuration = folder / "apache.conf"
        configuration.write_text(f"""
ServerRoot /etc/apache2
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
Mutex file:{folder} default
ServerName localhost
Listen 127.0.0.1:{port}
{loaded}
{identity}ErrorLog {folder}/error.log
LogLevel warn
TypesConfig /etc/mime.types
Timeout 30
KeepAlive On
StartServers 1
<Directory />
    Require all denied
    AllowOverride None
</Directory>
{body.replace("{port}", str(port)).replace("{folder}", str(folder))}
""")
        super().__init__(folder, [find("apache2"), "-f", configuration, "-DFOREGROUND"], port)


class Apache(_Apache):
    """Apache with PHP over a document root.

    `php` is `module` (mod_php), `fpm` (mod_proxy_fcgi, with an `fpm`), `fcgid` or `cgi`. `directory` goes into the
    root's <Directory>, `server` behind it, {port} and {folder} filled in. `htaccess` is written into the root.
    Only the settings that are given are there: mod_proxy_fcgi gives PHP no Authorization without CGIPassAuth.
    """

    def __init__(
        self,
        folder: Path,
        root: Path,
        php: str = "module",
        fpm: PHPFPM | None = None,
        directory: str = "AllowOverride All",
        server: str = "",
        htaccess: str | None = None,
        port: int | None = None,
        modules: tuple = (),
    ):
        if htaccess is not None:
            (root / ".htaccess").write_text(htaccess)
        own, handler, options = {
            "module": _module,
            "fpm": lambda _: _fpm(fpm),
            "fcgid": _fcgid,
            "cgi": _cgi,
        }[
            php
        ](folder)
        super().__init__(
            folder,
            own + list(modules),
            f"DocumentRoot {root}\nDirectoryIndex index.php index.html\n"
            f"<Directory {root}>\nOptions +FollowSymLinks{options}\nRequire all granted\n{directory}\n</Directory>\n"
            f"{handler}\n{server}",
            port,
        )


def _module(_folder):
    library = newest(f"{MODULES}/libphp[0-9]*.so")
    handler = (
        f"LoadModule php_module {library}\n<FilesMatch \\.php$>\nSetHandler application/x-httpd-php\n</FilesMatch>"
    )
    return ["mpm_prefork"], handler, ""


def _fpm(fpm):
    handler = f'<FilesMatch \\.php$>\nSetHandler "proxy:unix:{fpm.socket}|fcgi://localhost/"\n</FilesMatch>'
    return ["mpm_event", "proxy", "proxy_fcgi"], handler, ""


def _wrapper(folder):
    wrapper = folder / "php-cgi"
    version = re.search(r"[0-9.]+$", php_cgi())[0]
    wrapper.write_text(
        f"#!/bin/sh\nPHP_INI_SCAN_DIR=/etc/php/{version}/cgi/conf.d exec {php_cgi()} -d cgi.force_redirect=0\n"
    )
    wrapper.chmod(0o755)
    return wrapper


def _fcgid(folder):
    sockets = folder / "fcgid"
    sockets.mkdir()
    if WEB_USER:
        shutil.chown(sockets, WEB_USER, WEB_USER)
    handler = (
        f"FcgidIPCDir {sockets}\nFcgidProcessTableFile {sockets}/shm\nFcgidWrapper {_wrapper(folder)} .php\n"
        "AddHandler fcgid-script .php\nFcgidMaxRequestLen 1048576"
    )
    return ["mpm_event", "fcgid"], handler, " +ExecCGI"


def _cgi(folder):
    _wrapper(folder)
    handler = (
        f"ScriptSock {folder}/cgid.sock\nScriptAlias /stage-cgi/ {folder}/\n"
        f"<Directory {folder}>\nOptions +ExecCGI\n<Files php-cgi>\nRequire all granted\n</Files>\n</Directory>\n"
        "AddHandler php-cgi .php\nAction php-cgi /stage-cgi/php-cgi"
    )
    return ["mpm_event", "cgid", "actions"], handler, ""


class ApacheProxy(_Apache):
    """Apache as a reverse proxy (mod_proxy_http) to an origin; `server` goes before the ProxyPass line."""

    def __init__(
        self, folder: Path, origin: str, server: str = "ProxyPreserveHost On", port: int | None = None, modules=()
    ):
        body = f"{server}\nProxyPass / {origin}/\nProxyPassReverse / {origin}/"
        super().__init__(folder, ["mpm_event", "proxy", "proxy_http", *modules], body, port)


def modsecurity(folder: Path, setup: str = "") -> str:
    """Settings that switch ModSecurity on with Debian's own recommended file and the core rule set; `setup` stands
    between the rule set's settings and its rules."""
    text = Path("/etc/modsecurity/modsecurity.conf-recommended").read_text()
    text = text.replace("SecRuleEngine DetectionOnly", "SecRuleEngine On")
    text = text.replace("/var/log/apache2/modsec_audit.log", f"{folder}/audit.log")
    text = text.replace("unicode.mapping", "/etc/modsecurity/unicode.mapping")
    rules = folder / "modsecurity.conf"
    rules.write_text(text)
    os.chmod(rules, 0o644)
    return f"Include {rules}\nInclude /etc/modsecurity/crs/crs-setup.conf\n{setup}\nInclude /usr/share/modsecurity-crs/rules/*.conf"


#: What ModSecurity needs loaded.
MODSECURITY_MODULES = ("unique_id", "security2")
