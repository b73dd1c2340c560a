// Base64 (RFC 4648) as credentials use it, and as people use it to hide a name and a password. Decoding is lenient
// about padding and strict about the alphabet, and says which alphabet it met.

/// What Base64 decoding found.
public struct Base64: Equatable, Sendable {
    /// Which alphabet the text is in.
    public enum Alphabet: Equatable, Sendable {
        /// With `+` and `/`, or with none of the four letters that differ.
        case standard
        /// With `-` and `_`.
        case urlSafe
    }

    /// The decoded bytes.
    public var bytes: [UInt8]
    /// The alphabet.
    public var alphabet: Alphabet
    /// Whether the padding is there where it belongs.
    public var isPadded: Bool

    /// Decodes text; nil when it is not Base64 in one alphabet.
    public init?(_ text: ArraySlice<UInt8>) {
        var end = text.endIndex
        var padding = 0
        while end > text.startIndex, text[end - 1] == UInt8(ascii: "="), padding < 2 {
            end -= 1
            padding += 1
        }
        let digits = text[text.startIndex..<end]
        guard digits.count % 4 != 1, padding == 0 || (digits.count + padding) % 4 == 0 else { return nil }
        var standard = false
        var urlSafe = false
        isPadded = (digits.count + padding) % 4 == 0
        bytes = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var held = 0
        for byte in digits {
            guard let digit = Base64.digit(byte) else { return nil }
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") { standard = true }
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") { urlSafe = true }
            bits = bits << 6 | UInt32(digit)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
            }
        }
        if standard && urlSafe { return nil }
        alphabet = urlSafe ? .urlSafe : .standard
    }

    /// Appends bytes in the standard alphabet, padded.
    public static func append(_ bytes: some Sequence<UInt8>, to out: inout [UInt8]) {
        var bits: UInt32 = 0
        var held = 0
        var written = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 6 {
                held -= 6
                out.append(letter(bits >> UInt32(held) & 63))
                written += 1
            }
        }
        if held > 0 {
            out.append(letter(bits << UInt32(6 - held) & 63))
            written += 1
        }
        while written % 4 != 0 {
            out.append(UInt8(ascii: "="))
            written += 1
        }
    }

    private static func letter(_ digit: UInt32) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: digit)
        return switch digit {
        case 0..<26: 0x41 + digit
        case 26..<52: 0x61 + digit - 26
        case 52..<62: 0x30 + digit - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    /// The value of a digit of either alphabet.
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
