// WordPress decoded the credential and knows no such user.

extension Rule {
    /// The Basic user is not a user of this WordPress.
    static let unknownUser = Rule(
        id: "wp-unknown-user", title: "WordPress knows no user of that name",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            invalid_username and invalid_email come after WordPress decoded Basic credentials, so the field arrived. \
            Usual causes: the name of the application password instead of the login name, a mistyped address, or the \
            credentials of a staging area that share the one Authorization slot.
            """,
        sources: [
            "WordPress core: wp_authenticate_application_password",
            "github.com/WordPress/application-passwords issue 105",
        ],
        firstStep: "Use the login name as WordPress lists it under Users.",
        notYet: "Do not look for a lost header: WordPress read it.",
        scope: .refused,
        triggers: [
            .refusal(
                "the application's name as user",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "TXkgQXBwOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "invalid_username",
                "Unknown username. Check again or try your email address."),
            .refusal(
                "an address nobody has",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "bWVAZXhhbXBsZS50ZXN0OmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "invalid_email",
                "Unknown email address. Check again or try your username."),
        ],
        quiet: [
            .refusal(
                "the user is known",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "incorrect_password")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("invalid_username", "invalid_email"), facts.received.has("authorization") else {
            return nil
        }
        let isPublicRoute = facts.target.restRoute == "/"
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal, field: "Authorization",
            alsoLayers: isPublicRoute ? [.webServer] : [],
            firstStep: isPublicRoute
                ? "If these are the credentials of a staging area, take the REST API out of that area's password "
                    + "protection: WordPress takes them for its own." : nil)
    }
}
