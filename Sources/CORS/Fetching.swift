// The fetch itself (Fetch sections 4.1 to 4.8) for mode `cors`, over answers that somebody supplies: a recorded
// exchange, a test, or a server just asked. No clock and no socket; the steps are functions, each with its section.
//
// State that grows along redirects stands in `Progress`: the URL list (which taints the origin), the tainting (which
// never goes back to basic), and the method and headers, which redirects change.

/// Things about the browser's surroundings that decide besides CORS.
public struct BrowserEnvironment: Equatable, Sendable {
    /// Whether the page came from a public address.
    public var pageIsPublic: Bool
    /// Whether the user allowed it to reach this machine.
    public var loopbackAllowed: Bool

    /// An ordinary page.
    public init(pageIsPublic: Bool = false, loopbackAllowed: Bool = true) {
        self.pageIsPublic = pageIsPublic
        self.loopbackAllowed = loopbackAllowed
    }
}

/// Performs fetches by the rules of one dialect, keeping its preflight cache between them.
public struct Fetching: Sendable {
    /// Which answer is asked for.
    public enum Question: Sendable {
        /// The answer to a preflight for a URL.
        case preflight(Preflight)
        /// The answer to the actual request for it, with the headers the script set.
        case actual(ActualRequest, HeaderList)
    }

    /// Whose rules.
    public let dialect: Dialect
    /// What preflights allowed.
    public var cache: PreflightCache
    /// The browser's surroundings.
    public var environment: BrowserEnvironment

    /// Fetches by some rules, with an empty cache.
    public init(_ dialect: Dialect, environment: BrowserEnvironment = BrowserEnvironment()) {
        self.dialect = dialect
        self.environment = environment
        cache = PreflightCache(dialect)
    }

    /// What changes along redirects.
    struct Progress {
        var request: BuiltRequest
        var url: WebURL
        var urls: [Origin]
        var tainting = ResponseTainting.basic
        var redirects = 0
        var hops: [FetchHop] = []

        init(_ request: BuiltRequest) {
            self.request = request
            url = request.url
            urls = [request.url.origin]
        }

        /// The request's origin as it is sent and checked: `null` once a redirect went from a foreign origin to
        /// another.
        ///
        /// Fetch section 2.2.5, "redirect-taint" and "serialize a request origin".
        var origin: String {
            for (last, next) in zip(urls, urls.dropFirst())
            where !next.isSame(as: last) && !request.page.isSame(as: last) { return "null" }
            return request.page.serialized
        }
    }

    /// Fetches what a page asks for.
    public mutating func fetch(
        _ request: PageRequest, now: Int64 = 0, answer: (WebURL, Question) -> Answer?
    ) -> FetchOutcome {
        do throws(Refusal) {
            return fetch(try BuiltRequest(request, dialect), now: now, answer: answer)
        } catch {
            return FetchOutcome(hops: [], ending: .refused(error))
        }
    }

    /// Fetches a request that was built.
    public mutating func fetch(
        _ request: BuiltRequest, now: Int64 = 0, answer: (WebURL, Question) -> Answer?
    ) -> FetchOutcome {
        var progress = Progress(request)
        while true {
            do throws(Refusal) {
                if let ending = try visit(&progress, now, answer) {
                    return FetchOutcome(hops: progress.hops, ending: ending)
                }
            } catch {
                var refusal = error
                refusal.hop = max(0, progress.hops.count - 1)
                return FetchOutcome(hops: progress.hops, ending: .refused(refusal))
            }
        }
    }

