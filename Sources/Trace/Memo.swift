// The reader's memory: the field lines of a capture repeat themselves, one behind the other, from record to record, and
// comparing bytes costs a tenth of reading them. What followed a value the last times is what is tried first, so there is
// no hash and nothing to look for: two candidates, then the clear way.
//
// A key is the whole JSON text of an object, an array or a string. Such a text ends with its own bracket or quote, so
// bytes that begin with a key are that value and nothing else. Bounded: a full table begins anew.

/// What JSON texts that were read before came to.
struct Memo<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var start: Int
        var end: Int
        var value: Value
        /// What came behind this one last, and what before that; the place of the entry, -1 for nothing.
        var next = -1
        var nextBefore = -1
    }

    /// Longer texts are read anew each time.
    private static var longest: Int { 4096 }
    private static var mostBytes: Int { 256 * 1024 }
    private static var mostEntries: Int { 4096 }

    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private var last = -1
    /// Where the first value of a sequence is looked for.
    private var first = -1

    /// Begins a sequence: what comes next is expected to be what came first the last time.
    mutating func restart() { last = -1 }

    /// The value that stands at an offset and how long its text is, when it was read before.
    mutating func find(_ text: Span<UInt8>, at offset: Int) -> (value: Value, count: Int)? {
        let next = last < 0 ? first : entries[last].next
        if next >= 0, let count = matches(next, text, offset) {
            last = next
            return (entries[next].value, count)
        }
        guard last >= 0 else { return nil }
        let other = entries[last].nextBefore
        guard other >= 0, let count = matches(other, text, offset) else { return nil }
        entries[last].nextBefore = next
        entries[last].next = other
        last = other
        return (entries[other].value, count)
    }

    /// Remembers what a text came to.
    mutating func store(_ text: Span<UInt8>, _ range: Range<Int>, _ value: Value) {
        guard range.count <= Self.longest, !range.isEmpty else { return last = -1 }
        if bytes.count + range.count > Self.mostBytes || entries.count >= Self.mostEntries {
            entries.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
            last = -1
            first = -1
        }
        let start = bytes.count
        let part = text.extracting(range)
        bytes.append(addingCapacity: part.count) { out in
            for i in 0..<part.count { out.append(part[i]) }
        }
        entries.append(Entry(start: start, end: bytes.count, value: value))
        let place = entries.count - 1
        if last >= 0 {
            entries[last].nextBefore = entries[last].next
            entries[last].next = place
        } else {
            first = place
        }
        last = place
    }

    @inline(__always)
    private func matches(_ place: Int, _ text: Span<UInt8>, _ offset: Int) -> Int? {
        let (start, end) = (entries[place].start, entries[place].end)
        let count = end - start
        guard count <= text.count - offset else { return nil }
        let one = bytes.span.extracting(start..<end)
        let other = text.extracting(offset..<(offset + count))
        // The last bytes differ more often than the first: the opening of a line is its name.
        guard one[count - 1] == other[count - 1] else { return nil }
        var difference: UInt8 = 0
        for i in 0..<count { difference |= one[i] ^ other[i] }
        return difference == 0 ? count : nil
    }
}
