// Comma-separated lists (RFC 9110 section 5.6.1), read member by member without copying. A comma inside a quoted string
// (section 5.6.4), inside the marker that stands for a secret in a record, or (where the field has comments) inside
// parentheses does not separate; empty members are skipped, as a recipient must.

public import Wire

/// Reads the members of a comma-separated field value.
public enum CommaList {
    /// The next member without the blanks around it, or nil at the end.
    ///
    /// `cursor` starts at `value.start` and is moved behind the member.
    ///
    /// - Parameter comments: whether parentheses hold comments (section 5.6.5), as in Via.
    public static func next(
        _ bytes: Span<UInt8>, in value: Extent, from cursor: inout Int, comments: Bool = false
    ) -> Extent? {
        let end = Int(value.end)
        while cursor < end {
            var begin = cursor
            var inQuotes = false
            var depth = 0
            while cursor < end {
                let byte = bytes[cursor]
                if inQuotes {
                    if byte == 0x5C { cursor += 1 } else if byte == 0x22 { inQuotes = false }
                } else if byte == 0x22 {
                    inQuotes = true
                } else if comments, byte == 0x28 {
                    depth += 1
                } else if comments, byte == 0x29 {
                    depth = max(0, depth - 1)
                } else if byte == Marker.opening.0, let behind = Marker.end(bytes, at: cursor, before: end) {
                    cursor = behind
                    continue
                } else if byte == Octet.comma, depth == 0 {
                    break
                }
                cursor += 1
            }
            // A backslash at the very end steps one too far.
            cursor = min(cursor, end)
            var last = cursor
            cursor += 1
            while begin < last, Octet.isBlank(bytes[begin]) { begin += 1 }
            while last > begin, Octet.isBlank(bytes[last - 1]) { last -= 1 }
            if begin < last { return Extent(begin, last) }
        }
        cursor = min(cursor, end)
        return nil
    }

    /// Whether a list has a member that spells a lower-case word in any case.
    public static func contains(_ bytes: Span<UInt8>, _ value: Extent, word: String) -> Bool {
        var cursor = Int(value.start)
        while let member = next(bytes, in: value, from: &cursor) {
            if bytes.equals(member, ignoringCase: word) { return true }
        }
        return false
    }
}
