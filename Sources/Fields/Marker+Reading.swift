// Markers read back out of the text of a record: where one ends, and how long the text was on the wire.

import Wire

extension Marker {
    /// The offset behind the marker that begins at an offset; nil when none does.
    ///
    /// Markers are short, so the search for the closing bracket is bounded.
    public static func end(_ bytes: Span<UInt8>, at start: Int, before limit: Int) -> Int? {
        guard start + 3 <= limit, bytes[start] == opening.0, bytes[start + 1] == opening.1,
            bytes[start + 2] == opening.2
        else { return nil }
        var i = start + 3
        while i + 3 <= limit, i < start + longest {
            if bytes[i] == opening.0, bytes[i + 1] == opening.1, bytes[i + 2] == 0xBA { return i + 3 }
            i += 1
        }
        return nil
    }

    /// The longest marker: the longest word, a 64-bit length, the fingerprint.
    private static let longest = 64

    /// How many bytes stood on the wire where a record shows a text: a marker tells the length of what it replaces.
    ///
    /// - Parameter latin1: whether the text is written as Latin-1 code points, one for each byte.
    public static func wireLength(_ text: String, latin1: Bool = false) -> Int {
        let bytes = Array(text.utf8)
        let span = bytes.span
        var length = 0
        var i = 0
        while i < span.count {
            if span[i] == opening.0, let behind = end(span, at: i, before: span.count),
                let hidden = hiddenLength(bytes[(i + 3)..<(behind - 3)])
            {
                length = min(length + hidden, Int.max / 2)
                i = behind
                continue
            }
            // Of a Latin-1 code point above ASCII the second byte of its UTF-8 does not count.
            if !latin1 || span[i] & 0xC0 != 0x80 { length += 1 }
            i += 1
        }
        return length
    }

    /// The number between the commas of a marker's inside.
    private static func hiddenLength(_ inside: ArraySlice<UInt8>) -> Int? {
        let parts = inside.split(separator: Octet.comma, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count <= 15, !parts[1].isEmpty, parts[1].allSatisfy(Octet.isDigit) else {
            return nil
        }
        return parts[1].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
