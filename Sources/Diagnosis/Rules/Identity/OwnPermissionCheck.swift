// `rest_forbidden` is what the REST server says for a callback that returned false or null without a code of its own.

extension Rule {
    /// A route's own permission callback said no.
    static let ownPermissionCheck = Rule(
        id: "wp-own-permission-check", title: "The route's own permission check refused",
        severity: .warning, layer: .wordpressPermission,
        rationale: """
            rest_forbidden without a more telling code means that the permission callback of the matched route returned \
            false or nothing. Routes of core give codes of their own, so it is mostly a plugin's or the theme's callback.
            """,
        sources: ["WordPress core: WP_REST_Server::respond_to_request"],
        firstStep: "Read the permission callback of this route in the plugin or theme that registers it.",
        notYet: "Do not make the route public to get rid of the message.",
        scope: .refused,
        triggers: [
            .refusal(
                "a plugin's route refuses a guest",
                "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test\nAuthorization: Bearer "
                    + "0123456789abcdef0123456789abcdef", 401, "rest_forbidden",
                "Sorry, you are not allowed to do that.")
        ],
        quiet: [
            .refusal(
                "a route of core says what is missing",
                "GET /wp-json/wp/v2/users/1?context=edit HTTP/1.1\nHost: example.test\nAuthorization: Bearer "
                    + "0123456789abcdef0123456789abcdef", 401, "rest_forbidden_context"),
            .refusal(
                "an anonymous guest is refused, as he should be",
                "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test", 401, "rest_forbidden"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("rest_forbidden"), facts.hasCredentials else { return nil }
        let isAnonymous = facts.originStatus == 401
        return Match(
            facts.refusal + facts.evidence("allow", at: facts.answered), isAnonymous ? .possible : .likely,
            alsoLayers: isAnonymous ? [.wordpressAuth] : [],
            notProven: isAnonymous ? "Whether the credential was read at all: 401 says that nobody was logged in." : nil
        )
    }
}
