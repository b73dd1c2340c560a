"""Debian's WordPress on a database of its own: installed once, put back to its healthy state before each use.

It is a document root and a database, not a server: Apache, nginx with PHP-FPM or both are started over `root`. What a
test changes about it goes through `site`: lines of wp-config.php, a must-use plugin, PHP that is run once in it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
from pathlib import Path

from .mariadb import MariaDB
from .php import php
from .stage import WEB_USER, Stage

PHP = Path(__file__).parent / "php"
SOURCE = Path("/usr/share/wordpress")

#: What Settings, Permalinks, Save writes into .htaccess, with the line that gives PHP the Authorization field.
HTACCESS = r"""# BEGIN WordPress
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
# END WordPress
"""

#: The same as cores before 5.6 wrote it: without that line.
OLD_HTACCESS = "".join(line for line in HTACCESS.splitlines(True) if "AUTHORIZATION" not in line)

#: The secret that signs tokens; known, because tests sign and break tokens themselves.
JWT_SECRET = "stand-0123456789-0123456789-0123456789"

JWT = f"define( 'JWT_AUTH_SECRET_KEY', '{JWT_SECRET}' );"

#: Application passwords work without https only on a site that calls itself local.
LOCAL = "define( 'WP_ENVIRONMENT_TYPE', 'local' );"
PRODUCTION = "define( 'WP_ENVIRONMENT_TYPE', 'production' );"

#: What a site behind a proxy that ends TLS has in wp-config.php.
TRUST_PROTO = "if ( ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) === 'https' ) { $_SERVER['HTTPS'] = 'on'; }"


class WordPress:
    """`users[name]` has id, password, application; `sessions[name]` has cookie, nonce, old_nonce; `posts[status]` an id."""

    def __init__(self, stage: Stage):
        self.folder = stage.folder("wordpress")
        self.root = self.folder / "www"
        self.database = stage.start(MariaDB, stage.folder("db"))
        self._copy()
        self._configure()
        self.sessions: dict = {}
        self.journal_of_php = self.folder / "seen.ndjson"
        self.journal_of_php.touch()
        self.journal_of_php.chmod(0o666)
        self.home = "http://127.0.0.1"
        self._write_site("http://127.0.0.1", LOCAL)
        made = json.loads(php(PHP / "site.php", "install", str(self.root), self.home))
        self.version, self.users, self.posts = made["version"], made["users"], made["posts"]

    def _copy(self):
        # Links into other packages become files; these two lead into /etc.
        shutil.copytree(SOURCE, self.root, ignore=shutil.ignore_patterns("wp-config.php", ".htaccess"))
        content = self.root / "wp-content"
        shutil.copytree(PHP / "theme", content / "themes" / "stand")
        (content / "mu-plugins").mkdir()
        seen = (PHP / "stand-seen.php").read_text().replace("{journal}", str(self.folder / "seen.ndjson"))
        (content / "mu-plugins" / "seen.php").write_text(seen)
        (content / "uploads").mkdir()
        if WEB_USER:
            shutil.chown(content / "uploads", WEB_USER, WEB_USER)

    def _configure(self):
        password = secrets.token_hex(12)
        self.database.sql(
            "CREATE DATABASE wordpress CHARACTER SET utf8mb4;"
            f"CREATE USER stand@localhost IDENTIFIED BY '{password}'; GRANT ALL ON wordpress.* TO stand@localhost;"
        )
        names = [f"{name}_{kind}" for name in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE") for kind in ("KEY", "SALT")]
        constants = {
            "DB_NAME": "wordpress",
            "DB_USER": "stand",
            "DB_PASSWORD": password,
            "DB_HOST": f"localhost:{self.database.socket}",
            "DB_CHARSET": "utf8mb4",
            # Else the name of the cookie would change with the port of each test.
            "COOKIEHASH": "stand",
            **{name: secrets.token_hex(24) for name in names},
        }
        lines = [f"define( '{name}', '{value}' );" for name, value in constants.items()]
        lines += [f"define( '{name}', true );" for name in ("DISABLE_WP_CRON", "WP_HTTP_BLOCK_EXTERNAL")]
        lines += [
            "$table_prefix = 'wp_';",
            f"require '{self.folder}/site.php';",
            "define( 'ABSPATH', __DIR__ . '/' );",
            "require_once ABSPATH . 'wp-settings.php';",
        ]
        (self.root / "wp-config.php").write_text("<?php\n" + "\n".join(lines) + "\n")

    def _write_site(self, home: str, config: str, mu: str = "", jwt: bool = False):
        # A new file in the place of the old one: PHP-FPM's cache of compiled files looks at the time, in seconds.
        replace(
            self.folder / "site.php",
            f"<?php\ndefine( 'WP_HOME', '{home}' );\ndefine( 'WP_SITEURL', '{home}' );\n{config}\n",
        )
        plugins = self.root / "wp-content" / "mu-plugins"
        for name, text in {
            "scenario.php": mu and f"<?php\n{mu}\n",
            "jwt.php": jwt and (PHP / "stand-jwt.php").read_text(),
        }.items():
            if text:
                replace(plugins / name, text)
            else:
                (plugins / name).unlink(missing_ok=True)

    def close(self):
        """Nothing runs here; the database belongs to the stage."""

    def site(self, home: str, config: str = LOCAL, mu: str = "", jwt: bool = False, code: str = ""):
        """Puts the site into its healthy state with these differences, under this URL, and logs everybody in anew.

        `config` stands in wp-config.php, `mu` is a must-use plugin, `jwt` switches the JWT plugin on, `code` is PHP
        that is run once (options, roles).
        """
        self.home = home
        self._write_site(home, config, mu, jwt)
        arguments = ["prepare", str(self.root), home]
        if code:
            script = self.folder / "code.php"
            script.write_text(f"<?php\n{code}\n")
            arguments.append(str(script))
        self.sessions = json.loads(php(PHP / "site.php", *arguments))

    def seen(self) -> list:
        """What reached PHP since it was last asked: for each request its method, target and the fields that came."""
        lines = self.journal_of_php.read_text().splitlines()
        os.truncate(self.journal_of_php, 0)
        return [json.loads(line) for line in lines]

    def basic(self, user: str, password: str | None = None) -> str:
        """The Authorization value with this user's application password, or another one."""
        pair = f"{user}:{password or self.users[user]['application']}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


def replace(path: Path, text: str):
    """Writes a file so that whoever reads it meanwhile finds the old one or the new one."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    os.replace(beside, path)
