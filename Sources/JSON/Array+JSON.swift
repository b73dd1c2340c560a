// Values as JSON bytes, appended to a buffer: no String, no allocation but the buffer's own growth. Escaping is minimal
// (RFC 8259 section 7: the quote, the backslash, and what is below U+0020), so text stays readable and short.
//
// The common string has nothing to escape and no byte above 0x7F. It is found by one loop without an exit, which the
// compiler turns into vector code, and copied by another; only the rest goes byte by byte.

/// How bytes of unknown encoding were written.
public enum JSONTextEncoding: Sendable, Equatable {
    /// They were valid UTF-8 and stand as they were.
    case utf8
    /// They were not: every byte stands as the code point of its own number (0xFC as U+00FC), which loses nothing.
    case latin1
}

extension Array where Element == UInt8 {
    /// Appends text as a JSON string, quotes included.
    public mutating func appendJSON(string text: String) {
        let bytes = text.utf8Span.span
        appendJSON(utf8: bytes, 0..<bytes.count)
    }

    /// Appends part of a span as a JSON string, quotes included; bytes that are not UTF-8 become U+FFFD.
    public mutating func appendJSON(utf8 bytes: Span<UInt8>, _ range: Range<Int>) {
        if isPlain(bytes, range) {
            appendQuoted(bytes, range)
            return
        }
        append(Ascii.quote)
        _ = appendEscaped(bytes, range, stopAtBadUTF8: false)
        append(Ascii.quote)
    }

    /// Appends part of a span as a JSON string: as UTF-8 when it is, else byte by byte as Latin-1.
    public mutating func appendJSON(unknown bytes: Span<UInt8>, _ range: Range<Int>) -> JSONTextEncoding {
        if isPlain(bytes, range) {
            appendQuoted(bytes, range)
            return .utf8
        }
        append(Ascii.quote)
        defer { append(Ascii.quote) }
        let begin = count
        if appendEscaped(bytes, range, stopAtBadUTF8: true) { return .utf8 }
        removeLast(count - begin)
        for i in range {
            let byte = bytes[i]
            if byte >= 0x80 { append(Unicode.Scalar(byte)) } else { appendASCII(byte) }
        }
        return .latin1
    }

    /// Appends part of a span as the inside of a JSON string, without quotes; bytes that are not UTF-8 become U+FFFD.
    public mutating func appendJSONContents(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        if isPlain(bytes, range) {
            append(bytes, from: range.lowerBound, to: range.upperBound)
        } else {
            _ = appendEscaped(bytes, range, stopAtBadUTF8: false)
        }
    }

    /// Appends a whole number of at most 64 bits in decimal.
    @inlinable
    public mutating func appendDecimal(_ value: some FixedWidthInteger) {
        appendDecimal(magnitude: UInt64(truncatingIfNeeded: value.magnitude), isNegative: value < 0)
    }

    /// Appends a whole number given as sign and magnitude in decimal.
    public mutating func appendDecimal(magnitude: UInt64, isNegative: Bool) {
        if isNegative { append(Ascii.minus) }
        if magnitude < 10 {
            append(Ascii.zero + UInt8(magnitude))
            return
        }
        // Twenty digits hold every UInt64.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var rest = magnitude
        var begin = 20
        while rest > 0 {
            begin -= 1
            let quotient = rest / 10
            digits[begin] = Ascii.zero &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
            rest = quotient
        }
        append(addingCapacity: 20 - begin) { out in
            for i in begin..<20 { out.append(digits[i]) }
        }
    }

    mutating func append(ascii text: String) {
        let bytes = text.utf8Span.span
        append(bytes, from: 0, to: bytes.count)
    }

    /// Appends a string that needs no escape: one capacity check for the quotes and all between them.
    @inline(always)
    private mutating func appendQuoted(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        append(addingCapacity: range.count + 2) { out in
            out.append(Ascii.quote)
            for i in range { out.append(bytes[i]) }
            out.append(Ascii.quote)
        }
    }

    private mutating func appendASCII(_ byte: UInt8) {
        if needsEscape(byte) { appendEscape(byte) } else { append(byte) }
    }

    /// Appends with escapes; false (with an unfinished tail) when it met bad UTF-8 and was told to stop there.
    private mutating func appendEscaped(
        _ bytes: Span<UInt8>, _ range: Range<Int>, stopAtBadUTF8: Bool
    ) -> Bool {
        var run = range.lowerBound
        var i = run
        while i < range.upperBound {
            let byte = bytes[i]
            if byte >= 0x80 {
                let length = utf8Length(bytes, at: i)
                // A sequence must also end inside the range: what follows belongs to something else.
                if length > 0, i + length <= range.upperBound {
                    i += length
                    continue
                }
                if stopAtBadUTF8 { return false }
                append(bytes, from: run, to: i)
                append(replacementCharacter)
                i += 1
                run = i
            } else if needsEscape(byte) {
                append(bytes, from: run, to: i)
                appendEscape(byte)
                i += 1
                run = i
            } else {
                i += 1
            }
        }
        append(bytes, from: run, to: range.upperBound)
        return true
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(Ascii.backslash)
        switch byte {
        case Ascii.quote, Ascii.backslash: append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        case Ascii.lf: append(UInt8(ascii: "n"))
        case Ascii.cr: append(UInt8(ascii: "r"))
        case Ascii.tab: append(UInt8(ascii: "t"))
        default:
            append(ascii: "u00")
            append(Ascii.zero + byte >> 4)
            let low = byte & 0x0F
            append(low < 10 ? Ascii.zero + low : UInt8(ascii: "a") + low - 10)
        }
    }
}

@inline(always)
private func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == Ascii.quote || byte == Ascii.backslash
}

/// Whether every byte is ASCII that stands for itself in a JSON string.
@inline(always)
private func isPlain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let part = bytes.extracting(range)
    var special: UInt8 = 0
    for i in 0..<part.count {
        let byte = part[i]
        // Shifted down by 0x20 everything below it wraps above 0x5F, together with DEL's neighbours above 0x7F.
        special |= (byte &- 0x20 > 0x5F ? 1 : 0) | (byte == Ascii.quote ? 1 : 0) | (byte == Ascii.backslash ? 1 : 0)
    }
    return special == 0
}
