// What was sent is no JWT.

extension Rule {
    /// The token does not have three parts.
    static let jwtWrongSegments = Rule(
        id: "jwt-not-three-parts", title: "What was sent as token is no JWT",
        severity: .error, layer: .client,
        rationale: """
            A JWT has three parts between dots. What arrived has not: a variable that was never set, quotes, a token \
            cut short, or an opaque token of another system.
            """,
        sources: ["firebase/php-jwt: JWT::decode", "RFC 7519 section 7.2"],
        firstStep: "Look at the form of the credential above, and print the variable the client sends.",
        notYet: "Do not change the server.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Wrong number of segments")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_invalid_token"),
            facts.body.message?.contains("Wrong number of segments") == true
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization")
    }
}
