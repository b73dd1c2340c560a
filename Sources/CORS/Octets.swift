// Bytes of header names and values. Fetch judges byte sequences, and so does this module: a value is `[UInt8]`, never a
// String whose characters might be several bytes. Text is made of it only to be shown.

/// Bytes as this module compares and shows them.
enum Octets {
    /// HTTP whitespace at either end taken away; Fetch section 2.2.2 ("normalize") strips line ends too.
    static func trimmed(_ bytes: some Collection<UInt8> & BidirectionalCollection<UInt8>) -> [UInt8] {
        var slice = bytes[...]
        while let first = slice.first, isHTTPWhitespace(first) { slice.removeFirst() }
        while let last = slice.last, isHTTPWhitespace(last) { slice.removeLast() }
        return Array(slice)
    }

    /// Tab, LF, CR or space.
    static func isHTTPWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isAlpha(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

    /// RFC 9110 section 5.6.2: `tchar`.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        if isDigit(byte) || isAlpha(byte) { return true }
        switch byte {
        case 0x21, 0x23, 0x24, 0x25, 0x26, 0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: return true
        default: return false
        }
    }

    /// RFC 9110 section 5.6.2: `token`, at least one byte.
    static func isToken(_ bytes: some Collection<UInt8>) -> Bool { !bytes.isEmpty && bytes.allSatisfy(isTokenByte) }

    static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    static func lowercased(_ bytes: some Collection<UInt8>) -> [UInt8] { bytes.map { lowercased($0) } }

    static func uppercased(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
    }

    /// Each byte as the code point of its own number, which loses nothing.
    static func latin1(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    /// The bytes such a text stands for; nil when it holds a code point above U+00FF.
    static func bytes(latin1 text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            guard scalar.value <= 0xFF else { return nil }
            bytes.append(UInt8(scalar.value))
        }
        return bytes
    }

    /// The bytes as UTF-8, less what is none; Chromium names values this way.
    static func validUTF8(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).filter { $0 != "\u{FFFD}" }
    }

    /// Text to show: UTF-8 where it is UTF-8, else Latin-1.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        String(validating: Array(bytes), as: UTF8.self) ?? latin1(bytes)
    }
}

extension Array where Element == UInt8 {
    /// The bytes of a literal or another text known to be ASCII.
    init(ascii text: String) { self = Array(text.utf8) }
}
