// Whether the beginning of a body is text, decided by its Content-Type and its bytes. What is compressed still, or an image,
// or claims to be text and is not, is kept as type and length only: nobody could search it for secrets.

import Fields
import Wire

enum SampleText {
    /// The text of a sample, or nil when it is none.
    ///
    /// - Parameter isCut: the body went on, so the last character may be incomplete; it is left out.
    static func of(_ bytes: [UInt8], type: [UInt8], isCut: Bool) -> [UInt8]? {
        guard !bytes.isEmpty, isTextual(type) else { return nil }
        let text = isCut ? bytes[..<wholeCharacters(bytes)] : bytes[...]
        // NUL and its neighbours stand in no text; a charset that is not UTF-8 cannot be searched reliably for names,
        // unless it agrees with ASCII, which a UTF-16 text shows it does not by its NULs.
        guard !text.contains(where: { $0 < 0x09 || ($0 >= 0x0E && $0 < 0x20 && $0 != 0x1B) }) else { return nil }
        return Array(text)
    }

    private static func isTextual(_ type: [UInt8]) -> Bool {
        let lower = type.map(Octet.lowercased)
        let media = lower.prefix { $0 != Octet.semicolon }
        if media.isEmpty { return true }
        // UTF-7 writes `=` and quotes as letters.
        if has(lower, "utf-7") { return false }
        return media.starts(with: "text/".utf8)
            || ["json", "xml", "javascript", "x-www-form-urlencoded", "graphql", "problem"].contains {
                has(Array(media), $0)
            }
    }

    private static func has(_ bytes: [UInt8], _ word: String) -> Bool {
        let letters = Array(word.utf8)
        guard bytes.count >= letters.count else { return false }
        return (0...(bytes.count - letters.count)).contains { bytes[$0...].starts(with: letters) }
    }

    /// The length without an incomplete UTF-8 character at the end.
    private static func wholeCharacters(_ bytes: [UInt8]) -> Int {
        var i = bytes.count
        var followers = 0
        while i > 0, followers < 3, bytes[i - 1] & 0xC0 == 0x80 {
            i -= 1
            followers += 1
        }
        guard i > 0, bytes[i - 1] >= 0xC0 else { return bytes.count }
        let lead = bytes[i - 1]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        return followers + 1 < length ? i - 1 : bytes.count
    }
}
