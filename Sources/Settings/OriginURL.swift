// The origin, as a URL of which only scheme, host and port may be there: path and query come from each request, and
// secrets have no business on a command line, where every user of the machine can read them.
//
// No message of this file repeats what stands before an '@' or behind a '?'.

/// Whom requests are forwarded to.
public struct OriginURL: Sendable, Equatable, Hashable {
    /// Whether the origin speaks TLS.
    public var tls: Bool
    /// A name or an address in small letters; IPv6 without brackets.
    public var host: String
    /// The port, the scheme's own when none was written.
    public var port: UInt16

    /// An origin from its parts, IPv6 without brackets.
    public init(tls: Bool, host: String, port: UInt16) {
        self.tls = tls
        self.host = host
        self.port = port
    }

    /// Host and port as they belong into a Host field: the port is left out when it is the scheme's own.
    public var authority: String {
        port == Self.defaultPort(tls: tls) ? HostText.bracketed(host) : "\(HostText.bracketed(host)):\(port)"
    }

    private static func defaultPort(tls: Bool) -> UInt16 { tls ? 443 : 80 }

    /// Reads an origin.
    public init(parsing text: String) throws(Mismatch) {
        let wanted = "expected the origin as a URL such as https://example.test"
        if text.isEmpty { throw Mismatch("\(wanted), found nothing") }
        if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F || $0 == "\\" }) {
            throw Mismatch("\(wanted), found a space, control character or backslash in it")
        }
        guard let separator = text.firstRange(of: "://") else { throw Self.withoutScheme(text, wanted) }
        let scheme = text[..<separator.lowerBound].lowercased()
        let (authority, rest) = Self.splitAuthority(text[separator.upperBound...])
        if authority.contains("@") { throw Self.secret(scheme, authority) }
        switch scheme {
        case "https": tls = true
        case "http": tls = false
        case "ws", "wss":
            let used = scheme == "ws" ? "http" : "https"
            throw Mismatch(
                "\(wanted), found the scheme \(quoted(scheme))",
                hint: "say \(used)://\(authority): WebSocket connections begin as HTTP and are tunnelled")
        default:
            let near = nearestName(to: scheme, among: ["https", "http"])
            throw Mismatch(
                "\(wanted), found the scheme \(quoted(scheme))",
                hint: near.map { "did you mean \($0)://\(authority)?" } ?? "say http:// or https://")
        }
        if authority.isEmpty { throw Mismatch("\(wanted), found no host behind \(scheme)://") }
        let (hostText, portText) = HostText.split(authority)
        host = try HostText.host(hostText)
        port =
            try portText.map { text throws(Mismatch) in try HostText.port(text, allowZero: false) }
            ?? Self.defaultPort(tls: tls)
        guard rest.isEmpty || rest == "/" else {
            let found = rest.first == "?" ? "a query" : rest.first == "#" ? "a fragment" : "a path"
            let path = rest.prefix { $0 != "?" && $0 != "#" }
            let ask = path.count > 1 ? ", and ask the proxy for \(quoted(String(path)))" : ""
            throw Mismatch(
                "expected only scheme, host and port, found \(found): path and query come from each request",
                hint: "write \(self)\(ask)")
        }
    }

    private static func splitAuthority(_ text: Substring) -> (authority: String, rest: String) {
        let end = text.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? text.endIndex
        return (String(text[..<end]), String(text[end...]))
    }

    private static func secret(_ scheme: String, _ authority: String) -> Mismatch {
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return Mismatch(
            "the origin has a user name or password in it; secrets do not belong on a command line or in this file, and "
                + "hoplens adds no credentials of its own",
            hint: "write \(scheme)://\(host) and let the client send the Authorization field")
    }

    /// `example.test`, `localhost:3000`, `//example.test`, `http:/example.test`: what was left out is said.
    private static func withoutScheme(_ text: String, _ wanted: String) -> Mismatch {
        for scheme in ["https:", "http:"] where text.lowercased().hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count).drop { $0 == "/" }
            let (authority, _) = splitAuthority(rest)
            if authority.contains("@") { return secret(String(scheme.dropLast()), authority) }
            return Mismatch("\(wanted), found \(scheme) without two slashes", hint: "write \(scheme)//\(authority)")
        }
        let (authority, _) = splitAuthority(text.drop { $0 == "/" })
        if authority.contains("@") { return secret("https", authority) }
        let (host, port) = HostText.split(authority)
        guard let host = try? HostText.host(host) else { return Mismatch("\(wanted), found \(quoted(authority))") }
        let endpoint = Endpoint(host: host, port: 1)
        let isPlain =
            endpoint.isLoopback || HostText.isIPv4(host) || (port != nil && port != "443") || !host.contains(".")
        return Mismatch(
            "the origin \(quoted(authority)) says neither http:// nor https://",
            hint: "write \(isPlain ? "http" : "https")://\(authority), or \(isPlain ? "https" : "http")://\(authority)")
    }
}

extension OriginURL: CustomStringConvertible {
    /// As it is written: `https://example.test:8443`.
    public var description: String { "\(tls ? "https" : "http")://\(authority)" }
}
