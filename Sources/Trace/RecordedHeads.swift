// The recorder's memory of whole heads: a request that is the one before, or an answer of the same second, with the same
// edits, is one comparison and one copy instead of one for each of its parts. It stands before the memory of sections and
// of lines, which serve heads that differ in a few bytes.
//
// An entry is believed only when everything the text depends on is the same: all bytes of the head, the places it was
// cut in, the edits, the bytes they put in, and the numbers (`kind`) that stand beside them. So a hit gives what the
// clear way gave, byte for byte; RecordedHeadsTests compares.
//
// Bounded: 32 heads of 4 KiB at most. The originals stay in this process's memory only, as with the ValueCache.

import Fields
import Wire

/// A bounded table from heads to their texts.
struct RecordedHeads {
    /// What is asked for, as far as it is not bytes.
    struct Head {
        /// Status, version and what else there is.
        var kind: UInt64
        /// The places of what stands before the fields.
        var first: Extent
        var second: Extent
    }

    private struct Entry {
        var kind: UInt64 = 0
        var first = Extent.empty
        var second = Extent.empty
        var lines: [FieldLine] = []
        var edits: [FieldEdit] = []
        var key: [UInt8] = []
        /// What the edits put in.
        var said: [UInt8] = []
        var text: [UInt8] = []
    }

    private static let sets = 8
    private static let ways = 4
    private static let longest = 4096

    private var entries = [Entry](repeating: Entry(), count: sets * ways)
    /// By set: the way that was found or filled last.
    private var recent = [Int](repeating: 0, count: sets)
    /// By set: how long the head was that was offered last.
    private var offered = [Int](repeating: 0, count: sets)
    private var worth = Worth()
    /// How often a head was found; for tests.
    private(set) var hits = 0

    /// Appends the text of a head when it is remembered.
    mutating func append(
        _ bytes: Span<UInt8>, _ head: Head, _ lines: [FieldLine], _ edits: [FieldEdit], _ sent: Span<UInt8>,
        to out: inout [UInt8]
    ) -> Bool {
        guard let whole = Self.whole(head, lines) else { return false }
        let set = Self.set(whole, lines)
        for step in 0..<Self.ways {
            let way = (recent[set] + step) % Self.ways
            let slot = set * Self.ways + way
            guard holds(slot, bytes, whole, head, lines, edits, sent) else { continue }
            recent[set] = way
            worth.found()
            hits &+= 1
            out.append(contentsOf: entries[slot].text)
            return true
        }
        return false
    }

    /// Remembers the text of a head when one like it was offered before.
    mutating func store(
        _ bytes: Span<UInt8>, _ head: Head, _ lines: [FieldLine], _ edits: [FieldEdit], _ sent: Span<UInt8>,
        text: Span<UInt8>
    ) {
        guard let whole = Self.whole(head, lines), text.count <= 4 * Self.longest else { return }
        let set = Self.set(whole, lines)
        guard offered[set] == whole.count else {
            offered[set] = whole.count
            return
        }
        guard worth.mayStore() else { return }
        let way = (recent[set] + Self.ways - 1) % Self.ways
        let slot = set * Self.ways + way
        recent[set] = way
        entries[slot].kind = head.kind
        entries[slot].first = head.first
        entries[slot].second = head.second
        entries[slot].lines.removeAll(keepingCapacity: true)
        entries[slot].lines.append(contentsOf: lines)
        entries[slot].edits.removeAll(keepingCapacity: true)
        entries[slot].edits.append(contentsOf: edits)
        entries[slot].key.removeAll(keepingCapacity: true)
        entries[slot].key.append(whole, of: bytes)
        entries[slot].said.removeAll(keepingCapacity: true)
        for edit in edits where edit.operation != .drop {
            entries[slot].said.append(Self.place(edit), of: sent)
        }
        entries[slot].text.removeAll(keepingCapacity: true)
        entries[slot].text.append(copying: text)
    }

    private func holds(
        _ slot: Int, _ bytes: Span<UInt8>, _ whole: Extent, _ head: Head, _ lines: [FieldLine],
        _ edits: [FieldEdit], _ sent: Span<UInt8>
    ) -> Bool {
        let key = entries[slot].key
        guard key.count == whole.count, entries[slot].kind == head.kind, entries[slot].first == head.first,
            entries[slot].second == head.second, entries[slot].edits == edits, entries[slot].lines == lines
        else { return false }
        let one = bytes.extracting(whole.indices)
        let other = key.span
        var difference: UInt8 = 0
        for i in 0..<one.count { difference |= one[i] ^ other[i] }
        guard difference == 0 else { return false }
        let said = entries[slot].said
        var at = 0
        for edit in edits where edit.operation != .drop {
            let part = sent.extracting(Self.place(edit).indices)
            // Equal edits put in as many bytes.
            let remembered = said.span.extracting(at..<(at + part.count))
            for i in 0..<part.count { difference |= part[i] ^ remembered[i] }
            at += part.count
        }
        return difference == 0
    }

    /// From the first byte that matters to the last; nil for what is too long, or not one piece.
    private static func whole(_ head: Head, _ lines: [FieldLine]) -> Extent? {
        guard let first = lines.first, let last = lines.last, head.first.start <= head.second.start,
            head.second.start <= first.name.start, first.name.start <= last.value.end
        else { return nil }
        let whole = Extent(Int(head.first.start), Int(last.value.end))
        return whole.count <= longest ? whole : nil
    }

    private static func set(_ whole: Extent, _ lines: [FieldLine]) -> Int {
        (whole.count &+ lines.count &* 5) & (sets - 1)
    }

    /// Where the line stands that an edit wrote.
    private static func place(_ edit: FieldEdit) -> Extent { Extent(Int(edit.name.start), Int(edit.value.end)) }
}
