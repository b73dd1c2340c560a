// The plugin asked PHP for the field, and PHP had none.

extension Rule {
    /// The plugin found no Authorization field.
    static let jwtHeaderNotFound = Rule(
        id: "jwt-header-not-found", title: "The JWT plugin found no Authorization field",
        severity: .error, layer: .phpGateway,
        rationale: """
            jwt_auth_no_auth_header comes from the validation route when neither HTTP_AUTHORIZATION nor \
            REDIRECT_HTTP_AUTHORIZATION is set for PHP. If the request carried the field when it left this node, it \
            was lost behind it.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::validate_token"],
        firstStep: "Pass the field on to PHP (Apache with PHP-FPM: CGIPassAuth On), or find the proxy that "
            + "drops it with a second node.",
        notYet: "Do not issue a new token: this one was not looked at.",
        scope: .refused,
        fixes: Fixes.authorizationReachesPHP,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_no_auth_header",
                "Sorry.")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_no_auth_header") else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization", layer: facts.sent.has("authorization") ? nil : .client,
            alsoLayers: facts.sent.has("authorization") ? [.webServer, .publicProxy] : [])
    }
}
