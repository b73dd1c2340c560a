// The checksum of gzip, over bytes that may come in pieces.

/// The checksum of gzip (RFC 1952 section 8).
struct CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private var state = ~UInt32(0)

    /// The checksum of what was added.
    var value: UInt32 { ~state }

    /// Adds bytes.
    mutating func add(_ bytes: ArraySlice<UInt8>) {
        state = bytes.reduce(state) { CRC32.table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }

    /// The checksum of bytes that are there whole.
    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum = CRC32()
        sum.add(bytes)
        return sum.value
    }
}
