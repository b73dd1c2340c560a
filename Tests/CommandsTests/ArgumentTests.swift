import Commands
import Settings
import Testing

/// The words of a command line, split at spaces.
func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

/// The checked settings a `proxy` command line leads to, without a settings file.
func proxySettings(_ line: String) throws -> ProxySettings {
    guard case .proxy(let arguments) = Invocation(words(line)) else {
        throw UnexpectedInvocation(line: line)
    }
    var raw = RawSettings()
    raw.override(with: arguments.settings)
    return try ProxySettings(checking: raw)
}

struct UnexpectedInvocation: Error { var line: String }

/// What a wrong command line is told, hint behind a semicolon; nil when it is right.
func complaint(_ words: [String]) -> String? {
    guard case .wrong(let error, _) = Invocation(words) else { return nil }
    return error.hint.map { "\(error.message); \($0)" } ?? error.message
}

@Suite("Command line")
struct ArgumentTests {
    @Test(
        "every way to write a flag means the same",
        arguments: [
            "proxy http://a.test --listen 127.0.0.1:1 --verbose --node n",
            "proxy --listen=127.0.0.1:1 -v --node=n http://a.test",
            "proxy -l 127.0.0.1:1 http://a.test -v --node n", "proxy -l127.0.0.1:1 -v --node n -- http://a.test",
            "proxy -l=127.0.0.1:1 -v http://a.test --node n", "proxy -vl 127.0.0.1:1 --node n http://a.test",
            "proxy -vl127.0.0.1:1 --node n http://a.test",
        ])
    func spellings(line: String) throws {
        var service = Service(origin: OriginURL(tls: false, host: "a.test", port: 80))
        service.listen = [Endpoint(host: "127.0.0.1", port: 1)]
        var expected = ProxySettings(services: [service])
        expected.output.mode = .verbose
        expected.node = "n"
        #expect(try proxySettings(line) == expected)
    }

    @Test("every flag reaches the setting it names")
    func everyFlag() throws {
        let settings = try proxySettings(
            "proxy https://a.test -l 127.0.0.1:1 -l [::1]:2 --connect 192.0.2.1:3 --host b.test --sni c.test --forwarded x"
                + " --tls-cert C --tls-key K --ca-file F --node n --no-via --no-check --threads 3 -q -t A --track B"
                + " --color never --ascii --capture D --capture-segment-size 1M --capture-segment-age 2h --max-disk 1G"
                + " --capture-sample 1k --capture-key-file K --capture-raw 5m --timeout connect=1s --timeout tls=2s"
                + " --limit head=128k --limit fields=9")
        var service = Service(origin: OriginURL(tls: true, host: "a.test", port: 443))
        service.listen = [Endpoint(host: "127.0.0.1", port: 1), Endpoint(host: "::1", port: 2)]
        service.connect = Endpoint(host: "192.0.2.1", port: 3)
        service.host = .name("b.test")
        service.sni = "c.test"
        service.forwarded = .x
        service.tls = ListenerTLS(certificate: "C", key: "K")
        service.caFile = "F"
        var expected = ProxySettings(services: [service])
        expected.node = "n"
        expected.via = false
        expected.instrumentCheck = false
        expected.threads = 3
        expected.track = ["A", "B"]
        expected.output = Output(mode: .quiet, color: .never, ascii: true)
        var capture = Capture(directory: "D")
        capture.segmentBytes = 1 << 20
        capture.segmentAge = 7200
        capture.maxDisk = 1 << 30
        capture.sampleBytes = 1 << 10
        capture.keyFile = "K"
        capture.rawMilliseconds = 300_000
        expected.capture = capture
        expected.timeouts.connect = 1_000
        expected.timeouts.tls = 2_000
        expected.limits.head = 128 << 10
        expected.limits.fields = 9
        #expect(settings == expected)
        #expect(try proxySettings("proxy https://a.test --insecure").services[0].insecure)
        #expect(try proxySettings("proxy https://a.test --json").output.mode == .json)
    }

    @Test("every setting can be reached by a flag, the name of a service apart")
    func everySetting() {
        let flags = Set(CommandTable.proxy.flags.map(\.long))
        for key in SettingKey.allCases where key != .name && key != .origin {
            #expect(flags.contains(key.rawValue) || flags.contains("no-\(key.rawValue)"), "\(key)")
        }
    }

    @Test("a settings file is named, and then no ORIGIN is needed")
    func configFile() throws {
        for line in ["proxy --config f.json5", "proxy -c f.json5", "proxy --config=f.json5 -q"] {
            guard case .proxy(let arguments) = Invocation(words(line)) else {
                Issue.record("\(line) is not understood")
                continue
            }
            #expect(arguments.configFile == "f.json5")
        }
    }

    @Test("behind -- everything is an operand")
    func operands() {
        #expect(complaint(["check-config", "--", "--x"]) == nil)
        guard case .checkConfig("--x") = Invocation(["check-config", "--", "--x"]) else {
            Issue.record("not an operand")
            return
        }
    }

