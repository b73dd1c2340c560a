// The two wrappings of deflate in HTTP: gzip (RFC 1952), and `deflate`, which is zlib (RFC 1950) by the standard and
// bare blocks by some servers.

extension Inflate {
    /// The bytes of a gzip stream; members that follow each other are one stream (RFC 1952 section 2.2).
    public static func gzip(_ bytes: [UInt8], limit: Int) -> Inflated {
        var output: [UInt8] = []
        var at = 0
        while true {
            let begin = output.count
            switch gzipHeader(bytes, &at) {
            case .complete: break
            case let end:
                // Zeros or other filling behind a whole member are not a fault (gzip itself ignores them).
                if begin > 0 || at > 0, case .damaged = end { return Inflated(bytes: output, end: .complete) }
                return Inflated(bytes: output, end: end)
            }
            var reader = BlockReader(BitReader(bytes, at: at), output: output, limit: limit)
            let end = reader.run()
            output = reader.output
            guard end == .complete else { return Inflated(bytes: output, end: end) }
            at = reader.input.at
            guard at + 4 <= bytes.count else { return Inflated(bytes: output, end: .truncated) }
            guard number(bytes, at, 4) == CRC32.of(output[begin...]) else {
                return Inflated(bytes: output, end: .damaged(.checksum))
            }
            guard at + 8 <= bytes.count else { return Inflated(bytes: output, end: .truncated) }
            guard number(bytes, at + 4, 4) == UInt32(truncatingIfNeeded: output.count - begin) else {
                return Inflated(bytes: output, end: .damaged(.checksum))
            }
            at += 8
            if at == bytes.count { return Inflated(bytes: output, end: .complete) }
        }
    }

    /// The bytes of the `deflate` coding.
    public static func deflate(_ bytes: [UInt8], limit: Int) -> Inflated {
        guard bytes.count >= 2 else { return Inflated(bytes: [], end: .truncated) }
        let head = Int(bytes[0]) << 8 | Int(bytes[1])
        guard bytes[0] & 0x0F == 8, bytes[0] >> 4 <= 7, head % 31 == 0 else { return blocks(bytes, limit: limit) }
        if bytes[1] & 0x20 != 0 { return Inflated(bytes: [], end: .damaged(.dictionary)) }
        var reader = BlockReader(BitReader(bytes, at: 2), output: [], limit: limit)
        let end = reader.run()
        guard end == .complete else { return Inflated(bytes: reader.output, end: end) }
        let at = reader.input.at
        guard at + 4 <= bytes.count else { return Inflated(bytes: reader.output, end: .truncated) }
        let sum = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[at + $1]) }
        return Inflated(bytes: reader.output, end: sum == adler(reader.output) ? .complete : .damaged(.checksum))
    }

    /// The bytes of bare blocks (RFC 1951).
    public static func blocks(_ bytes: [UInt8], limit: Int) -> Inflated {
        var reader = BlockReader(BitReader(bytes, at: 0), output: [], limit: limit)
        let end = reader.run()
        return Inflated(bytes: reader.output, end: end)
    }

    /// Steps over a gzip header (RFC 1952 section 2.3).
    static func gzipHeader(_ bytes: [UInt8], _ at: inout Int) -> Inflated.End {
        let begin = at
        for (i, byte) in [UInt8(0x1F), 0x8B, 8].enumerated() {
            guard begin + i < bytes.count else { return .truncated }
            guard bytes[begin + i] == byte else { return .damaged(.header) }
        }
        guard begin + 10 <= bytes.count else { return .truncated }
        let flags = bytes[begin + 3]
        guard flags & 0xE0 == 0 else { return .damaged(.header) }
        var i = begin + 10
        if flags & 4 != 0 {
            guard i + 2 <= bytes.count else { return .truncated }
            i += 2 + Int(number(bytes, i, 2))
        }
        for flag in [UInt8(8), 16] where flags & flag != 0 {
            // A name, a comment: text up to a NUL.
            while i < bytes.count, bytes[i] != 0 { i += 1 }
            i += 1
        }
        if flags & 2 != 0 {
            guard i + 2 <= bytes.count else { return .truncated }
            guard number(bytes, i, 2) == CRC32.of(bytes[begin..<i]) & 0xFFFF else { return .damaged(.header) }
            i += 2
        }
        guard i <= bytes.count else { return .truncated }
        at = i
        return .complete
    }

    /// A number with its lowest byte first.
    static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt32 {
        (0..<count).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[start + $1]) }
    }

    /// The checksum of zlib (RFC 1950 section 8.2).
    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return b << 16 | a
    }
}
