// Remembers frames of lines, so that a line that differs from an earlier one in its gaps alone need not be read. A frame
// is found by a hash of the request and believed only when all its bytes are the same. What it came to is kept by whoever
// asks, under the place that is handed out here.
//
// Of an answer the values that name only this one answer (Date, an id) may be gaps too; whoever stores says which.
//
// Most traffic that does not repeat itself comes once: a frame is stored when it is offered for the second time. Bounded:
// a full memory begins anew.

import Wire

/// A bounded memory of the frames of lines.
public struct LineMemo: Sendable {
    /// One remembered frame.
    private struct Entry: Sendable {
        /// Where its bytes stand.
        var start: Int
        var hash: UInt32
        var gaps: Int
        /// The lengths of the pieces between the gaps.
        var lengths: InlineArray<12, Int>
        /// Which ranges of `fleeting` are its.
        var fleeting: Range<Int>
        /// The next entry of the same slot, -1 for none.
        var next: Int
    }

    /// Frames that are remembered at most.
    public static let mostEntries = 1024
    private static let mostBytes = 2 << 20
    private static let longest = 16 * 1024
    private static let slots = 2048
    /// Entries that are looked at for one line.
    private static let mostTries = 8

    private var heads = [Int](repeating: -1, count: LineMemo.slots)
    /// A mark of the frame that was offered for a slot last.
    private var offered = [UInt32](repeating: 0, count: LineMemo.slots)
    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    /// Gaps in the answers of entries, from the beginning of the messages.
    private var fleeting: [Range<Int>] = []

    /// A memory without frames.
    public init() {}

    /// The place of the line's frame, when it is remembered.
    public func find(_ line: Span<UInt8>, _ frame: LineFrame) -> Int? {
        let hash = LineMemo.hash(line, frame)
        var place = heads[Int(hash) & (LineMemo.slots - 1)]
        var tries = 0
        while place >= 0, tries < LineMemo.mostTries {
            if entries[place].hash == hash, holds(place, line, frame) { return place }
            place = entries[place].next
            tries += 1
        }
        return nil
    }

    /// Whether a frame that is not remembered should be: it was offered before.
    public mutating func wants(_ line: Span<UInt8>, _ frame: LineFrame) -> Bool {
        guard frame.steadyCount <= LineMemo.longest else { return false }
        let hash = LineMemo.hash(line, frame)
        let slot = Int(hash) & (LineMemo.slots - 1)
        if offered[slot] == hash | 1 { return true }
        offered[slot] = hash | 1
        return false
    }

    /// Whether there is no room for another frame.
    public func isFull(for frame: LineFrame) -> Bool {
        entries.count >= LineMemo.mostEntries || bytes.count + frame.steadyCount > LineMemo.mostBytes
    }

    /// Forgets all frames; what was offered is still known.
    public mutating func removeAll() {
        for slot in heads.indices { heads[slot] = -1 }
        entries.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        fleeting.removeAll(keepingCapacity: true)
    }

    /// Remembers a frame; places count up from 0.
    ///
    /// - Parameter names: whether the value of this field of the answer is a gap.
    public mutating func store(_ line: Span<UInt8>, _ frame: LineFrame, fleeting names: (String) -> Bool) -> Int {
        let hash = LineMemo.hash(line, frame)
        let slot = Int(hash) & (LineMemo.slots - 1)
        let begin = fleeting.count
        for range in frame.answerValues(line, of: names) {
            fleeting.append((range.lowerBound - frame.messages)..<(range.upperBound - frame.messages))
        }
        var entry = Entry(
            start: bytes.count, hash: hash, gaps: frame.gaps, lengths: InlineArray(repeating: 0),
            fleeting: begin..<fleeting.count, next: heads[slot])
        for n in 0...frame.gaps {
            let piece = frame.piece(n, of: line)
            entry.lengths[n] = piece.count
            let part = line.extracting(piece)
            bytes.append(addingCapacity: part.count) { out in
                for i in 0..<part.count { out.append(part[i]) }
            }
        }
        entries.append(entry)
        heads[slot] = entries.count - 1
        return entries.count - 1
    }

    /// Whether the frame at a place has gaps in its answer.
    public func hasFleetingGaps(_ place: Int) -> Bool { !entries[place].fleeting.isEmpty }

    /// Makes a place one that is never found again, until the memory begins anew.
    public mutating func forget(_ place: Int) { entries[place].gaps = -1 }

    private func holds(_ place: Int, _ line: Span<UInt8>, _ frame: LineFrame) -> Bool {
        guard entries[place].gaps == frame.gaps else { return false }
        let gaps = entries[place].fleeting
        var known = entries[place].start
        for n in 0...frame.gaps {
            let piece = frame.piece(n, of: line)
            guard piece.count == entries[place].lengths[n] else { return false }
            var at = piece.lowerBound
            if n == frame.lastBeforeMessages + 1 {
                for i in gaps {
                    let gap = frame.messages + fleeting[i].lowerBound
                    guard isSame(line, at..<gap, known + at - piece.lowerBound) else { return false }
                    at = frame.messages + fleeting[i].upperBound
                    guard LineFrame.isPlain(line, gap..<at) else { return false }
                }
            }
            guard isSame(line, at..<piece.upperBound, known + at - piece.lowerBound) else { return false }
            known += piece.count
        }
        return true
    }

    @inline(__always)
    private func isSame(_ line: Span<UInt8>, _ part: Range<Int>, _ known: Int) -> Bool {
        line.extracting(part).isEqual(to: bytes.span.extracting(known..<(known + part.count)))
    }

    /// A weighted sum over the request, and the length of all that is steady.
    private static func hash(_ line: Span<UInt8>, _ frame: LineFrame) -> UInt32 {
        let part = line.extracting(frame.messages..<max(frame.messages, frame.answer))
        // Sixteen bits, because that is what the oldest vector units multiply.
        var sum: UInt16 = 0
        var other: UInt16 = 0
        var weight: UInt16 = 0x6A6B
        for i in 0..<part.count {
            sum &+= UInt16(part[i]) &* weight
            other ^= UInt16(part[i]) &* (weight ^ 0x5A5A)
            weight &+= 0x79B2
        }
        let length = UInt32(truncatingIfNeeded: frame.steadyCount)
        let mixed = (UInt32(other) << 16 | UInt32(sum)) ^ (length &* 0x9E37_79B1)
        return mixed ^ mixed >> 15
    }
}
