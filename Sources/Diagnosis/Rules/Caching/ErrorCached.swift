// A fixed fault may live on in a cache.

extension Rule {
    /// An error comes out of a cache.
    static let errorCached = Rule(
        id: "error-from-cache", title: "This error comes out of a cache",
        severity: .warning, layer: .cdnCache,
        rationale: """
            The error was answered by a cache: it says what was true when it was stored. 404, 405, 410, 414 and 501 \
            may be kept by default, others where the origin or the cache's rules allow it; WordPress sends no Cache- \
            Control with an anonymous 401, so caches keep that, too.
            """,
        sources: [
            "RFC 9110 section 15.1",
            "RFC 9111 section 3",
            "measured: an anonymous 401 of WordPress has no Cache-Control",
        ],
        firstStep: "Purge this URL, and ask again with a query no cache knows.",
        notYet: "Do not go on changing the origin before you have seen a fresh answer.",
        scope: .cached,
        fixes: ["error-from-cache.varnish.vcl", "error-from-cache.nginx.conf"],
        triggers: [
            .refusal(
                "a route that was missing", "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test", 404,
                "rest_no_route", "Sorry.", fields: ["Age: 300", "X-Cache: HIT"])
        ],
        quiet: [
            .refusal(
                "a fresh error", "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test", 404, "rest_no_route",
                "Sorry.", fields: ["X-Cache: MISS"]),
            Example(
                "a missing picture",
                """
                > GET /a.png HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < X-Cache: HIT
                < Age: 3
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status >= 400, facts.cache.isHit, facts.target.isREST else { return nil }
        let busted = subject.related(.busted)
        let isGone = busted?.status.map { $0 < 400 } ?? false
        // That something is not there, and that nobody may see it, is kept for others who are nobody; that is what caches do.
        let isOrdinary = !facts.hasCredentials && [401, 404, 410].contains(status)
        return Match(
            facts.cache.hit + [facts.statusEvidence] + (isGone ? busted.map { [$0.statusEvidence] } ?? [] : []),
            severity: isGone ? .error : isOrdinary ? .notice : nil)
    }
}
