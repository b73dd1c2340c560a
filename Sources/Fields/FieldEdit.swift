// What one node did to a message on its way through. The forwarding core records an edit for every field line it does
// not pass on as it came; the message at the next point is the message at this one with the edits applied, which is
// how a trace stores it and how the ledger knows the reason of every change of our own.
public import Wire

/// Why hoplens itself changed a field line.
public enum EditReason: UInt8, CaseIterable, Sendable {
    /// RFC 9110 section 7.6.1: a connection-specific field is not forwarded.
    case hopByHop
    /// RFC 9110 section 7.6.1: the sender named the field in Connection.
    case connectionNominated
    /// The Host policy (`--host`).
    case hostPolicy
    /// Host policy `auto`: a URL or cookie domain of the origin, rewritten so that the browser stays behind hoplens.
    case stayBehind
    /// RFC 9110 section 7.6.3: Via.
    case via
    /// `--forwarded`.
    case forwarded
    /// RFC 9112 section 6: one unambiguous framing (equal Content-Lengths folded, Content-Length beside
    /// Transfer-Encoding removed, chunked removed for an HTTP/1.0 client).
    case framing
    /// RFC 9110 section 7.6.2: Max-Forwards counted down.
    case maxForwards
    /// RFC 9110 section 6.5.1: a field that may not stand in a trailer section.
    case forbiddenTrailer
    /// RFC 9110 section 7.8: the Upgrade handshake of this connection, renewed for the next.
    case upgrade
    /// The connection on the other side will be closed, or kept, on hoplens's own account.
    case persistence
    /// The other side speaks another HTTP version, in which the field has no meaning.
    case version
    /// The user's own setting.
    case setting
    /// The node's part in a chain of nodes: a trace for those farther in, a report for whoever asked.
    case chain

    /// The word used in traces and output.
    public var word: String {
        switch self {
        case .hopByHop: "hop-by-hop"
        case .connectionNominated: "connection-nominated"
        case .hostPolicy: "host-policy"
        case .stayBehind: "stay-behind"
        case .via: "via"
        case .forwarded: "forwarded"
        case .framing: "framing"
        case .maxForwards: "max-forwards"
        case .forbiddenTrailer: "forbidden-trailer"
        case .upgrade: "upgrade"
        case .persistence: "persistence"
        case .version: "version"
        case .setting: "setting"
        case .chain: "chain"
        }
    }
}

/// One change a node made to a field section.
public struct FieldEdit: Equatable, Sendable {
    /// What was done.
    public enum Operation: UInt8, Sendable {
        /// The line at `index` was not forwarded.
        case drop
        /// The line at `index` was forwarded with another value.
        case replace
        /// A line was added behind all others.
        case add
    }

    /// What was done.
    public var operation: Operation
    /// Why.
    public var reason: EditReason
    /// The known name of the line concerned.
    public var id: FieldName
    /// The position of the line in the section as received; -1 for an added one.
    public var index: Int32
    /// The name as sent, in the bytes sent (not the bytes received); empty for a dropped line.
    public var name: Extent
    /// The value as sent, in the bytes sent; empty for a dropped line.
    public var value: Extent

    /// An edit from its parts.
    @inlinable
    public init(
        _ operation: Operation, _ reason: EditReason, id: FieldName, index: Int, name: Extent = .empty,
        value: Extent = .empty
    ) {
        self.operation = operation
        self.reason = reason
        self.id = id
        self.index = Int32(truncatingIfNeeded: index)
        self.name = name
        self.value = value
    }
}
