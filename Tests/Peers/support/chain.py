"""What the points of a chain share: the key, and the PHP probe beside it."""

from __future__ import annotations

import os
from pathlib import Path

from .proxies import hoplens_command
from .stage import Stage


def chain_key(stage: Stage) -> Path:
    """A key as `hoplens proxy --chain-key-file` wants it."""
    path = stage.folder("key") / "chain.key"
    path.write_bytes(os.urandom(32))
    path.chmod(0o600)
    return path


def php_probe(stage: Stage, key: Path) -> Path:
    """The probe as it is printed, beside its key, out of every document root."""
    done = hoplens_command("probe", "php")
    assert done.returncode == 0 and not done.stderr
    folder = stage.folder("probe")
    path = folder / "hoplens-probe.php"
    path.write_bytes(done.stdout)
    (folder / "hoplens-chain-key.php").write_text(f"<?php return '{key.read_bytes().hex()}';\n")
    return path
