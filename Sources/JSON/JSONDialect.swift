// The two texts this module reads, and the kinds of value both have.

/// The grammar a reader accepts.
public enum JSONDialect: Sendable, Equatable {
    /// RFC 8259, nothing else: no comments, no trailing commas, no byte order mark.
    case strict
    /// JSON5 (spec.json5.org): a superset made for people who write settings by hand.
    case json5
}

/// What a value is, before it is read.
public enum JSONKind: Sendable, Equatable {
    /// `{…}`
    case object
    /// `[…]`
    case array
    /// Text in quotes.
    case string
    /// A number; in JSON5 also hexadecimal, `Infinity` and `NaN`.
    case number
    /// `true` or `false`.
    case bool
    /// `null`
    case null

    /// The kind with its article, for messages.
    public var phrase: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
