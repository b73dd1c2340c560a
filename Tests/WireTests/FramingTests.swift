// Where a body ends, as tables: requests, responses, and Host values.
import Testing
import Wire

private func framing(ofRequest lines: String, _ first: String = "POST /s HTTP/1.1") -> Result<Framing, WireError> {
    let raw = bytes(first + "\r\n" + lines + "\r\n")
    let span = raw.span
    var head = RequestHead()
    do throws(WireError) {
        guard try HeadParser.request(span, from: 0, into: &head, limits: HeadLimits()) == raw.count else {
            Issue.record("the example is no whole head")
            return .success(.none)
        }
        return .success(try Framing.ofRequest(span, head))
    } catch {
        return .failure(error)
    }
}

private func framing(
    ofResponse lines: String, _ first: String = "HTTP/1.1 200 OK", to method: Wire.Method = .get
) -> Result<Framing, WireError> {
    let raw = bytes(first + "\r\n" + lines + "\r\n")
    let span = raw.span
    var head = ResponseHead()
    do throws(WireError) {
        guard try HeadParser.response(span, from: 0, into: &head, limits: HeadLimits()) == raw.count else {
            Issue.record("the example is no whole head")
            return .success(.none)
        }
        return .success(try Framing.ofResponse(span, head, to: method))
    } catch {
        return .failure(error)
    }
}

@Suite struct FramingTests {
    @Test(arguments: [
        ("", Framing.none), ("Content-Length: 0\r\n", .none), ("Content-Length: 5\r\n", .length(5)),
        ("content-length:5\r\n", .length(5)), ("Content-Length:\t5 \t\r\n", .length(5)),
        ("Content-Length: 005\r\n", .length(5)), ("Content-Length: 5\r\nContent-Length: 5\r\n", .length(5)),
        ("Content-Length: 5, 5\r\n", .length(5)), ("Content-Length: 5 ,\t05\r\nContent-Length: 5\r\n", .length(5)),
        ("Content-Length: 999999999999999999\r\n", .length(999_999_999_999_999_999)),
        ("Transfer-Encoding: chunked\r\n", .chunked), ("Transfer-Encoding:chunked\r\n", .chunked),
        ("tRANSFER-eNCODING: \tCHUNKED\t \r\n", .chunked), ("Content-Encoding: chunked\r\n", .none),
        ("TransferEncoding: chunked\r\n", .none),
    ])
    func aRequestIsFramedByItsOneLength(_ lines: String, _ expected: Framing) {
        #expect(framing(ofRequest: lines) == .success(expected))
    }

