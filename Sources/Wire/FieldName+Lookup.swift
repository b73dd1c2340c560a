// From the bytes of a name to the known name they spell, in any case (RFC 9110 section 5.1). A small open-addressed
// table keyed by length, first, middle and last byte proposes a candidate; the candidate is then compared byte by byte,
// so no crafted name can pass for another. A name that is not a token never gets here.

extension FieldName {
    /// The known name that an extent spells, or `.other`.
    public static func lookup(_ bytes: Span<UInt8>, _ name: Extent) -> FieldName {
        let count = name.count
        guard count > 1, count <= Table.longest else { return .other }
        let table = Table.shared
        let start = Int(name.start)
        var slot = Table.slot(count, bytes[start], bytes[start + count / 2], bytes[start + count - 1])
        while true {
            let candidate = table.slots[slot]
            if candidate == 0 { return .other }
            if table.spells(Int(candidate), bytes, start, count) {
                return FieldName(rawValue: candidate) ?? .other
            }
            slot = (slot + 1) & Table.mask
        }
    }

    private struct Table {
        static let mask = 511
        static let longest = 40
        static let shared = Table()

        var slots = [UInt8](repeating: 0, count: Table.mask + 1)
        /// Lower-cased spellings, one behind the other.
        var text: [UInt8] = []
        /// For each byte of `text` the bit in which the two cases of a letter differ, 0 for all other bytes.
        var caseBits: [UInt8] = []
        /// Where each spelling stands.
        var extents: [Extent] = []

        init() {
            for name in FieldName.allCases {
                let start = text.count
                for byte in name.spelling.utf8 {
                    let lower = Octet.lowercased(byte)
                    text.append(lower)
                    caseBits.append(lower >= 0x61 && lower <= 0x7A ? 0x20 : 0)
                }
                extents.append(Extent(start, text.count))
            }
            for name in FieldName.allCases where name != .other {
                let spelling = Array(name.spelling.utf8)
                var slot = Table.slot(
                    spelling.count, spelling[0], spelling[spelling.count / 2], spelling[spelling.count - 1])
                while slots[slot] != 0 { slot = (slot + 1) & Table.mask }
                slots[slot] = name.rawValue
            }
        }

        static func slot(_ count: Int, _ first: UInt8, _ middle: UInt8, _ last: UInt8) -> Int {
            // Bit 5 set makes letters lower case; what it does to other bytes does not matter for a hash.
            (count &* 23 &+ Int(first | 0x20) &* 7 &+ Int(middle | 0x20) &* 13 &+ Int(last | 0x20) &* 31) & mask
        }

        /// Compares without an exit, which the compiler turns into vector code.
        func spells(_ candidate: Int, _ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Bool {
            let extent = extents[candidate]
            guard extent.count == count else { return false }
            let name = bytes.extracting(start..<(start + count))
            let letters = text.span.extracting(extent.indices)
            let bits = caseBits.span.extracting(extent.indices)
            var difference: UInt8 = 0
            for i in 0..<count { difference |= (name[i] | bits[i]) ^ letters[i] }
            return difference == 0
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether an extent spells a lower-case ASCII word, in any case.
    @inlinable
    public func equals(_ extent: Extent, ignoringCase word: String) -> Bool {
        let other = word.utf8Span.span
        guard extent.count == other.count else { return false }
        let start = Int(extent.start)
        for i in other.indices where Octet.lowercased(self[start + i]) != other[i] { return false }
        return true
    }

    /// Whether an extent holds exactly the bytes of a word.
    @inlinable
    public func equals(_ extent: Extent, _ word: String) -> Bool {
        let other = word.utf8Span.span
        guard extent.count == other.count else { return false }
        let start = Int(extent.start)
        for i in other.indices where self[start + i] != other[i] { return false }
        return true
    }

    /// Whether two extents hold the same bytes, ASCII letters compared without case.
    @inlinable
    public func equals(_ one: Extent, ignoringCase two: Extent) -> Bool {
        guard one.count == two.count else { return false }
        for i in 0..<one.count
        where Octet.lowercased(self[Int(one.start) + i]) != Octet.lowercased(self[Int(two.start) + i]) {
            return false
        }
        return true
    }
}
