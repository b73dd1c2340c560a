// Request and response heads: the parser and a second reader must agree on what they accept, any prefix of an accepted
// head is merely incomplete, and where in the buffer a head stands changes nothing.
import Wire

enum HeadBodies {
    private static let limits = HeadLimits(line: 512, head: 1024, fields: 24)

    @Sendable
    static func request(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        var head = RequestHead()
        let whole = attempt { () throws(WireError) in
            try HeadParser.request(bytes.span, from: 0, into: &head, limits: limits)
        }
        prefixes(bytes, whole, &promises) { piece in
            var other = RequestHead()
            return attempt { () throws(WireError) in
                try HeadParser.request(piece.span, from: 0, into: &other, limits: limits)
            }
        }
        moved(bytes, whole, &promises) { piece, start in
            var other = RequestHead()
            return attempt { () throws(WireError) in
                try HeadParser.request(piece.span, from: start, into: &other, limits: limits)
            }
        }
        guard case .success(let end?) = whole else { return promises.broken }
        guard let strict = StrictReader.request(bytes, from: 0), strict.end == end else {
            return promises.broken + [
                "a request head is accepted that another reader does not accept, or ends elsewhere"
            ]
        }
        promises.expect(strict.first[0] == copy(bytes, head.method), "the method is another")
        promises.expect(strict.first[1] == copy(bytes, head.target), "the target is another")
        promises.expect(lines(bytes, head.fields) == strict.lines, "the field lines are others")
        checkTarget(bytes, head, &promises)
        if let framing = try? Framing.ofRequest(bytes.span, head) {
            promises.expect(
                same(framing, StrictReader.framing(strict, isRequest: true, strict: false)),
                "the request is framed as \(framing), and another reader does not see that")
        }
        return promises.broken
    }

    @Sendable
    static func response(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        var head = ResponseHead()
        let whole = attempt { () throws(WireError) in
            try HeadParser.response(bytes.span, from: 0, into: &head, limits: limits)
        }
        prefixes(bytes, whole, &promises) { piece in
            var other = ResponseHead()
            return attempt { () throws(WireError) in
                try HeadParser.response(piece.span, from: 0, into: &other, limits: limits)
            }
        }
        moved(bytes, whole, &promises) { piece, start in
            var other = ResponseHead()
            return attempt { () throws(WireError) in
                try HeadParser.response(piece.span, from: start, into: &other, limits: limits)
            }
        }
        trailers(bytes, &promises)
        guard case .success(let end?) = whole else { return promises.broken }
        guard let strict = StrictReader.response(bytes, from: 0), strict.end == end else {
            return promises.broken + [
                "a response head is accepted that another reader does not accept, or ends elsewhere"
            ]
        }
        promises.expect(Array(String(head.status).utf8) == strict.first[1], "the status is another")
        promises.expect(strict.first[2] == copy(bytes, head.reason), "the reason is another")
        promises.expect(lines(bytes, head.fields) == strict.lines, "the field lines are others")
        for method in [Method.get, .head] {
            guard let framing = try? Framing.ofResponse(bytes.span, head, to: method) else { continue }
            let hasNone = method == .head || head.status < 200 || head.status == 204 || head.status == 304
            let other = StrictReader.framing(strict, isRequest: false, strict: false)
            promises.expect(
                hasNone ? framing == .none && other != nil : same(framing, other),
                "the response to \(method) is framed as \(framing), and another reader does not see that")
        }
        return promises.broken
    }

    private static func trailers(_ bytes: [UInt8], _ promises: inout Promises) {
        var section = FieldSection()
        guard
            case .success(let end?) = attempt({ () throws(WireError) in
                try HeadParser.trailers(bytes.span, from: 0, into: &section, limits: limits)
            })
        else { return }
        let strict = StrictReader.section(bytes, from: 0)
        promises.expect(
            strict?.end == end && strict?.lines == lines(bytes, section), "another reader sees other trailers")
    }

