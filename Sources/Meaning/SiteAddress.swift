// Two addresses of what is meant to be one site: the issuer in a token and the URL that was asked, the site's own
// address and the public one. Verifiers compare them byte by byte; people overlook `www.`, a port, or the scheme.

/// The parts of an address that make two sites of one.
public struct SiteAddress: Equatable, Sendable {
    /// The scheme in lower case.
    public let scheme: String
    /// The host in lower case, IPv6 in brackets.
    public let host: String
    /// The port, the scheme's own one when none is given.
    public let port: Int
    /// The path without a slash at its end.
    public let path: String

    /// Reads an http or https URL; nil for anything else.
    public init?(_ url: String) {
        guard let colon = url.firstRange(of: "://") else { return nil }
        scheme = asciiLowercased(String(url[..<colon.lowerBound]))
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = url[colon.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var authority = rest[..<slash]
        if let sign = authority.lastIndex(of: "@") { authority = authority[authority.index(after: sign)...] }
        var path = rest[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        self.path = String(path)
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        var port = scheme == "https" ? 443 : 80
        if let mark = authority[bracket...].lastIndex(of: ":") {
            let digits = authority[authority.index(after: mark)...]
            if !digits.isEmpty {
                guard let number = DeltaSeconds.parse(String(digits)), number < 65_536 else { return nil }
                port = number
            }
            authority = authority[..<mark]
        }
        guard !authority.isEmpty else { return nil }
        host = asciiLowercased(String(authority))
        self.port = port
    }

    /// A part in which two addresses differ.
    public enum Difference: String, CaseIterable, Sendable {
        /// `http` and `https`.
        case scheme
        /// With and without `www.`; everything else of the host is the same.
        case www
        /// Another host.
        case host
        /// Another port, where the scheme does not explain it.
        case port
        /// Another path.
        case path
    }

    /// In what an address differs from another.
    public func differences(from other: SiteAddress) -> [Difference] {
        var found: [Difference] = []
        if scheme != other.scheme { found.append(.scheme) }
        if host != other.host {
            found.append(host == "www." + other.host || "www." + host == other.host ? .www : .host)
        }
        let areDefaults = port == (scheme == "https" ? 443 : 80) && other.port == (other.scheme == "https" ? 443 : 80)
        if port != other.port, !areDefaults { found.append(.port) }
        if path != other.path { found.append(.path) }
        return found
    }
}
