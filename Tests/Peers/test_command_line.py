"""Everything a person can get wrong: one clear line on standard error, the right exit status, nothing on standard output."""

from __future__ import annotations

import re
import socket
import subprocess
from pathlib import Path

import pytest

from support.proxies import hoplens_command
from support.waiting import free_port
from support.wire import exchange, get

pytestmark = pytest.mark.hoplens


def refused(*arguments, status: int = 2, says: str = ".") -> str:
    """Runs it, expects one clear line, and returns that."""
    done = hoplens_command(*arguments)
    text = done.stderr.decode()
    assert done.returncode == status, text
    assert done.stdout == b""
    lines = text.strip().split("\n")
    assert lines[0].startswith("hoplens: "), text
    assert len(lines) <= 3, f"more than a line and a hint or two:\n{text}"
    assert re.search(says, text, re.IGNORECASE), text
    assert "Fatal error" not in text and "Swift" not in text
    return text


@pytest.mark.parametrize(
    "arguments, says",
    [
        (["proxy"], "origin"),
        (["proxy", "http://127.0.0.1:1", "http://127.0.0.1:2"], "2 arguments|one origin|127.0.0.1:2"),
        (["proxy", "http://127.0.0.1:1", "--lisen", "127.0.0.1:0"], "--listen"),
        (["proxy", "http://127.0.0.1:1", "--listen"], "--listen"),
        (["proxy", "http://127.0.0.1:1", "--listen", "127.0.0.1:99999"], "99999|port"),
        (["proxy", "http://127.0.0.1:1", "--listen", "nonsense"], "nonsense"),
        (["proxy", "http://127.0.0.1:1", "--listen", "[fe80::1%eth0]:80"], "zone"),
        (["proxy", "ftp://127.0.0.1:1"], "ftp|http"),
        (["proxy", "http://"], "origin|host"),
        (["proxy", "http://user:secret@127.0.0.1:1"], "user|credential|password"),
        (["proxy", "http://127.0.0.1:1", "--timeout", "conect=5s"], "connect"),
        (["proxy", "http://127.0.0.1:1", "--timeout", "connect=soon"], "soon|duration"),
        (["proxy", "http://127.0.0.1:1", "--limit", "head=-1"], "-1|head"),
        (["proxy", "http://127.0.0.1:1", "--limit", "fields=many"], "many|fields"),
        (["proxy", "http://127.0.0.1:1", "--forwarded", "all"], "rfc7239"),
        (["proxy", "http://127.0.0.1:1", "--node", "two words"], "node|two words"),
        (["proxy", "http://127.0.0.1:1", "--threads", "0"], "threads|0"),
        (["proxy", "http://127.0.0.1:1", "--tls-cert", "/nonexistent.pem"], "tls-key"),
        (
            ["proxy", "http://127.0.0.1:1", "--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.key"],
            "nonexistent",
        ),
        (["proxy", "https://127.0.0.1:1", "--ca-file", "/nonexistent.pem"], "nonexistent"),
        (["proxy", "--config", "/nonexistent.json5"], "nonexistent"),
        (["prox"], "proxy"),
        (["--versoin"], "--version"),
        (["compare", "/"], "--public"),
        (["diagnose", "a.test"], "http://"),
        (["diagnose", "http://a.test", "--chain-key-file", "/dev/null"], "chain key /dev/null"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(arguments, says):
    refused(*arguments, says=says)


def test_no_arguments_show_what_there_is():
    done = hoplens_command()
    assert done.returncode in (0, 2)
    assert "hoplens help" in (done.stdout + done.stderr).decode()


def test_a_secret_in_an_origin_is_not_repeated():
    assert "hunter2" not in refused("proxy", "http://me:hunter2@127.0.0.1:1")


def test_a_busy_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused("proxy", "http://127.0.0.1:1", "--listen", f"127.0.0.1:{port}", says=rf"{port}.*(in use|busy|taken)")


def test_a_second_hoplens_on_the_same_port_is_refused_too(hoplens, raw_origin):
    """Several threads share a port among themselves (SO_REUSEPORT); two processes must not do so by accident."""
    first = hoplens(raw_origin())
    refused("proxy", "http://127.0.0.1:1", "--listen", f"127.0.0.1:{first.port}", says=str(first.port))


def test_forwarding_to_the_own_listener_is_refused():
    port = free_port()
    for origin in (f"http://127.0.0.1:{port}", f"http://localhost:{port}"):
        refused("proxy", origin, "--listen", f"127.0.0.1:{port}", says="itself|own listener|come back")


def test_an_address_that_is_not_ours_is_named():
    refused("proxy", "http://127.0.0.1:1", "--listen", "192.0.2.1:8080", says=r"192\.0\.2\.1")


def test_an_origin_that_cannot_be_found_is_exit_status_3():
    refused("proxy", "http://no-such-host.invalid", "--listen", "127.0.0.1:0", status=3, says=r"no-such-host\.invalid")


def test_without_the_check_an_origin_that_cannot_be_found_is_502_dns_error(hoplens):
    front = hoplens("http://no-such-host.invalid", "--node", "n1")
    got = exchange(front.port, get(), patience=25)
    assert got.status == 502
    assert b"error=dns_error" in got.one("Proxy-Status")
    assert b"no-such-host.invalid" in got.body


class TestCaptureFolder:
    """A folder that cannot be used is found out before the first exchange."""

    def test_below_a_file(self, tmp_path):
        (tmp_path / "file").write_text("")
        refused(
            "proxy",
            "http://127.0.0.1:1",
            "--listen",
            "127.0.0.1:0",
            "--capture",
            tmp_path / "file" / "capture",
            says="capture",
        )

    def test_a_file(self, tmp_path):
        (tmp_path / "file").write_text("")
        refused("proxy", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--capture", tmp_path / "file", says="file")

    def test_a_file_system_that_lets_nobody_write(self):
        refused(
            "proxy", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--capture", "/proc/hoplens", says="/proc/hoplens"
        )


class TestCertificates:
    """TLS files that are there and do not fit."""

    def test_a_key_of_another_certificate(self, certificates):
        refused(
            "proxy",
            "http://127.0.0.1:1",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            certificates.certificate("good"),
            "--tls-key",
            certificates.key("expired"),
            says="key",
        )

    def test_a_file_that_is_no_certificate(self, certificates, tmp_path):
        (tmp_path / "no.pem").write_text("this is no certificate\n")
        refused(
            "proxy",
            "http://127.0.0.1:1",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            tmp_path / "no.pem",
            "--tls-key",
            certificates.key("good"),
            says=r"no\.pem",
        )


class TestConfiguration:
    """JSON5 files: the same settings, and errors with their place."""

    def write(self, tmp_path, text: str):
        (tmp_path / "settings.json5").write_text(text)
        return tmp_path / "settings.json5"

    def test_a_file_does_what_flags_do(self, hoplens, raw_origin, tmp_path):
        first, second = raw_origin(), raw_origin(answering=lambda _: b"HTTP/1.1 204 No Content\r\n\r\n")
        file = self.write(
            tmp_path,
            f"""{{
            // two origins in one process
            node: 'from-file',
            services: [
                {{ name: 'one', listen: '127.0.0.1:0', origin: '{first.url}' }},
                {{ name: 'two', listen: '127.0.0.1:0', origin: "{second.url}", forwarded: 'x', }},
            ],
        }}""",
        )
        front = hoplens("--config", str(file), "--json", listen=None, listeners=2)
        assert front.node == "from-file"
        assert {line[3] for line in front.ready} == {first.url, second.url}
        statuses = {exchange(port, get()).status for port in front.ports}
        assert statuses == {200, 204}
        assert {record["service"] for record in front.wait_for_records(2)} == {"one", "two"}
        assert second.requests[0].one("X-Forwarded-For") == b"127.0.0.1"

    @pytest.mark.parametrize(
        "text, place, says",
        [
            ("{ origin: 'http://127.0.0.1:1', lisen: '127.0.0.1:0' }", "1:33", "listen"),
            ("{\n  origin: 'http://127.0.0.1:1',\n  limits: { heads: 5 },\n}", "3:13", "head"),
            ("{\n  origin: 5,\n}", "2:11", "origin"),
            ("{\n  origin: 'http://127.0.0.1:1'\n  listen: 'x'\n}", "3:3", ""),
            ("{ origin: 'http://127.0.0.1:1', origin: 'http://127.0.0.1:2' }", "1:33", "origin"),
            ("{ origin: 'http://127.0.0.1:1', timeouts: { connect: 'soon' } }", "1:54", "connect"),
        ],
    )
    def test_a_mistake_is_shown_with_file_line_and_column(self, tmp_path, text, place, says):
        file = self.write(tmp_path, text)
        for command in (["proxy", "--config", file], ["check-config", file]):
            message = refused(*command, says=says or ".")
            assert f"settings.json5:{place}" in message

    def test_check_config_is_content_with_a_good_file(self, tmp_path):
        file = self.write(tmp_path, "{ origin: 'https://origin.test', listen: '127.0.0.1:8080' }")
        done = hoplens_command("check-config", file)
        assert done.returncode == 0, done.stderr

    def test_every_example_in_configs_is_accepted(self):
        examples = sorted((Path(__file__).resolve().parents[2] / "configs").glob("*.json5"))
        assert examples, "configs/ has no example"
        for example in examples:
            done = hoplens_command("check-config", example)
            # An example may name certificate files that are not there; everything else must be right.
            assert done.returncode == 0 or b"tls" in done.stderr or b"ca-file" in done.stderr, done.stderr.decode()


class TestHelp:
    """What a person asks first."""

    def test_help_names_every_command_and_nothing_that_is_not_there(self):
        text = hoplens_command("--help").stdout.decode()
        listed = re.findall(r"^  ([a-z][a-z-]+)(?: |$)", text.split("Commands:")[1].split("Flags:")[0], re.MULTILINE)
        for command in ("proxy", "diagnose", "compare", "traces", "probe", "cors", "demo", "check-config", "help"):
            assert command in listed
        for command in listed:
            done = hoplens_command("help", command)
            assert done.returncode == 0 and max(map(len, done.stdout.decode().splitlines())) <= 80, command

    @pytest.mark.parametrize("command", ["proxy", "demo", "check-config", "completions"])
    def test_each_command_has_help_with_both_spellings(self, command):
        first, second = hoplens_command(command, "--help"), hoplens_command("help", command)
        assert (first.returncode, second.returncode) == (0, 0)
        assert first.stdout == second.stdout != b""
        assert first.stderr == b""
        assert max(map(len, first.stdout.decode().split("\n"))) <= 80

    def test_version(self):
        assert re.fullmatch(r"hoplens \d+\.\d+\.\d+\S*\n", hoplens_command("--version").stdout.decode())

    def test_the_man_page_is_clean(self):
        page = hoplens_command("man")
        assert page.returncode == 0 and page.stdout.startswith(b".TH HOPLENS 1") or b".TH" in page.stdout

    @pytest.mark.parametrize("shell", ["bash"])
    def test_completions_are_valid_for_the_shell(self, shell, tmp_path):
        script = hoplens_command("completions", shell)
        assert script.returncode == 0
        (tmp_path / "completions").write_bytes(script.stdout)
        checked = subprocess.run([shell, "-n", tmp_path / "completions"], capture_output=True, timeout=20, check=False)
        assert (checked.returncode, checked.stderr) == (0, b"")
