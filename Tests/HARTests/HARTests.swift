import Fields
import HAR
import Testing
import Trace

@Suite struct HARTests {
    private func values(_ section: RecordedSection, _ name: String) -> [String] {
        section.lines.filter { $0.name.lowercased() == name }.map(\.value)
    }

    @Test func anEntryOfChromeBecomesARecord() throws {
        let reading = Reading(Samples.chrome)
        #expect(reading.errors.isEmpty)
        #expect(reading.creator == "WebInspector")
        let record = try #require(reading.records.first)
        let request = try #require(record.request)
        #expect(request.method == "POST")
        #expect(request.version == "2.0")
        #expect(request.target?.hasPrefix("/wp-json/wp/v2/posts?_wpnonce=‹secret,10,#") == true)
        #expect(
            request.head.lines.map(\.name) == [
                "Host", "authorization", "cookie", "content-length", "x-wp-nonce",
            ])
        #expect(values(request.head, "host") == ["shop.example"])
        #expect(request.head.lines[1].shape?.scheme == "Bearer")
        #expect(request.head.lines[1].shape?.kind == .opaque)
        #expect(record.requestBody == RecordedBody(framing: .length, bytes: 24))
        #expect(record.origin?.url == "https://shop.example:443")
        #expect(record.origin?.address == "203.0.113.7")
        #expect(record.time == Timestamp.parse("2026-11-21T00:33:01.123000Z".utf8))
        #expect(record.durationMicroseconds == 80_500)
        #expect(record.timing == RecordedTiming(connect: 10_000, tls: 20_000, firstByte: 74_000, request: 34_000))
        #expect(record.end == .complete)
        let response = try #require(record.response)
        #expect(response.status == 401)
        #expect(values(response.head, "set-cookie").count == 2)
        // The exporter decoded the body, so the content coding does not hide it.
        #expect(record.responseBody?.sample?.text?.hasPrefix(#"{"code":"rest_not_logged_in","token":"‹"#) == true)
        #expect(record.responseBody?.bytes == 60)
    }

    @Test func anEntryWithoutAnAnswerSaysSo() throws {
        let record = try #require(Reading(Samples.chrome).records.last)
        #expect(record.response == nil)
        #expect(record.responseBody == nil)
        #expect(record.end == .other)
        #expect(record.error?.text == "the exporter of the HAR saw no answer: net::ERR_FAILED")
    }

    @Test func whatIsOddIsNotedWithEntryAndMember() {
        let notes = Reading(Samples.chrome).notes
        #expect(notes.contains("entry 0, request.headers: has :authority and no Host; read as Host"))
        #expect(notes.contains("entry 0, response.headers[2].value: has line feeds; read as 2 lines"))
        #expect(notes.contains("entry 1, response.status: is 0: the exporter saw no answer"))
        #expect(notes.contains("entry 2, request.url: is no http or https URL; the entry is left out"))
    }

    @Test func anEntryOfFirefoxBecomesARecord() throws {
        let record = try #require(Reading(Samples.firefox).records.first)
        #expect(record.time == Timestamp.parse("2026-11-21T00:33:01.250000Z".utf8))
        #expect(record.request?.head.lines[1].shape?.user == "editor")
        #expect(record.request?.target == "/")
        #expect(record.origin?.url == "http://localhost:8080")
        #expect(record.responseBody == RecordedBody(framing: .chunked, bytes: 95))
    }

    @Test func anEntryOfMitmproxyBecomesARecord() throws {
        let reading = Reading(Samples.mitmproxy)
        let record = try #require(reading.records.first)
        #expect(reading.creator == "mitmproxy")
        #expect(record.origin?.url == "https://[2001:db8::1]:8443")
        #expect(record.request?.version == "3.0")
        #expect(record.request?.target?.hasPrefix("/a?token=‹secret,9,#") == true)
        #expect(record.responseBody?.sample?.text?.hasPrefix("password=‹") == true)
        #expect(record.timing.tls == nil)
        #expect(record.timing.connect == 2500)
        #expect(reading.notes.contains("entry 0, request.url: has user information, which is left out"))
    }

    @Test func anEntryOfCharlesBecomesARecord() throws {
        let reading = Reading(Samples.charles)
        let record = try #require(reading.records.first)
        #expect(record.time == Timestamp.parse("2026-11-21T00:33:01.500000Z".utf8))
        #expect(record.request?.target == "/")
        #expect(record.request?.version == "1.0")
        #expect(record.responseBody == RecordedBody(framing: .none, bytes: 0))
        #expect(reading.notes.contains { $0.hasPrefix("log.entries: no request has Authorization or Cookie") })
    }

    @Test(arguments: Exporter.allCases)
    func noSecretGetsPastTheReader(_ exporter: Exporter) {
        let reading = Reading(exporter.sample)
        let everything =
            String(describing: reading.records) + reading.lines.joined() + reading.notes.joined()
            + String(describing: reading.errors)
        for secret in Samples.secrets { #expect(!everything.contains(secret)) }
        #expect(!reading.records.isEmpty)
    }

    @Test func theLineIsTheRecord() throws {
        var reader = TraceReader()
        let reading = Reading(Samples.chrome)
        for (record, line) in zip(reading.records, reading.lines) {
            #expect(line.hasSuffix("}\n"))
            let bytes = Array(line.utf8)
            #expect(try reader.record(bytes.span, 0..<(bytes.count - 1)) == record)
        }
    }

    @Test func anUnusableEntryIsNamedAndTheNextOneRead() throws {
        let reading = Reading(
            #"""
            {"log":{"entries":[{},
            {"request":{"method":"GET"}},
            7,
            {"request":{"url":"http://a.example/"}}]}}
            """#)
        #expect(
            reading.errors.map(\.description) == [
                "entry 0, line 1, column 20: the entry has no request object",
                "entry 1, line 2, column 12: the request has no url",
                "entry 2, line 3, column 1: an entry is an object",
            ])
        let record = try #require(reading.records.first)
        #expect(record.request?.method == "GET")
        #expect(reading.notes.contains("entry 3, request.method: is missing or no text; read as \"GET\""))
        #expect(reading.notes.contains("entry 3, request.headers: is missing; read as empty"))
        #expect(reading.notes.contains("entry 3, response: is missing: the exchange had no answer"))
        #expect(reading.notes.contains("entry 3, timings: is missing; phases are unknown"))
    }

    @Test(arguments: [
        ("[]", HARError.Kind.notHAR, "no HAR: expected an object with an object \"log\""),
        ("{}", .notHAR, "no HAR: expected an object with an object \"log\""),
        (#"{"log":7}"#, .notHAR, "no HAR: expected an object with an object \"log\""),
        (#"{"log":{"entries":{}}}"#, .notHAR, "log.entries is no list"),
        (#"{"log":{}}"#, .notHAR, "log has no entries"),
        (#"{"log":{"entries":[{"#, .json, "expected a key or '}', found the end of the text"),
        ("", .json, "expected a value, found the end of the text"),
    ])
    func whatIsNoHARIsRefusedWithAPlace(_ text: String, _ kind: HARError.Kind, _ message: String) {
        let reading = Reading(text)
        #expect(reading.errors.map(\.kind) == [kind])
        #expect(reading.errors.first?.message == message)
    }

    @Test func everythingIsBounded() {
        var limits = HARLimits()
        limits.entries = 1
        #expect(Reading(Samples.chrome, limits: limits).errors.map(\.kind) == [.limit])
        limits = HARLimits()
        limits.bytes = 10
        #expect(Reading(Samples.chrome, limits: limits).errors.map(\.kind) == [.limit])
        limits = HARLimits()
        limits.entryBytes = 900
        let small = Reading(Samples.chrome, limits: limits)
        #expect(small.errors.map(\.kind) == [.entry])
        #expect(small.records.count == 1)
        limits = HARLimits()
        limits.depth = 3
        #expect(Reading(Samples.chrome, limits: limits).errors.map(\.kind) == [.json])
        limits = HARLimits()
        limits.lines = 2
        let few = Reading(Samples.chrome, limits: limits)
        #expect(few.records.first?.request?.head.lines.count == 2)
        #expect(few.notes.contains("entry 0, request.headers: has 5 lines; 2 are read"))
        limits = HARLimits()
        limits.notes = 1
        #expect(Reading(Samples.chrome, limits: limits).notes.count == 1)
    }

    @Test(arguments: [
        ("2026-11-21T00:33:01Z", "2026-11-21T00:33:01.000000Z"),
        ("2026-11-21t00:33:01.9999999z", "2026-11-21T00:33:01.999999Z"),
        ("2026-11-21 00:33:01,5+00:30", "2026-11-21T00:03:01.500000Z"),
        ("2026-11-21T00:33:01-01:00", "2026-11-21T01:33:01.000000Z"),
        ("2026-11-21T00:33:01", "2026-11-21T00:33:01.000000Z"),
    ])
    func timesOfEveryExporterAreRead(_ text: String, _ expected: String) throws {
        let reading = Reading(
            #"{"log":{"entries":[{"startedDateTime":"\#(text)","request":{"url":"http://a.example/"}}]}}"#)
        #expect(reading.records.first?.time == Timestamp.parse(expected.utf8))
    }

    @Test(arguments: ["2026-13-01T00:00:00Z", "yesterday", "2026-11-21T00:33:01+1", "2026-11-21T00:33:01Zx"])
    func whatIsNoTimeIsNoted(_ text: String) {
        let reading = Reading(
            #"{"log":{"entries":[{"startedDateTime":"\#(text)","request":{"url":"http://a.example/"}}]}}"#)
        #expect(reading.records.first?.time == 0)
        #expect(reading.notes.contains { $0.hasPrefix("entry 0, startedDateTime: ") })
    }

    @Test(arguments: Exporter.allCases)
    func aLogCutAnywhereEndsInAnErrorAndKeepsWhatWasWhole(_ exporter: Exporter) {
        let bytes = Array(exporter.sample.utf8)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            let reading = Reading(Array(bytes[..<count]))
            #expect(reading.errors.count == 1)
        }
    }

    @Test func aDamagedLogNeverTraps() {
        var random = SystemRandomNumberGenerator()
        let whole = Array(Samples.chrome.utf8)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : Array("\"{}[],:-0e".utf8).randomElement(using: &random) ?? 0
            }
            let reading = Reading(bytes)
            #expect(reading.records.count + reading.errors.count <= 4)
        }
    }
}
