// Classes of bytes in Structured Fields (RFC 9651 section 3), shared by reading and writing.

enum Grammar {
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }

    static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) }

    /// Whether a key (section 3.1.2) may begin with a byte.
    static func beginsKey(_ byte: UInt8) -> Bool { isLower(byte) || byte == UInt8(ascii: "*") }

    /// Whether a byte may stand in a key.
    static func isKey(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || "_-.*".utf8.contains(byte)
    }

    /// Whether a token (section 3.3.4) may begin with a byte.
    static func beginsToken(_ byte: UInt8) -> Bool { isLetter(byte) || byte == UInt8(ascii: "*") }

    /// Whether a byte may stand in a token: tchar of RFC 9110, the colon and the slash.
    static func isToken(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "!#$%&'*+-.^_`|~:/".utf8.contains(byte)
    }

    static func lowerHex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
