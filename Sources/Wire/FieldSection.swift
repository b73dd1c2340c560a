// A parsed block of field lines: a head's fields or a trailer section. It is a table that is filled anew for every
// message and keeps its storage, so reading a head allocates nothing once the table has grown to the usual size.

/// The field lines of one section, in wire order, with a quick answer to "is X in it".
public struct FieldSection: Sendable {
    /// The lines in the order received.
    public var lines: [FieldLine] = []
    /// One bit for each known name that occurs.
    private var seen: (UInt64, UInt64) = (0, 0)

    /// An empty section.
    public init() {}

    /// Forgets the lines and keeps the storage.
    public mutating func reset() {
        lines.removeAll(keepingCapacity: true)
        seen = (0, 0)
    }

    /// Takes another section's lines into the storage of its own.
    public mutating func assign(_ other: FieldSection) {
        lines.removeAll(keepingCapacity: true)
        lines.append(contentsOf: other.lines)
        seen = other.seen
    }

    /// Adds a line behind the others.
    public mutating func append(_ line: FieldLine) {
        lines.append(line)
        let bit = line.id.rawValue
        if bit < 64 { seen.0 |= 1 << UInt64(bit) } else { seen.1 |= 1 << UInt64(bit - 64) }
    }

    /// Whether a line with this name occurs.
    public func contains(_ name: FieldName) -> Bool {
        let bit = name.rawValue
        return bit < 64 ? seen.0 >> UInt64(bit) & 1 == 1 : seen.1 >> UInt64(bit - 64) & 1 == 1
    }

    /// The position of the first line with this name.
    public func firstIndex(of name: FieldName) -> Int? {
        guard contains(name) else { return nil }
        for i in lines.indices where lines[i].id == name { return i }
        return nil
    }
}
