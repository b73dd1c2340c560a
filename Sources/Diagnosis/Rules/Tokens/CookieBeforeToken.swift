// Two ways to say who asks, and only one is heard.

import Fields

extension Rule {
    /// A login cookie comes before a token.
    static let cookieBeforeToken = Rule(
        id: "cookie-wins-over-token", title: "Login cookie and token compete",
        severity: .warning, layer: .client,
        rationale: """
            Where a request carries a valid login cookie and a Bearer token, the plugin returns the user the cookie \
            has already settled; without a nonce that user is then dropped again. The token is never looked at.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: determine_current_user"],
        firstStep: "Send the request without cookies (credentials: 'omit'), or leave the token away.",
        notYet: "Do not issue a new token.",
        triggers: [
            .refusal(
                "a page of the site uses a token",
                ExampleTokens.request(ExampleTokens.valid)
                    + "\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 401,
                "rest_not_logged_in", "Sorry.")
        ],
        quiet: [
            .refusal("a token alone", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in", "Sorry."),
            .success(
                "both, and it works",
                ExampleTokens.request(ExampleTokens.valid)
                    + "\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.hasLoginCookie, facts.received.shape("authorization")?.scheme?.lowercased() == "bearer",
            facts.originStatus == 401 || facts.originStatus == 403, facts.wordpress.answered
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.evidence("cookie", at: facts.received)
                + facts.refusal, .likely, field: "Cookie",
            notProven: "Whether the cookie is still valid.")
    }
}
