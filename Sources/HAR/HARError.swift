// What can be wrong with a HAR: an error ends the reading, or the reading of one entry; a note is about a member that
// is missing or odd and that the reader could do without. Both name the place, and neither holds a value of the HAR.

public import JSON

/// Why a HAR, or one of its entries, could not be read.
public struct HARError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The class of the failure.
    public enum Kind: Sendable {
        /// The text is not JSON, or ends too early; nothing more can be read.
        case json
        /// JSON, but no HAR; nothing more can be read.
        case notHAR
        /// Larger than the reader was told to accept; nothing more can be read.
        case limit
        /// One entry cannot be used; the next one can be asked for.
        case entry
    }

    /// The class of the failure.
    public var kind: Kind
    /// The entry, counted from 0; nil outside of the entries.
    public var entry: Int?
    /// Where it was noticed.
    public var position: JSONPosition
    /// What is wrong.
    public var message: String

    /// An error at a place.
    public init(_ kind: Kind, entry: Int?, at position: JSONPosition, _ message: String) {
        self.kind = kind
        self.entry = entry
        self.position = position
        self.message = message
    }

    /// Place and message in one line.
    public var description: String { (entry.map { "entry \($0), " } ?? "") + "\(position): \(message)" }
}

/// A member that is missing or odd.
public struct HARNote: Equatable, Sendable, CustomStringConvertible {
    /// The entry, counted from 0; nil when the note is about the whole log.
    public var entry: Int?
    /// The member, as a path below the entry or the log: `request.headers[3].value`.
    public var member: String
    /// What was made of it.
    public var message: String

    /// A note about a member.
    public init(entry: Int?, member: String, _ message: String) {
        self.entry = entry
        self.member = member
        self.message = message
    }

    /// Entry, member and message in one line.
    public var description: String { (entry.map { "entry \($0), " } ?? "") + "\(member): \(message)" }
}

/// How much of a HAR is accepted.
public struct HARLimits: Equatable, Sendable {
    /// The length of the whole text in bytes.
    public var bytes = 2 << 30
    /// The number of entries.
    public var entries = 500_000
    /// The length of one entry in bytes.
    public var entryBytes = 128 << 20
    /// The levels of nesting.
    public var depth = 64
    /// The lines of one field section; further ones are left out with a note.
    public var lines = 2000
    /// The number of notes that are kept; further ones are counted.
    public var notes = 1000

    /// The usual limits.
    public init() {}
}
