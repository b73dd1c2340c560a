// What came of a fetch: each URL of the redirect chain with what was sent to it, and how it ended.

/// An actual request as it went out.
public struct ActualRequest: Equatable, Sendable {
    /// The method on the wire.
    public var method: String
    /// Its Origin; nil when it has none (the opaque origin is the text `null`).
    public var origin: String?
    /// Whether it carries the Authorization the page set.
    public var authorization: Bool
    /// Whether the browser adds cookies (and its own credentials), if it has any that fit.
    public var credentials: Bool
    /// How the URL's site relates to the page's, which decides on SameSite cookies.
    public var site: SiteRelation
}

/// One URL of a redirect chain.
public struct FetchHop: Equatable, Sendable {
    /// The URL, without fragment.
    public var url: String
    /// The preflight that was sent to it.
    public var preflight: Preflight?
    /// Whether a cached preflight made one superfluous.
    public var usedPreflightCache = false
    /// Whether Chromium let Authorization pass under `*`.
    public var authorizationByWildcard = false
    /// The actual request.
    public var actual: ActualRequest?

    init(url: String) { self.url = url }
}

/// A response a script got.
public struct SharedResponse: Equatable, Sendable {
    /// `response.type`.
    public var type: String
    /// `response.status`; 0 for an opaque redirect.
    public var status: Int
    /// `response.url`.
    public var url: String
    /// `response.redirected`.
    public var redirected: Bool
    /// The header names it can enumerate: lower case, sorted.
    public var readable: [String]
}

/// How a fetch ended.
public enum FetchEnding: Equatable, Sendable {
    /// `fetch()` resolved.
    case shared(SharedResponse)
    /// It was refused.
    case refused(Refusal)
    /// An answer that decides is not known: which, in words.
    case undecided(String)
}

/// A fetch from beginning to end.
public struct FetchOutcome: Equatable, Sendable {
    /// The URLs that were reached, in order.
    public var hops: [FetchHop]
    /// How it ended.
    public var ending: FetchEnding

    /// Whether `fetch()` resolved; nil when that is undecided.
    public var resolved: Bool? {
        switch ending {
        case .shared: true
        case .refused: false
        case .undecided: nil
        }
    }

    /// Why it was refused.
    public var refusal: Refusal? { if case .refused(let refusal) = ending { refusal } else { nil } }
    /// What the script got.
    public var response: SharedResponse? { if case .shared(let response) = ending { response } else { nil } }
}
