"""Fixtures: each test gets its own proxy and origins on free loopback ports, and all of them end with it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.certificates import Certificates
from support.origins import H11Origin, RawOrigin, StandardOrigin
from support.php import PHPFPM
from support.programs import HAProxy, Nginx, Program
from support.proxies import UNDER_TEST, Capture, Hoplens, binary, peer
from support.stage import Stage
from support.wordpress import WordPress

#: Seconds after which a whole test counts as hanging; a test that needs more says so itself.
TEST_LIMIT = 60


def pytest_configure(config):
    config.addinivalue_line("markers", "hoplens: about hoplens itself, skipped when a peer stands in for it")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TEST_LIMIT))
        if UNDER_TEST != "hoplens" and (item.get_closest_marker("hoplens") or "hoplens" in item.fixturenames):
            item.add_marker(pytest.mark.skip(reason=f"{UNDER_TEST} stands in for hoplens"))


@pytest.fixture(autouse=True, scope="session")
def _there_is_a_binary():
    if UNDER_TEST == "hoplens":
        assert binary().is_file(), f"{binary()} is not built: scripts/test peers builds it"


@pytest.fixture
def closing():
    """Closes what is put into it, the newest first, and reports the first failure only after closing the rest."""
    things: list = []
    yield things.append
    failure = None
    for thing in reversed(things):
        try:
            thing.close()
        except AssertionError as error:
            failure = failure or error
    if failure:
        raise failure


@pytest.fixture
def hoplens(closing):
    """hoplens(origin, flags…): a running proxy in front of an origin (or of a URL).

    Without `check` it asks the origin nothing by itself, so that a test sees its own requests only.
    """

    def start(origin, *flags, listen: str | None = "127.0.0.1:0", check: bool = False, **options) -> Hoplens:
        arguments = [origin if isinstance(origin, str) else origin.url, *flags]
        if listen is not None:
            arguments += ["--listen", listen]
        if not check:
            arguments.append("--no-check")
        proxy = Hoplens(*arguments, **options)
        closing(proxy)
        return proxy

    return start


@pytest.fixture
def proxy(request, closing, tmp_path):
    """proxy(origin): hoplens with nothing but defaults, or the peer that stands in for it."""

    def start(origin):
        if UNDER_TEST == "hoplens":
            return request.getfixturevalue("hoplens")(origin)
        stand_in = peer(UNDER_TEST, tmp_path / "stand-in", origin.url)
        closing(stand_in)
        return stand_in

    return start


@pytest.fixture
def raw_origin(closing):
    """raw_origin(handler) or raw_origin(answering=function): records every byte."""

    def start(handler=None, answering=None, **options) -> RawOrigin:
        origin = RawOrigin.that_answers(answering, **options) if answering else RawOrigin(handler, **options)
        closing(origin)
        return origin

    return start


@pytest.fixture
def h11_origin(closing):
    def start(respond, **options) -> H11Origin:
        origin = H11Origin(respond, **options)
        closing(origin)
        return origin

    return start


@pytest.fixture
def standard_origin(closing):
    def start(contents=None, **options) -> StandardOrigin:
        origin = StandardOrigin(contents, **options)
        closing(origin)
        return origin

    return start


@pytest.fixture
def nginx(closing, tmp_path):
    """nginx(configuration): nginx with this `http` block."""

    def start(http: str, name: str = "nginx", **values) -> Nginx:
        program = Nginx(tmp_path / name, http, **values)
        closing(program)
        return program

    return start


@pytest.fixture
def haproxy(closing, tmp_path):
    """haproxy(configuration): HAProxy with these sections."""

    def start(sections: str, name: str = "haproxy", **values) -> HAProxy:
        program = HAProxy(tmp_path / name, sections, **values)
        closing(program)
        return program

    return start


@pytest.fixture(scope="module")
def stage():
    """A folder that the workers of real servers may enter; servers started on it end with the module."""
    with Stage() as made:
        yield made


@pytest.fixture(scope="session")
def wordpress():
    """Debian's WordPress with MariaDB, installed once in a run, and PHP-FPM (`fpm`) to serve it with."""
    with Stage() as made:
        site = made.start(WordPress, made)
        site.fpm = made.start(PHPFPM, made.folder("fpm"))
        yield site


@pytest.fixture
def program(closing):
    def start(*command, **options) -> Program:
        child = Program(command, **options)
        closing(child)
        return child

    return start


@pytest.fixture
def capture(tmp_path) -> Capture:
    """A capture folder that does not exist yet."""
    return Capture(tmp_path / "capture")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def large_file(tmp_path_factory) -> Path:
    """32 MiB that no compression or repetition could fake."""
    path = tmp_path_factory.mktemp("large") / "large.bin"
    path.write_bytes(random.Random(32).randbytes(32 << 20))
    return path
