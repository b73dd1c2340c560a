import Settings
import Testing

@Suite("Flags over the file")
struct OverrideTests {
    private let file = """
        {origin:'https://a.test', listen:['127.0.0.1:1','127.0.0.1:2'], node:'file', verbose:true, track:['A'], via:false,
         limits:{head:'32k', fields:9}, timeouts:{connect:'1s', head:'2s'}}
        """

    @Test("a flag replaces what the file says, and only that")
    func flagsWin() throws {
        let result = try settings(file: file) { flags in
            flags.set(.listen, "127.0.0.1:3", from: "--listen")
            flags.set(.node, "flag", from: "--node")
            flags.set(.via, "true", from: "--via")
            flags.setLimit("fields=7", from: "--limit")
            flags.setTimeout("head=9s", from: "--timeout")
        }
        #expect(result.services[0].listen == [Endpoint(host: "127.0.0.1", port: 3)])
        #expect(result.node == "flag")
        #expect(result.via)
        #expect(result.track == ["A"])
        #expect(result.output.mode == .verbose)
        #expect(result.limits.fields == 7 && result.limits.head == 32 << 10)
        #expect(result.timeouts.head == 9_000 && result.timeouts.connect == 1_000)
    }

    @Test("a flag that chooses an output replaces the file's choice")
    func outputMode() throws {
        let result = try settings(file: file) { $0.set(.json, "true", from: "--json") }
        #expect(result.output.mode == .json)
    }

    @Test("a mistake in the file that a flag replaces is no mistake")
    func mended() throws {
        let result = try settings(file: "{origin:'a.test'}") { $0.set(.origin, "http://a.test", from: "ORIGIN") }
        #expect(result.services[0].origin.host == "a.test")
    }

    @Test("list flags grow, and of others the last counts")
    func repeated() throws {
        let result = try settings(file: "{origin:'https://a.test'}") { flags in
            for name in ["A", "B"] { flags.set(.track, name, from: "--track") }
            for name in ["a", "b"] { flags.set(.node, name, from: "--node") }
            for value in ["fields=1", "fields=2"] { flags.setLimit(value, from: "--limit") }
        }
        #expect(result.track == ["A", "B"])
        #expect(result.node == "b")
        #expect(result.limits.fields == 2)
    }

    @Test("a flag about a service goes to the only one of a list")
    func onlyService() throws {
        let text = "{services:[{name:'x', origin:'https://a.test'}]}"
        let result = try settings(file: text) { $0.set(.host, "client", from: "--host") }
        #expect(result.services.map(\.host) == [.client])
    }

    @Test("a flag about a service cannot choose between several")
    func ambiguous() {
        let text = """
            {services:[{name:'a', listen:'127.0.0.1:1', origin:'https://a.test'},
                       {name:'b', listen:'127.0.0.1:2', origin:'https://a.test'}]}
            """
        #expect(
            problems(file: text) { $0.set(.host, "client", from: "--host") } == [
                "--host: the settings file has 2 services, and this does not say which one it is for; set it in the file"
            ])
        #expect(problems(file: text) { $0.set(.node, "n", from: "--node") } == [])
    }

    @Test(
        "an error on the command line names the flag",
        arguments: [
            (
                SettingKey.listen, "8080",
                "--listen: expected HOST:PORT such as 127.0.0.1:8080, found only '8080'; write 127.0.0.1:8080"
            ),
            (
                .listen, "::1:80",
                "--listen: expected HOST:PORT such as 127.0.0.1:8080, found an IPv6 address without brackets; write [::1]:80"
            ),
            (
                .listen, "::1",
                "--listen: expected HOST:PORT such as 127.0.0.1:8080, found an IPv6 address; write [::1]:PORT"
            ),
            (.threads, "x", "--threads: expected a whole number, found 'x'"),
            (.tlsCert, "c", "--tls-cert: a certificate and its key go together: no --tls-key is given"),
            (.captureRaw, "5m", "--capture-raw: means nothing without --capture; add --capture with a folder"),
            (.captureKeyFile, "k", "--capture-key-file: means nothing without --capture; add --capture with a folder"),
            (
                .captureSegmentSize, "1M",
                "--capture-segment-size: means nothing without --capture; add --capture with a folder"
            ),
            (
                .captureSegmentAge, "1h",
                "--capture-segment-age: means nothing without --capture; add --capture with a folder"
            ),
            (.captureSample, "1k", "--capture-sample: means nothing without --capture; add --capture with a folder"),
            (.maxDisk, "1G", "--max-disk: means nothing without --capture; add --capture with a folder"),
            (
                .connect, "a.test",
                "--connect: expected HOST:PORT such as 192.0.2.1:443, found 'a.test' without a port; write a.test:PORT"
            ),
        ])
    func flagErrors(key: SettingKey, text: String, message: String) {
        let found = problems { flags in
            flags.set(.origin, "https://a.test", from: "ORIGIN")
            flags.set(key, text, from: "--\(key.rawValue)")
        }
        #expect(found == [message])
    }

    @Test(
        "named values on the command line are checked by name",
        arguments: [
            ("head", "--limit: expected NAME=N such as head=128k, found 'head'"),
            ("haed=1k", "--limit: unknown name 'haed'; did you mean 'head'?"),
            ("head=1x", "--limit head: expected a size in bytes such as 4096, 64k, 10M or 1G, found the unit 'x'"),
            ("head=", "--limit head: expected a size in bytes such as 4096, 64k, 10M or 1G, found nothing"),
            ("fields=1k", "--limit fields: expected a whole number, found '1k'"),
        ])
    func limitFlags(text: String, message: String) {
        let found = problems { flags in
            flags.set(.origin, "https://a.test", from: "ORIGIN")
            flags.setLimit(text, from: "--limit")
        }
        #expect(found == [message])
    }

    @Test(
        "named durations on the command line are checked by name",
        arguments: [
            (
                "=5s",
                "--timeout: unknown name ''; expected body, connect, drain, head, keepalive, response, tls or tunnel"
            ),
            ("conect=5s", "--timeout: unknown name 'conect'; did you mean 'connect'?"),
            (
                "connect=5",
                "--timeout connect: expected a duration such as 500ms, 5s, 2m or 1h, found '5' without a unit; write 5s for seconds"
            ),
        ])
    func timeoutFlags(text: String, message: String) {
        let found = problems { flags in
            flags.set(.origin, "https://a.test", from: "ORIGIN")
            flags.setTimeout(text, from: "--timeout")
        }
        #expect(found == [message])
    }

    @Test("without an origin the way to give one is said")
    func noOrigin() {
        #expect(
            problems { _ in } == [
                "no ORIGIN: expected the URL to forward to; try 'hoplens proxy https://example.test', or name a settings file "
                    + "with --config"
            ])
    }

    @Test(
        "flags exclude each other",
        arguments: [
            ([SettingKey.json, .quiet], "--quiet: cannot be together with --json; choose one"),
            ([.verbose, .quiet], "--quiet: cannot be together with --verbose; choose one"),
            ([.json, .verbose], "--verbose: cannot be together with --json; choose one"),
        ])
    func exclusive(keys: [SettingKey], message: String) {
        let found = problems { flags in
            flags.set(.origin, "https://a.test", from: "ORIGIN")
            for key in keys { flags.set(key, "true", from: "--\(key.rawValue)") }
        }
        #expect(found == [message])
    }
}
