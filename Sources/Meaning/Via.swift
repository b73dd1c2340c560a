// Via (RFC 9110 section 7.6.3): the intermediaries a message passed, the first one first. A request's list grows
// towards the origin, a response's towards the client.

/// One intermediary of Via.
public struct ViaHop: Equatable, Sendable {
    /// The protocol it received the message in; HTTP when it is left out.
    public var protocolName: String
    /// The version of that protocol: `1.1`, `2`.
    public var version: String
    /// Its host and port, or its pseudonym.
    public var receivedBy: String
    /// What it says about itself.
    public var comment: String?

    /// A hop from its parts.
    public init(protocolName: String = "HTTP", version: String, receivedBy: String, comment: String? = nil) {
        self.protocolName = protocolName
        self.version = version
        self.receivedBy = receivedBy
        self.comment = comment
    }
}

/// Via, read.
public struct Via: Equatable, Sendable {
    /// The intermediaries in the order the message passed them.
    public private(set) var hops: [ViaHop] = []
    /// Members that are none.
    public private(set) var malformed: [String] = []

    /// Via from the values of its lines.
    public init(_ lines: [String]) {
        for var member in listMembers(lines, comments: true) {
            if let hop = Via.hop(&member) {
                hops.append(hop)
            } else {
                malformed.append(member.text(0..<member.bytes.count))
            }
        }
    }

    /// Names that occur more than once: a message that came by twice, which is a loop unless the name is shared.
    public var repeated: [String] { repeats(hops.map { asciiLowercased($0.receivedBy) }) }

    private static func hop(_ scanner: inout FieldScanner) -> ViaHop? {
        guard let first = scanner.token() else { return nil }
        var hop = ViaHop(version: first, receivedBy: "")
        if scanner.take("/") {
            guard let version = scanner.token() else { return nil }
            hop.protocolName = first
            hop.version = version
        }
        let gap = scanner.at
        scanner.skipBlanks()
        guard scanner.at > gap else { return nil }
        hop.receivedBy = scanner.word(until: " \t(")
        guard !hop.receivedBy.isEmpty else { return nil }
        scanner.skipBlanks()
        if !scanner.isAtEnd {
            guard let comment = scanner.comment() else { return nil }
            hop.comment = comment
            scanner.skipBlanks()
        }
        return scanner.isAtEnd ? hop : nil
    }
}
