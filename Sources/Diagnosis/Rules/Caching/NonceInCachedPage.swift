// A nonce printed for one reader and kept for all.

extension Rule {
    /// The page that printed the nonce came out of a cache.
    static let nonceInCachedPage = Rule(
        id: "nonce-from-cached-page", title: "The nonce was printed into a cached page",
        severity: .error, layer: .cdnCache,
        rationale: """
            The nonce was refused, and the page it came from was answered by a cache. A nonce holds for one login \
            and 12 to 24 hours; a page cache keeps it for everybody and longer.
            """,
        sources: [
            "WordPress core: wp_verify_nonce, wp_nonce_tick"
        ],
        firstStep: "Exclude pages for logged-in users (and pages that print wpApiSettings) from the cache.",
        notYet: "Do not lengthen the life of nonces.",
        supersedes: ["wp-nonce-refused"],
        scope: .refused,
        fixes: Fixes.cachesLetCredentialsPass,
        triggers: [
            .refusal(
                "a page of yesterday",
                "POST /wp-json/wp/v2/posts/1 HTTP/1.1\nHost: example.test\nX-WP-Nonce: 0123456789\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1",
                403, "rest_cookie_invalid_nonce", "Sorry."
            ).with(
                .page,
                Example(
                    "the page",
                    """
                    > GET /write HTTP/1.1
                    > Host: example.test
                    < HTTP/1.1 200 OK
                    < Content-Type: text/html
                    < X-Cache: HIT
                    < Age: 90000
                    """))
        ],
        quiet: [
            .refusal(
                "a fresh page", "POST /wp-json/wp/v2/posts/1 HTTP/1.1\nHost: example.test\nX-WP-Nonce: 0123456789", 403,
                "rest_cookie_invalid_nonce", "Sorry."
            ).with(
                .page,
                Example(
                    "the page",
                    """
                    > GET /write HTTP/1.1
                    > Host: example.test
                    < HTTP/1.1 200 OK
                    < Content-Type: text/html
                    """))
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("rest_cookie_invalid_nonce"), let page = subject.related(.page), page.cache.isHit else {
            return nil
        }
        return Match(page.cache.hit + facts.refusal, field: "X-WP-Nonce")
    }
}
