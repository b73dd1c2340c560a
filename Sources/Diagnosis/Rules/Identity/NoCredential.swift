// The commonest 401 of all is no fault: nobody said who he was.

extension Rule {
    /// A private route was asked for anonymously.
    static let noCredential = Rule(
        id: "wp-no-credential", title: "A private route was asked for without credentials",
        severity: .info, layer: .client,
        rationale: """
            WordPress answered 401 to a request that carried neither Authorization nor a login cookie when it arrived \
            here. Nothing was lost behind this point; if the client meant to send a credential, it was lost before.
            """,
        sources: ["WordPress core: rest_authorization_required_code (401 means that nobody is logged in)"],
        firstStep: "Look at what the client really sends; if it sends a credential, put hoplens nearer to it.",
        notYet: "Do not change the server: it was not asked by anybody.",
        scope: [.refused, .rest],
        triggers: [
            .refusal(
                "an anonymous look at one's own profile",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401, "rest_not_logged_in")
        ],
        quiet: [
            .refusal(
                "a credential was sent",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer "
                    + "0123456789abcdef0123456789abcdef", 401, "rest_not_logged_in"),
            .refusal(
                "a login cookie was sent",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 401, "rest_not_logged_in"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), !facts.hasCredentials else { return nil }
        return Match(
            [facts.absence("Authorization", at: facts.received), facts.absence("login cookie", at: facts.received)]
                + facts.refusal)
    }
}
