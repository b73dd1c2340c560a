// A filter returns a word the library does not know.

extension Rule {
    /// The filter asks for an algorithm there is not.
    static let jwtUnsupportedAlgorithm = Rule(
        id: "jwt-algorithm-unsupported", title: "The site is set to an unknown algorithm",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            jwt_auth_unsupported_algorithm is about the site's own setting: the filter jwt_auth_algorithm returns a \
            name the library does not have.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::validate_token"],
        firstStep: "Correct the filter jwt_auth_algorithm.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_unsupported_algorithm",
                "Sorry.")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_unsupported_algorithm") else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization")
    }
}
