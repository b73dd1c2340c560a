// Cookie and nonce arrived, and do not fit together.

import Fields

extension Rule {
    /// WordPress refused the nonce.
    static let invalidNonce = Rule(
        id: "wp-nonce-refused", title: "The nonce does not fit the login cookie",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            WordPress read a nonce and it does not verify for the user it sees. The nonce is older than a day, belongs \
            to another login or another site, or was printed into a page that a cache keeps for everybody; or the \
            login cookie was lost on the way, so that the user it was made for is nobody.
            """,
        sources: [
            "WordPress core: rest_cookie_check_errors",
            "measured: a lost cookie gives the same code as a stale nonce; only a GET's Vary tells them apart",
            "WordPress core: rest_send_cors_headers",
            "WordPress core: wp_verify_nonce (12 to 24 hours)",
        ],
        firstStep: "Reload the page that printed the nonce and try again; if that helps, find out which cache kept "
            + "that page and exclude it.",
        notYet: "Do not switch nonce checks off or lengthen their life.",
        separatingTest:
            "Fetch the page twice, a minute apart and once with a query no cache knows: the same nonce with "
            + "an Age field means a cached page.",
        scope: .refused,
        triggers: [
            .refusal(
                "a stale nonce",
                "POST /wp-json/wp/v2/posts/1 HTTP/1.1\nHost: example.test\nX-WP-Nonce: 0123456789\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 403,
                "rest_cookie_invalid_nonce", "Cookie check failed"),
            .refusal(
                "a GET whose cookie WordPress took",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nX-WP-Nonce: 0123456789\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 403,
                "rest_cookie_invalid_nonce", "Cookie check failed"),
            .refusal(
                "a GET whose cookie was lost",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nX-WP-Nonce: 0123456789\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 403,
                "rest_cookie_invalid_nonce", "Cookie check failed", fields: ["Vary: Origin"]),
        ],
        quiet: [
            .refusal(
                "cookie without nonce: treated as nobody",
                "POST /wp-json/wp/v2/posts/1 HTTP/1.1\nHost: example.test\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 401, "rest_cannot_edit")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("rest_cookie_invalid_nonce") else { return nil }
        var evidence = facts.evidence("x-wp-nonce", at: facts.received) + facts.refusal
        if facts.received.shape("x-wp-nonce")?.kind == .undefined || facts.received.shape("x-wp-nonce")?.kind == .null {
            return Match(
                evidence, field: "X-WP-Nonce", title: "The page sends no nonce but a word", layer: .client,
                firstStep: "Find the variable that should hold the nonce (wpApiSettings.nonce): it was never set.")
        }
        guard facts.hasLoginCookie else {
            evidence.append(facts.absence("login cookie", at: facts.received))
            return Match(
                evidence, field: "Cookie", title: "A nonce came without its login cookie", layer: .client,
                alsoLayers: [.wordpressAuth, .cdnCache, .publicProxy],
                firstStep: "Let the browser send the cookie: fetch with credentials: 'include' (another origin) or "
                    + "'same-origin'; between sites SameSite keeps it back.",
                notProven: "Whether a box between the client and this node took the cookie away.")
        }
        // Core adds Vary: Origin to a GET without Origin only while nobody is logged in (rest_send_cors_headers), so the
        // answer tells whether the cookie was accepted.
        if facts.method == "GET", !facts.received.has("origin") {
            let hasCache = facts.hops.behind.contains { $0.layer == .cdnCache }
            let saw = facts.answered.tokens("vary").contains("origin")
            evidence +=
                saw ? facts.evidence("vary", at: facts.answered) : [facts.absence("Vary: Origin", at: facts.answered)]
            return saw
                ? Match(
                    evidence, .likely, field: "Cookie", title: "The login cookie did not count",
                    layer: hasCache ? .cdnCache : .wordpressAuth,
                    alsoLayers: [hasCache ? .wordpressAuth : .cdnCache, .publicProxy, .client],
                    firstStep:
                        "Find out whether the Cookie field reaches WordPress (caches unset it outside wp-admin); if "
                        + "it does, log in again.",
                    notProven: "Whether the cookie was lost on the way or has ended.")
                : Match(
                    evidence, .certain, field: "X-WP-Nonce", title: "The cookie counts, the nonce is another's",
                    layer: .client, alsoLayers: [.wordpressAuth, .cdnCache],
                    notProven: "Why the nonce does not fit: age, another login, another site, or a cached page.")
        }
        return Match(
            evidence, field: "X-WP-Nonce", alsoLayers: [.client, .cdnCache, .publicProxy],
            notProven:
                "Whether the cookie arrived; why the nonce does not fit: age, another login or site, a cached page.",
            separatingTest:
                "Send a GET with the same cookie and nonce and no Origin: Vary: Origin in the refusal means that "
                + "the cookie did not count, its absence that the nonce is the wrong one.")
    }
}
