// Base64 (RFC 4648) as credentials use it, and as people use it to hide a name and a password. Decoding is lenient
// about padding and strict about the alphabet, and says which alphabet it met.

/// What Base64 decoding found.
struct Base64: Equatable {
    /// Which alphabet the text is in.
    enum Alphabet: Equatable {
        /// With `+` and `/`, or with none of the four letters that differ.
        case standard
        /// With `-` and `_`.
        case urlSafe
    }

    /// The decoded bytes.
    var bytes: [UInt8]
    /// The alphabet.
    var alphabet: Alphabet

    /// Decodes text; nil when it is not Base64 in one alphabet.
    init?(_ text: ArraySlice<UInt8>) {
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
