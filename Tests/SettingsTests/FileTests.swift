import Settings
import Testing

@Suite("Settings file")
struct FileTests {
    @Test("one service may stand at the top")
    func single() throws {
        let result = try settings(
            file: """
                { origin: 'https://example.test', listen: ['127.0.0.1:0', '[::1]:0'], connect: '192.0.2.1:443', host: 'client',
                  sni: 'a.test', forwarded: 'rfc7239', 'tls-cert': 'c.pem', 'tls-key': 'k.pem', 'ca-file': 'ca.pem',
                  node: 'n-1', threads: 0x2, track: 'X-A', secret: ['X-B'], via: false, check: false, quiet: true, color: 'never', ascii: true,
                  capture: 'd', 'capture-raw': '10m', 'capture-key-file': 'k', 'capture-segment-size': '1M',
                  'capture-segment-age': '90s', 'capture-sample': 0, 'max-disk': '1G',
                  limits: { line: 8192, head: '1M', fields: 5, connections: 1, 'client-connections': 2,
                            'origin-connections': 3, buffer: '64k', pipeline: '2k', chunks: 7, rate: 1024 },
                  timeouts: { connect: '1s', tls: '2s', head: '3s', body: '4s', response: '5s', keepalive: '6s', drain: '7s',
                              tunnel: '8s' } }
                """)
        var service = Service(
            listen: [Endpoint(host: "127.0.0.1", port: 0), Endpoint(host: "::1", port: 0)],
            origin: OriginURL(tls: true, host: "example.test", port: 443))
        service.connect = Endpoint(host: "192.0.2.1", port: 443)
        service.host = .client
        service.sni = "a.test"
        service.forwarded = .rfc7239
        service.tls = ListenerTLS(certificate: "c.pem", key: "k.pem")
        service.caFile = "ca.pem"
        var expected = ProxySettings(services: [service])
        expected.node = "n-1"
        expected.threads = 2
        expected.track = ["X-A"]
        expected.secretNames = ["X-B"]
        expected.via = false
        expected.instrumentCheck = false
        expected.output = Output(mode: .quiet, color: .never, ascii: true)
        var capture = Capture(directory: "d")
        capture.rawMilliseconds = 600_000
        capture.keyFile = "k"
        capture.segmentBytes = 1 << 20
        capture.segmentAge = 90
        capture.sampleBytes = 0
        capture.maxDisk = 1 << 30
        expected.capture = capture
        let limits = [8192, 1 << 20, 5, 1, 2, 3, 64 << 10, 2 << 10, 7, 1024]
        for (name, value) in zip(LimitName.allCases, limits) { expected.limits[name] = value }
        for (index, name) in TimeoutName.allCases.enumerated() { expected.timeouts[name] = (index + 1) * 1_000 }
        #expect(result == expected)
        #expect(capture.raw)
    }

