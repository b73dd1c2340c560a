// Response heads and trailer sections, good and bad.
import Testing
import Wire

private func line(_ first: String) -> String { first + "\r\nContent-Length: 5\r\n\r\n" }
private func fields(_ lines: String) -> String { "HTTP/1.1 200 OK\r\n" + lines + "\r\nContent-Length: 5\r\n\r\n" }

@Suite struct ResponseHeadTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK", "200", "OK", 1), ("HTTP/1.0 404 Not Found", "404", "Not Found", 0),
        ("HTTP/1.1 200 ", "200", "", 1), ("HTTP/1.1 200", "200", "", 1), ("HTTP/1.2 299 Odd", "299", "Odd", 1),
        ("HTTP/1.1 999 Odd", "999", "Odd", 1), ("HTTP/1.1 103 Early\tHints", "103", "Early\tHints", 1),
        ("HTTP/1.1 200 \u{E4}\u{F6}", "200", "\u{E4}\u{F6}", 1), ("HTTP/1.1 200  OK ", "200", " OK ", 1),
    ])
    func aStatusLineIsRead(_ first: String, _ status: String, _ reason: String, _ minor: Int) {
        let head = readThreeWays(.response, line(first)).head
        #expect(head?.first == status)
        #expect(head?.second == reason)
        #expect(head?.minor == minor)
        #expect(head?.lines == [Line("Content-Length", "5", .contentLength)])
    }

    @Test(arguments: [
        ("garbage", WireError.badVersion), ("HTTP/1.1 abc OK", .badStatus), ("HTTP/1.1 20 OK", .badStatus),
        ("HTTP/1.1 2000 OK", .badStatus), ("HTTP/1.1 -200 OK", .badStatus), ("HTTP/1.1 000 OK", .badStatus),
        ("HTTP/1.1 099 OK", .badStatus), ("HTTP/2.0 200 OK", .unsupportedVersion), ("HTTP/3 200 OK", .badVersion),
        ("HTTP/1.10 200 OK", .badStatus), ("http/1.1 200 OK", .badVersion), ("ICY 200 OK", .badVersion),
        ("HTTP/1.1200 OK", .badStatus), ("HTTP/1.1 OK", .badStatus), ("HTTP/1.1 200X OK", .badStatus),
        ("HTTP/1.1\t200 OK", .badStatus), ("HTTP/1.1  200 OK", .badStatus), ("HTTP/1.1 200\tOK", .badStatus),
        ("HTTP/1.1 200 O\u{0}K", .controlByte), ("HTTP/1.1 200 O\u{7F}K", .controlByte),
        ("HTTP/1.1 200 OK\rX-Evil: yes", .bareCarriageReturn), ("HTTP/1.1 200\rOK", .bareCarriageReturn),
        ("HTP/1.1 200 OK", .badVersion), ("200 OK", .badVersion), ("", .badVersion),
        ("\r\nHTTP/1.1 200 OK", .badVersion), ("\u{15}\u{3}\u{1}", .controlByte), ("\u{0}\u{0}\u{0}", .controlByte),
        ("HTTP/1.1", .badStatus), ("HTTP/1.1 ", .badStatus), ("HTTP/1.1 2", .badStatus),
    ])
    func aBadStatusLineIsNamed(_ first: String, _ error: WireError) {
        #expect(readThreeWays(.response, line(first)) == .fails(error))
    }

    @Test(arguments: [
        ("X-A one", WireError.blankBeforeColon), (": one", .badFieldName), ("X-A : one", .blankBeforeColon),
        ("X-A: one\r\n two", .foldedLine), (" X-A: one", .leadingBlank), ("X-A: o\u{0}ne", .controlByte),
        ("X-A: o\rX-Evil: yes", .bareCarriageReturn), ("X-A: o\nX-B: two", .bareLineFeed),
        ("X-A: o\r\n\rX-Evil: yes", .bareCarriageReturn), ("X-\u{80}A: one", .badFieldName),
        ("Location: /a\nX-Evil: yes", .bareLineFeed), ("Content-Length : 9", .blankBeforeColon),
    ])
    func aBadFieldIsNamed(_ lines: String, _ error: WireError) {
        #expect(readThreeWays(.response, fields(lines)) == .fails(error))
    }

    @Test func everyProperPrefixOfAHeadNeedsMore() {
        for example in ["HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.0 503 \r\nA:\r\n\r\n"] {
            let whole = bytes(example)
            for count in 0..<whole.count {
                #expect(read(.response, pieces: [Array(whole[..<count])]) == .needsMore, "\(count) of \(example)")
            }
        }
    }

    @Test func manyLinesKeepOrderSpellingAndOddBytes() {
        var example = "HTTP/1.1 200 OK\r\n"
        var lines: [Line] = []
        for i in 0..<64 {
            let value = "c\(i)=v; Expires=Wed, 21 Oct 2026 07:28:00 GMT \u{80}\u{FF}"
            example += "SET-cookie: \(value)\r\n"
            lines.append(Line("SET-cookie", value, .setCookie))
        }
        #expect(readThreeWays(.response, example + "\r\n").head?.lines == lines)
    }
}

@Suite struct TrailerTests {
    @Test(arguments: [
        ("\r\n", [Line]()), ("X-T: v\r\n\r\n", [Line("X-T", "v")]),
        ("Content-Length: 9\r\nx-t:\r\n\r\n", [Line("Content-Length", "9", .contentLength), Line("x-t", "")]),
    ])
    func aSectionIsReadToItsEmptyLine(_ example: String, _ lines: [Line]) {
        let section = readThreeWays(.trailers, example).head
        #expect(section?.lines == lines)
        #expect(section?.consumed == example.utf8.count)
    }

    @Test(arguments: [
        ("GET /canary HTTP/1.1\r\nHost: h\r\n\r\n", WireError.blankBeforeColon), ("X-T : v\r\n\r\n", .blankBeforeColon),
        ("X-T: v\r\n w\r\n\r\n", .foldedLine), (" X-T: v\r\n\r\n", .leadingBlank),
        ("X-T: v\nX-U: w\r\n\r\n", .bareLineFeed),
        ("X-T: v\rX-U: w\r\n\r\n", .bareCarriageReturn), ("X-T: v\u{0}\r\n\r\n", .controlByte), ("\n", .bareLineFeed),
        ("\rX", .bareCarriageReturn), ("X-T\r\n\r\n", .missingColon), (":\r\n\r\n", .badFieldName),
    ])
    func aBadSectionIsNamed(_ example: String, _ error: WireError) {
        #expect(read(.trailers, pieces: [bytes(example)]) == .fails(error))
    }
}
