// A cache that keeps the REST API has it wrong sooner or later.

extension Rule {
    /// REST answers are kept by a page cache.
    static let restCached = Rule(
        id: "rest-api-cached", title: "A cache keeps answers of the REST API",
        severity: .notice, layer: .cdnCache,
        rationale: """
            An answer under /wp-json/ came out of a cache. For public reading that works; the same cache will answer \
            editors and applications unless it looks at their credentials. LiteSpeed Cache keeps REST answers for a \
            week by default.
            """,
        sources: [
            "LiteSpeed Cache: data/const.default.json (cache-rest)",
            "RFC 9111 section 3.5",
        ],
        firstStep: "Switch off the caching of the REST API (LiteSpeed Cache: Cache, Cache REST API), or "
            + "bypass it for credentials.",
        scope: .cached,
        fixes: ["rest-api-cached.litespeed.txt"] + Fixes.cachesLetCredentialsPass,
        triggers: [
            .success(
                "LiteSpeed", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", fields: ["X-LiteSpeed-Cache: hit"]
            )
        ],
        quiet: [
            .success(
                "a miss", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", fields: ["X-LiteSpeed-Cache: miss"]),
            Example(
                "a page",
                """
                > GET /about HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < X-LiteSpeed-Cache: hit
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.target.isREST, facts.cache.isHit, facts.originStatus.map({ $0 < 400 }) == true,
            !facts.hasCredentials
        else { return nil }
        return Match(facts.cache.hit)
    }
}
