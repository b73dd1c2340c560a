"""Where repairs are tried: servers started for one repair, an answer taken apart, a file of configs/fixes put in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from .nginx_php import NginxPHP
from .php import PHPFPM
from .programs import curl
from .stage import Stage
from .wordpress import LOCAL, WordPress

FIXES = Path(__file__).resolve().parents[3] / "configs" / "fixes"

#: Pages that are no WordPress: one that sets a cookie, one that does not, one that needs memory, one that reads a form.
PAGES = {
    "plain.php": "<?php echo 'plain';",
    "cookie.php": "<?php setcookie( 'session', bin2hex( random_bytes( 8 ) ) ); echo 'cookie';",
    "memory.php": "<?php $kept = str_repeat( 'x', 64 << 20 ); echo strlen( $kept );",
    "form.php": "<?php echo strlen( $_POST['field'] ?? '' );",
}


@dataclass(frozen=True)
class Repair:
    """One file of configs/fixes: `start` builds the server with the file or without (None); `fault` answers whether the
    fault shows; what `healthy` answers may not change."""

    file: str
    start: Callable
    fault: Callable
    healthy: Callable


class Answer:
    """The answer to curl, which follows nothing."""

    def __init__(self, done):
        assert done.returncode == 0, done.stderr.decode()
        head, _, self.body = done.stdout.partition(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head, _, self.body = self.body.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        self.head = head.decode("latin-1").lower()

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def hit(self) -> bool:
        return "x-cache: hit" in self.head


class Bench:
    def __init__(self, stage: Stage, wordpress: WordPress, certificates):
        self.stage, self.wordpress, self.certificates = stage, wordpress, certificates
        self._started: list = []
        self._count = 0

    def folder(self) -> Path:
        self._count += 1
        return self.stage.folder(f"bench-{id(self):x}-{self._count}")

    def start(self, make, *arguments, **options):
        server = self.stage.start(make, *arguments, **options)
        self._started.append(server)
        return server

    def close(self):
        for server in reversed(self._started):
            self.stage.end(server)
        self._started.clear()

    def site(self, server, config: str = LOCAL, **options):
        """Puts WordPress under that server's URL, and returns the server."""
        self.wordpress.site(server.url, config, **options)
        return server

    def origin(self, **options) -> NginxPHP:
        """WordPress behind nginx and PHP-FPM, in good order but for the options."""
        return self.start(NginxPHP, self.folder(), self.wordpress.root, self.wordpress.fpm, **options)

    def pages(self, pool: str = "", **options) -> NginxPHP:
        """Pages that are no WordPress, behind the same servers."""
        fpm = self.start(PHPFPM, self.folder(), pool) if pool else self.wordpress.fpm
        root = self.stage.site(PAGES, f"pages-{id(self):x}")
        return self.start(NginxPHP, self.folder(), root, fpm, **options)

    def password_file(self) -> Path:
        """staging:secret, in a form that nginx and Apache read."""
        file = self.stage.root / "passwords"
        file.write_text("staging:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n")
        file.chmod(0o644)
        return file

    def ask(self, server, path: str, *arguments, **fields) -> Answer:
        sent = [part for name, value in fields.items() for part in ("-H", f"{name.replace('_', '-')}: {value}")]
        trust = ("--cacert", self.certificates.authority)
        return Answer(curl(*trust, *sent, *arguments, "-D", "-", server.url + path))

    def me(self, server, user: str = "editor", **fields) -> Answer:
        """Who WordPress takes that user's application password for."""
        return self.ask(server, "/wp-json/wp/v2/users/me", Authorization=self.wordpress.basic(user), **fields)


def line(directive: str, fix: Path | None, instead: str = "") -> str:
    """The line that includes the file, or what stood there before."""
    return f'{directive} {fix}{";" if directive == "include" else ""}' if fix else instead


def text(fix: Path | None, instead: str = "", **filled) -> str:
    """The file as it stands, with its capital words filled in; PHP without its first line, to go into another file."""
    if fix is None:
        return instead
    said = fix.read_text().removeprefix("<?php\n")
    for word, value in filled.items():
        assert word in said
        said = said.replace(word, str(value))
    return said
