// A field that is a plain list: Vary, Allow, Connection, and any list whose members nobody here looks into.

/// The members of a comma-separated field (RFC 9110 section 5.6.1).
public struct FieldList: Equatable, Sendable {
    /// The members as they stand, without the blanks around them; empty ones are left out.
    public let members: [String]

    /// The members of a field, given by the values of its lines.
    public init(_ lines: [String]) {
        members = listMembers(lines).map { $0.text(0..<$0.bytes.count) }
    }

    /// The members in lower case.
    public var lowercased: [String] { members.map(asciiLowercased) }

    /// Whether a word is a member, in any case.
    public func contains(_ word: String) -> Bool { lowercased.contains(asciiLowercased(word)) }

    /// Members that stand there more than once, in any case; each once, in lower case.
    public var repeated: [String] { repeats(lowercased) }
}

/// The texts that occur more than once, in the order of their second occurrence.
func repeats(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    var again: [String] = []
    var told: Set<String> = []
    for text in texts where !seen.insert(text).inserted {
        if told.insert(text).inserted { again.append(text) }
    }
    return again
}

/// Vary: what an answer depends on (RFC 9110 section 12.5.5).
public struct Vary: Equatable, Sendable {
    /// The names of fields, lower case, each once.
    public let names: [String]
    /// Whether the answer depends on more than fields (`*`): a cache can never use it again.
    public let isAny: Bool
    /// Members that are no names.
    public let malformed: [String]

    /// Vary from the values of its lines.
    public init(_ lines: [String]) {
        var names: [String] = []
        var malformed: [String] = []
        var isAny = false
        var seen: Set<String> = []
        for member in FieldList(lines).lowercased {
            if member == "*" {
                isAny = true
            } else if !isToken(member) {
                malformed.append(member)
            } else if seen.insert(member).inserted {
                names.append(member)
            }
        }
        self.names = names
        self.isAny = isAny
        self.malformed = malformed
    }

    /// Whether the answer depends on a field: it is named, or `*` is there.
    public func covers(_ name: String) -> Bool { isAny || names.contains(asciiLowercased(name)) }
}
