// A shared cache may not do that without the origin having said so.

extension Rule {
    /// A cache answered a request that carried a credential.
    static let authorisedHit = Rule(
        id: "cached-answer-to-credential", title: "A cache answered a request with a credential",
        severity: .error, layer: .cdnCache,
        rationale: """
            The answer came out of a shared cache although the request carried a credential. RFC 9111 allows it only \
            where the origin marked the answer public, must-revalidate or s-maxage. It was made for somebody else, \
            most often for nobody.
            """,
        sources: [
            "RFC 9111 section 3.5",
            "WordPress core: rest_send_nocache_headers (logged-in answers are marked no-cache)",
        ],
        firstStep: "Let the cache bypass requests with Authorization or a wordpress_logged_in cookie, and "
            + "/wp-json/ altogether.",
        notYet: "Do not purge again and again: the next anonymous answer will be kept as well.",
        separatingTest: "Send the request with and without the credential, and with a query no cache knows.",
        supersedes: [
            "wp-not-logged-in", "wp-anonymous-despite-credential", "squid-drops-credentials",
            "cloudfront-drops-authorization", "plain-hop-hides-tls", "wp-application-passwords-unused",
        ],
        scope: .cached,
        fixes: Fixes.cachesLetCredentialsPass,
        triggers: [
            .refusal(
                "an anonymous 401 is kept",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                401, "rest_not_logged_in", "Sorry.", fields: ["X-Cache: HIT", "Age: 30"]),
            .success(
                "an anonymous list is kept",
                "GET /wp-json/wp/v2/posts?status=draft HTTP/1.1\nHost: example.test\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1\nX-WP-Nonce: 0123456789",
                fields: ["CF-Cache-Status: HIT", "Age: 12"]),
        ],
        quiet: [
            .success(
                "an anonymous hit is what caches are for", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test",
                fields: ["X-Cache: HIT", "Age: 30"]),
            .success(
                "a miss",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                fields: ["X-Cache: MISS", "Age: 0"]),
            .success(
                "a cookie without a nonce is nobody for the REST API",
                "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1",
                fields: ["X-Cache: HIT", "Age: 30"]),
            .success(
                "public pictures may be shared",
                "GET /wp-content/uploads/a.png HTTP/1.1\nHost: example.test\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1",
                fields: ["X-Cache: HIT", "Age: 30", "Cache-Control: public, max-age=31536000"]),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.cache.isHit, facts.originStatus != nil, facts.method == "GET" || facts.method == "HEAD" else {
            return nil
        }
        // Cookies alone go out with every request to the site; they matter where the answer depends on who asks.
        let names = ["authorization", "x-wp-nonce"].filter(facts.sent.has)
        // For the REST API a cookie without a nonce is nobody (rest_cookie_check_errors), and nobody's answer may be kept.
        let carries =
            !names.isEmpty
            || (facts.hasLoginCookie && (facts.hasNonce || facts.target.path.hasPrefix("/wp-admin")))
        guard carries else { return nil }
        let control = facts.answered.tokens("cache-control")
        let isAllowed = control.contains { $0 == "public" || $0 == "must-revalidate" || $0.hasPrefix("s-maxage") }
        let shown = (names.isEmpty ? ["cookie"] : names).flatMap { facts.evidence($0, at: facts.sent) }
        let isRefused = facts.originStatus.map { $0 >= 400 } ?? false
        return Match(
            shown + facts.cache.hit + [facts.statusEvidence], isRefused || !isAllowed ? .certain : .likely,
            field: facts.sent.has("authorization") ? "Authorization" : "Cookie",
            severity: isAllowed && !isRefused ? .warning : nil,
            notProven: "Whose answer it was: send the same request without credentials and compare.")
    }
}
