// The recorder's memory of values it has described before: the same browser sends the same cookie, the same token and
// the same User-Agent again and again. An entry is found by a hash and believed only when the whole value is the same,
// so a hit gives what a miss gave, byte for byte. It is bounded: a new value takes the place of an old one.
//
// The originals stay in this process's memory, as the buffers they were read into do; they are written nowhere.

import Fields
import Wire

/// A bounded table from values to their descriptions as JSON.
struct ValueCache {
    /// One remembered value.
    private struct Entry {
        var key: [UInt8] = []
        var context: UInt8 = 0
        var output: [UInt8] = []
    }

    /// The number of slots, a power of two.
    static let slots = 256
    /// Longer values are described anew each time.
    static let longestKey = 4096

    private var entries = [Entry](repeating: Entry(), count: ValueCache.slots)
    /// How often a value was found; for tests.
    private(set) var hits = 0

    /// Appends the description of a value when it is remembered.
    mutating func append(_ bytes: Span<UInt8>, _ value: Extent, context: UInt8, to out: inout [UInt8]) -> Bool {
        let slot = Self.slot(bytes, value, context)
        let entry = entries[slot]
        guard entry.context == context, !entry.output.isEmpty, Self.same(bytes, value, entry.key.span) else {
            return false
        }
        hits += 1
        out.append(contentsOf: entry.output)
        return true
    }

    /// The first byte of what is remembered for a value, for tables whose answers are one byte.
    mutating func byte(_ bytes: Span<UInt8>, _ value: Extent, context: UInt8) -> UInt8? {
        let entry = entries[Self.slot(bytes, value, context)]
        guard entry.context == context, let answer = entry.output.first, Self.same(bytes, value, entry.key.span) else {
            return nil
        }
        return answer
    }

    /// Remembers the description of a value.
    mutating func store(_ bytes: Span<UInt8>, _ value: Extent, context: UInt8, output: Span<UInt8>) {
        guard value.count <= Self.longestKey, output.count <= 2 * Self.longestKey else { return }
        let slot = Self.slot(bytes, value, context)
        entries[slot].key.removeAll(keepingCapacity: true)
        entries[slot].key.append(value, of: bytes)
        entries[slot].context = context
        entries[slot].output.removeAll(keepingCapacity: true)
        entries[slot].output.append(copying: output)
    }

    private static func same(_ bytes: Span<UInt8>, _ value: Extent, _ key: Span<UInt8>) -> Bool {
        guard key.count == value.count else { return false }
        let start = Int(value.start)
        var difference: UInt8 = 0
        for i in key.indices { difference |= bytes[start + i] ^ key[i] }
        return difference == 0
    }

    /// Up to 32 bytes spread over the value: enough to tell values apart, and the comparison decides anyway.
    private static func slot(_ bytes: Span<UInt8>, _ value: Extent, _ context: UInt8) -> Int {
        var hash = UInt64(context) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(value.count)
        let step = max(1, value.count / 32)
        var i = Int(value.end) - 1
        while i >= Int(value.start) {
            hash = (hash ^ UInt64(bytes[i])) &* 0x0000_0100_0000_01B3
            i -= step
        }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & UInt64(slots - 1))
    }
}
