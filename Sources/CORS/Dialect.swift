// The Fetch standard, and where Chromium does something else. A deviation is named as ../shared/cors-oracle names it
// and is asked for at the very step it changes, so the standard's text and Chromium's behaviour share one algorithm.

/// Where a browser does not do what the Fetch standard says.
public struct Deviations: OptionSet, Sendable, Hashable {
    /// One bit a deviation.
    public let rawValue: Int

    /// Deviations from their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `Access-Control-Allow-Headers: *` also covers Authorization (without credentials).
    public static let authorizationWildcard = Deviations(rawValue: 1 << 0)
    /// Client hints set by script need no preflight when their value is plausible.
    public static let clientHints = Deviations(rawValue: 1 << 1)
    /// A Range position of 2^63 or more is not a simple range.
    public static let rangeOverflow = Deviations(rawValue: 1 << 2)
    /// Repeated request headers are joined before they are judged.
    public static let joinRepeated = Deviations(rawValue: 1 << 3)
    /// Access-Control-Max-Age is read as a signed 64-bit number.
    public static let maxAgeParse = Deviations(rawValue: 1 << 4)
    /// A User-Agent set by script is dropped silently.
    public static let userAgent = Deviations(rawValue: 1 << 5)
    /// A refused actual response does not clear the cached preflight.
    public static let keepCache = Deviations(rawValue: 1 << 6)
    /// A preflight of an opaque origin is not cached.
    public static let opaqueNoCache = Deviations(rawValue: 1 << 7)
    /// A redirect status with an empty Location is an ordinary response.
    public static let emptyLocation = Deviations(rawValue: 1 << 8)
    /// Identical Location lines count as one.
    public static let doubleLocation = Deviations(rawValue: 1 << 9)
    /// A same-origin redirect to a URL with userinfo is blocked.
    public static let userinfoSameOrigin = Deviations(rawValue: 1 << 10)
    /// A new preflight replaces what was cached for the URL, where the standard adds to it.
    ///
    /// Read in Chromium's source; the oracle has no case of it.
    public static let cacheReplaces = Deviations(rawValue: 1 << 11)
}

/// Whose rules are applied.
public struct Dialect: Sendable, Hashable {
    /// What it does otherwise than the standard.
    public var deviations: Deviations
    /// The most a preflight is cached, in seconds, whatever Access-Control-Max-Age says.
    public var longestCache: Int

    /// Rules from their differences.
    public init(deviations: Deviations, longestCache: Int) {
        self.deviations = deviations
        self.longestCache = longestCache
    }

    /// The Fetch standard; the limit of the cache is the browser's own affair there, and Chromium's is taken.
    public static let standard = Dialect(deviations: [], longestCache: 7200)
    /// Chromium 156, as observed.
    public static let chromium = Dialect(
        deviations: [
            .authorizationWildcard, .clientHints, .rangeOverflow, .joinRepeated, .maxAgeParse, .userAgent, .keepCache,
            .opaqueNoCache, .emptyLocation, .doubleLocation, .userinfoSameOrigin, .cacheReplaces,
        ], longestCache: 7200)

    func has(_ deviation: Deviations) -> Bool { deviations.contains(deviation) }
}

/// With or without credentials: `fetch()`'s `credentials`.
public enum CredentialsMode: String, Sendable, CaseIterable {
    /// Never.
    case omit
    /// Only to the page's own origin.
    case sameOrigin = "same-origin"
    /// Always.
    case include
}

/// What `fetch()` is told to do with a redirect.
public enum RedirectMode: String, Sendable, CaseIterable {
    /// Follow it.
    case follow
    /// Fail.
    case error
    /// Hand it over unread.
    case manual
}