    @Test(arguments: [
        // Content-Length.
        ("Content-Length: -5\r\n", WireError.badContentLength), ("Content-Length: +5\r\n", .badContentLength),
        ("Content-Length: 0x5\r\n", .badContentLength), ("Content-Length:\r\n", .badContentLength),
        ("Content-Length:   \r\n", .badContentLength), ("Content-Length: 5a\r\n", .badContentLength),
        ("Content-Length: 5e0\r\n", .badContentLength), ("Content-Length: 4_1\r\n", .badContentLength),
        ("Content-Length: 4 1\r\n", .badContentLength), ("Content-Length: 5;x\r\n", .badContentLength),
        ("Content-Length: 5\u{A0}\r\n", .badContentLength), ("Content-Length: \u{D9}\u{A4}\r\n", .badContentLength),
        ("Content-Length: 5,\r\n", .badContentLength), ("Content-Length: ,5\r\n", .badContentLength),
        ("Content-Length: 5,,5\r\n", .badContentLength), ("Content-Length: \"5\"\r\n", .badContentLength),
        ("Content-Length: 1000000000000000000\r\n", .badContentLength),
        ("Content-Length: 18446744073709551615\r\n", .badContentLength),
        ("Content-Length: 18446744073709551621\r\n", .badContentLength),
        ("Content-Length: 5\r\nContent-Length:\r\n", .badContentLength),
        ("Content-Length:\r\nContent-Length: 5\r\n", .badContentLength),
        ("Content-Length: 5, 0\r\n", .conflictingContentLength),
        ("Content-Length: 5\r\ncontent-length: 6\r\n", .conflictingContentLength),
        ("Content-Length: 0\r\nContent-Length: 5\r\n", .conflictingContentLength),
        // Both.
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", .lengthBesideEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", .lengthBesideEncoding),
        ("Transfer-Encoding: CHUNKED\r\nContent-Length: x\r\n", .lengthBesideEncoding),
        // Transfer-Encoding: without a final chunked the end is unknown (RFC 9112 section 6.3 rule 4): 400.
        ("Transfer-Encoding:\r\n", .badTransferEncoding), ("Transfer-Encoding: gzip\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunkedx\r\n", .badTransferEncoding),
        ("Transfer-Encoding: xchunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunkedchunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked, identity\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked, gzip\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked, chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: gzip, chunked, chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked,\r\n", .badTransferEncoding),
        ("Transfer-Encoding: ,chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: 'chunked'\r\n", .badTransferEncoding),
        ("Transfer-Encoding: \"chunked\"\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked;q=1\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chun ked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: x chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked\u{A0}\r\n", .badTransferEncoding),
        ("Transfer-Encoding: \u{FF}chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chun\u{E2}\u{84}\u{AA}ed\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", .badTransferEncoding),
        ("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n", .badTransferEncoding),
        // Chunked comes last, and something unknown before it: 501 (RFC 9112 section 6.1).
        ("Transfer-Encoding: gzip, chunked\r\n", .unknownTransferEncoding),
        ("Transfer-Encoding: identity,\tCHUNKED\r\n", .unknownTransferEncoding),
    ])
    func anAmbiguousRequestIsRefused(_ lines: String, _ error: WireError) {
        #expect(framing(ofRequest: lines) == .failure(error))
    }

    @Test func transferEncodingInHTTP10IsRefused() {
        let old = "POST /s HTTP/1.0"
        #expect(framing(ofRequest: "Transfer-Encoding: chunked\r\n", old) == .failure(.transferEncodingInHTTP10))
        #expect(
            framing(ofRequest: "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", old)
                == .failure(.transferEncodingInHTTP10))
        #expect(framing(ofRequest: "Content-Length: 5\r\n", old) == .success(.length(5)))
        #expect(
            framing(ofResponse: "Transfer-Encoding: chunked\r\n", "HTTP/1.0 200 OK")
                == .failure(.transferEncodingInHTTP10))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", "Content-Length: 5\r\n", Wire.Method.get, Framing.length(5)),
        ("HTTP/1.1 200 OK", "Content-Length: 0\r\n", .get, .none), ("HTTP/1.1 200 OK", "", .get, .untilClose),
        ("HTTP/1.0 200 OK", "", .get, .untilClose),
        ("HTTP/1.1 200 OK", "Transfer-Encoding: Chunked\r\n", .get, .chunked),
        ("HTTP/1.1 200 OK", "Content-Length: 5\r\n", .head, .none), ("HTTP/1.1 200 OK", "", .head, .none),
        ("HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", .head, .none),
        ("HTTP/1.1 204 No Content", "Content-Length: 5\r\n", .get, .none), ("HTTP/1.1 204 No Content", "", .get, .none),
        ("HTTP/1.1 304 Not Modified", "Content-Length: 500\r\n", .get, .none),
        ("HTTP/1.1 205 Reset", "Content-Length: 5\r\n", .get, .length(5)), ("HTTP/1.1 404 X", "", .post, .untilClose),
        ("HTTP/1.1 200 OK", "Content-Length: 5, 5\r\n", .get, .length(5)),
    ])
    func aResponseIsFramedByStatusMethodAndLength(
        _ first: String, _ lines: String, _ method: Wire.Method, _ expected: Framing
    ) {
        #expect(framing(ofResponse: lines, first, to: method) == .success(expected))
    }

    @Test(arguments: [
        ("Content-Length: 5\r\nContent-Length: 9\r\n", WireError.conflictingContentLength),
        ("Content-Length: 5, 9\r\n", .conflictingContentLength), ("Content-Length: +5\r\n", .badContentLength),
        ("Content-Length: abc\r\n", .badContentLength), ("Content-Length: 5 5\r\n", .badContentLength),
        ("Content-Length: 18446744073709551621\r\n", .badContentLength),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", .lengthBesideEncoding),
        ("Transfer-Encoding: xyz\r\n", .badTransferEncoding), ("Transfer-Encoding: identity\r\n", .badTransferEncoding),
        ("Transfer-Encoding: chunked, chunked\r\n", .badTransferEncoding),
        ("Transfer-Encoding: gzip, chunked\r\n", .unknownTransferEncoding),
    ])
    func anAmbiguousResponseIsRefusedWhateverTheMethod(_ lines: String, _ error: WireError) {
        #expect(framing(ofResponse: lines) == .failure(error))
        #expect(framing(ofResponse: lines, to: .head) == .failure(error))
    }

    @Test func everyFramingHasItsOwnWord() {
        let all: [Framing] = [.none, .length(1), .chunked, .untilClose, .tunnel]
        #expect(all.map(\.word) == ["none", "length", "chunked", "close", "tunnel"])
    }
}

@Suite struct HostTests {
    private func isValid(_ value: String) -> Bool {
        let raw = bytes("<" + value + ">")
        return Host.isValid(raw.span, Extent(1, raw.count - 1))
    }

    @Test(arguments: [
        "h", "h.test", "H.TEST:80", "h.test:", "h.test:0", "h.test:65535", "127.0.0.1", "127.0.0.1:8080",
        "a_b-c~d.test",
        "[::1]", "[::1]:8080", "[2001:db8::192.0.2.1]:443", "xn--bcher-kva.test", "h.test.",
    ])
    func aHostWithAnOptionalPortIsValid(_ value: String) {
        #expect(isValid(value))
    }

    @Test(arguments: [
        "", ":80", ":", "h.test, evil.test", "h.test evil.test", "h.test/evil", "h.test@evil.test", "h.test?x",
        "h.test#x",
        "h.test\\evil", "h.test\u{0}.evil", "h.test\tevil", "h\u{80}.test", "h.test:abc", "h.test:99999",
        "h.test:65536",
        "h.test:80:80", "h.test:-1", "h.test: 80", "h.test:123456", "[::1", "[]", "[:]", "[::1]x", "[::1]80", "::1",
        "[fe80::1%25eth0]", "[v1.x]", "h;test", "h'test", "%68.test", "[::1]:8o", "[::1:80",
    ])
    func anythingElseIsNot(_ value: String) {
        #expect(!isValid(value))
    }

    @Test(arguments: [
        ("h.test:80", "h.test"), ("h.test", "h.test"), ("h.test:", "h.test"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"),
        ("127.0.0.1", "127.0.0.1"), ("80", "80"),
    ])
    func thePortIsTakenOff(_ value: String, _ host: String) {
        let raw = bytes("1:" + value)
        let name = Host.withoutPort(raw.span, Extent(2, raw.count))
        #expect(copy(raw.span, name) == host)
    }
}
