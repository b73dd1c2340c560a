// Origins (HTML section 7.1.1): scheme, host and port, or opaque. Two opaque origins are never the same, and both are
// written `null`.

/// Whose page it is.
public enum Origin: Equatable, Sendable {
    /// A sandboxed page, a file, a data: URL: written `null`.
    case opaque
    /// An ordinary page; the port is nil when it is the scheme's default.
    case tuple(scheme: String, host: String, port: UInt16?)

    /// The origin a text spells, which may be a whole URL; nil when it is none.
    public init?(_ text: String) {
        if text == "null" {
            self = .opaque
            return
        }
        guard let url = WebURL(text) else { return nil }
        self = url.origin
    }

    /// HTML section 7.1.1, "serialization of an origin".
    public var serialized: String {
        switch self {
        case .opaque: "null"
        case .tuple(let scheme, let host, let port): scheme + "://" + host + (port.map { ":\($0)" } ?? "")
        }
    }

    /// HTML section 7.1.1, "same origin".
    public func isSame(as other: Origin) -> Bool {
        if case .opaque = self { return false }
        return self == other
    }

    /// Whether Chromium calls it potentially trustworthy (Secure Contexts section 3.1): https, or a loopback host.
    public var isTrustworthy: Bool {
        guard case .tuple(let scheme, let host, _) = self else { return false }
        return scheme == "https" || scheme == "wss" || scheme == "file" || Self.isLoopback(host)
    }

    static func isLoopback(_ host: String) -> Bool {
        var name = host[...]
        if name.last == "." { name = name.dropLast() }
        return name == "localhost" || name.hasSuffix(".localhost") || host == "[::1]"
            || (host.hasPrefix("127.") && WebURL.isIPv4(host))
    }
}

/// Whether two origins belong to the same site, which cookies with SameSite ask.
///
/// A site is scheme and registrable domain (HTML section 7.1.1, "same site"), and what is registrable stands in the
/// public suffix list, which hoplens does not carry. Hosts that share their last two labels or more are therefore only
/// `likelySame`.
public enum SiteRelation: String, Sendable {
    /// The same site for certain.
    case same
    /// Hosts with a common parent: the same site unless that parent is a public suffix.
    case likelySame = "likely-same"
    /// Another site for certain.
    case cross

    /// Compares two origins.
    public init(_ one: Origin, _ other: Origin) {
        guard case .tuple(let scheme, let host, _) = one, case .tuple(let otherScheme, let otherHost, _) = other,
            scheme == otherScheme
        else {
            self = .cross
            return
        }
        if host == otherHost {
            self = .same
            return
        }
        let isAddress = { (host: String) in host.first == "[" || WebURL.isIPv4(host) }
        let labels = host.split(separator: ".").reversed()
        let otherLabels = otherHost.split(separator: ".").reversed()
        let shared = zip(labels, otherLabels).prefix { $0 == $1 }.count
        self = isAddress(host) || isAddress(otherHost) || shared < 2 ? .cross : .likelySame
    }

    /// The SameSite attributes of cookies that may go along with a subresource request.
    public var cookies: [String] { self == .cross ? ["None"] : ["Lax", "None", "Strict"] }
}
