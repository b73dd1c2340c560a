// Strings and keys. A string is read past in one loop that checks control characters, escapes and UTF-8; it is decoded
// only when somebody wants its text.

extension JSONReader {
    /// Reads a string and says where its bytes are.
    public mutating func readText(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        try need(.string, in: bytes)
        return try readQuoted(in: bytes)
    }

    /// Reads a string into a String.
    public mutating func readString(in bytes: Span<UInt8>) throws(JSONError) -> String {
        try readText(in: bytes).string(in: bytes)
    }

    /// Reads the key of a member.
    mutating func readKey(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        guard offset < bytes.count else { throw failure("a key", in: bytes) }
        let byte = bytes[offset]
        if byte == Ascii.quote || (byte == Ascii.apostrophe && dialect == .json5) { return try readQuoted(in: bytes) }
        if dialect == .json5 { return try readIdentifier(in: bytes) }
        throw failure("a key in double quotes", in: bytes)
    }

    /// Reads the quoted string the reader stands at.
    mutating func readQuoted(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        let quote = bytes[offset]
        var i = offset + 1
        var hasEscapes = false
        while i < bytes.count {
            let byte = bytes[i]
            // Nearly every byte of a trace is an ordinary one; a single comparison lets it pass: what is below 0x20
            // wraps around to above 0x5F, where 0x80 and higher are too.
            if byte &- 0x20 <= 0x5F, byte != quote, byte != Ascii.backslash {
                i += 1
            } else if byte == quote {
                let text = JSONText(start: offset + 1, end: i, hasEscapes: hasEscapes)
                offset = i + 1
                return text
            } else if byte == Ascii.backslash {
                hasEscapes = true
                i += try escapeLength(at: i, in: bytes)
            } else if byte >= 0x80 {
                let length = utf8Length(bytes, at: i)
                guard length > 0 else { throw failure(.encoding, "UTF-8 text", at: i, in: bytes) }
                i += length
            } else {
                try checkControl(byte, at: i, in: bytes)
                i += 1
            }
        }
        let close = quote == Ascii.quote ? "'\"'" : "a single quote"
        throw failure("\(close) to end the string that begins at \(start(in: bytes))", at: bytes.count, in: bytes)
    }

    private func start(in bytes: Span<UInt8>) -> JSONPosition { JSONPosition(offset: offset, in: bytes) }

    // RFC 8259 section 7: control characters must be escaped. JSON5 section 5 forbids only the line breaks.
    private func checkControl(_ byte: UInt8, at place: Int, in bytes: Span<UInt8>) throws(JSONError) {
        if byte == Ascii.lf || byte == Ascii.cr {
            throw failure(
                "the end of the string on its own line (a line break in it is written \\n)", at: place, in: bytes)
        }
        guard dialect == .strict else { return }
        throw failure("text (control characters are written as \\u escapes)", at: place, in: bytes)
    }

    /// Checks one escape sequence and returns its length, backslash included.
    func escapeLength(at place: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        guard place + 1 < bytes.count else { throw failure("an escape", at: bytes.count, in: bytes) }
        let letter = bytes[place + 1]
        switch letter {
        case Ascii.quote, Ascii.backslash, Ascii.slash, UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard fourHexDigits(bytes, at: place + 2) != nil else {
                throw failure(
                    "four hexadecimal digits after \\u", at: firstNonHex(from: place + 2, in: bytes), in: bytes)
            }
            return 6
        default: break
        }
        guard dialect == .json5 else {
            throw failure("one of \" \\ / b f n r t u after the backslash", at: place + 1, in: bytes)
        }
        switch letter {
        case UInt8(ascii: "x"):
            let bad = firstNonHex(from: place + 2, in: bytes)
            guard bad >= place + 4 else { throw failure("two hexadecimal digits after \\x", at: bad, in: bytes) }
            return 4
        case UInt8(ascii: "0"):
            // \0 followed by a digit would be an octal escape, which JSON5 section 5.1 does not have.
            guard place + 2 >= bytes.count || !isDigit(bytes[place + 2]) else {
                throw failure("no digit after \\0", at: place + 2, in: bytes)
            }
            return 2
        case 0x31...0x39: throw failure("an escape that does not begin with a digit", at: place + 1, in: bytes)
        case Ascii.cr: return place + 2 < bytes.count && bytes[place + 2] == Ascii.lf ? 3 : 2
        default:
            let length = utf8Length(bytes, at: place + 1)
            guard length > 0 else { throw failure(.encoding, "UTF-8 text", at: place + 1, in: bytes) }
            return 1 + length
        }
    }

    private func firstNonHex(from place: Int, in bytes: Span<UInt8>) -> Int {
        var i = place
        while i < bytes.count, i < place + 4, hexValue(bytes[i]) != nil { i += 1 }
        return i
    }
}
