// Bytes to heads, strictly (RFC 9112 sections 2 to 5). Three outcomes: the offset behind the head, nil when bytes are
// missing, or an error. Nothing is repaired: two readers must not be able to differ on what a forwarded head means, so
// bare CR or LF, folded lines, control bytes, blanks before a colon and names that are no tokens are refused.
//
// Invariants: 1. every extent lies inside the bytes parsed; 2. no extent of a name, method or target holds a blank or
// control byte, none of a value holds CR, LF or NUL; 3. parsing the same bytes in pieces gives the same head.

/// The parser of request heads, response heads and trailer sections.
public enum HeadParser {
    /// Parses a request head that starts at `start`.
    ///
    /// - Returns: the offset behind the empty line, or nil when the head is not complete.
    public static func request(
        _ bytes: Span<UInt8>, from start: Int, into head: inout RequestHead, limits: HeadLimits
    ) throws(WireError) -> Int? {
        var i = start
        let lineLimit = start + limits.line
        // Method: a token, one SP (RFC 9112 section 3).
        i = OctetClass.end(OctetClass.token, bytes, from: i)
        guard i < bytes.count else { return try incomplete(i, lineLimit, .targetTooLong) }
        guard bytes[i] == Octet.space, i > start else { throw lineFault(bytes[i], .badMethod) }
        head.method = Extent(start, i)
        head.methodKind = .lookup(bytes, head.method)
        i += 1
        // Target: everything up to the next SP.
        let target = i
        i = OctetClass.end(OctetClass.target, bytes, from: i)
        guard i < bytes.count else { return try incomplete(i, lineLimit, .targetTooLong) }
        guard bytes[i] == Octet.space, i > target else {
            if bytes[i] == Octet.carriageReturn, i > target {
                // The line ends here: HTTP/0.9.
                guard i + 1 < bytes.count else { return nil }
                throw bytes[i + 1] == Octet.lineFeed ? .badVersion : .bareCarriageReturn
            }
            throw lineFault(bytes[i], .badTarget)
        }
        head.target = Extent(target, i)
        i += 1
        // RFC 9113 section 3.4. Before the version, which is 2.0 and would be all that is said of it.
        if head.methodKind == .other, bytes.equals(head.method, "PRI"), bytes.equals(head.target, "*") {
            throw .http2Preface
        }
        // Version and CRLF.
        guard let afterVersion = try version(bytes, at: i, minor: &head.minorVersion) else { return nil }
        i = afterVersion
        guard i + 1 < bytes.count else {
            if i < bytes.count, bytes[i] != Octet.carriageReturn { throw lineFault(bytes[i], .badVersion) }
            return nil
        }
        guard bytes[i] == Octet.carriageReturn else { throw lineFault(bytes[i], .badVersion) }
        guard bytes[i + 1] == Octet.lineFeed else { throw .bareCarriageReturn }
        if i > lineLimit { throw .targetTooLong }
        if head.minorVersion > 1 { head.minorVersion = 1 }
        try classifyTarget(bytes, &head)
        return try fields(bytes, from: i + 2, headStart: start, into: &head.fields, limits: limits)
    }

    /// Parses a response head that starts at `start`.
    ///
    /// - Returns: the offset behind the empty line, or nil when the head is not complete.
    public static func response(
        _ bytes: Span<UInt8>, from start: Int, into head: inout ResponseHead, limits: HeadLimits
    ) throws(WireError) -> Int? {
        guard var i = try version(bytes, at: start, minor: &head.minorVersion) else { return nil }
        // SP, three digits, then SP and a reason, or nothing (RFC 9112 section 4).
        guard i + 4 < bytes.count else {
            while i < bytes.count, bytes[i] == Octet.space || Octet.isDigit(bytes[i]) { i += 1 }
            if i < bytes.count, bytes[i] != Octet.carriageReturn { throw .badStatus }
            return nil
        }
        guard bytes[i] == Octet.space, Octet.isDigit(bytes[i + 1]), Octet.isDigit(bytes[i + 2]),
            Octet.isDigit(bytes[i + 3])
        else { throw .badStatus }
        head.status = Int(bytes[i + 1] - 48) * 100 + Int(bytes[i + 2] - 48) * 10 + Int(bytes[i + 3] - 48)
        guard head.status >= 100 else { throw .badStatus }
        i += 4
        if bytes[i] == Octet.space {
            i += 1
        } else if bytes[i] != Octet.carriageReturn {
            throw .badStatus
        }
        let reason = i
        while i < bytes.count, Octet.isFieldContent(bytes[i]) { i += 1 }
        if i - start > limits.line { throw .lineTooLong }
        head.reason = Extent(reason, i)
        guard i + 1 < bytes.count else {
            if i < bytes.count, bytes[i] != Octet.carriageReturn { throw lineFault(bytes[i], .badStatus) }
            return nil
        }
        guard bytes[i] == Octet.carriageReturn else { throw lineFault(bytes[i], .badStatus) }
        guard bytes[i + 1] == Octet.lineFeed else { throw .bareCarriageReturn }
        if head.minorVersion > 1 { head.minorVersion = 1 }
        return try fields(bytes, from: i + 2, headStart: start, into: &head.fields, limits: limits)
    }

    /// Parses a trailer section that starts at `start`, up to and with its empty line.
    ///
    /// - Returns: the offset behind the empty line, or nil when the section is not complete.
    public static func trailers(
        _ bytes: Span<UInt8>, from start: Int, into section: inout FieldSection, limits: HeadLimits
    ) throws(WireError) -> Int? {
        try fields(bytes, from: start, headStart: start, into: &section, limits: limits)
    }

