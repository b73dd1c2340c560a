// The tree: for texts whose shape is the question (settings, bodies to compare). It keeps what a dictionary would
// destroy: the order of members, every duplicate, how numbers were written, and where each node stands.

/// A value with the place it was read from.
public struct JSONValue: Sendable, Equatable {
    /// What a value holds.
    public enum Content: Sendable, Equatable {
        /// `null`
        case null
        /// `true` or `false`
        case bool(Bool)
        /// A number: as written, as a whole number if it is one that fits, and as the nearest Double.
        case number(text: String, integer: Int64?, double: Double)
        /// Text, decoded.
        case string(String)
        /// A list.
        case array([JSONValue])
        /// Members in the order they stand, duplicates included.
        case object([JSONMember])
    }

    /// What it holds.
    public var content: Content
    /// Where its first byte stands.
    public var position: JSONPosition

    /// A value at a place.
    public init(_ content: Content, at position: JSONPosition) {
        self.content = content
        self.position = position
    }

    /// Which kind of value it is.
    public var kind: JSONKind {
        switch content {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The text, when it is a string.
    public var string: String? { if case .string(let value) = content { value } else { nil } }
    /// The truth value, when it is one.
    public var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
    /// The whole number, when it is one that fits.
    public var integer: Int64? { if case .number(_, let value, _) = content { value } else { nil } }
    /// The number, when it is one.
    public var double: Double? { if case .number(_, _, let value) = content { value } else { nil } }
    /// The elements, when it is a list.
    public var elements: [JSONValue]? { if case .array(let value) = content { value } else { nil } }
    /// The members, when it is an object.
    public var members: [JSONMember]? { if case .object(let value) = content { value } else { nil } }

    /// The value of the first member of that name, when it is an object that has one.
    public subscript(key: String) -> JSONValue? { members?.first { $0.key == key }?.value }

    /// The members of this object whose name an earlier member already has, each with that earlier member.
    public var duplicates: [(first: JSONMember, again: JSONMember)] {
        guard let members, members.count > 1 else { return [] }
        var places: [String: Int] = [:]
        var result: [(first: JSONMember, again: JSONMember)] = []
        for (index, member) in members.enumerated() {
            if let earlier = places[member.key] {
                result.append((members[earlier], member))
            } else {
                places[member.key] = index
            }
        }
        return result
    }

    /// Reads a whole text into a tree.
    public init(
        parsing bytes: Span<UInt8>, as dialect: JSONDialect = .strict, maximumDepth: Int = 128
    ) throws(JSONError) {
        var builder = TreeBuilder(reader: JSONReader(dialect, maximumDepth: maximumDepth))
        self = try builder.value(in: bytes)
        try builder.reader.finish(in: bytes)
    }

    /// Reads a whole text into a tree.
    public init(
        parsing text: String, as dialect: JSONDialect = .strict, maximumDepth: Int = 128
    ) throws(JSONError) {
        try self.init(parsing: text.utf8Span.span, as: dialect, maximumDepth: maximumDepth)
    }
}

/// One name and its value in an object.
public struct JSONMember: Sendable, Equatable {
    /// The name, decoded.
    public var key: String
    /// Where the name stands (its opening quote, if it has one).
    public var position: JSONPosition
    /// The value.
    public var value: JSONValue

    /// A member whose name stands at a place.
    public init(key: String, at position: JSONPosition, value: JSONValue) {
        self.key = key
        self.position = position
        self.value = value
    }
}

/// Builds the tree with the pull reader; the recursion is bounded by the reader's depth.
private struct TreeBuilder {
    var reader: JSONReader
    /// Where the last node stood; nodes come in the order of the text, so finding the next line and column is a walk.
    var place = JSONPosition.start

    mutating func value(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let kind = try reader.peek(in: bytes)
        place.advance(to: reader.offset, in: bytes)
        let position = place
        return JSONValue(try content(kind, in: bytes), at: position)
    }

    private mutating func content(_ kind: JSONKind, in bytes: Span<UInt8>) throws(JSONError) -> JSONValue.Content {
        switch kind {
        case .null:
            try reader.readNull(in: bytes)
            return .null
        case .bool: return .bool(try reader.readBool(in: bytes))
        case .string: return .string(try reader.readString(in: bytes))
        case .number:
            let number = try reader.readNumber(in: bytes)
            let text = JSONText(start: number.start, end: number.end, hasEscapes: false).string(in: bytes)
            return .number(text: text, integer: number.integer(in: bytes), double: number.double(in: bytes))
        case .array:
            var elements: [JSONValue] = []
            try reader.enterArray(in: bytes)
            while try reader.nextElement(in: bytes) { elements.append(try value(in: bytes)) }
            return .array(elements)
        case .object:
            var members: [JSONMember] = []
            try reader.enterObject(in: bytes)
            while let key = try reader.nextKey(in: bytes) {
                let quoted =
                    key.start > 0 && (bytes[key.start - 1] == Ascii.quote || bytes[key.start - 1] == Ascii.apostrophe)
                place.advance(to: quoted ? key.start - 1 : key.start, in: bytes)
                let position = place
                members.append(JSONMember(key: key.string(in: bytes), at: position, value: try value(in: bytes)))
            }
            return .object(members)
        }
    }
}
