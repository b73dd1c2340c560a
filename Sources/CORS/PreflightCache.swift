// The CORS-preflight cache (Fetch section 4.9). The standard keeps one entry for each method and each header name and
// adds to them; Chromium keeps one entry a URL and replaces it. Time is given by the caller, in milliseconds.

/// What preflights allowed, for a while.
public struct PreflightCache: Sendable {
    private struct Entry {
        var origin: String
        var url: String
        var expires: Int64
        var permission: Permission
    }

    /// Whose rules.
    public let dialect: Dialect
    private var entries: [Entry] = []
    private let capacity: Int

    /// An empty cache that keeps at most so many answers; Chromium keeps about a thousand.
    public init(_ dialect: Dialect, capacity: Int = 1000) {
        self.dialect = dialect
        self.capacity = max(1, capacity)
    }

    /// How many seconds an answer is kept: Access-Control-Max-Age, 5 when it is missing or unreadable, and never longer
    /// than the browser's own limit.
    ///
    /// Fetch section 4.8, steps 7.8 to 7.10.
    public static func maxAge(_ headers: HeaderList, _ dialect: Dialect) -> Int {
        let lines = headers.lines("access-control-max-age")
        guard !lines.isEmpty else { return 5 }
        if dialect.has(.maxAgeParse) {
            let text = Octets.latin1(headers.combined("access-control-max-age") ?? [])
            guard let seconds = Int64(text) else { return 5 }
            return Int(min(max(seconds, 0), Int64(dialect.longestCache)))
        }
        // delta-seconds is digits only, and a second line makes the extraction fail.
        let value = Octets.trimmed(lines[0].value)
        guard lines.count == 1, !value.isEmpty, value.allSatisfy(Octets.isDigit) else { return 5 }
        return min(Int(Octets.latin1(value)) ?? Int.max, dialect.longestCache)
    }

    /// Whether permission for a request is still there.
    ///
    /// Fetch section 4.9, "method cache entry match" and "header-name cache entry match".
    public mutating func allows(
        method: String, unsafeNames: [String], origin: String, url: String, credentials: CredentialsMode, now: Int64
    ) -> Bool {
        entries.removeAll { $0.expires <= now }
        let known = entries.filter {
            $0.origin == origin && $0.url == url && ($0.permission.credentials || credentials != .include)
        }
        // Here Chromium keeps to the standard too: a cached `*` does not cover Authorization.
        let missing = unsafeNames.filter { name in
            !known.contains { $0.permission.refused([name], .standard) == nil }
        }
        if !known.isEmpty, missing.isEmpty, known.contains(where: { $0.permission.allows(method: method) }) {
            return true
        }
        // Chromium drops an entry that was not enough.
        if dialect.has(.cacheReplaces) { clear(origin: origin, url: url) }
        return false
    }

    /// Keeps what an answer allowed.
    public mutating func store(
        _ permission: Permission, _ headers: HeaderList, origin: String, url: String, now: Int64
    ) {
        if dialect.has(.opaqueNoCache), origin == "null" { return }
        let seconds = Self.maxAge(headers, dialect)
        if dialect.has(.cacheReplaces) { clear(origin: origin, url: url) }
        guard seconds > 0 else { return }
        if entries.count >= capacity { entries.removeFirst() }
        entries.append(Entry(origin: origin, url: url, expires: now + Int64(seconds) * 1000, permission: permission))
    }

    /// Forgets what was allowed for a URL.
    public mutating func clear(origin: String, url: String) {
        entries.removeAll { $0.origin == origin && $0.url == url }
    }
}