    @Test(
        "a wrong command line is told what is wrong and what was meant",
        arguments: [
            ("", "no command given; try 'hoplens demo' or 'hoplens help'"),
            ("prxy", "unknown command 'prxy'; did you mean 'proxy'?"),
            (
                "frobnicate",
                "unknown command 'frobnicate'; commands: proxy, diagnose, compare, traces, echo, probe, cors, rules, explain, demo, check-config, completions, man, help"
            ),
            ("https://u:hunter2@a.test", "a URL is no command; forward to it with 'hoplens proxy URL'"),
            ("--json proxy", "'--json' stands before the command; flags follow it: hoplens proxy …"),
            ("--frob", "unknown flag '--frob'"),
            ("proxy --lsten x", "unknown flag '--lsten'; did you mean --listen?"),
            ("proxy --list x", "unknown flag '--list'; did you mean --listen?"),
            ("proxy --verb", "unknown flag '--verb'; did you mean --verbose?"),
            ("proxy --zzzzzz=hunter2", "unknown flag '--zzzzzz'"),
            ("proxy -Z", "unknown flag '-Z'"),
            ("proxy -vZq", "unknown flag '-Z'; long flags begin with two hyphens"),
            ("proxy -listen x", "unknown flag '-listen'; did you mean --listen?"),
            ("proxy --listen", "--listen needs a value: HOST:PORT"),
            ("proxy -l", "-l needs a value: HOST:PORT"),
            ("proxy --listen --json", "--listen needs a value: HOST:PORT, not the next flag"),
            ("proxy --listen --json=x", "--listen needs a value: HOST:PORT, not the next flag"),
            ("proxy --listen -- x", "--listen needs a value: HOST:PORT, not the next flag"),
            ("proxy --json=hunter2", "--json takes no value"),
            ("proxy --color alwys", "--color is one of auto, always, never; found 'alwys'; did you mean always?"),
            ("proxy --forwarded y", "--forwarded is one of none, x, rfc7239; found 'y'"),
            (
                "proxy http://hunter2@a.test b",
                "'proxy' got 2 arguments, expected [ORIGIN]; usage: hoplens proxy [ORIGIN] [FLAGS]"
            ),
            ("demo x", "'demo' got 1 arguments, expected none; usage: hoplens demo [FLAGS]"),
            ("demo --listen x", "unknown flag '--listen'"),
            ("check-config", "no FILE given; usage: hoplens check-config FILE"),
            ("completions", "no shell given; usage: hoplens completions bash|zsh|fish"),
            ("completions fihs", "there are no completions for 'fihs', only for bash, zsh, fish; did you mean fish?"),
            ("help prxy", "unknown command 'prxy'; did you mean 'proxy'?"),
            ("cors", "'cors' needs to know what; 'cors check' or 'cors evaluate'"),
            ("cors --json", "unknown flag '--json'"),
            ("cors chek x", "'cors' does not know 'chek'; did you mean 'cors check'?"),
            ("cors zzz", "'cors' does not know 'zzz'; it knows check, evaluate"),
            ("help cors chek", "'cors' does not know 'chek'; did you mean 'cors check'?"),
            ("help demo x", "'demo' has no commands of its own; try 'hoplens help demo'"),
            ("cors check", "no URL given; usage: hoplens cors check URL [FLAGS]"),
            (
                "cors check http://a.test",
                "no page origin given; say whose page asks: --page-origin https://app.example.test"
            ),
            ("cors evaluate", "no FILE given; usage: hoplens cors evaluate FILE|-; - reads standard input"),
        ])
    func complaints(line: String, message: String) {
        #expect(complaint(words(line)) == message)
        #expect(complaint(words(line))?.contains("hunter2") == false)
    }

    @Test("an empty value is a value, which the setting then refuses")
    func emptyValue() throws {
        let problems = try #require(throws: SettingsProblems.self) {
            _ = try proxySettings("proxy http://a.test --node=")
        }
        #expect(problems.description == "--node: expected a name of letters, digits and hyphens, found nothing")
    }

    @Test("what was typed never acts on the terminal")
    func control() throws {
        let text = try #require(complaint(["proxy", "--\u{1B}[31m"]))
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("the version is printed alone", arguments: ["--version", "-V"])
    func version(flag: String) {
        guard case .text(let text) = Invocation([flag]) else {
            Issue.record("no text")
            return
        }
        #expect(text == "hoplens 0.1.0\n")
    }

    @Test("a page's request is taken as it is typed")
    func page() {
        let line = "cors check http://a.test --page-origin http://b.test -XPUT -H X-A --header=X-B:1 --credentials"
        guard case .corsCheck(let url, let arguments) = Invocation(words(line)) else {
            Issue.record("no check")
            return
        }
        var page = PageArguments()
        page.origin = "http://b.test"
        page.method = "PUT"
        page.headers = ["X-A", "X-B:1"]
        page.credentials = true
        #expect(url == "http://a.test" && arguments.page == page)
        guard case .corsEvaluate("-") = Invocation(["cors", "evaluate", "-"]) else {
            Issue.record("no evaluation")
            return
        }
    }

    @Test("the demo takes what concerns its looks")
    func demo() {
        guard case .demo(let output) = Invocation(["demo", "--ascii", "--color=never"]) else {
            Issue.record("no demo")
            return
        }
        #expect(output == Output(mode: .lines, color: .never, ascii: true))
    }
}
