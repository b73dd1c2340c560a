// The name of a segment: hoplens-<node>-<UTC>-[raw-]<seq>.ndjson. The time stands before everything that varies, so names
// of one node sort by age; the fixed shape of the time makes the name readable from the right, so that the segments of
// node `a` and of node `a-raw` are never taken for each other. What does not match exactly is somebody else's file.

/// A segment's name, taken apart.
struct SegmentName: Equatable {
    static let prefix = "hoplens-"
    static let suffix = ".ndjson"

    var node: String
    /// `20261121T003301Z`.
    var time: String
    var isRaw: Bool
    var sequence: Int

    init(node: String, time: String, isRaw: Bool, sequence: Int) {
        // The name a node has by itself begins like every segment's: once is enough.
        let isStandard = node.hasPrefix(Self.prefix) && node.utf8.count > Self.prefix.utf8.count
        self.node = Self.safe(isStandard ? String(node.dropFirst(Self.prefix.count)) : node)
        self.time = time
        self.isRaw = isRaw
        self.sequence = sequence
    }

    /// Reads a file name; nil when it is not a segment's.
    init?(_ name: String) {
        guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
        var parts = name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)
            .split(separator: "-", omittingEmptySubsequences: false)
        guard let last = parts.popLast(), last.utf8.count >= 4, last.utf8.allSatisfy(Self.isDigit),
            let sequence = Int(last)
        else { return nil }
        isRaw = parts.last == "raw"
        if isRaw { parts.removeLast() }
        guard let time = parts.popLast(), Self.isTime(time), !parts.isEmpty else { return nil }
        let node = parts.joined(separator: "-")
        guard !node.isEmpty else { return nil }
        self.node = node
        self.time = String(time)
        self.sequence = sequence
    }

    var text: String {
        let digits = String(sequence)
        let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
        return "\(Self.prefix)\(node)-\(time)-\(isRaw ? "raw-" : "")\(padding)\(digits)\(Self.suffix)"
    }

    /// Older first; segments of one second in the order of their numbers.
    static func isOlder(_ a: SegmentName, _ b: SegmentName) -> Bool {
        a.time != b.time ? a.time < b.time : a.sequence < b.sequence
    }

    /// A node's name with nothing in it that means something in a path, and short enough for a file name.
    private static func safe(_ node: String) -> String {
        let bytes = node.utf8.prefix(100).map { byte -> UInt8 in
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            return isLetter || isDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F ? byte : 0x5F
        }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isTime(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == 0x54, bytes[15] == 0x5A else { return false }
        return bytes.indices.allSatisfy { $0 == 8 || $0 == 15 || isDigit(bytes[$0]) }
    }
}
