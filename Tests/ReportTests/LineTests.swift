import Fields
import Ledger
import Report
import Testing
import Trace

@Suite("The line of an exchange")
struct LineTests {
    @Test("is one line when there is nothing to tell")
    func quiet() {
        #expect(line(exchange()) == "00:33:01 200 GET /wp-json/wp/v2/posts 12 ms\n")
    }

    @Test("names the service behind the time when there are several")
    func service() {
        var record = exchange()
        record.service = "api"
        var several = style()
        several.namesServices = true
        #expect(line(record, several) == "00:33:01 api 200 GET /wp-json/wp/v2/posts 12 ms\n")
        #expect(line(record) == "00:33:01 200 GET /wp-json/wp/v2/posts 12 ms\n")
    }

    @Test("is one line however long where lines have no limit, and its table stays a table")
    func unlimited() {
        let path = "/" + String(repeating: "very-long/", count: 200)
        let record = exchange("GET", path, edits: [edit(.add, nil, "Cookie", "a", .setting)])
        let text = line(record, style(Style.unlimited))
        #expect(text.contains(path) && text.split(separator: "\n").count == 1)
        let widest = matrix(record, style(Style.unlimited)).split(separator: "\n").dropFirst().map(\.count).max()
        #expect((widest ?? 0) <= 400)
    }

