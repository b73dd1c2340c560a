// What only JSON5 has between and before values: more white space, comments, and keys without quotes.

extension JSONReader {
    /// Skips one comment or one of the space characters JSON has not; false when something else is next.
    mutating func skipSpaceJSON5(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        let byte = bytes[offset]
        switch byte {
        case 0x0B, 0x0C:
            offset += 1
            return true
        case Ascii.slash:
            try skipComment(in: bytes)
            return true
        case 0x80...:
            let length = utf8Length(bytes, at: offset)
            guard length > 0 else { throw failure(.encoding, "UTF-8 text", in: bytes) }
            guard isSpace(decodeScalar(bytes, at: offset, length: length)) else { return false }
            offset += length
            return true
        default: return false
        }
    }

    /// JSON5 section 8: the byte order mark, the line and paragraph separators and every Zs character are space.
    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0xFEFF || scalar.value == 0x2028 || scalar.value == 0x2029
            || scalar.properties.generalCategory == .spaceSeparator
    }

    private mutating func skipComment(in bytes: Span<UInt8>) throws(JSONError) {
        let begin = offset
        guard begin + 1 < bytes.count else { throw failure("'//' or '/*'", at: begin + 1, in: bytes) }
        switch bytes[begin + 1] {
        case Ascii.slash:
            var i = begin + 2
            while i < bytes.count, bytes[i] != Ascii.lf, bytes[i] != Ascii.cr {
                let length = try scalarLength(at: i, in: bytes)
                if length == 3, [0x2028, 0x2029].contains(decodeScalar(bytes, at: i, length: 3).value) { break }
                i += length
            }
            offset = i
        case Ascii.star:
            var i = begin + 2
            while i + 1 < bytes.count {
                if bytes[i] == Ascii.star, bytes[i + 1] == Ascii.slash {
                    offset = i + 2
                    return
                }
                i += try scalarLength(at: i, in: bytes)
            }
            let place = JSONPosition(offset: begin, in: bytes)
            throw failure("'*/' to end the comment that begins at \(place)", at: bytes.count, in: bytes)
        default: throw failure("'//' or '/*'", at: begin + 1, in: bytes)
        }
    }

    private func scalarLength(at place: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let length = utf8Length(bytes, at: place)
        guard length > 0 else { throw failure(.encoding, "UTF-8 text", at: place, in: bytes) }
        return length
    }

    /// An unquoted key: an identifier of ECMAScript 5.1 section 7.6.
    mutating func readIdentifier(in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
        let begin = offset
        var i = begin
        var hasEscapes = false
        while i < bytes.count {
            let byte = bytes[i]
            if byte == Ascii.backslash {
                guard i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "u"),
                    let unit = fourHexDigits(bytes, at: i + 2), let scalar = Unicode.Scalar(unit),
                    isIdentifier(scalar, first: i == begin)
                else { throw failure("a \\u escape of a letter in the key", at: i, in: bytes) }
                hasEscapes = true
                i += 6
            } else {
                let length = try scalarLength(at: i, in: bytes)
                guard isIdentifier(decodeScalar(bytes, at: i, length: length), first: i == begin) else { break }
                i += length
            }
        }
        guard i > begin else { throw failure("a key", in: bytes) }
        offset = i
        return JSONText(start: begin, end: i, hasEscapes: hasEscapes)
    }

    private func isIdentifier(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        if scalar == "$" || scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
            return true
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return !first
        default: return !first && (scalar.value == 0x200C || scalar.value == 0x200D)
        }
    }
}

/// Whether a byte would continue an ASCII word, so that the word before it was not the one meant.
func isIdentifierByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == Ascii.underscore || byte == Ascii.dollar
}
