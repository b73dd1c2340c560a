// What a single byte may be in HTTP/1: the character classes of RFC 9110 section 5.6.2 and RFC 9112, as bit masks and
// comparisons that need no table in memory.

/// Names and classes of bytes.
public enum Octet {
    /// HTAB.
    public static let tab: UInt8 = 0x09
    /// LF.
    public static let lineFeed: UInt8 = 0x0A
    /// CR.
    public static let carriageReturn: UInt8 = 0x0D
    /// SP.
    public static let space: UInt8 = 0x20
    /// The colon.
    public static let colon: UInt8 = 0x3A
    /// The comma.
    public static let comma: UInt8 = 0x2C
    /// The semicolon.
    public static let semicolon: UInt8 = 0x3B
    /// The slash.
    public static let slash: UInt8 = 0x2F
    /// The asterisk.
    public static let asterisk: UInt8 = 0x2A

    /// Whether a byte may stand in a token (tchar, RFC 9110 section 5.6.2).
    @inlinable
    @inline(__always)
    public static func isToken(_ byte: UInt8) -> Bool {
        // ! # $ % & ' * + - . 0-9 in the lower 64, A-Z ^ _ ` a-z | ~ in the upper.
        if byte < 64 { return (0x03FF_6CFA_0000_0000 as UInt64) >> UInt64(byte) & 1 == 1 }
        if byte < 128 { return (0x57FF_FFFF_C7FF_FFFE as UInt64) >> UInt64(byte - 64) & 1 == 1 }
        return false
    }

    /// Whether a byte may stand in a field value: visible, blank, or obs-text (RFC 9110 section 5.5).
    @inlinable
    @inline(__always)
    public static func isFieldContent(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == tab
    }

    /// Whether a byte may stand in a request-target: visible ASCII without the fragment's "#", or a byte above ASCII,
    /// which the grammar (RFC 3986) lacks but clients send and origins read as part of the path.
    @inlinable
    @inline(__always)
    public static func isTarget(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && byte != 0x23
    }

    /// Whether a byte is SP or HTAB.
    @inlinable
    @inline(__always)
    public static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// Whether a byte is an ASCII digit.
    @inlinable
    @inline(__always)
    public static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// The byte with ASCII upper-case letters made lower case.
    @inlinable
    @inline(__always)
    public static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit, or nil.
    @inlinable
    @inline(__always)
    public static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// The classes of all bytes in one table.
///
/// For the loops that read heads byte by byte: a look-up costs a third of the comparisons. OctetClassTests compares it with
/// the functions of `Octet`, which say what the classes are.
enum OctetClass {
    /// `Octet.isToken`.
    static let token: UInt8 = 1
    /// `Octet.isFieldContent`.
    static let fieldContent: UInt8 = 2
    /// `Octet.isTarget`.
    static let target: UInt8 = 4

    // A literal of numbers is static data; anything computed would be built at run time and checked for at each use.
    private static let table: InlineArray<256, UInt8> = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        2, 7, 6, 3, 7, 7, 7, 7, 6, 6, 7, 7, 6, 7, 7, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 6, 6, 6,
        6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 6, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 7, 6, 7, 0,
        6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
        6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
        6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
        6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
    ]

    /// Whether a byte is of a class.
    @inline(__always)
    static func contains(_ byte: UInt8, _ kind: UInt8) -> Bool { table[Int(byte)] & kind != 0 }

    /// The offset of the first byte from `start` on that is not of a class, or the count.
    ///
    /// The span is cut first: an index that begins at zero needs no check against both ends in the loop. Four bytes a
    /// round take half the time of one.
    @inline(__always)
    static func end(_ kind: UInt8, _ bytes: Span<UInt8>, from start: Int) -> Int {
        let rest = bytes.extracting(start..<bytes.count)
        var i = 0
        while i &+ 4 <= rest.count {
            let four = rest.extracting(i..<(i &+ 4))
            let shared = table[Int(four[0])] & table[Int(four[1])] & table[Int(four[2])] & table[Int(four[3])]
            if shared & kind == 0 { break }
            i &+= 4
        }
        while i < rest.count, table[Int(rest[i])] & kind != 0 { i &+= 1 }
        return start &+ i
    }
}
