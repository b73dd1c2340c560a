// The built-in set: the questions that tell a lost credential, a cache, a firewall and a CORS setting apart, asked of one
// path. All of it is GET, HEAD and OPTIONS. The wrong credential has a scheme no server knows, because a wrong password
// of a known scheme counts towards locking somebody out.

/// What the built-in set is made from.
public struct ProbeSet: Equatable, Sendable {
    /// The credential; nil for none.
    public var credential: ProbeCredential?
    /// The value of Cookie; nil for none.
    public var cookie: [UInt8]?
    /// The value of X-WP-Nonce; nil for none.
    public var nonce: [UInt8]?
    /// The page that may ask.
    public var pageOrigin = "https://app.example"
    /// Another page, which tells an answer that was kept for the first one.
    public var otherPageOrigin = "https://other.example"
    /// Sent with every request.
    public var common: [ProbeField]

    /// The scheme of the credential no server can know.
    public static let unknownScheme = "HoplensCheck"

    /// A set without credentials.
    ///
    /// - Parameter userAgent: what User-Agent says.
    public init(userAgent: String) {
        common = [
            ProbeField("User-Agent", userAgent), ProbeField("Accept", "*/*"), ProbeField("Accept-Encoding", "gzip"),
        ]
    }

    /// The probes for a path, in the order in which they are asked.
    ///
    /// - Parameter token: a text no cache can have seen, of letters and digits.
    public func probes(for path: String, token: String) -> [Probe] {
        var probes = [probe("anonymous", .anonymous, path)]
        if let credential {
            probes.append(
                probe("authorised", .authorised, path, [ProbeField("Authorization", credential.authorization)]))
        }
        probes.append(
            probe(
                "wrong credential", .wrongCredential, path,
                [ProbeField("Authorization", "\(ProbeSet.unknownScheme) hoplens")]))
        if let cookie {
            var fields = [ProbeField("Cookie", cookie)]
            if let nonce { fields.append(ProbeField("X-WP-Nonce", nonce)) }
            probes.append(probe("cookie", .cookie, path, fields))
        }
        var preflight = probe(
            "preflight", .preflight, path,
            [
                ProbeField("Origin", pageOrigin), ProbeField("Access-Control-Request-Method", "GET"),
                ProbeField(
                    "Access-Control-Request-Headers",
                    cookie != nil && nonce != nil ? "authorization,x-wp-nonce" : "authorization"),
                ProbeField("Sec-Fetch-Mode", "cors"),
            ])
        preflight.method = "OPTIONS"
        preflight.page = ProbePage(origin: pageOrigin, credentials: false)
        preflight.preflightOf = "page"
        probes.append(preflight)
        for (name, role, origin) in [("page", ProbeRole.page, pageOrigin), ("other page", .otherPage, otherPageOrigin)]
        {
            var one = probe(name, role, path, [ProbeField("Origin", origin), ProbeField("Sec-Fetch-Mode", "cors")])
            one.page = ProbePage(origin: origin, credentials: credential != nil)
            if let credential { one.fields.append(ProbeField("Authorization", credential.authorization)) }
            probes.append(one)
        }
        let mark = path.contains("?") ? "&" : "?"
        probes.append(probe("cache passed by", .busted, "\(path)\(mark)hoplens=\(token)"))
        var head = probe("HEAD", .head, path)
        head.method = "HEAD"
        probes.append(head)
        if let twin = ProbeSet.twin(of: path) { probes.append(probe("rest_route", .otherRoute, twin)) }
        return probes
    }

    private func probe(_ name: String, _ role: ProbeRole, _ path: String, _ fields: [ProbeField] = []) -> Probe {
        Probe(name: name, role: role, path: path, fields: common + fields)
    }

    /// The other address of a REST route: `/wp-json/wp/v2/posts?x=1` is `/?rest_route=/wp/v2/posts&x=1`; nil for a path
    /// that is no REST route by `/wp-json`.
    public static func twin(of path: String) -> String? {
        guard let json = path.firstRange(of: "/wp-json") else { return nil }
        let rest = path[json.upperBound...]
        let route = rest.prefix { $0 != "?" }
        guard route.isEmpty || route.hasPrefix("/") else { return nil }
        let query = rest.dropFirst(route.count + 1)
        return "\(path[..<json.lowerBound])/?rest_route=\(route.isEmpty ? "/" : route)"
            + (query.isEmpty ? "" : "&\(query)")
    }
}
