// Why a trace line could not be read.

public import JSON

/// A line that is no record.
public struct TraceError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Kind: Equatable, Sendable {
        /// It is not JSON, or a member has the wrong kind.
        case json
        /// A member that every record has is missing.
        case missing
        /// A member has a value that cannot be.
        case value
        /// It was written in a version this build does not read.
        case version
    }

    /// What is wrong.
    public var kind: Kind
    /// Where in the bytes; line and column count from the beginning of the bytes given.
    public var position: JSONPosition
    /// What is wrong, in words that name no value of the line.
    public var message: String

    /// An error from its parts.
    public init(_ kind: Kind, at position: JSONPosition, _ message: String) {
        self.kind = kind
        self.position = position
        self.message = message
    }
}

extension TraceError: CustomStringConvertible {
    /// Place and message.
    public var description: String { "\(position): \(message)" }
}
