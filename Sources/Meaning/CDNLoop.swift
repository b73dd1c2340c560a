// CDN-Loop (RFC 8586): the CDNs a request passed. A CDN that finds itself in it is in a loop, and refuses.

/// One CDN of CDN-Loop.
public struct CDNLoopMember: Equatable, Sendable {
    /// Its name: a host or a pseudonym.
    public var id: String
    /// Its parameters.
    public var parameters: FieldParameters
}

/// CDN-Loop, read.
public struct CDNLoop: Equatable, Sendable {
    /// The CDNs in the order the request passed them.
    public private(set) var members: [CDNLoopMember] = []
    /// Members that are none.
    public private(set) var malformed: [String] = []

    /// CDN-Loop from the values of its lines.
    public init(_ lines: [String]) {
        for var member in listMembers(lines) {
            let id = member.word(until: "; \t")
            let parameters = FieldParameters(&member)
            let isName = !id.isEmpty && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
            if isName, parameters.isWellFormed {
                members.append(CDNLoopMember(id: id, parameters: parameters))
            } else {
                malformed.append(member.text(0..<member.bytes.count))
            }
        }
    }

    /// Names that are there more than once: the request went in a circle.
    public var repeated: [String] { repeats(members.map { asciiLowercased($0.id) }) }
}
