// What somebody wants to know: a site, perhaps its origin beside it, and the requests that fail (or should be checked).
// Values of credentials are in here, because they have to be sent; nothing in this module prints them, and what comes
// back is a record, which is redacted.

/// Where a request goes: scheme, host and port.
public struct Site: Hashable, Sendable {
    /// Whether TLS is spoken.
    public var secure: Bool
    /// The name or address; IPv6 without brackets.
    public var host: String
    /// The port.
    public var port: UInt16

    /// A site from its parts.
    public init(secure: Bool, host: String, port: UInt16) {
        self.secure = secure
        self.host = host
        self.port = port
    }

    /// What Host says: the port only where it is not the scheme's own.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return hasOwnPort ? name : "\(name):\(port)"
    }

    /// Whether the port is the one the scheme has anyway.
    public var hasOwnPort: Bool { port == (secure ? 443 : 80) }

    /// Scheme and authority.
    public var url: String { (secure ? "https://" : "http://") + authority }
}

/// A field line to send.
public struct SentField: Hashable, Sendable {
    /// The name as it is to be spelled.
    public var name: String
    /// The value.
    public var value: String

    /// A line from its parts.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A request somebody asks about.
public struct AskedRequest: Sendable {
    /// What the user calls it.
    public var name: String
    /// The method.
    public var method: String
    /// The target in origin form.
    public var path: String
    /// The field lines in order.
    public var fields: [SentField]
    /// The body; nil for none.
    public var body: [UInt8]?
    /// The page it is sent from, when a browser sends it across origins.
    public var page: Page?
    /// Whether it is to go over HTTP/2, which hoplens does not speak.
    public var needsHTTP2 = false
    /// The name of the request it is the preflight of.
    public var preflightOf: String?

    /// A page in a browser.
    public struct Page: Hashable, Sendable {
        /// The page's origin, serialised.
        public var origin: String
        /// Whether credentials are included (`fetch` with `credentials: 'include'`).
        public var credentials: Bool

        /// A page from its parts.
        public init(origin: String, credentials: Bool) {
            self.origin = origin
            self.credentials = credentials
        }
    }

    /// A request from its parts.
    public init(
        _ name: String, _ method: String = "GET", _ path: String, fields: [SentField] = [], body: [UInt8]? = nil,
        page: Page? = nil
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.fields = fields
        self.body = body
        self.page = page
    }

    /// The value of the first line of a name, compared without case.
    func value(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }

    /// The lines that say who asks.
    var credentials: [SentField] {
        fields.filter { ["authorization", "cookie", "x-wp-nonce"].contains($0.name.lowercased()) }
    }

    /// Whether anything in it says who asks.
    var isAnonymous: Bool {
        value("authorization") == nil && value("x-wp-nonce") == nil
            && value("cookie")?.contains("wordpress_logged_in") != true && !path.contains("_wpnonce=")
    }
}

/// What is to be found out.
public struct Question: Sendable {
    /// The public address.
    public var front: Site
    /// The path WordPress lives under, without a slash at its end; empty for the root.
    public var base: String
    /// The origin beside it; it is asked for the public name.
    public var origin: Site?
    /// The requests, in the order in which they are sent.
    public var requests: [AskedRequest]
    /// A user to log in as first, when that was asked for.
    public var login: Login?
    /// Whether requests that may change something are sent as they are.
    public var allowsUnsafe = false

    /// A login.
    public struct Login: Equatable, Sendable {
        /// What a login brings.
        public enum Means: Sendable {
            /// A token of the JWT plugin.
            case token
            /// The login cookie, and a nonce for it.
            case cookie
        }

        /// What it is to bring.
        public var means: Means
        /// The user's name.
        public var user: String
        /// The password; never shown.
        public var password: String

        /// A login from its parts.
        public init(by means: Means, user: String, password: String) {
            self.means = means
            self.user = user
            self.password = password
        }
    }

    /// A question from its parts.
    public init(front: Site, base: String = "", origin: Site? = nil, requests: [AskedRequest]) {
        self.front = front
        self.base = base
        self.origin = origin
        self.requests = requests
    }
}
