// Where a body ends (RFC 9112 section 6). This is where smuggling lives, so the rules are the strict ones: one
// Content-Length value (equal repetitions are folded into one), or exactly `chunked`, never both.

/// How the length of a message body is known.
public enum Framing: Equatable, Sendable {
    /// There is no body.
    case none
    /// Content-Length says so many bytes.
    case length(UInt64)
    /// The chunked transfer coding.
    case chunked
    /// A response body that ends with the connection.
    case untilClose
    /// After a 101 or an accepted Upgrade the bytes are not HTTP any more.
    case tunnel

    /// The word used in traces.
    public var word: String {
        switch self {
        case .none: "none"
        case .length: "length"
        case .chunked: "chunked"
        case .untilClose: "close"
        case .tunnel: "tunnel"
        }
    }

    /// The framing of a request (RFC 9112 section 6.3, rules 3 to 7).
    public static func ofRequest(_ bytes: Span<UInt8>, _ head: borrowing RequestHead) throws(WireError) -> Framing {
        if head.fields.contains(.transferEncoding) {
            guard head.minorVersion >= 1 else { throw .transferEncodingInHTTP10 }
            try requireChunked(bytes, head.fields)
            guard !head.fields.contains(.contentLength) else { throw .lengthBesideEncoding }
            return .chunked
        }
        guard let length = try contentLength(bytes, head.fields) else { return .none }
        return length == 0 ? .none : .length(length)
    }

    /// The framing of a final response to a method (RFC 9112 section 6.3, rules 1 to 8).
    public static func ofResponse(
        _ bytes: Span<UInt8>, _ head: borrowing ResponseHead, to method: Method
    ) throws(WireError) -> Framing {
        // The length fields are checked even where no body follows: a wrong one says the origin is confused.
        let isChunked = head.fields.contains(.transferEncoding)
        if isChunked {
            guard head.minorVersion >= 1 else { throw .transferEncodingInHTTP10 }
            try requireChunked(bytes, head.fields)
            guard !head.fields.contains(.contentLength) else { throw .lengthBesideEncoding }
        }
        let length = isChunked ? nil : try contentLength(bytes, head.fields)
        if method == .head || head.status == 204 || head.status == 304 || head.status < 200 { return .none }
        if isChunked { return .chunked }
        guard let length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }

    /// The one value of all Content-Length lines, nil when there is none.
    public static func contentLength(
        _ bytes: Span<UInt8>, _ fields: borrowing FieldSection
    ) throws(WireError) -> UInt64? {
        guard fields.contains(.contentLength) else { return nil }
        var result: UInt64?
        for line in fields.lines where line.id == .contentLength {
            var i = Int(line.value.start)
            let end = Int(line.value.end)
            // "5, 5" comes from a recipient that joined two lines; RFC 9110 section 8.6 lets it be folded when equal.
            repeat {
                var value: UInt64 = 0
                let digits = i
                while i < end, Octet.isDigit(bytes[i]) {
                    // 18 digits are more than any body and cannot overflow.
                    guard i - digits < 18 else { throw .badContentLength }
                    value = value * 10 + UInt64(bytes[i] - 0x30)
                    i += 1
                }
                guard i > digits else { throw .badContentLength }
                if let known = result, known != value { throw .conflictingContentLength }
                result = value
                while i < end, Octet.isBlank(bytes[i]) { i += 1 }
                if i == end { break }
                guard bytes[i] == Octet.comma else { throw .badContentLength }
                i += 1
                while i < end, Octet.isBlank(bytes[i]) { i += 1 }
            } while true
        }
        return result
    }

    /// Exactly one Transfer-Encoding line whose value is exactly `chunked`.
    private static func requireChunked(
        _ bytes: Span<UInt8>, _ fields: borrowing FieldSection
    ) throws(WireError) {
        var only: Extent?
        for line in fields.lines where line.id == .transferEncoding {
            guard only == nil else { throw .badTransferEncoding }
            only = line.value
        }
        guard let value = only else { throw .badTransferEncoding }
        if bytes.equals(value, ignoringCase: "chunked") { return }
        // Other codings before a final chunked are well formed and not supported; where chunked is not the last, or
        // stands there twice, nobody can know where the body ends (RFC 9112 sections 6.1 and 6.3).
        var i = Int(value.start)
        let end = Int(value.end)
        while true {
            while i < end, Octet.isBlank(bytes[i]) { i += 1 }
            let start = i
            while i < end, Octet.isToken(bytes[i]) { i += 1 }
            let isChunked = bytes.equals(Extent(start, i), ignoringCase: "chunked")
            guard i > start else { throw .badTransferEncoding }
            while i < end, Octet.isBlank(bytes[i]) { i += 1 }
            if i == end { throw isChunked ? .unknownTransferEncoding : .badTransferEncoding }
            guard bytes[i] == Octet.comma, !isChunked else { throw .badTransferEncoding }
            i += 1
        }
    }
}
