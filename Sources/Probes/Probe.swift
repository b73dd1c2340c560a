// A request that is to be asked of one target or of several, as a value: what a command line, a requests file, a HAR, a
// recorded exchange and the built-in set all come down to. It does not know where it goes, and it may hold secrets.

/// A field line of a probe.
public struct ProbeField: Equatable, Sendable {
    /// The name as it is sent.
    public var name: String
    /// The value's bytes; they may be a secret.
    public var value: [UInt8]

    /// A field line.
    public init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A field line whose value is text.
    public init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }
}

/// The page in a browser a probe pretends to come from.
public struct ProbePage: Equatable, Sendable {
    /// The page's origin, `https://app.example.test`.
    public var origin: String
    /// Whether the page asks for credentials to be sent (`credentials: 'include'`).
    public var credentials: Bool

    /// A page.
    public init(origin: String, credentials: Bool) {
        self.origin = origin
        self.credentials = credentials
    }
}

/// What a probe is meant to find out beside the others of its set.
public enum ProbeRole: String, CaseIterable, Sendable {
    /// A request somebody asked for.
    case custom
    /// Without any credential.
    case anonymous
    /// With the credential that was given.
    case authorised
    /// With a credential no server can know.
    case wrongCredential = "wrong-credential"
    /// With the cookies, and the nonce, that were given.
    case cookie
    /// The preflight of a browser.
    case preflight
    /// The request of a page of one origin.
    case page
    /// The same from a page of another origin.
    case otherPage = "other-page"
    /// With a query no cache knows.
    case busted
    /// HEAD.
    case head
    /// The same route by `?rest_route=`.
    case otherRoute = "other-route"
}

/// A request to be asked.
public struct Probe: Equatable, Sendable {
    /// What it is called in output; unique within its list.
    public var name: String
    /// What it is meant to find out.
    public var role: ProbeRole
    /// The method.
    public var method: String
    /// The request-target in origin form.
    public var path: String
    /// The field lines in order; what Host says is not among them.
    public var fields: [ProbeField]
    /// The body; empty for none.
    public var body: [UInt8]
    /// The page it comes from, when it plays a browser.
    public var page: ProbePage?
    /// The name of the probe whose preflight it is.
    public var preflightOf: String?
    /// What Host says instead of the target's own name.
    public var host: String?
    /// The HTTP version asked for (`2`), when one is.
    public var http: String?

    /// A probe.
    public init(
        name: String, role: ProbeRole = .custom, method: String = "GET", path: String, fields: [ProbeField] = [],
        body: [UInt8] = []
    ) {
        self.name = name
        self.role = role
        self.method = method
        self.path = path
        self.fields = fields
        self.body = body
    }

    /// Whether it is of a kind that changes nothing on a server (RFC 9110 section 9.2.1).
    public var isSafe: Bool { ["GET", "HEAD", "OPTIONS"].contains(method) }

    /// Whether it says who asks.
    public var hasCredential: Bool {
        fields.contains { ["authorization", "cookie", "x-wp-nonce"].contains($0.name.lowercased()) }
    }

    /// The first value of a field as text; nil when there is none.
    public func first(_ name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// Gives a field this one value, in the place of the first line of that name or at the end.
    public mutating func set(_ name: String, _ value: [UInt8]) {
        let wanted = name.lowercased()
        guard let place = fields.firstIndex(where: { $0.name.lowercased() == wanted }) else {
            fields.append(ProbeField(name, value))
            return
        }
        fields[place].value = value
        var position = 0
        fields.removeAll { field in
            defer { position += 1 }
            return position != place && field.name.lowercased() == wanted
        }
    }
}
