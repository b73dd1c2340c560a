// What a script may read of a response (Fetch sections 2.2.2 and 2.2.6): with a basic response all but cookies, with a
// CORS response a few safelisted names and what Access-Control-Expose-Headers adds.

/// How much of a response the page may see.
public enum ResponseTainting: String, Sendable {
    /// The page's own origin all the way.
    case basic
    /// A foreign origin that agreed.
    case cors
}

/// What a script may read.
public enum Exposure {
    /// Fetch section 2.2.2, "CORS-safelisted response-header name" without a list of exposed ones.
    static let safelisted: Set<String> = [
        "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma",
    ]

    /// Fetch section 2.2.2, "forbidden response-header name".
    static let forbidden: Set<String> = ["set-cookie", "set-cookie2"]

    /// The names Access-Control-Expose-Headers adds, in lower case; `*` is everything without credentials, and just a
    /// name with them.
    ///
    /// Fetch section 4.1, "main fetch", the step on CORS-exposed header-name lists.
    public static func exposedNames(_ headers: HeaderList, _ credentials: CredentialsMode) -> Set<String> {
        let names = Set(headers.extractList("access-control-expose-headers").names.map(\.lowercasedASCII))
        guard names.contains("*"), credentials != .include else { return names }
        return Set(headers.fields.map(\.lowerName))
    }

    /// All names a script can enumerate: lower case, sorted, each once.
    ///
    /// Fetch section 2.2.6, "basic filtered response" and "CORS filtered response".
    public static func readableNames(
        _ headers: HeaderList, _ tainting: ResponseTainting, _ credentials: CredentialsMode
    ) -> [String] {
        var names = Set(headers.fields.map(\.lowerName))
        if tainting == .cors { names.formIntersection(safelisted.union(exposedNames(headers, credentials))) }
        names.subtract(forbidden)
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
