// The quick test of the recorder: most values (`gzip, br`, `nginx`, `200`, `no-cache`) can neither hold a secret nor
// need an escape, and one pass over their bytes shows it. The test may say "look closer" too often, never too seldom:
// PlainTextTests compares it with the redactor.

import Wire

enum PlainText {
    /// Whether a value can be copied as it is into a JSON string without being searched.
    ///
    /// It can when it is short of runs that could be a token (12 bytes), has none of the bytes that join a name to a
    /// value, begin an encoding or need an escape, and no word that begins like the name of a scheme.
    @inline(__always)
    static func isPlain(_ bytes: Span<UInt8>, _ value: Extent) -> Bool {
        guard value.count < 29 else { return false }
        var run = 0
        for i in value.indices {
            let byte = bytes[i]
            if byte >= 0x7F { return false }
            if byte < 64 {
                // Controls, " % & ' : < = > and, for a nonce of a policy, the apostrophe.
                if (0x7400_00E4_FFFF_FFFF as UInt64) >> UInt64(byte) & 1 == 1 { return false }
            } else if byte == 0x40 || byte == 0x5C {
                return false
            }
            if byte == Octet.space || byte == Octet.comma || byte == Octet.semicolon {
                run = 0
            } else {
                run += 1
                if run >= 12 { return false }
            }
        }
        return value.count < 2 || !mayNameScheme(bytes, value)
    }

    /// Whether a path has more than one segment.
    static func hasInnerSlash(_ bytes: Span<UInt8>, _ value: Extent) -> Bool {
        for i in value.indices.dropFirst() where bytes[i] == Octet.slash { return true }
        return false
    }

    /// Whether a word begins like `bearer`, `basic`, `negotiate`, `ntlm` or `dpop`.
    private static func mayNameScheme(_ bytes: Span<UInt8>, _ value: Extent) -> Bool {
        for i in Int(value.start)..<(Int(value.end) - 1) {
            switch (bytes[i] | 0x20, bytes[i + 1] | 0x20) {
            case (0x62, 0x65), (0x62, 0x61), (0x6E, 0x65), (0x6E, 0x74), (0x64, 0x70): return true
            default: break
            }
        }
        return false
    }
}
