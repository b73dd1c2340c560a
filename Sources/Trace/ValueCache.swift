// The recorder's memory of values it has described before: the same browser sends the same cookie, the same token and
// the same User-Agent again and again, and an origin the same Server, Vary and Link. An entry is found by a hash and
// believed only when the whole value is the same, so a hit gives what a miss gave, byte for byte. It is bounded: a new
// value takes the place of an old one. A value has four places, so that two which come with every exchange and have the
// same hash do not drive out each other each time; of the four, the one that was used longest ago goes.
//
// The originals stay in this process's memory, as the buffers they were read into do; they are written nowhere.
//
// The loops run over spans cut to their range, which is what lets the compiler use vector code: six times as fast as the
// same loops with an offset into the whole buffer.

import Fields
import Wire

/// A bounded table from values to their descriptions as JSON.
struct ValueCache {
    /// One remembered value: where it and its description stand in `bytes`.
    private struct Entry {
        var context: UInt64 = 0
        var key = Extent.empty
        var output = Extent.empty
        /// The slot that was asked for after this one: heads repeat themselves line by line.
        var next = 0
        /// When it was used last, in uses of the table.
        var used: UInt64 = 0
    }

    /// The number of slots, a power of two.
    static let slots = 512
    /// The slots in which a value may stand.
    static let ways = 4
    /// Longer values are described anew each time.
    static let longestKey = 2048
    /// When so many bytes are held the table begins anew: what is used often is soon learnt again.
    static let mostBytes = 256 * 1024

    private var entries = [Entry](repeating: Entry(), count: ValueCache.slots)
    /// By the first slot of a value: a mark of what was offered there last.
    private var offered = [UInt32](repeating: 0, count: ValueCache.slots)
    private var bytes: [UInt8] = []
    private var uses: UInt64 = 0
    /// The slot of the value that was found or remembered last.
    private var last = 0
    /// How often a value was found; for tests.
    private(set) var hits = 0

    /// Appends the description of a value when it is remembered.
    ///
    /// - Parameter context: whatever else the description depends on.
    mutating func append(_ bytes: Span<UInt8>, _ value: Extent, context: UInt64, to out: inout [UInt8]) -> Bool {
        guard value.count <= Self.longestKey else { return false }
        // What followed last time is tried first, without a hash.
        var slot = entries[last].next
        if !holds(slot, bytes, value, context) {
            guard let found = find(Self.slot(bytes, value, context), bytes, value, context) else { return false }
            slot = found
            entries[last].next = slot
        }
        last = slot
        hits &+= 1
        uses &+= 1
        entries[slot].used = uses
        out.append(entries[slot].output, of: self.bytes.span)
        return true
    }

    /// The first byte of what is remembered for a value, for tables whose answers are one byte.
    func byte(_ bytes: Span<UInt8>, _ value: Extent, context: UInt64) -> UInt8? {
        guard value.count <= Self.longestKey else { return nil }
        return find(Self.slot(bytes, value, context), bytes, value, context).map { slot in
            self.bytes[Int(entries[slot].output.start)]
        }
    }

    /// Remembers the description of a value.
    mutating func store(_ bytes: Span<UInt8>, _ value: Extent, context: UInt64, output: Span<UInt8>) {
        guard value.count <= Self.longestKey, output.count <= 2 * Self.longestKey, !output.isEmpty else { return }
        if self.bytes.count + value.count + output.count > Self.mostBytes {
            for i in entries.indices { entries[i] = Entry() }
            self.bytes.removeAll(keepingCapacity: true)
        }
        let start = self.bytes.count
        self.bytes.append(value, of: bytes)
        self.bytes.append(copying: output)
        let slot = place(Self.slot(bytes, value, context))
        uses &+= 1
        entries[slot] = Entry(
            context: context, key: Extent(start, start + value.count),
            output: Extent(start + value.count, self.bytes.count), next: entries[slot].next, used: uses)
        entries[last].next = slot
        last = slot
    }

    /// Remembers a description only when the same value was offered before: most of what is long comes once.
    mutating func storeIfSeen(_ bytes: Span<UInt8>, _ value: Extent, context: UInt64, output: Span<UInt8>) {
        guard value.count <= Self.longestKey else { return }
        let slot = Self.slot(bytes, value, context)
        let mark = UInt32(truncatingIfNeeded: context) ^ UInt32(truncatingIfNeeded: value.count) | 1
        if offered[slot] == mark {
            store(bytes, value, context: context, output: output)
        } else {
            offered[slot] = mark
        }
    }

    /// Where a value stands, of the places it may stand in.
    @inline(__always)
    private func find(_ first: Int, _ bytes: Span<UInt8>, _ value: Extent, _ context: UInt64) -> Int? {
        for way in 0..<Self.ways where holds(first ^ way, bytes, value, context) { return first ^ way }
        return nil
    }

    /// Where a new value is to stand: an empty place, or that of the value that was used longest ago.
    private func place(_ first: Int) -> Int {
        var oldest = first
        for way in 1..<Self.ways where entries[first ^ way].used < entries[oldest].used { oldest = first ^ way }
        return oldest
    }

    /// Whether a slot holds exactly this value.
    @inline(__always)
    private func holds(_ slot: Int, _ bytes: Span<UInt8>, _ value: Extent, _ context: UInt64) -> Bool {
        let entry = entries[slot]
        guard entry.context == context, !entry.output.isEmpty, entry.key.count == value.count else { return false }
        let one = bytes.extracting(value.indices)
        let other = self.bytes.span.extracting(entry.key.indices)
        var difference: UInt8 = 0
        for i in 0..<one.count { difference |= one[i] ^ other[i] }
        return difference == 0
    }

    /// A weighted sum over all bytes: enough to tell values apart, and the comparison decides anyway.
    @inline(__always)
    static func slot(_ bytes: Span<UInt8>, _ value: Extent, _ context: UInt64) -> Int {
        let part = bytes.extracting(value.indices)
        // Sixteen bits, because that is what the oldest vector units multiply.
        var sum = UInt16(truncatingIfNeeded: context ^ context >> 16 ^ context >> 32) &* 0x9E3B &+ UInt16(part.count)
        var weight: UInt16 = 0x6A6B
        for i in 0..<part.count {
            sum &+= UInt16(part[i]) &* weight
            weight &+= 0x79B2
        }
        return Int(sum ^ sum >> 7) & (slots - 1)
    }
}
