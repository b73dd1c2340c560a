// The browser is logged in, and the page forgot to say so in the way the REST API asks for.

extension Rule {
    /// A login cookie without a nonce counts for nothing.
    static let cookieWithoutNonce = Rule(
        id: "wp-cookie-without-nonce", title: "Login cookie sent without its nonce",
        severity: .error, layer: .client,
        rationale: """
            The REST API takes a login cookie only together with a nonce for the action wp_rest, in X-WP-Nonce or in \
            the parameter _wpnonce. Without one WordPress goes on as if nobody were logged in and refuses with 401.
            """,
        sources: ["WordPress core: rest_cookie_check_errors"],
        firstStep: "Let the page send X-WP-Nonce with the value of wpApiSettings.nonce (wp_create_nonce('wp_rest')).",
        notYet: "Do not change roles or permission callbacks.",
        supersedes: ["wp-own-permission-check"],
        scope: .refused,
        triggers: [
            .refusal(
                "a script on the site's own page forgets the nonce",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 401, "rest_cannot_create")
        ],
        quiet: [
            .refusal(
                "the nonce is in the query",
                "POST /wp-json/wp/v2/posts?_wpnonce=0123456789 HTTP/1.1\nHost: example.test\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 403, "rest_cannot_create"),
            .success(
                "a public route needs none",
                "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), facts.hasLoginCookie, !facts.hasNonce,
            !facts.received.has("authorization")
        else { return nil }
        return Match(
            facts.evidence("cookie", at: facts.received) + [facts.absence("X-WP-Nonce", at: facts.received)]
                + facts.refusal, .certain, field: "X-WP-Nonce",
            alsoLayers: [.wordpressAuth],
            notProven: "Whether a box between client and this node took the nonce away.")
    }
}
