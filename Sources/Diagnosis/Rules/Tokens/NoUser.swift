// A token of another issuer that happens to verify.

extension Rule {
    /// The token names no user.
    static let jwtNoUser = Rule(
        id: "jwt-without-user", title: "The token names no user of this site",
        severity: .error, layer: .client,
        rationale: """
            The plugin looks for the claim data.user.id. The token verifies and has none: it was made by another \
            program with the same secret.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::validate_token"],
        firstStep: "Use the token that /wp-json/jwt-auth/v1/token gives.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_bad_request", "Sorry.")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_bad_request") else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization")
    }
}
