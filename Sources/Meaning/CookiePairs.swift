// Cookie (RFC 6265bis section 5.8.1) as a server reads it: names and values in order. Values are shown as records have
// them, by markers; names decide which login it is.

public import Fields

/// The cookies of a request.
public struct CookiePairs: Equatable, Sendable {
    /// A cookie.
    public struct Pair: Equatable, Sendable {
        /// The name.
        public var name: String
        /// The value as the record shows it.
        public var value: String
    }

    /// The cookies in order.
    public private(set) var pairs: [Pair] = []
    /// How many parts had no `=`; servers read such a part as a name or as a value.
    public private(set) var nameless = 0

    /// The cookies from the values of the field's lines.
    public init(_ lines: [String]) {
        for line in lines {
            var scanner = FieldScanner(line)
            while !scanner.isAtEnd {
                scanner.skipBlanks()
                let name = scanner.word(until: "=;")
                if scanner.take("=") {
                    scanner.skipBlanks()
                    pairs.append(Pair(name: name, value: scanner.word(until: ";")))
                } else if !name.isEmpty {
                    nameless += 1
                }
                _ = scanner.take(";")
            }
        }
    }

    /// The names that are there more than once: a server takes the first or the last.
    public var repeated: [String] { repeats(pairs.map(\.name)) }

    /// Whether a cookie of a role is there.
    public func has(_ role: CookieRole) -> Bool { pairs.contains { CookieRole(name: $0.name) == role } }

    /// The hashes of the sites whose WordPress login cookies are there; two mean two sites, or two addresses of one.
    public var loginSites: [String] {
        var sites: [String] = []
        for pair in pairs where CookieRole(name: pair.name) == .loggedIn {
            let hash = String(pair.name.dropFirst("wordpress_logged_in_".count))
            if !sites.contains(hash) { sites.append(hash) }
        }
        return sites
    }
}
