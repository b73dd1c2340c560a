// The two kinds of head, as extents into the buffer they were read from.

/// A request head.
public struct RequestHead: Sendable {
    /// The method as spelled.
    public var method: Extent = .empty
    /// The methods whose semantics matter to forwarding.
    public var methodKind: Method = .other
    /// The request-target as received.
    public var target: Extent = .empty
    /// The form of the request-target (RFC 9112 section 3.2).
    public var form: TargetForm = .origin
    /// In absolute form: the authority inside the target.
    public var authority: Extent = .empty
    /// In absolute form: the path and query behind the authority (empty when there is none).
    public var pathAndQuery: Extent = .empty
    /// The minor version: 0 or 1.
    public var minorVersion = 1
    /// The fields.
    public var fields = FieldSection()

    /// An empty head, to be parsed into.
    public init() {}

    /// Takes what another head says, keeping the storage.
    public mutating func assign(_ other: RequestHead) {
        method = other.method
        methodKind = other.methodKind
        target = other.target
        form = other.form
        authority = other.authority
        pathAndQuery = other.pathAndQuery
        minorVersion = other.minorVersion
        fields.assign(other.fields)
    }
}

/// A response head.
public struct ResponseHead: Sendable {
    /// The three-digit status.
    public var status = 0
    /// The reason phrase as received.
    public var reason: Extent = .empty
    /// The minor version: 0 or 1.
    public var minorVersion = 1
    /// The fields.
    public var fields = FieldSection()

    /// An empty head, to be parsed into.
    public init() {}

    /// Takes what another head says, keeping the storage.
    public mutating func assign(_ other: ResponseHead) {
        status = other.status
        reason = other.reason
        minorVersion = other.minorVersion
        fields.assign(other.fields)
    }
}

/// Methods with semantics a proxy needs (RFC 9110 section 9.3).
public enum Method: UInt8, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch, other

    /// Whether asking twice has the effect of asking once (RFC 9110 section 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .connect, .patch, .other: false
        }
    }

    static func lookup(_ bytes: Span<UInt8>, _ extent: Extent) -> Method {
        switch extent.count {
        case 3:
            if bytes.equals(extent, "GET") { return .get }
            if bytes.equals(extent, "PUT") { return .put }
        case 4:
            if bytes.equals(extent, "POST") { return .post }
            if bytes.equals(extent, "HEAD") { return .head }
        case 5:
            if bytes.equals(extent, "PATCH") { return .patch }
            if bytes.equals(extent, "TRACE") { return .trace }
        case 6: if bytes.equals(extent, "DELETE") { return .delete }
        case 7:
            if bytes.equals(extent, "OPTIONS") { return .options }
            if bytes.equals(extent, "CONNECT") { return .connect }
        default: break
        }
        return .other
    }
}

/// The form of a request-target (RFC 9112 section 3.2).
public enum TargetForm: UInt8, Sendable {
    case origin, absolute, authority, asterisk
}

/// How much of a head hoplens is willing to read.
public struct HeadLimits: Equatable, Sendable {
    /// The longest start or field line, in bytes, without its CRLF.
    public var line: Int
    /// The largest head, in bytes.
    public var head: Int
    /// The most field lines.
    public var fields: Int

    /// Limits from their parts.
    public init(line: Int = 16_384, head: Int = 65_536, fields: Int = 200) {
        self.line = line
        self.head = head
        self.fields = fields
    }
}
