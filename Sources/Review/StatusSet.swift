// Statuses as people ask for them: `404`, `4xx`, `400-403`, and `none` for an exchange without an answer.

/// A set of statuses.
public struct StatusSet: Sendable, Equatable {
    /// The ranges.
    public private(set) var ranges: [ClosedRange<Int>] = []
    /// Whether exchanges without an answer belong to it.
    public private(set) var includesNone = false

    /// An empty set.
    public init() {}

    /// Adds what a text names, several parted by commas; false when it names none.
    public mutating func add(_ text: String) -> Bool {
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let lower = word.lowercased()
            if lower == "none" || lower == "---" {
                includesNone = true
            } else if let range = StatusSet.range(lower) {
                ranges.append(range)
            } else {
                return false
            }
        }
        return true
    }

    /// Whether nothing was asked for, which stands for everything.
    public var isEmpty: Bool { ranges.isEmpty && !includesNone }

    /// Whether a status belongs to it.
    public func contains(_ status: Int?) -> Bool {
        guard let status else { return includesNone }
        return ranges.contains { $0.contains(status) }
    }

    private static func range(_ word: String) -> ClosedRange<Int>? {
        let bytes = Array(word.utf8)
        if bytes.count == 3, (0x31...0x39).contains(bytes[0]), bytes[1...].allSatisfy({ $0 == UInt8(ascii: "x") }) {
            let first = Int(bytes[0] - 0x30) * 100
            return first...(first + 99)
        }
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard let low = parts.first.flatMap({ status($0) }) else { return nil }
        if parts.count == 1 { return low...low }
        guard parts.count == 2, let high = status(parts[1]), low <= high else { return nil }
        return low...high
    }

    private static func status(_ text: Substring) -> Int? {
        guard text.utf8.count == 3, let number = Int(text), (100...999).contains(number) else { return nil }
        return number
    }
}
