// Why a Structured Field could not be read or written, in words that name the place and what would be right there.

/// Why a Structured Field could not be read or written.
public struct StructuredFieldError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The offset in the value, its lines joined by ", "; nil when a value could not be written.
    public var offset: Int?
    /// What would be right there, or what is wrong with the value.
    public var message: String

    /// An error at a place.
    public init(offset: Int?, _ message: String) {
        self.offset = offset
        self.message = message
    }

    /// Place and message in one line.
    public var description: String { offset.map { "byte \($0): \(message)" } ?? message }
}
