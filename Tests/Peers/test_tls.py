"""TLS on both sides: what is verified, how every refusal is named, and what --insecure admits to."""

from __future__ import annotations

import re
import ssl
import time
import warnings

import pytest

from support.programs import curl
from support.waiting import wait_until
from support.wire import answer, connect, exchange, get

pytestmark = pytest.mark.hoplens

NAMED = "origin.test"


@pytest.fixture
def tls_origin(raw_origin, certificates):
    """tls_origin(certificate): an origin that presents it."""

    def start(name: str = "good", **options):
        return raw_origin(tls=certificates.server(name, **options))

    return start


def before(hoplens, origin, certificates, *flags):
    """hoplens in front of the origin, which it knows as https://origin.test."""
    return hoplens(
        f"https://{NAMED}:{origin.port}",
        "--connect",
        f"127.0.0.1:{origin.port}",
        "--ca-file",
        certificates.authority,
        *flags,
    )


def proxy_status(message, node: str = "n1") -> str:
    value = message.one("Proxy-Status").decode()
    assert value.startswith(f"{node};"), value
    return re.search(r"error=([a-z_]+)", value)[1]


def test_a_good_certificate_is_accepted_and_the_name_is_asked_for(hoplens, tls_origin, certificates):
    origin = tls_origin()
    front = before(hoplens, origin, certificates, "--json")
    assert exchange(front.port, get()).body == b"ok"
    assert origin.tls.server_names == [NAMED]
    record = front.wait_for_records(1)[0]
    assert record["origin"]["tls"] == "TLSv1.3"
    assert "verified" not in record["origin"]


@pytest.mark.parametrize(
    "wrong, cause",
    [
        ("expired", r"expired"),
        ("not-yet-valid", r"not (yet )?valid|not valid before"),
        ("wrong-host", r"origin\.test|host ?name|other\.test"),
        ("self-signed", r"self[- ]signed"),
        ("untrusted", r"trust|issuer|authority|root|unknown"),
    ],
)
def test_a_bad_certificate_is_refused_with_its_cause(hoplens, tls_origin, certificates, wrong, cause):
    origin = tls_origin(wrong)
    front = before(hoplens, origin, certificates, "--node", "n1", "--json")
    got = exchange(front.port, get("/", "Authorization: Bearer never-to-be-sent"))
    assert got.status == 502
    assert proxy_status(got) == "tls_certificate_error"
    assert re.search(cause, got.body.decode(), re.IGNORECASE), got.body
    assert b"hoplens" in got.body
    assert origin.requests == [], "the request was sent over a connection that was not to be trusted"
    record = front.wait_for_records(1)[0]
    assert record["error"]["side"] == "origin"
    assert record["error"]["cause"] == "tls_certificate_error"


@pytest.mark.parametrize("wrong", ["expired", "wrong-host", "self-signed", "untrusted"])
def test_insecure_accepts_it_aloud_and_records_that(hoplens, tls_origin, wrong):
    origin = tls_origin(wrong)
    front = hoplens(f"https://{NAMED}:{origin.port}", "--connect", f"127.0.0.1:{origin.port}", "--insecure", "--json")
    assert exchange(front.port, get()).body == b"ok"
    assert front.wait_for_records(1)[0]["origin"]["verified"] is False
    assert re.search(r"insecure|not verified|verification", front.err()), "--insecure must be loud"


def test_a_certificate_is_not_trusted_without_its_authority(hoplens, tls_origin):
    origin = tls_origin()
    front = hoplens(f"https://localhost:{origin.port}", "--node", "n1")
    got = exchange(front.port, get())
    assert (got.status, proxy_status(got)) == (502, "tls_certificate_error")


def test_an_address_is_verified_as_an_address(hoplens, tls_origin, certificates):
    origin = tls_origin()
    front = hoplens(f"https://127.0.0.1:{origin.port}", "--ca-file", certificates.authority)
    assert exchange(front.port, get()).body == b"ok"
    assert origin.tls.server_names == [None], "an IP address must not be sent as SNI (RFC 6066 section 3)"


def test_sni_can_be_chosen(hoplens, tls_origin, certificates):
    origin = tls_origin()
    front = hoplens(f"https://127.0.0.1:{origin.port}", "--ca-file", certificates.authority, "--sni", NAMED)
    assert exchange(front.port, get()).body == b"ok"
    assert origin.tls.server_names == [NAMED]


