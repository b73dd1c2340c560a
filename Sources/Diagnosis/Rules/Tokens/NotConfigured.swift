// Nothing can be issued or checked.

extension Rule {
    /// The plugin has no secret.
    static let jwtNotConfigured = Rule(
        id: "jwt-not-configured", title: "The JWT plugin has no secret key",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            jwt_auth_bad_config means that JWT_AUTH_SECRET_KEY is not defined for this WordPress; on several servers \
            it may be missing on one of them.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::validate_token"],
        firstStep: "Define JWT_AUTH_SECRET_KEY in wp-config.php.",
        notYet: "Do not look at headers.",
        scope: .refused,
        fixes: ["jwt-not-configured.wp-config.php"],
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_bad_config", "Sorry.")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_bad_config") else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization")
    }
}
