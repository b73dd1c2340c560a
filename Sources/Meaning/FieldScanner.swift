// The pieces field values are made of (RFC 9110 section 5.6), read from the left. It works on bytes and never goes
// back further than to the beginning of a piece, so what is built on it is linear in the value.
//
// It is lenient in what it takes for a word, because a diagnosis must say what is wrong with a value rather than be
// silent about it; whether a word is a token is asked separately.

import Fields
import Wire

struct FieldScanner {
    let bytes: [UInt8]
    var at = 0

    init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { at >= bytes.count }

    func peek(_ distance: Int = 0) -> UInt8? { at + distance < bytes.count ? bytes[at + distance] : nil }

    mutating func skipBlanks() { while let byte = peek(), Octet.isBlank(byte) { at += 1 } }

    /// Steps over a byte if it is the next one.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    /// A token (section 5.6.2); nil when there is none.
    mutating func token() -> String? {
        let begin = at
        while let byte = peek(), Octet.isToken(byte) { at += 1 }
        return at > begin ? text(begin..<at) : nil
    }

    /// Everything up to a delimiter, without the blanks at its end; markers are stepped over whole.
    mutating func word(until delimiters: String) -> String {
        let begin = at
        let stops = Array(delimiters.utf8)
        while let byte = peek(), !stops.contains(byte) {
            at = Marker.end(bytes.span, at: at, before: bytes.count) ?? at + 1
        }
        var end = at
        while end > begin, Octet.isBlank(bytes[end - 1]) { end -= 1 }
        return text(begin..<end)
    }

    /// A quoted string (section 5.6.4) without its quotes and escapes; nil when there is none or it does not end.
    mutating func quotedString() -> String? {
        guard peek() == UInt8(ascii: "\"") else { return nil }
        var i = at + 1
        var content: [UInt8] = []
        while i < bytes.count {
            switch bytes[i] {
            case UInt8(ascii: "\""):
                at = i + 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\") where i + 1 < bytes.count:
                content.append(bytes[i + 1])
                i += 2
            default:
                content.append(bytes[i])
                i += 1
            }
        }
        return nil
    }

    /// A comment (section 5.6.5) without its outer parentheses; nil when there is none or it does not end.
    mutating func comment() -> String? {
        guard peek() == UInt8(ascii: "(") else { return nil }
        var depth = 0
        var i = at
        while i < bytes.count {
            switch bytes[i] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 {
                    let content = text((at + 1)..<i)
                    at = i + 1
                    return content
                }
            case UInt8(ascii: "\\"): i += 1
            default: break
            }
            i += 1
        }
        return nil
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

/// The members of a comma-separated field (RFC 9110 section 5.6.1), all its lines in order.
func listMembers(_ lines: [String], comments: Bool = false) -> [FieldScanner] {
    var members: [FieldScanner] = []
    for line in lines {
        let bytes = Array(line.utf8)
        let value = Extent(0, bytes.count)
        var cursor = 0
        while let member = CommaList.next(bytes.span, in: value, from: &cursor, comments: comments) {
            members.append(FieldScanner(bytes[member.indices]))
        }
    }
    return members
}

/// Whether a text is a token (RFC 9110 section 5.6.2).
func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(Octet.isToken) }

/// The text with ASCII capitals made small; other letters stay, as field names and their like are ASCII.
func asciiLowercased(_ text: String) -> String {
    String(decoding: text.utf8.map(Octet.lowercased), as: UTF8.self)
}