def test_an_origin_that_speaks_plain_http_is_named_as_such(hoplens, raw_origin, certificates):
    def handler(stream):
        stream.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        stream.at_end()

    front = before(hoplens, raw_origin(handler), certificates, "--node", "n1")
    got = exchange(front.port, get())
    assert (got.status, proxy_status(got)) == (502, "tls_protocol_error")
    assert re.search(r"TLS|plain", got.body.decode())


def test_an_origin_that_speaks_only_old_tls_is_refused(hoplens, tls_origin, certificates):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        origin = tls_origin("good", highest=ssl.TLSVersion.TLSv1_1)
    got = exchange(before(hoplens, origin, certificates, "--node", "n1").port, get())
    assert got.status == 502
    assert proxy_status(got) in ("tls_protocol_error", "tls_alert_received")
    assert re.search(r"version|protocol", got.body.decode(), re.IGNORECASE)


def test_an_origin_that_hangs_up_during_the_handshake_is_an_answer_too(hoplens, raw_origin, certificates):
    front = before(hoplens, raw_origin(lambda stream: stream.exactly(1)), certificates, "--node", "n1")
    got = exchange(front.port, get())
    assert got.status == 502
    assert proxy_status(got) in ("tls_protocol_error", "connection_terminated")


def test_an_origin_that_never_shakes_hands_is_given_up(hoplens, raw_origin, certificates):
    front = before(
        hoplens, raw_origin(lambda stream: stream.rest()), certificates, "--node", "n1", "--timeout", "tls=500ms"
    )
    began = time.monotonic()
    got = exchange(front.port, get())
    assert got.status in (502, 504)
    assert proxy_status(got) in ("connection_timeout", "tls_protocol_error")
    assert time.monotonic() - began < 3, "tls=500ms took much longer"


def test_large_bodies_pass_through_tls_on_both_sides(hoplens, raw_origin, certificates, large_file, tmp_path):
    body = large_file.read_bytes()[: 8 << 20]
    origin = raw_origin(answering=lambda request: answer(request.body), tls=certificates.server())
    front = before(
        hoplens,
        origin,
        certificates,
        "--tls-cert",
        certificates.certificate("good"),
        "--tls-key",
        certificates.key("good"),
    )
    (tmp_path / "up").write_bytes(body)
    done = curl(
        "--cacert",
        certificates.authority,
        "-T",
        tmp_path / "up",
        "-o",
        tmp_path / "down",
        f"https://127.0.0.1:{front.port}/large",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "down").read_bytes() == body


def test_a_tls_listener_serves_curl_and_records_the_version(hoplens, raw_origin, certificates):
    front = hoplens(
        raw_origin(), "--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good"), "--json"
    )
    assert front.scheme == "https"
    url = f"https://127.0.0.1:{front.port}/"
    done = curl("--cacert", certificates.authority, "-w", " %{num_connects}", url, url)
    assert done.stdout == b"ok 1ok 0", done.stderr
    assert curl("--cacert", certificates.authority, "--tlsv1.2", "--tls-max", "1.2", url).stdout == b"ok"
    assert [record["client"]["tls"] for record in front.wait_for_records(3)] == ["TLSv1.3", "TLSv1.3", "TLSv1.2"]


def test_a_tls_listener_refuses_plain_http_and_old_tls_and_goes_on(hoplens, raw_origin, certificates):
    front = hoplens(raw_origin(), "--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good"))
    plain = connect(front.port)
    plain.send(get())
    wait_until(plain.at_end if not plain.unread else lambda: True, "plain HTTP to be turned away")
    plain.close()
    assert (
        curl("--cacert", certificates.authority, "--tls-max", "1.1", f"https://127.0.0.1:{front.port}/").returncode
        == 35
    )
    assert exchange(front.port, get(), tls=certificates.client()).body == b"ok"


def test_http_1_1_is_what_alpn_settles_on(hoplens, raw_origin, certificates):
    front = hoplens(raw_origin(), "--tls-cert", certificates.certificate("good"), "--tls-key", certificates.key("good"))
    context = certificates.client()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connect(front.port, tls=context) as client:
        assert client.socket.selected_alpn_protocol() == "http/1.1"
        client.send(get())
        assert client.response().body == b"ok"


def test_a_connection_to_the_origin_is_used_again_through_tls(hoplens, tls_origin, certificates):
    origin = tls_origin()
    front = before(hoplens, origin, certificates, "--threads", "1")
    for _ in range(5):
        assert exchange(front.port, get()).body == b"ok"
    assert len(origin.connections) == 1
