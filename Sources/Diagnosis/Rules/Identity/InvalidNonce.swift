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
            "measured: a lost cookie gives the same code as a stale nonce",
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
                "rest_cookie_invalid_nonce", "Cookie check failed")
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
        var layers: [Layer] = [.cdnCache]
        if !facts.hasLoginCookie {
            evidence.append(facts.absence("login cookie", at: facts.received))
            layers.append(.client)
        }
        return Match(
            evidence, field: "X-WP-Nonce", alsoLayers: layers,
            notProven: "Why the nonce does not fit: age, another login, another site, or a cached page.")
    }
}