    @Test("says once that hoplens was stopped")
    func stopped() {
        var record = exchange("GET", "/")
        record.end = .shutdown
        record.error = RecordedError(
            side: "hoplens", phase: "body", cause: "proxy_internal_error", text: "hoplens was stopped before the end")
        #expect(
            line(record, style(200)).hasSuffix("  cut off because hoplens was stopped after 200 bytes of the answer\n"))
    }

    @Test("carries the credential and the news, wrapped under the method at 80 columns")
    func newsAt80() {
        #expect(
            line(stolenCredential()) == """
                00:33:01 401 GET /wp-json/wp/v2/posts?context=edit 12 ms
                             Bearer jwt HS256 exp in 3 h, 187 bytes, #5f2c9a; Authorization
                             dropped: the client's own Connection field names it, RFC 9110 7.6.1

                """)
    }

    @Test("keeps everything in one line at 200 columns")
    func newsAt200() {
        #expect(
            line(stolenCredential(), style(200))
                == "00:33:01 401 GET /wp-json/wp/v2/posts?context=edit 12 ms"
                + "  Bearer jwt HS256 exp in 3 h, 187 bytes, #5f2c9a;"
                + " Authorization dropped: the client's own Connection field names it, RFC 9110 7.6.1\n")
    }

    @Test("colours by severity only when asked to, and closes every colour")
    func colour() {
        let record = exchange(
            "GET", "/", edits: [edit(.add, nil, "Cookie", "a", .setting)], status: 500)
        #expect(
            line(record, style(color: true))
                == "\u{1B}[2m00:33:01\u{1B}[0m \u{1B}[31m500\u{1B}[0m \u{1B}[1mGET\u{1B}[0m / \u{1B}[2m12 ms\u{1B}[0m"
                + "  \u{1B}[31mCookie added by hoplens: your own setting\u{1B}[0m\n")
        #expect(!line(record).contains("\u{1B}"))
    }

    @Test("shortens the path in the middle, to exactly the width, and never the rest")
    func longPath() {
        let path = "/wp-json/" + String(repeating: "very-long/", count: 12) + "end?per_page=100"
        let short = "00:33:01 200 OPTIONS /wp-json/very-long/very-lo…very-long/end?per_page=100 12 ms\n"
        #expect(line(exchange("OPTIONS", path)) == short)
        #expect(short.count == 81)
        let plain = "00:33:01 200 OPTIONS /wp-json/very-long/very-l...ery-long/end?per_page=100 12 ms\n"
        #expect(line(exchange("OPTIONS", path), style(ascii: true)) == plain)
        #expect(plain.count == 81)
    }

    @Test("says plainly that hoplens itself answered, and why")
    func ownAnswer() {
        var record = exchange(status: 502)
        record.response?.byHoplens = true
        record.origin?.connection = nil
        record.end = .originAborted
        record.error = RecordedError(
            side: "origin", phase: "connect", cause: "connection_refused",
            text: "connection refused by 127.0.0.1:9000")
        #expect(
            line(record) == """
                00:33:01 502 GET /wp-json/wp/v2/posts 12 ms
                             hoplens answered 502: connection refused by 127.0.0.1:9000

                """)
        #expect(
            line(record, style(120)).hasSuffix("12 ms  hoplens answered 502: connection refused by 127.0.0.1:9000\n"))
    }

    @Test(
        "says how an exchange broke off",
        arguments: [
            (Ending.clientAborted, "the client went away after 2.0 KiB of the answer"),
            (.originAborted, "the origin broke off after 2.0 KiB of the answer"),
            (.timeout, "timed out after 2.0 KiB of the answer"),
        ])
    func aborted(_ example: (end: Ending, text: String)) {
        var record = exchange("GET", "/")
        record.end = example.end
        record.responseBody?.bytes = 2048
        #expect(line(record) == "00:33:01 200 GET / 12 ms  \(example.text)\n")
    }

    @Test("shows an exchange without answer, and one whose head could not be read")
    func unanswered() {
        var record = exchange("GET", "/")
        record.response = nil
        record.responseBody = nil
        record.end = .clientAborted
        #expect(line(record) == "00:33:01 --- GET / 12 ms  the client went away\n")
        record.request = RecordedRequest(method: nil, target: nil, version: nil)
        record.request?.malformedBytes = 120
        #expect(line(record) == "00:33:01 --- ??? (unreadable head, 120 bytes) 12 ms  the client went away\n")
    }

    @Test("shows what went through a tunnel")
    func tunnel() {
        var record = exchange("GET", "/ws", status: 101)
        record.requestBody = RecordedBody(framing: .tunnel, bytes: 10)
        record.responseBody = RecordedBody(framing: .tunnel, bytes: 3000)
        #expect(
            line(record, style(90))
                == "00:33:01 101 GET /ws 12 ms  tunnel: 10 bytes from the client, 2.9 KiB from the origin\n")
    }

    @Test("stops after five pieces of news, and after eight names of one")
    func manyNews() {
        let names = ["Allow", "Link", "Referer", "Location", "Content-Type", "Content-Encoding", "X-Forwarded-For"]
        let reasons: [EditReason] = [.setting, .stayBehind, .framing, .forbiddenTrailer, .hostPolicy]
        let record = exchange(
            request: names.map { RecordedLine(name: $0, value: "x") },
            edits: names.enumerated().map { n, name in
                let why = reasons[n % reasons.count]
                return n < reasons.count
                    ? edit(.drop, n, name, "", why) : edit(.replace, n, name, "y", why)
            })
        let text = line(record, style(1_000))
        #expect(text.contains("Content-Type dropped"))
        #expect(text.contains("; and 2 more (--verbose)\n"))
        #expect(!text.contains("Content-Encoding changed"))
        let many = (0..<10).map { "X-\($0)" }
        let alike = exchange(
            request: many.map { RecordedLine(name: $0, value: "x") },
            edits: many.enumerated().map { edit(.drop, $0.offset, $0.element, "", .setting) })
        #expect(
            line(alike, style(1_000)).hasSuffix(
                "X-0, X-1, X-2, X-3, X-4, X-5, X-6, X-7 and 2 more dropped by hoplens: your own setting\n"))
    }

    @Test(
        "shows credentials as shapes",
        arguments: [
            (jwt, "Bearer jwt HS256 exp in 3 h, 187 bytes, #5f2c9a"),
            (
                ValueShape(
                    .jwt, length: 9, fingerprint: 0x00AB_CDEF, scheme: "bearer",
                    token: JWTFacts(algorithm: "RS256", notBefore: moment + 60, expires: moment - 7_200)),
                "bearer jwt RS256 expired 2 h ago valid in 60 s, 9 bytes, #00abcd"
            ),
            (
                ValueShape(.applicationPassword, length: 40, fingerprint: 1 << 28, scheme: "Basic", user: "editor"),
                "Basic user=editor, application-password shape, #100000"
            ),
            (ValueShape(.basic, length: 12, fingerprint: 0, scheme: "Basic"), "Basic, 12 bytes, #000000"),
            (ValueShape(.undefined, length: 9, fingerprint: 1, scheme: "Bearer"), "Bearer undefined"),
            (ValueShape(.empty, length: 0, fingerprint: 1, scheme: "Bearer"), "Bearer (empty)"),
            (
                ValueShape(.opaque, length: 7, fingerprint: 1, scheme: "Bearer", flaws: [.doubledScheme, .quoted]),
                "Bearer opaque token, 7 bytes, #000000, doubled-scheme, quoted"
            ),
            (ValueShape(.noScheme, length: 7, fingerprint: 1), "no scheme, 7 bytes, #000000"),
            (ValueShape(.otherScheme, length: 7, fingerprint: 1, scheme: "Digest"), "Digest, 7 bytes, #000000"),
        ] as [(ValueShape, String)])
    func credentials(_ example: (shape: ValueShape, text: String)) {
        let record = exchange(
            "GET", "/", request: [RecordedLine(name: "Authorization", value: "‹secret›", shape: example.shape)])
        #expect(line(record, style(120)) == "00:33:01 200 GET / 12 ms  \(example.text)\n")
    }

    @Test("counts cookies and names less usual credentials")
    func otherCredentials() {
        let record = exchange(
            "GET", "/",
            request: lines(["Cookie": "a=‹cookie,3,#1›; b=‹cookie,3,#2›", "X-API-Key": "‹secret,9,#5f2c9a01›"]))
        #expect(line(record) == "00:33:01 200 GET / 12 ms  X-API-Key: ‹secret,9,#5f2c9a01›; 2 cookies\n")
    }
}
