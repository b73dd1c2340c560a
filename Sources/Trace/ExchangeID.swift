// The name of an exchange: 80 bits as 16 letters that sort by time as text. 44 bits of milliseconds (good to the year
// 2527), then 36 bits that keep exchanges of the same millisecond apart: 8 of the loop, 16 of a counter, 12 of a random
// salt of the node, so that two nodes seldom agree.

/// Makes exchange ids.
public enum ExchangeID {
    /// The number of letters.
    public static let length = 16

    /// Appends an id in Crockford's Base32 (digits and lower-case letters without i, l, o and u).
    public static func append(milliseconds: Int64, loop: Int, counter: UInt32, salt: UInt32, to out: inout [UInt8]) {
        let time = UInt64(truncatingIfNeeded: max(0, milliseconds)) & 0xFFF_FFFF_FFFF
        let tail =
            UInt64(truncatingIfNeeded: loop & 0xFF) << 28 | UInt64(counter & 0xFFFF) << 12 | UInt64(salt & 0xFFF)
        for place in 0..<16 {
            // The letter's five bits: the number is time followed by the 36 bits of the tail.
            let shift = 75 - place * 5
            let bits: UInt64
            if shift >= 36 {
                bits = time >> UInt64(shift - 36)
            } else if shift + 5 <= 36 {
                bits = tail >> UInt64(shift)
            } else {
                bits = tail >> UInt64(shift) | time << UInt64(36 - shift)
            }
            out.append(letter(UInt8(truncatingIfNeeded: bits & 31)))
        }
    }

    private static func letter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<10: 0x30 + value
        case 10..<18: UInt8(ascii: "a") + value - 10
        case 18..<20: UInt8(ascii: "j") + value - 18
        case 20..<22: UInt8(ascii: "m") + value - 20
        case 22..<27: UInt8(ascii: "p") + value - 22
        default: UInt8(ascii: "v") + value - 27
        }
    }
}
