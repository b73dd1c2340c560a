// Known keys, prepared once, so that telling a dozen of them apart costs one probe and one comparison instead of a chain
// of comparisons.

/// A fixed set of names that a key can be looked up in without allocating.
public struct JSONNames: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    // Open addressing: an index into `ends` plus one, zero for a free slot. At most half of the slots are used.
    private var slots: [UInt16]
    private let mask: Int

    /// Prepares the names; a name's index is its place in the list, at most 32 767 of them.
    public init(_ names: [String]) {
        precondition(names.count < 32_768, "a set of known keys is a short list")
        var size = 8
        while size < names.count * 2 { size *= 2 }
        slots = [UInt16](repeating: 0, count: size)
        mask = size - 1
        for (index, name) in names.enumerated() {
            bytes.append(contentsOf: name.utf8)
            ends.append(bytes.count)
            let span = name.utf8Span.span
            var slot = Self.hash(span, from: 0, to: span.count) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt16(index + 1)
        }
    }

    /// The place of a key in the list, or nil when it is none of them.
    public func index(of text: JSONText, in source: Span<UInt8>) -> Int? {
        if text.hasEscapes {
            var decoded: [UInt8] = []
            text.append(to: &decoded, in: source)
            return index(decoded.span, from: 0, to: decoded.count)
        }
        return index(source, from: text.start, to: text.end)
    }

    private func index(_ source: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        let known = bytes.span
        var slot = Self.hash(source, from: start, to: end) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            let begin = ends[index]
            if ends[index + 1] - begin == end - start, same(known, begin, source, start, count: end - start) {
                return index
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func same(_ a: Span<UInt8>, _ i: Int, _ b: Span<UInt8>, _ j: Int, count: Int) -> Bool {
        for k in 0..<count where a[i + k] != b[j + k] { return false }
        return true
    }

    private static func hash(_ source: Span<UInt8>, from start: Int, to end: Int) -> Int {
        guard start < end else { return 0 }
        return Int(source[start]) &* 31 &+ Int(source[end - 1]) &* 7 &+ (end - start)
    }
}
