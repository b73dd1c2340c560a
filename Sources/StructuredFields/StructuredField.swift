// The three kinds of Structured Fields (RFC 9651 section 3) as values: an item, a list, a dictionary. Which of them a
// field is, is known from its name alone, so the caller says it by the type it asks for. A field that breaks the
// grammar is as if it were not there (section 4.2); callers get the error to show, and no half of a value.

/// Names and values in the order they stand; a name given again replaces the earlier value in its place.
public struct StructuredParameters: Equatable, Hashable, Sendable {
    /// The names and values.
    public internal(set) var pairs: [(key: String, value: BareItem)]

    /// Parameters from names and values, each name once.
    public init(_ pairs: [(key: String, value: BareItem)] = []) { self.pairs = pairs }

    /// The value of a name.
    public subscript(key: String) -> BareItem? { pairs.first { $0.key == key }?.value }

    /// Whether there is none.
    public var isEmpty: Bool { pairs.isEmpty }

    /// Whether names, values and their order are the same.
    public static func == (one: StructuredParameters, two: StructuredParameters) -> Bool {
        one.pairs.elementsEqual(two.pairs) { $0.key == $1.key && $0.value == $1.value }
    }

    /// Feeds names and values to a hasher.
    public func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.key)
            hasher.combine(pair.value)
        }
    }
}

/// A value with its parameters (section 3.3).
public struct StructuredItem: Equatable, Hashable, Sendable {
    /// The value.
    public var value: BareItem
    /// Its parameters.
    public var parameters: StructuredParameters

    /// An item from its parts.
    public init(_ value: BareItem, _ parameters: StructuredParameters = StructuredParameters()) {
        self.value = value
        self.parameters = parameters
    }

    /// Reads a field that is an item, given by the values of its lines.
    public init(lines: [[UInt8]]) throws(StructuredFieldError) {
        var parser = StructuredParser(lines)
        parser.skipSpaces()
        self = try parser.item()
        try parser.finish()
    }

    /// Reads a field that is an item and stands in one line.
    public init(_ text: String) throws(StructuredFieldError) { try self.init(lines: [Array(text.utf8)]) }
}

/// Items in parentheses with parameters of their own (section 3.1.1).
public struct StructuredInnerList: Equatable, Hashable, Sendable {
    /// The items.
    public var items: [StructuredItem]
    /// The parameters of the list.
    public var parameters: StructuredParameters

    /// An inner list from its parts.
    public init(_ items: [StructuredItem], _ parameters: StructuredParameters = StructuredParameters()) {
        self.items = items
        self.parameters = parameters
    }
}

/// A member of a list or dictionary.
public enum StructuredMember: Equatable, Hashable, Sendable {
    /// A single item.
    case item(StructuredItem)
    /// An inner list.
    case innerList(StructuredInnerList)

    /// The parameters, of either kind.
    public var parameters: StructuredParameters {
        switch self {
        case .item(let item): item.parameters
        case .innerList(let list): list.parameters
        }
    }

    /// The value, when it is a single item.
    public var value: BareItem? { if case .item(let item) = self { item.value } else { nil } }
}

/// A list (section 3.1).
public struct StructuredList: Equatable, Hashable, Sendable {
    /// The members.
    public var members: [StructuredMember]

    /// A list from its members.
    public init(_ members: [StructuredMember]) { self.members = members }

    /// Reads a field that is a list, given by the values of its lines.
    public init(lines: [[UInt8]]) throws(StructuredFieldError) {
        var parser = StructuredParser(lines)
        parser.skipSpaces()
        members = try parser.list()
        try parser.finish()
    }

    /// Reads a field that is a list and stands in one line.
    public init(_ text: String) throws(StructuredFieldError) { try self.init(lines: [Array(text.utf8)]) }
}

/// A dictionary (section 3.2).
public struct StructuredDictionary: Equatable, Hashable, Sendable {
    /// The names and members, in order, each name once.
    public internal(set) var pairs: [(key: String, member: StructuredMember)]

    /// A dictionary from names and members, each name once.
    public init(_ pairs: [(key: String, member: StructuredMember)]) { self.pairs = pairs }

    /// Reads a field that is a dictionary, given by the values of its lines.
    public init(lines: [[UInt8]]) throws(StructuredFieldError) {
        var parser = StructuredParser(lines)
        parser.skipSpaces()
        pairs = try parser.dictionary()
        try parser.finish()
    }

    /// Reads a field that is a dictionary and stands in one line.
    public init(_ text: String) throws(StructuredFieldError) { try self.init(lines: [Array(text.utf8)]) }

    /// The member of a name.
    public subscript(key: String) -> StructuredMember? { pairs.first { $0.key == key }?.member }

    /// Whether names, members and their order are the same.
    public static func == (one: StructuredDictionary, two: StructuredDictionary) -> Bool {
        one.pairs.elementsEqual(two.pairs) { $0.key == $1.key && $0.member == $1.member }
    }

    /// Feeds names and members to a hasher.
    public func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.key)
            hasher.combine(pair.member)
        }
    }
}