    /// The parts of a target lie inside it, and put together they are it.
    private static func checkTarget(_ bytes: [UInt8], _ head: RequestHead, _ promises: inout Promises) {
        let target = copy(bytes, head.target)
        switch head.form {
        case .origin:
            promises.expect(target.first == 0x2F && head.pathAndQuery == head.target, "an origin form has no path")
        case .asterisk: promises.expect(target == [0x2A], "an asterisk form is not one")
        case .authority: promises.expect(head.methodKind == .connect, "only CONNECT has an authority for a target")
        case .absolute:
            let joined = copy(bytes, head.authority) + copy(bytes, head.pathAndQuery)
            let scheme = StrictReader.lower(Array(target.dropLast(joined.count)))
            promises.expect(
                target.suffix(joined.count).elementsEqual(joined)
                    && [Array("http://".utf8), Array("https://".utf8)].contains(scheme),
                "the parts of an absolute form are not the target")
            promises.expect(
                !copy(bytes, head.authority).contains { [0x2F, 0x3F, 0x40, 0x5C].contains($0) },
                "an authority holds what ends one or names a user")
            promises.expect(
                head.pathAndQuery.isEmpty || [0x2F, 0x3F].contains(bytes[Int(head.pathAndQuery.start)]),
                "an authority ends in the middle")
        }
    }

    // MARK: cuts and places

    /// A prefix of an accepted head is incomplete; once a prefix is refused, so is all that begins with it.
    private static func prefixes(
        _ bytes: [UInt8], _ whole: Result<Int?, WireError>, _ promises: inout Promises,
        _ parse: ([UInt8]) -> Result<Int?, WireError>
    ) {
        let step = bytes.count <= 256 ? 1 : bytes.count / 64
        for count in stride(from: 0, to: bytes.count, by: step) {
            let piece = parse(Array(bytes[..<count]))
            switch (piece, whole) {
            case (.success(nil), _): break
            case (.success(let end?), .success(let expected)):
                promises.expect(end == expected, "a prefix of \(count) bytes ends elsewhere")
            case (.success, .failure(let error)):
                promises.expect(false, "\(count) bytes are a head, and more of them are refused: \(error)")
            case (.failure(let error), .success(let end)):
                // What lies behind a whole head does not take part in it, and no part of a good head is bad.
                promises.expect(
                    end == nil && [.lineTooLong, .targetTooLong, .headTooLarge].contains(error),
                    "the first \(count) bytes are refused (\(error)), and all of them are not")
            case (.failure, .failure): break
            }
        }
        search(bytes, whole, &promises)
    }

    /// The search for the end of a head, fed byte by byte, finds what the parser finds.
    private static func search(_ bytes: [UInt8], _ whole: Result<Int?, WireError>, _ promises: inout Promises) {
        guard case .success(let end?) = whole else { return }
        var search = HeadSearch()
        for count in 1...end {
            let found = attempt { () throws(WireError) in
                try search.reachesEnd(bytes.span.extracting(0..<count), limits: limits)
            }
            switch found {
            case .success(let isThere):
                promises.expect(isThere == (count == end), "the search ends at \(count) and the parser at \(end)")
            case .failure(let error):
                promises.expect(false, "the search refuses an accepted head at \(count): \(error)")
            }
        }
    }

    /// Where a head stands in a buffer changes nothing.
    private static func moved(
        _ bytes: [UInt8], _ whole: Result<Int?, WireError>, _ promises: inout Promises,
        _ parse: ([UInt8], Int) -> Result<Int?, WireError>
    ) {
        let shift = 7
        let other = parse([0x0D, 0x0A, 0x20, 0x3A, 0x47, 0, 0xFF] + bytes, shift)
        promises.expect(
            other == whole.map { $0.map { $0 + shift } },
            "seven bytes further the same bytes are \(other), not \(whole)")
    }

    // MARK: small things

    static func attempt<T>(_ work: () throws(WireError) -> T) -> Result<T, WireError> {
        do throws(WireError) { return .success(try work()) } catch { return .failure(error) }
    }

    static func copy(_ bytes: [UInt8], _ extent: Extent) -> [UInt8] { Array(bytes[extent.indices]) }

    static func lines(_ bytes: [UInt8], _ section: FieldSection) -> [StrictLine] {
        section.lines.map { StrictLine(name: copy(bytes, $0.name), value: copy(bytes, $0.value)) }
    }

    static func same(_ framing: Framing, _ other: StrictFraming?) -> Bool {
        switch (framing, other) {
        case (.none, StrictFraming.none?), (.chunked, .chunked?), (.untilClose, .untilClose?): true
        case (.length(let one), .length(let two)?): one == UInt64(two)
        default: false
        }
    }
}
