// Lists in CORS response headers: Access-Control-Allow-Methods, -Allow-Headers and -Expose-Headers are comma lists of
// tokens, and one member that is none spoils the whole header.

/// What a list header holds.
public enum ExtractedList: Equatable, Sendable {
    /// There is no such line.
    case absent
    /// A member is no token: the header as a whole says nothing.
    case failure
    /// The members in order, as spelled; empty members are left out.
    case members([String])

    /// The members, none for an absent or broken header.
    public var names: [String] { if case .members(let names) = self { names } else { [] } }
}

extension HeaderList {
    /// The members of a list header whose members are tokens.
    ///
    /// Fetch section 2.2.2, "extract header list values", with the ABNF `#token` of section 3.3.4. A member's blanks
    /// are spaces and tabs (RFC 9110 section 5.6.1).
    public func extractList(_ name: String) -> ExtractedList {
        guard contains(name) else { return .absent }
        var members: [String] = []
        for line in lines(name) {
            for part in line.value.split(separator: 0x2C) {
                let member = Octets.trimmed(part)
                if member.isEmpty { continue }
                guard Octets.isToken(member) else { return .failure }
                members.append(Octets.latin1(member))
            }
        }
        return .members(members)
    }
}
