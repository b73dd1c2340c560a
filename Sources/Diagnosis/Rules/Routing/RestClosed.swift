// WordPress answers, and a plugin decided before any route was looked at.

extension Rule {
    /// A plugin has closed the REST API for guests.
    static let restClosed = Rule(
        id: "rest-closed-by-plugin", title: "A plugin closes the REST API",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            The code belongs to a plugin that refuses REST requests before a route is matched, which is why the \
            answer has no Allow field. The filter behind it is rest_authentication_errors.
            """,
        sources: [
            "public copies of Disable REST API (rest_cannot_access) and Solid Security (itsec_rest_api_access_restricted)",
            "WordPress core: WP_REST_Server::check_authentication",
        ],
        firstStep: "Allow the route in that plugin's settings.",
        notYet: "Do not edit the web server's configuration.",
        scope: .refused,
        triggers: [
            .refusal(
                "Disable REST API", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 401, "rest_cannot_access",
                "DRA: Only authenticated users can access the REST API."),
            .refusal(
                "Solid Security", "GET /wp-json/wp/v2/users HTTP/1.1\nHost: example.test", 401,
                "itsec_rest_api_access_restricted", "Sorry."),
        ],
        quiet: [
            .refusal(
                "a permission callback", "GET /wp-json/wp/v2/users HTTP/1.1\nHost: example.test", 401,
                "rest_user_cannot_view", "Sorry.")
        ]
    ) { subject in
        let facts = subject.facts
        let plugins = [
            "rest_cannot_access": "Disable REST API, or a snippet like it",
            "itsec_rest_api_access_restricted": "Solid Security (iThemes, Kadence)",
            "rest_api_disabled": "a plugin that disables the REST API",
            "rest_login_required": "a plugin that asks for a login",
            "rest_disabled": "a plugin that disables the REST API",
        ]
        guard facts.originStatus != nil, let code = facts.body.code, let plugin = plugins[code] else { return nil }
        return Match(
            facts.refusal + facts.messageEvidence + [
                facts.evidence("the code of \(plugin)"), facts.absence("Allow", at: facts.answered),
            ],
            .likely)
    }
}