    /// Reads field lines up to the empty line (RFC 9112 section 5).
    private static func fields(
        _ bytes: Span<UInt8>, from first: Int, headStart: Int, into section: inout FieldSection, limits: HeadLimits
    ) throws(WireError) -> Int? {
        section.reset()
        var i = first
        let headLimit = headStart + limits.head
        while true {
            guard i < bytes.count else { return try incomplete(i, headLimit, .headTooLarge) }
            let lineStart = i
            if bytes[i] == Octet.carriageReturn {
                guard i + 1 < bytes.count else { return nil }
                guard bytes[i + 1] == Octet.lineFeed else { throw .bareCarriageReturn }
                if i + 2 > headLimit { throw .headTooLarge }
                return i + 2
            }
            // The name: a token, at once followed by the colon (RFC 9112 section 5.1).
            i = OctetClass.end(OctetClass.token, bytes, from: i)
            guard i < bytes.count else {
                if i - lineStart > limits.line { throw .lineTooLong }
                return try incomplete(i, headLimit, .headTooLarge)
            }
            guard bytes[i] == Octet.colon, i > lineStart else {
                throw nameFault(bytes[i], atStart: i == lineStart, isFirst: section.lines.isEmpty)
            }
            let name = Extent(lineStart, i)
            // The value, without the blanks on either side.
            i += 1
            while i < bytes.count, Octet.isBlank(bytes[i]) { i += 1 }
            let valueStart = i
            i = OctetClass.end(OctetClass.fieldContent, bytes, from: i)
            guard i + 1 < bytes.count else {
                if i < bytes.count, bytes[i] != Octet.carriageReturn { throw lineFault(bytes[i], .controlByte) }
                if i - lineStart > limits.line { throw .lineTooLong }
                return try incomplete(i, headLimit, .headTooLarge)
            }
            guard bytes[i] == Octet.carriageReturn else { throw lineFault(bytes[i], .controlByte) }
            guard bytes[i + 1] == Octet.lineFeed else { throw .bareCarriageReturn }
            if i - lineStart > limits.line { throw .lineTooLong }
            var valueEnd = i
            while valueEnd > valueStart, Octet.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
            if section.lines.count == limits.fields { throw .tooManyFields }
            section.append(
                FieldLine(name: name, value: Extent(valueStart, valueEnd), id: FieldName.lookup(bytes, name)))
            i += 2
        }
    }

    /// Reads `HTTP/1.x` and gives the offset behind it (RFC 9112 section 2.3: upper case, single digits).
    private static func version(_ bytes: Span<UInt8>, at start: Int, minor: inout Int) throws(WireError) -> Int? {
        let word = "HTTP/".utf8Span.span
        for k in word.indices {
            guard start + k < bytes.count else { return nil }
            guard bytes[start + k] == word[k] else { throw lineFault(bytes[start + k], .badVersion) }
        }
        let i = start + word.count
        guard i + 2 < bytes.count else { return nil }
        guard Octet.isDigit(bytes[i]), bytes[i + 1] == 0x2E, Octet.isDigit(bytes[i + 2]) else { throw .badVersion }
        guard bytes[i] == 0x31 else { throw .unsupportedVersion }
        minor = Int(bytes[i + 2] - 0x30)
        return i + 3
    }

    private static func classifyTarget(_ bytes: Span<UInt8>, _ head: inout RequestHead) throws(WireError) {
        let target = head.target
        if head.methodKind == .connect {
            head.form = .authority
            return
        }
        let first = bytes[Int(target.start)]
        if first == Octet.slash {
            head.form = .origin
            head.pathAndQuery = target
            return
        }
        if first == Octet.asterisk, target.count == 1 {
            guard head.methodKind == .options else { throw .badTarget }
            head.form = .asterisk
            return
        }
        // Absolute form: http:// or https://, an authority, then a path, a query or nothing.
        var authority = Int(target.start)
        for scheme in ["http://", "https://"] where target.count > scheme.utf8.count {
            let start = Int(target.start)
            if bytes.equals(Extent(start, start + scheme.utf8.count), ignoringCase: scheme) {
                authority = start + scheme.utf8.count
            }
        }
        guard authority > Int(target.start) else { throw .badTarget }
        var end = authority
        while end < Int(target.end), bytes[end] != Octet.slash, bytes[end] != 0x3F { end += 1 }
        head.form = .absolute
        head.authority = Extent(authority, end)
        head.pathAndQuery = Extent(end, Int(target.end))
        guard Host.isValid(bytes, head.authority) else { throw .badTarget }
    }

    private static func incomplete(_ offset: Int, _ limit: Int, _ error: WireError) throws(WireError) -> Int? {
        if offset > limit { throw error }
        return nil
    }

    /// Which fault a byte is that ended a start line or a value too early.
    private static func lineFault(_ byte: UInt8, _ otherwise: WireError) -> WireError {
        switch byte {
        case Octet.lineFeed: .bareLineFeed
        case 0..<0x20 where byte != Octet.carriageReturn && byte != Octet.tab: .controlByte
        case 0x7F: .controlByte
        default: otherwise
        }
    }

    /// Which fault a byte is that ended a field name without a colon.
    private static func nameFault(_ byte: UInt8, atStart: Bool, isFirst: Bool) -> WireError {
        switch byte {
        case Octet.space, Octet.tab:
            if atStart { return isFirst ? .leadingBlank : .foldedLine }
            return .blankBeforeColon
        case Octet.lineFeed: return .bareLineFeed
        case Octet.carriageReturn: return .missingColon
        default: return .badFieldName
        }
    }
}
