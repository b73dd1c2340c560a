// Request heads, good and bad, with the exact error of every construct on which HTTP implementations disagree.
import Testing
import Wire

/// A request line with a usual head behind it.
private func line(_ first: String) -> String { first + "\r\nHost: h.test\r\n\r\n" }
/// Field lines in a usual head.
private func fields(_ lines: String) -> String { "GET /s HTTP/1.1\r\nHost: h.test\r\n" + lines + "\r\n" }

@Suite struct RequestHeadTests {
    @Test func aPlainRequestIsReadToItsLastByte() {
        let example = "GET /a?b=1 HTTP/1.1\r\nHost: h.test\r\nX-Odd:  v w\t\r\nx-ODD:\r\n\r\n"
        let head = readThreeWays(.request, example).head
        #expect(
            head
                == Read(
                    first: "GET", second: "/a?b=1", minor: 1, form: .origin, authority: "", path: "/a?b=1",
                    lines: [Line("Host", "h.test", .host), Line("X-Odd", "v w"), Line("x-ODD", "")],
                    consumed: example.utf8.count))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", "GET", "/"), ("get / HTTP/1.1", "get", "/"),
        ("X!#$%&'*+-.^_`|~9 /x HTTP/1.1", "X!#$%&'*+-.^_`|~9", "/x"),
        ("GET //a///b;p=1/../%2e%zz?b?c HTTP/1.1", "GET", "//a///b;p=1/../%2e%zz?b?c"),
        ("GET /\u{80}\u{FF}\"<>\\^`{|} HTTP/1.1", "GET", "/\u{80}\u{FF}\"<>\\^`{|}"),
    ])
    func methodAndTargetAreKeptByteForByte(_ first: String, _ method: String, _ target: String) {
        let head = readThreeWays(.request, line(first)).head
        #expect(head?.first == method)
        #expect(head?.second == target)
    }

    @Test(arguments: [
        ("GET /s HTTP/1.1", 1), ("GET /s HTTP/1.0", 0), ("GET /s HTTP/1.2", 1), ("GET /s HTTP/1.9", 1),
    ])
    func aHigherMinorVersionIsSpokenToAsOurOwn(_ first: String, _ minor: Int) {
        #expect(readThreeWays(.request, line(first)).head?.minor == minor)
    }

    @Test func theFourFormsOfTargetAreToldApart() {
        let absolute = readThreeWays(.request, line("GET HTTP://h.test:80/p?q HTTP/1.1")).head
        #expect(absolute?.form == .absolute)
        #expect(absolute?.authority == "h.test:80")
        #expect(absolute?.path == "/p?q")
        let noPath = readThreeWays(.request, line("GET https://h.test HTTP/1.1")).head
        #expect(noPath?.authority == "h.test")
        #expect(noPath?.path == "")
        #expect(readThreeWays(.request, line("GET http://h.test?q HTTP/1.1")).head?.path == "?q")
        #expect(readThreeWays(.request, line("OPTIONS * HTTP/1.1")).head?.form == .asterisk)
        #expect(readThreeWays(.request, line("CONNECT h.test:443 HTTP/1.1")).head?.form == .authority)
    }

    @Test(arguments: [
        // Method.
        (" /s HTTP/1.1", WireError.badMethod), ("GE(T /s HTTP/1.1", .badMethod), ("GET: /s HTTP/1.1", .badMethod),
        ("G\tT /s HTTP/1.1", .badMethod), ("GET\t/s\tHTTP/1.1", .badMethod), ("G\u{80}T /s HTTP/1.1", .badMethod),
        (" GET /s HTTP/1.1", .badMethod), ("!!!", .badMethod), ("G\u{0}T /s HTTP/1.1", .controlByte),
        ("GET\u{B}/s HTTP/1.1", .controlByte), ("\u{0}GET /s HTTP/1.1", .controlByte),
        ("\u{16}\u{3}\u{1}", .controlByte),
        // Target.
        ("GET  /s HTTP/1.1", .badTarget), ("GET /s a HTTP/1.1", .badVersion),
        ("GET /x HTTP/1.1 HTTP/1.1", .badVersion), ("GET /s\ta HTTP/1.1", .badTarget),
        ("GET /s\u{0}a HTTP/1.1", .controlByte), ("GET /s\u{1}a HTTP/1.1", .controlByte),
        ("GET /s\u{B}a HTTP/1.1", .controlByte), ("GET /s\u{1B}a HTTP/1.1", .controlByte),
        ("GET /s\u{7F}a HTTP/1.1", .controlByte), ("GET /s#f HTTP/1.1", .badTarget), ("GET s HTTP/1.1", .badTarget),
        ("GET @evil.test/ HTTP/1.1", .badTarget), ("GET :80/x HTTP/1.1", .badTarget), ("GET ?a=b HTTP/1.1", .badTarget),
        ("GET * HTTP/1.1", .badTarget), ("GET h.test:80 HTTP/1.1", .badTarget), ("OPTIONS *x HTTP/1.1", .badTarget),
        ("GET gopher://h.test/s HTTP/1.1", .badTarget), ("GET http:///s HTTP/1.1", .badTarget),
        ("GET http:// HTTP/1.1", .badTarget), ("GET http://u@h.test/s HTTP/1.1", .badTarget),
        ("GET http://h.test:99999/ HTTP/1.1", .badTarget), ("GET http://h.test\\.evil/ HTTP/1.1", .badTarget),
        // Version.
        ("GET /s", .badVersion), ("GET /s\rHTTP/1.1", .bareCarriageReturn), ("GET HTTP/1.1", .badVersion),
        ("GET /s ", .badVersion), ("GET /s  HTTP/1.1", .badVersion), ("GET /s http/1.1", .badVersion),
        ("GET /s HTTP/1.1 ", .badVersion), ("GET /s HTTP/1.10", .badVersion), ("GET /s HTTP/01.1", .badVersion),
        ("GET /s HTTP/1.01", .badVersion), ("GET /s HTTP/1", .badVersion), ("GET /s HTTP/1.", .badVersion),
        ("GET /s HTTP/.1", .badVersion), ("GET /s HTTP/1.1x", .badVersion), ("GET /s HTTP/-1.1", .badVersion),
        ("GET /s HTTP/257.1", .badVersion), ("GET /s HTTP/1. 1", .badVersion), ("GET /s HTTP//1.1", .badVersion),
        ("GET /s HTTP/1,1", .badVersion), ("GET /s HTTP", .badVersion), ("GET /s HTTPS/1.1", .badVersion),
        ("GET /s ICE/1.0", .badVersion), ("GET /s HTTP/2.0", .unsupportedVersion),
        ("GET /s HTTP/3.0", .unsupportedVersion), ("GET /s HTTP/0.9", .unsupportedVersion),
        ("GET /s HTTP/1.1\r", .bareCarriageReturn), ("PRI * HTTP/2.0", .http2Preface),
    ])
    func aBadRequestLineIsNamed(_ first: String, _ error: WireError) {
        #expect(readThreeWays(.request, line(first)) == .fails(error))
    }

    @Test func theWholeHTTP2PrefaceIsCalledByItsName() {
        #expect(read(.request, pieces: [bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]) == .fails(.http2Preface))
        #expect(readThreeWays(.request, line("PRIX * HTTP/2.0")) == .fails(.unsupportedVersion))
    }

    @Test(arguments: [
        ("X-A : one\r\n", WireError.blankBeforeColon), ("X-A\t: one\r\n", .blankBeforeColon),
        ("X A: one\r\n", .blankBeforeColon), ("X-A one\r\n", .blankBeforeColon), ("X-A\r\n", .missingColon),
        (": one\r\n", .badFieldName), (":\r\nX-A: one\r\n", .badFieldName), ("X-\u{0}A: one\r\n", .badFieldName),
        ("X-\u{1}A: one\r\n", .badFieldName), ("X-\u{7F}A: one\r\n", .badFieldName),
        ("X-\u{80}A: one\r\n", .badFieldName), ("\u{A0}X-A: one\r\n", .badFieldName),
        ("X-A\u{85}: one\r\n", .badFieldName), ("X\"A: one\r\n", .badFieldName), ("X(A: one\r\n", .badFieldName),
        ("X,A: one\r\n", .badFieldName), ("X/A: one\r\n", .badFieldName), ("X[A: one\r\n", .badFieldName),
        ("X-A: one\r\n two\r\n", .foldedLine), ("X-A: one\r\n\ttwo\r\n", .foldedLine),
        ("X-A: one\r\n  \r\n", .foldedLine), ("X-A:\r\n one\r\n", .foldedLine),
        ("Transfer-\r\nEncoding: chunked\r\n", .missingColon), ("Transfer-Encoding\r\n : chunked\r\n", .missingColon),
        ("X-A: on\u{0}e\r\n", .controlByte), ("X-A: one\u{0}\r\n", .controlByte), ("X-A: on\u{1}e\r\n", .controlByte),
        ("X-A: on\u{8}e\r\n", .controlByte), ("X-A: on\u{B}e\r\n", .controlByte), ("X-A: on\u{C}e\r\n", .controlByte),
        ("X-A: on\u{1F}e\r\n", .controlByte), ("X-A: on\u{7F}e\r\n", .controlByte),
        ("X-A: one\rX-B: two\r\n", .bareCarriageReturn), ("X-A: one\r\r\n", .bareCarriageReturn),
        ("X-A: b\r\rGET /canary HTTP/1.1\rHost: h\r\r\n", .bareCarriageReturn),
        ("\rX-A: one\r\n", .bareCarriageReturn), ("X-A: one\nX-B: two\r\n", .bareLineFeed),
        ("X-A:\nX-B: two\r\n", .bareLineFeed), ("X-A: b\n\nGET /canary HTTP/1.1\r\n", .bareLineFeed),
        ("X-A\n: b\r\n", .bareLineFeed), ("\nX-A: b\r\n", .bareLineFeed),
    ])
    func aBadFieldLineIsNamed(_ lines: String, _ error: WireError) {
        #expect(readThreeWays(.request, fields(lines)) == .fails(error))
    }

    @Test func aBlankBeforeTheFirstFieldIsNoContinuation() {
        #expect(readThreeWays(.request, "GET /s HTTP/1.1\r\n X-A: b\r\nHost: h\r\n\r\n") == .fails(.leadingBlank))
    }

    @Test(arguments: [
        "GET /s HTTP/1.1\nHost: h.test\nX-A: b\n\n", "GET /s HTTP/1.1\nHost: h.test\r\n\r\n",
        "GET /s HTTP/1.1\r\nHost: h.test\r\nX-A: b\r\n\n", "GET /s HTTP/1.1\r\n\n", "\nGET /s HTTP/1.1\r\n\r\n",
    ])
    func aLineFeedAloneEndsNoLine(_ example: String) {
        #expect(readThreeWays(.request, example) == .fails(.bareLineFeed))
    }

    @Test func aCarriageReturnAloneEndsNoLine() {
        // Whole it is a fault at the first CR; byte by byte nobody looks before a line ends, and no head ever does.
        let example = bytes("GET /s HTTP/1.1\rHost: h.test\rX-A: b\r\r")
        #expect(read(.request, pieces: [example]) == .fails(.bareCarriageReturn))
        #expect(read(.request, pieces: example.map { [$0] }) == .needsMore)
    }

    @Test func everyProperPrefixOfAHeadNeedsMore() {
        let example = bytes("POST http://h.test/a HTTP/1.1\r\nHost: h.test\r\nX-A:  b \r\nX-B:\r\n\r\n")
        for count in 0..<example.count {
            #expect(read(.request, pieces: [Array(example[..<count])]) == .needsMore, "\(count) bytes")
            let halves = [Array(example[..<count]), Array(example[count...])].filter { !$0.isEmpty }
            #expect(read(.request, pieces: halves).head?.consumed == example.count, "cut at \(count)")
        }
    }

    @Test func theStatusOfAnErrorFitsIt() {
        #expect(WireError.badMethod.requestStatus == 400)
        #expect(WireError.targetTooLong.requestStatus == 414)
        #expect(WireError.tooManyFields.requestStatus == 431)
        #expect(WireError.unsupportedVersion.requestStatus == 505)
        #expect(WireError.unknownTransferEncoding.requestStatus == 501)
        for error in WireError.allCases {
            #expect((400...599).contains(error.requestStatus))
            #expect(!error.text.isEmpty && !error.text.contains("\"") && !error.text.hasSuffix("."))
        }
    }

    @Test func onlySafeMethodsCountAsIdempotent() {
        let idempotent: [Wire.Method] = [.get, .head, .put, .delete, .options, .trace]
        let others: [Wire.Method] = [.post, .patch, .connect, .other]
        for method in idempotent { #expect(method.isIdempotent) }
        for method in others { #expect(!method.isIdempotent) }
    }
}
