"""A certificate authority made by openssl for one run, and a leaf for every way a certificate can be wrong."""

from __future__ import annotations

import ssl
import time
import warnings
from pathlib import Path

from .programs import find, run

NAME = "origin.test"
GOOD_NAMES = f"DNS:{NAME},DNS:localhost,IP:127.0.0.1,IP:::1"

#: name: (issuer, subject alternative names, first day, last day), days counted from now
LEAVES = {
    "good": ("authority", GOOD_NAMES, -1, 20),
    "expired": ("authority", GOOD_NAMES, -20, -1),
    "not-yet-valid": ("authority", GOOD_NAMES, 5, 20),
    "wrong-host": ("authority", "DNS:other.test", -1, 20),
    "untrusted": ("stranger", GOOD_NAMES, -1, 20),
    "self-signed": (None, GOOD_NAMES, -1, 20),
}


def _openssl(*arguments):
    done = run(find("openssl"), *arguments)
    assert done.returncode == 0, done.stderr.decode()


class Certificates:
    """Makes everything in one folder; `authority` is the file to trust."""

    def __init__(self, directory: Path):
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.authority = directory / "authority.pem"
        for name in ("authority", "stranger"):
            _openssl(
                "req",
                "-x509",
                *self._new_key(name),
                "-out",
                directory / f"{name}.pem",
                "-days",
                30,
                "-subj",
                f"/CN=hoplens tests {name}",
                "-addext",
                "keyUsage=critical,keyCertSign,cRLSign",
            )
        for name, (issuer, names, first, last) in LEAVES.items():
            self._leaf(name, issuer or name, names, first, last)

    def _new_key(self, name: str):
        return (
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            self.directory / f"{name}.key",
        )

    def _leaf(self, name: str, issuer: str, names: str, first: int, last: int):
        d = self.directory
        _openssl("req", *self._new_key(name), "-out", d / f"{name}.csr", "-subj", f"/CN=hoplens tests {name}")
        (d / f"{name}.ext").write_text(
            f"basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName={names}\n"
        )
        (d / f"{name}.index").write_text("")
        (d / f"{name}.serial").write_text(f"{abs(hash(name)) % (1 << 40):012X}\n")
        (d / f"{name}.cnf").write_text(
            f"[ca]\ndefault_ca=c\n[c]\nnew_certs_dir={d}\ndatabase={d}/{name}.index\nserial={d}/{name}.serial\n"
            "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
        )

        def day(offset):
            return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + offset * 86400))

        signer = (
            ("-selfsign", "-keyfile", d / f"{name}.key")
            if issuer == name
            else ("-cert", d / f"{issuer}.pem", "-keyfile", d / f"{issuer}.key")
        )
        _openssl(
            "ca",
            "-batch",
            "-notext",
            "-config",
            d / f"{name}.cnf",
            *signer,
            "-in",
            d / f"{name}.csr",
            "-out",
            d / f"{name}.pem",
            "-startdate",
            day(first),
            "-enddate",
            day(last),
            "-extfile",
            d / f"{name}.ext",
        )

    def certificate(self, name: str) -> Path:
        return self.directory / f"{name}.pem"

    def key(self, name: str) -> Path:
        return self.directory / f"{name}.key"

    def server(self, name: str = "good", highest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """What an origin presents; `highest` below TLS 1.2 makes it speak only what nobody should accept."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if highest is not None:
            context.set_ciphers("ALL:@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = highest
        context.load_cert_chain(self.certificate(name), self.key(name))
        context.server_names = []
        context.sni_callback = lambda _, server_name, ctx: context.server_names.append(server_name)
        return context

    def client(self) -> ssl.SSLContext:
        """What a careful client trusts."""
        return ssl.create_default_context(cafile=str(self.authority))