    /// One URL of the chain; nil when a redirect leads on.
    private mutating func visit(
        _ progress: inout Progress, _ now: Int64, _ answer: (WebURL, Question) -> Answer?
    ) throws(Refusal) -> FetchEnding? {
        // Blocked before anything is sent: no hop yet.
        try checkSurroundings(progress)
        progress.hops.append(FetchHop(url: progress.url.asked.serialized()))
        let here = progress.hops.count - 1
        // Section 4.1, main fetch: which tainting; it never goes back to basic.
        if !progress.request.page.isSame(as: progress.url.origin) { progress.tainting = .cors }
        if progress.tainting == .cors, !progress.url.isHTTP {
            throw Refusal(
                .disabledScheme, .request, "CORS works with http and https only, not with \(progress.url.scheme):.")
        }
        let unsafeNames = RequestHeaders(dialect).unsafeNames(progress.request.headers)
        let needsPreflight =
            progress.tainting == .cors && (!Methods.isSafelisted(progress.request.method) || !unsafeNames.isEmpty)
        if needsPreflight, let ending = try preflight(&progress, unsafeNames, now, answer) { return ending }
        let actual = actual(progress)
        progress.hops[here].actual = actual
        guard let response = answer(progress.url, .actual(actual, progress.request.headers)) else {
            return .undecided("the answer to \(progress.request.method) \(progress.url.serialized()) is not known")
        }
        try checkTransport(response)
        // Section 4.3, HTTP fetch: the CORS check comes before everything else the answer says.
        if progress.tainting == .cors,
            let refusal = CORSCheck.run(
                response.headers, origin: progress.origin, credentials: progress.request.credentials)
        {
            if needsPreflight, !dialect.has(.keepCache) {
                cache.clear(origin: progress.origin, url: progress.url.serialized(fragment: true))
            }
            throw refusal
        }
        if try isRedirect(response, progress.url) {
            switch progress.request.redirect {
            case .error:
                throw Refusal(
                    .redirectForbidden, .response, lines: Self.safe(response.headers.lines("location"), progress.url),
                    "The answer is a redirect (\(response.status)), and the page asked for none (redirect: 'error').")
            case .manual:
                return .shared(
                    SharedResponse(
                        type: "opaqueredirect", status: 0, url: progress.url.serialized(), redirected: false,
                        readable: []))
            case .follow:
                try redirect(&progress, response)
                return nil
            }
        }
        return .shared(
            SharedResponse(
                type: progress.tainting.rawValue, status: response.status, url: progress.url.serialized(),
                redirected: progress.urls.count > 1,
                readable: Exposure.readableNames(
                    response.headers, progress.tainting, progress.request.credentials)))
    }

    /// Asks for permission unless it is still there (sections 4.3 and 4.8).
    private mutating func preflight(
        _ progress: inout Progress, _ unsafeNames: [String], _ now: Int64, _ answer: (WebURL, Question) -> Answer?
    ) throws(Refusal) -> FetchEnding? {
        let request = progress.request
        let here = progress.hops.count - 1
        let origin = progress.origin
        let url = progress.url.serialized()
        // The cache compares whole URLs: another fragment is another URL.
        let key = progress.url.serialized(fragment: true)
        if cache.allows(
            method: request.method, unsafeNames: unsafeNames, origin: origin, url: key,
            credentials: request.credentials, now: now)
        {
            progress.hops[here].usedPreflightCache = true
            return nil
        }
        let preflight = Preflight(method: request.method, unsafeNames: unsafeNames, origin: origin)
        progress.hops[here].preflight = preflight
        guard let response = answer(progress.url, .preflight(preflight)) else {
            return .undecided("the answer to the preflight for \(url) is not known")
        }
        try checkTransport(response)
        let permission = try PreflightCheck.run(
            response, method: request.method, unsafeNames: unsafeNames, origin: origin,
            credentials: request.credentials, dialect)
        progress.hops[here].authorizationByWildcard =
            permission.refused(unsafeNames, .standard) != nil && permission.refused(unsafeNames, dialect) == nil
        cache.store(permission, response.headers, origin: origin, url: key, now: now)
        return nil
    }

    /// The actual request as it goes out (section 4.5, HTTP-network-or-cache fetch).
    private func actual(_ progress: Progress) -> ActualRequest {
        let request = progress.request
        // Section 3.2, "append a request `Origin` header".
        let sendsOrigin = progress.tainting == .cors || (request.method != "GET" && request.method != "HEAD")
        let credentials =
            request.credentials == .include
            || (request.credentials == .sameOrigin && progress.tainting == .basic)
        return ActualRequest(
            method: request.method, origin: sendsOrigin ? progress.origin : nil,
            authorization: request.headers.contains("authorization"), credentials: credentials,
            site: SiteRelation(request.page, progress.url.origin))
    }

    /// Chromium's network layer refuses these before anybody looks at CORS.
    private func checkTransport(_ response: Answer) throws(Refusal) {
        if response.status == 407 {
            throw Refusal(
                .unexpectedProxyAuth, .response,
                "The answer is 407 Proxy Authentication Required, but no proxy was asked.",
                advice: "Answer 401 or 403 instead; 407 belongs to proxies.")
        }
    }
}
