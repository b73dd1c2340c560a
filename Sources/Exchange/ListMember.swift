// Members of a comma-separated list (RFC 9110 section 5.6.1), as far as forwarding needs them.
import Wire

enum ListMember {
    /// Whether a list has a member whose first word is the given lower-case word.
    static func occurs(_ word: String, in value: Extent, _ bytes: Span<UInt8>) -> Bool {
        var found = false
        forEach(value, bytes) { member in
            var end = Int(member.start)
            while end < Int(member.end), bytes[end] != Octet.semicolon, !Octet.isBlank(bytes[end]) { end += 1 }
            if bytes.equals(Extent(Int(member.start), end), ignoringCase: word) { found = true }
        }
        return found
    }

    /// Calls a closure with every non-empty member, without the blanks around it; commas in quoted strings do not
    /// separate unless quotes mean nothing.
    static func forEach(_ value: Extent, _ bytes: Span<UInt8>, quotes: Bool = true, _ body: (Extent) -> Void) {
        var i = Int(value.start)
        let end = Int(value.end)
        while i < end {
            while i < end, bytes[i] == Octet.comma || Octet.isBlank(bytes[i]) { i += 1 }
            let start = i
            var quoted = false
            while i < end, quoted || bytes[i] != Octet.comma {
                if quotes, bytes[i] == 0x22 { quoted.toggle() }
                if quoted, bytes[i] == 0x5C, i + 1 < end { i += 1 }
                i += 1
            }
            var last = i
            while last > start, Octet.isBlank(bytes[last - 1]) { last -= 1 }
            if last > start { body(Extent(start, last)) }
        }
    }
}
