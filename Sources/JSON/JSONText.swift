// A string as it stands in the text: a range and whether it has escapes. Most strings of a trace line are compared or
// copied and never become a String; those that do are decoded once, here.
//
// Surrogates: a pair of \u escapes is one scalar (RFC 8259 section 7). A lone one is grammatical but no Unicode text can
// hold it; it is accepted and decoded to U+FFFD, and `hasLoneSurrogate` says that it happened.

/// A string or key in a text that has been read past and found well-formed.
public struct JSONText: Sendable, Equatable {
    /// The first byte inside the quotes (of an unquoted JSON5 key: its first byte).
    public var start: Int
    /// The offset behind the last byte inside.
    public var end: Int
    /// Whether the bytes contain escapes, so that they are not the text itself.
    public var hasEscapes: Bool

    /// The bytes inside the quotes, as they stand.
    public var range: Range<Int> { start..<end }

    /// Whether the text is this one; a literal costs no allocation.
    public func equals(_ text: String, in bytes: Span<UInt8>) -> Bool {
        equals(text.utf8Span.span, in: bytes)
    }

    func equals(_ other: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        if hasEscapes {
            var decoded: [UInt8] = []
            append(to: &decoded, in: bytes)
            let span = decoded.span
            return JSONText(start: 0, end: span.count, hasEscapes: false).equals(other, in: span)
        }
        guard end - start == other.count else { return false }
        for i in other.indices where bytes[start + i] != other[i] { return false }
        return true
    }

    /// The text as a String.
    public func string(in bytes: Span<UInt8>) -> String {
        if !hasEscapes, let valid = try? UTF8Span(validating: bytes.extracting(start..<end)) {
            return String(copying: valid)
        }
        var decoded: [UInt8] = []
        append(to: &decoded, in: bytes)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Appends the decoded text as UTF-8.
    public func append(to out: inout [UInt8], in bytes: Span<UInt8>) {
        var run = start
        var i = start
        while hasEscapes, i < end {
            guard bytes[i] == Ascii.backslash else {
                i += 1
                continue
            }
            out.append(bytes, from: run, to: i)
            let escape = Escape(bytes, at: i)
            if let scalar = escape.scalar { out.append(scalar) }
            i += escape.length
            run = i
        }
        out.append(bytes, from: run, to: end)
    }

    /// Whether an escape names half of a surrogate pair only; it is decoded to U+FFFD.
    public func hasLoneSurrogate(in bytes: Span<UInt8>) -> Bool {
        var i = start
        while hasEscapes, i < end {
            guard bytes[i] == Ascii.backslash else {
                i += 1
                continue
            }
            let escape = Escape(bytes, at: i)
            if escape.isLoneSurrogate { return true }
            i += escape.length
        }
        return false
    }
}

/// One escape sequence that has been checked by the reader.
///
/// JSON's escapes mean the same in JSON5, which only has more.
struct Escape {
    var scalar: Unicode.Scalar?
    var length = 2
    var isLoneSurrogate = false

    init(_ bytes: Span<UInt8>, at offset: Int) {
        guard offset + 1 < bytes.count else {
            length = 1
            return
        }
        let letter = bytes[offset + 1]
        switch letter {
        case UInt8(ascii: "b"): scalar = "\u{08}"
        case UInt8(ascii: "f"): scalar = "\u{0C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "v"): scalar = "\u{0B}"
        case UInt8(ascii: "0"): scalar = "\0"
        case Ascii.lf: break
        case Ascii.cr: if offset + 2 < bytes.count, bytes[offset + 2] == Ascii.lf { length = 3 }
        case UInt8(ascii: "x"):
            if offset + 3 < bytes.count, let high = hexValue(bytes[offset + 2]), let low = hexValue(bytes[offset + 3]) {
                scalar = Unicode.Scalar(high << 4 | low)
            }
            length = 4
        case UInt8(ascii: "u"): readUnicode(bytes, at: offset)
        default:
            let size = max(1, utf8Length(bytes, at: offset + 1))
            let character = decodeScalar(bytes, at: offset + 1, length: size)
            // A backslash before U+2028 or U+2029 continues the line, as before LF (JSON5 section 5.1).
            if character.value != 0x2028 && character.value != 0x2029 { scalar = character }
            length = 1 + size
        }
    }

    private mutating func readUnicode(_ bytes: Span<UInt8>, at offset: Int) {
        length = 6
        guard let unit = fourHexDigits(bytes, at: offset + 2) else { return }
        if let plain = Unicode.Scalar(unit) {
            scalar = plain
            return
        }
        if unit < 0xDC00, offset + 7 < bytes.count, bytes[offset + 6] == Ascii.backslash,
            bytes[offset + 7] == UInt8(ascii: "u"), let low = fourHexDigits(bytes, at: offset + 8),
            (0xDC00...0xDFFF).contains(low)
        {
            scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
            length = 12
            return
        }
        scalar = replacementCharacter
        isLoneSurrogate = true
    }
}
