"""Which Host the origin gets, what comes back rewritten, and what is said about the client."""

from __future__ import annotations

import pytest

from support.wire import answer, exchange, get

pytestmark = pytest.mark.hoplens


def sent_host(origin) -> bytes:
    return origin.wait_for_requests(1)[-1].one("Host")


@pytest.fixture
def site(raw_origin):
    """An origin that sends the browser to its own absolute addresses."""

    def respond(_):
        own = f"http://origin.test:{origin.port}"
        return answer(
            b"moved",
            f"Location: {own}/next?a=1",
            f"Content-Location: {own}/here",
            f"Refresh: 5; url={own}/later",
            "Set-Cookie: a=1; Domain=origin.test; Path=/; HttpOnly",
            "Set-Cookie: b=2; Path=/",
            "Link: <http://elsewhere.test/>; rel=next",
            status="302 Found",
        )

    origin = raw_origin(answering=respond)
    return origin


def before(hoplens, origin, *flags):
    return hoplens(f"http://origin.test:{origin.port}", "--connect", f"127.0.0.1:{origin.port}", *flags)


def test_auto_gives_the_origin_its_own_name_and_keeps_the_browser_here(hoplens, site):
    front = before(hoplens, site)
    here = f"127.0.0.1:{front.port}"
    got = exchange(front.port, get(host=here))
    assert sent_host(site) == f"origin.test:{site.port}".encode()
    assert got.one("Location") == f"http://{here}/next?a=1".encode()
    assert got.one("Content-Location") == f"http://{here}/here".encode()
    assert got.one("Refresh") == f"5; url=http://{here}/later".encode()
    first, second = got.all("Set-Cookie")
    assert b"origin.test" not in first and first.startswith(b"a=1") and b"HttpOnly" in first and b"Path=/" in first
    assert second == b"b=2; Path=/"
    assert got.one("Link") == b"<http://elsewhere.test/>; rel=next"


def test_localhost_names_the_listener_too(hoplens, site):
    front = before(hoplens, site)
    got = exchange(front.port, get(host=f"localhost:{front.port}"))
    assert sent_host(site) == f"origin.test:{site.port}".encode()
    assert got.one("Location") == f"http://localhost:{front.port}/next?a=1".encode()


@pytest.mark.parametrize("policy, host", [("auto", "public.test"), ("client", "public.test"), ("client", "{here}")])
def test_a_name_the_client_chose_passes_and_nothing_is_rewritten(hoplens, site, policy, host):
    front = before(hoplens, site, "--host", policy)
    host = host.format(here=f"127.0.0.1:{front.port}")
    got = exchange(front.port, get(host=host))
    assert sent_host(site) == host.encode()
    assert got.one("Location") == f"http://origin.test:{site.port}/next?a=1".encode()
    assert got.all("Set-Cookie")[0] == b"a=1; Domain=origin.test; Path=/; HttpOnly"


@pytest.mark.parametrize("policy, expected", [("origin", "origin.test:{port}"), ("shop.example", "shop.example")])
def test_a_fixed_policy_replaces_whatever_the_client_said(hoplens, site, policy, expected):
    front = before(hoplens, site, "--host", policy)
    exchange(front.port, get(host="public.test"))
    assert sent_host(site) == expected.format(port=site.port).encode()


def test_every_change_is_recorded_with_its_reason(hoplens, site):
    front = before(hoplens, site, "--json", "--node", "n1")
    exchange(front.port, get(host=f"127.0.0.1:{front.port}"))
    record = front.wait_for_records(1)[0]
    edits = {(edit["op"], edit["n"]): edit["why"] for edit in record["request"]["edits"]}
    assert edits == {("replace", "Host"): "host-policy", ("add", "Via"): "via"}
    changed = [edit["n"] for edit in record["response"]["edits"] if edit["op"] == "replace"]
    assert changed == ["Location", "Content-Location", "Refresh", "Set-Cookie"]


def test_forwarding_fields_pass_as_they_came(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, "--forwarded", "none")
    exchange(front.port, get("/", "X-Forwarded-For: 198.51.100.7", "Forwarded: for=198.51.100.7"))
    request = origin.requests[0]
    assert request.one("X-Forwarded-For") == b"198.51.100.7"
    assert request.one("Forwarded") == b"for=198.51.100.7"
    assert request.all("X-Forwarded-Proto") == []


def test_forwarded_x_says_who_asked(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, "--forwarded", "x")
    exchange(front.port, get("/", "X-Forwarded-For: 198.51.100.7"))
    exchange(front.port, get())
    extended, fresh = origin.requests
    assert extended.one("X-Forwarded-For") == b"198.51.100.7, 127.0.0.1"
    assert fresh.one("X-Forwarded-For") == b"127.0.0.1"
    assert fresh.one("X-Forwarded-Proto") == b"http"
    assert fresh.one("X-Forwarded-Host") == b"public.test"


def test_forwarded_rfc7239_says_who_asked(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, "--forwarded", "rfc7239")
    exchange(front.port, get("/", "Forwarded: for=198.51.100.7"))
    exchange(front.port, get())
    extended, fresh = (request.one("Forwarded").decode() for request in origin.requests)
    assert extended.startswith("for=198.51.100.7, ")
    assert "for=127.0.0.1" in fresh.replace('"', "")
    assert "proto=http" in fresh
    assert origin.requests[0].all("X-Forwarded-For") == []


def test_via_is_appended_and_can_be_left_out(hoplens, raw_origin):
    origin = raw_origin()
    exchange(hoplens(origin, "--node", "inner").port, get("/", "Via: 1.0 outer"))
    exchange(hoplens(origin, "--no-via").port, get("/", "Via: 1.0 outer"))
    named, silent = origin.requests
    assert b", ".join(named.all("Via")) == b"1.0 outer, 1.1 inner"
    assert silent.all("Via") == [b"1.0 outer"]


def test_an_ipv6_origin_gets_its_brackets(hoplens, raw_origin):
    origin = raw_origin(host="::1")
    front = hoplens(origin)
    assert exchange(front.port, get(host=f"127.0.0.1:{front.port}")).body == b"ok"
    assert sent_host(origin) == f"[::1]:{origin.port}".encode()


def test_every_listener_of_a_service_is_named_by_its_own_port(hoplens, site):
    front = before(hoplens, site, "--listen", "127.0.0.1:0")
    assert len(set(front.ports)) == 2
    for port in front.ports:
        here = f"127.0.0.1:{port}"
        got = exchange(port, get(host=here))
        assert sent_host(site) == f"origin.test:{site.port}".encode()
        assert got.one("Location") == f"http://{here}/next?a=1".encode()


def test_an_ipv6_listener_is_named_by_its_brackets(hoplens, raw_origin):
    origin = raw_origin()
    front = hoplens(origin, listen="[::1]:0")
    assert front.host == "[::1]"
    assert exchange(front.port, get(host=f"[::1]:{front.port}"), host="::1").body == b"ok"
    assert sent_host(origin) == f"127.0.0.1:{origin.port}".encode()