    @Test("what is not said has its documented default")
    func defaults() throws {
        let result = try settings(file: "{origin:'http://example.test'}")
        #expect(
            result == ProxySettings(services: [Service(origin: OriginURL(tls: false, host: "example.test", port: 80))]))
        #expect(result.services[0].listen == [Endpoint(host: "127.0.0.1", port: 8080)])
        #expect(result.services[0].name == "main")
        #expect(
            LimitName.allCases.map { result.limits[$0] } == [
                16 << 10, 64 << 10, 200, 10_000, 10_000, 512, 256 << 10, 16 << 10, 1_000_000, 100,
            ])
        #expect(
            TimeoutName.allCases.map { result.timeouts[$0] }
                == [5_000, 5_000, 15_000, 30_000, 300_000, 75_000, 10_000, 3_600_000])
        #expect(result.capture == nil)
        #expect(result.warnings.isEmpty)
    }

    @Test("every default is allowed")
    func defaultsAreAllowed() {
        for name in LimitName.allCases { #expect(name.allowed.contains(Limits()[name])) }
        for name in TimeoutName.allCases { #expect(name.allowed.contains(Timeouts()[name])) }
    }

    @Test("several services are kept apart")
    func several() throws {
        let result = try settings(
            file: """
                {services: [{name:'a', listen:'127.0.0.1:1', origin:'http://a.test'},
                            {name:'b', listen:'127.0.0.1:2', origin:'http://b.test', host:'www.b.test:81'}]}
                """)
        #expect(result.services.map(\.name) == ["a", "b"])
        #expect(result.services.map(\.origin.host) == ["a.test", "b.test"])
        #expect(result.services[1].host == .name("www.b.test:81"))
    }

    @Test(
        "an error names file, line, column, key, what was expected, and the nearest key",
        arguments: [
            ("{", "f:1:2: expected a key or '}', found the end of the text"),
            ("[]", "f:1:1: expected an object with settings, { … }, found a list"),
            ("{origin:'http://a.test',\n  lsten: 1}", "f:2:3: lsten: unknown key; did you mean 'listen'?"),
            (
                "{origin:'http://a.test', node:'a', node:'b'}",
                "f:1:36: node: is here a second time; it already stands in line 1, column 26; keep one of them"
            ),
            ("{origin:'http://a.test', limits:{had:1}}", "f:1:34: limits.had: unknown key; did you mean 'head'?"),
            (
                "{origin:'http://a.test', limits:{qqqq:1}}",
                "f:1:34: limits.qqqq: unknown key; expected buffer, chunks, client-connections, connections, fields, head, line, origin-connections, pipeline or rate"
            ),
            (
                "{origin:'http://a.test', timeouts:{conect:'1s'}}",
                "f:1:36: timeouts.conect: unknown key; did you mean 'connect'?"
            ),
            (
                "{origin:'http://a.test', timeouts:{connect:5}}",
                "f:1:44: timeouts.connect: expected a duration such as 500ms, 5s, 2m or 1h, found '5' without a unit; write 5s for seconds"
            ),
            (
                "{origin:'http://a.test', timeouts:{connect:'0s'}}",
                "f:1:44: timeouts.connect: expected 1ms to 168h, found 0ms"
            ),
            (
                "{origin:'http://a.test', timeouts:{connect:'5'}}",
                "f:1:44: timeouts.connect: expected a duration such as 500ms, 5s, 2m or 1h, found '5' without a unit; write 5s for seconds"
            ),
            (
                "{origin:'http://a.test', timeouts:[]}",
                "f:1:35: timeouts: expected an object, { connect: '5s', … }, found a list"
            ),
            ("{origin:'http://a.test', limits:{fields:0}}", "f:1:41: limits.fields: expected 1 to 10000, found 0"),
            ("{origin:'http://a.test', limits:{head:'1G'}}", "f:1:39: limits.head: expected 1k to 16M, found 1G"),
            (
                "{origin:'http://a.test', limits:{fields:'9'}}",
                "f:1:41: limits.fields: expected a number, found a string"
            ),
            (
                "{origin:'http://a.test', limits:{line:'1M'}}",
                "f:1:39: limits.line: a line of 1M does not fit in a head of 64k; raise head or lower line"
            ),
            ("{origin:'http://a.test', threads:1.5}", "f:1:34: threads: expected a number, found 1.5"),
            ("{origin:'http://a.test', threads:0}", "f:1:34: threads: expected 1 to 256 threads, found 0"),
            ("{origin:'http://a.test', threads:-1}", "f:1:34: threads: expected a whole number, found '-1'"),
            ("{orgin:'http://a.test'}", "f:1:2: orgin: unknown key; did you mean 'origin'?"),
            ("{origin:5}", "f:1:9: origin: expected a string, found 5"),
            ("{origin:true}", "f:1:9: origin: expected a string, found true"),
            ("{services:[{orgin:'http://a.test'}]}", "f:1:13: services[0].orgin: unknown key; did you mean 'origin'?"),
            ("{origin:'http://a.test', 'no-via':true}", "f:1:26: no-via: unknown key; write via: false"),
            ("{origin:'http://a.test', 'no-check':true}", "f:1:26: no-check: unknown key; write check: false"),
            (
                "{origin:'http://a.test', limits:false}",
                "f:1:33: limits: expected an object, { head: '64k', … }, found false"
            ),
            (
                "{origin:'http://a.test', capture:1, 'max-disk':'1M'}", "f:1:34: capture: expected a string, found 1"
            ),
            ("{origin:'http://a.test', via:'no'}", "f:1:30: via: expected true or false, found a string"),
            (
                "{origin:'http://a.test', listen:8080}",
                "f:1:33: listen: expected a string or a list of strings, found 8080"
            ),
            ("{origin:'http://a.test', listen:[]}", "f:1:33: listen: expected at least one address, found none"),
            (
                "{origin:'http://a.test', listen:['127.0.0.1:1','x']}",
                "f:1:48: listen[1]: expected HOST:PORT such as 127.0.0.1:8080, found 'x' without a port; write x:PORT"
            ),
            (
                "{origin:'http://a.test', track:['a b']}",
                "f:1:33: track[0]: expected the name of a field, found ' ' in 'a b'"
            ),
            (
                "{origin:'http://a.test', track:'A:'}",
                "f:1:32: track: expected the name of a field, found 'A:'; leave the colon out"
            ),
            (
                "{origin:'a.test'}",
                "f:1:9: origin: the origin 'a.test' says neither http:// nor https://; write https://a.test, or http://a.test"
            ),
            ("{node:'n'}", "f:1:1: no origin: expected the URL to forward to; add origin: 'https://example.test'"),
            (
                "{origin:'http://a.test', node:'a b'}",
                "f:1:31: node: expected a name of letters, digits and hyphens, found ' ' in 'a b'"
            ),
            (
                "{origin:'http://a.test', host:'orgin'}",
                "f:1:31: host: expected auto, origin, client, or a host name, found 'orgin'; did you mean 'origin'?"
            ),
            (
                "{origin:'http://a.test', forwarded:'rfc7329'}",
                "f:1:36: forwarded: expected none, x or rfc7239, found 'rfc7329'; did you mean 'rfc7239'?"
            ),
            ("{origin:'http://a.test', color:'on'}", "f:1:32: color: expected auto, always or never, found 'on'"),
            (
                "{origin:'https://a.test', sni:'192.0.2.1'}",
                "f:1:31: sni: expected a host name without a port, found '192.0.2.1'; SNI carries names only, no addresses"
            ),
            (
                "{origin:'http://a.test', sni:'b.test'}",
                "f:1:30: sni: means nothing for http://a.test, which is plain HTTP; say https:// if the origin speaks TLS"
            ),
            (
                "{origin:'http://a.test', insecure:true}",
                "f:1:35: insecure: means nothing for http://a.test, which is plain HTTP; say https:// if the origin speaks TLS"
            ),
            (
                "{origin:'https://a.test', insecure:true, 'ca-file':'x'}",
                "f:1:52: ca-file: means nothing beside 'insecure', which verifies nothing; leave one out"
            ),
            (
                "{origin:'http://a.test', 'tls-cert':'x'}",
                "f:1:37: tls-cert: a certificate and its key go together: no 'tls-key' is given"
            ),
            (
                "{origin:'http://a.test', 'tls-key':'x'}",
                "f:1:36: tls-key: a certificate and its key go together: no 'tls-cert' is given"
            ),
            (
                "{origin:'http://a.test', json:true, quiet:true}",
                "f:1:43: quiet: cannot be together with 'json'; choose one"
            ),
            (
                "{origin:'http://a.test', 'max-disk':'1M'}",
                "f:1:37: max-disk: means nothing without 'capture'; add 'capture' with a folder"
            ),
            (
                "{origin:'http://a.test', capture:'d', 'max-disk':'1M'}",
                "f:1:50: max-disk: is less than one segment, which grows to 64M; raise it or lower 'capture-segment-size'"
            ),
            ("{origin:'http://a.test', capture:''}", "f:1:34: capture: expected a path, found nothing"),
            (
                "{origin:'http://a.test', capture:'d', 'capture-raw':'2d'}",
                "f:1:53: capture-raw: expected a duration such as 500ms, 5s, 2m or 1h, found the unit 'd'"
            ),
            (
                "{origin:'http://a.test', capture:'d', 'capture-raw':'5m', json:true}",
                "f:1:53: capture-raw: cannot be together with 'json' or 'verbose', which would print the secrets; leave those out"
            ),
            (
                "{origin:'http://a.test', capture:'d', 'capture-raw':'25h'}",
                "f:1:53: capture-raw: expected 1s to 24h, found 25h"
            ),
            (
                "{origin:'http://localhost:8080'}",
                "f:1:9: origin: requests would come back to the listener 127.0.0.1:8080; choose another port for one of them"
            ),
            (
                "{origin:'http://a.test:8080', connect:'127.0.0.1:8080'}",
                "f:1:39: connect: requests would come back to the listener 127.0.0.1:8080; choose another port for one of them"
            ),
            (
                "{origin:'http://a.test', listen:['127.0.0.1:1','127.0.0.1:1']}",
                "f:1:48: listen[1]: 127.0.0.1:1 is listened on twice"
            ),
            ("{origin:'http://a.test', config:'x'}", "f:1:26: config: unknown key; expected"),
            (
                "{origin:'http://a.test', services:[{origin:'http://b.test'}]}",
                "f:1:9: origin: stands beside 'services'; move it into one of the services"
            ),
            ("{services:[]}", "f:1:11: services: expected at least one service, found none"),
            ("{services:{}}", "f:1:11: services: expected a list of services, [{ … }, …], found an object"),
            ("{services:['x']}", "f:1:12: services[0]: expected a service, { … }, found a string"),
            (
                "{services:[{origin:'http://a.test', node:'n'}]}",
                "f:1:37: services[0].node: this holds for the whole process, not for one service; move it out of services"
            ),
            (
                "{services:[{origin:'http://a.test', hots:'n'}]}",
                "f:1:37: services[0].hots: unknown key; did you mean 'host'?"
            ),
            (
                "{services:[{name:'a'}]}",
                "f:1:12: services[0]: no origin: expected the URL to forward to; add origin: 'https://example.test'"
            ),
            (
                "{services:[{name:'a',listen:'127.0.0.1:1',origin:'http://a.test'},{listen:'127.0.0.1:2',origin:'http://a.test'}]}",
                "f:1:67: services[1]: no name: expected a name, because there are several services"
            ),
            (
                "{services:[{name:'a',listen:'127.0.0.1:1',origin:'http://a.test'},{name:'b',origin:'http://a.test'}]}",
                "f:1:67: services[1]: no listen: expected an address to listen on, because there are several services"
            ),
            (
                "{services:[{name:'a',listen:'127.0.0.1:1',origin:'http://a.test'},{name:'a',listen:'127.0.0.1:2',origin:'http://a.test'}]}",
                "f:1:73: services[1].name: services[0] has this name already; choose another one"
            ),
            (
                "{services:[{name:'a',listen:'127.0.0.1:1',origin:'http://a.test'},{name:'b',listen:'127.0.0.1:2',origin:'http://127.0.0.1:1'}]}",
                "f:1:105: services[1].origin: requests would come back to the listener 127.0.0.1:1; choose another port for one of them"
            ),
            (
                "{services:[{name:'a',listen:'127.0.0.1:1',origin:'http://a.test'},{name:'b',listen:'127.0.0.1:1',origin:'http://b.test'}]}",
                "f:1:84: services[1].listen: 127.0.0.1:1 is listened on twice"
            ),
            (
                "{origin:'http://\u{fc}.test'}",
                "f:1:9: origin: 'ü.test' has the letter 'ü', which no host name on the wire has; write the name in its ASCII form, which begins with xn--"
            ),
        ])
    func errors(text: String, message: String) {
        let found = problems(file: text)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(message) == true, "\(found.first ?? "-")")
        #expect(message.hasSuffix("expected") || found.first == message, "\(found.first ?? "-")")
    }

    @Test("all mistakes are told at once, in the order of the file")
    func allAtOnce() {
        let found = problems(
            file: """
                { lsten: '127.0.0.1:1',
                  origin: 'a.test',
                  limits: { head: 'x', oops: 1 },
                  timeouts: { head: 3 },
                  threads: 'two' }
                """)
        #expect(
            found.map { $0.split(separator: " ").first ?? "" } == [
                "f:1:3:", "f:2:11:", "f:3:19:", "f:3:24:", "f:4:21:", "f:5:12:",
            ])
    }

    @Test("a flood of mistakes is cut short and counted")
    func bound() {
        let members = (0..<50).map { "zzzzz\($0): 1" }.joined(separator: ",")
        let found = problems(file: "{origin:'http://a.test',\(members)}")
        #expect(found.count == SettingsProblems.most + 1)
        #expect(found.last == "and 30 more")
    }

    @Test("a file that is not UTF-8 is told so")
    func encoding() {
        let bytes: [UInt8] = Array("{node:'".utf8) + [0xFC] + Array("'}".utf8)
        let raw = RawSettings(file: "f", bytes: bytes.span)
        #expect(
            raw.problems.map(\.description) == [
                "f:1:8: expected UTF-8 text, found the byte 0xFC, which is not UTF-8; save the file as UTF-8"
            ])
    }

    @Test("control characters of a value never reach the terminal")
    func controlCharacters() throws {
        let found = try #require(problems(file: #"{origin:'http://a.test', color:'\x1b[31m\n'}"#).first)
        #expect(found.contains(#"'\u{1b}[31m\u{a}'"#))
        #expect(found.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("what a person should know is said without being an error")
    func warnings() throws {
        let result = try settings(
            file: "{origin:'https://a.test', listen:'0.0.0.0:8080', insecure:true, capture:'d', 'capture-raw':'5m'}")
        #expect(result.warnings.count == 3)
        #expect(result.warnings[0].hasPrefix("0.0.0.0:8080 can be reached from other machines"))
        #expect(result.warnings[1].contains("https://a.test is not verified"))
        #expect(result.warnings[2] == "secrets are written as they are to d for 5m")
    }
}
