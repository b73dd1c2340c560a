// Numbers as text, without an allocation.

extension Array where Element == UInt8 {
    /// Appends a number in decimal.
    mutating func append(decimal number: UInt64) {
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(truncatingIfNeeded: number % 10) + 0x30)
    }
}
