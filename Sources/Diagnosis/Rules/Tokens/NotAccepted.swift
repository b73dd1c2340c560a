// Another issuer, or a filter that changed.

extension Rule {
    /// The token names an algorithm the plugin does not take.
    static let jwtAlgorithm = Rule(
        id: "jwt-algorithm-refused", title: "The token names an algorithm the site refuses",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            The plugin takes one algorithm, HS256 unless the filter jwt_auth_algorithm says otherwise. The token \
            names another one: it comes from another issuer, or the filter has changed since.
            """,
        sources: ["firebase/php-jwt: JWT::decode"],
        firstStep: "Use a token that this site issued; if it did, look at the filter jwt_auth_algorithm.",
        notYet: "Do not switch verification off.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Algorithm not")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_invalid_token"), facts.body.message?.contains("Algorithm not") == true else {
            return nil
        }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization")
    }
}
