// The parts of the token do not decode.

extension Rule {
    /// The token was damaged on the way or in the client.
    static let jwtDamaged = Rule(
        id: "jwt-damaged", title: "The token does not decode",
        severity: .error, layer: .client,
        rationale: """
            The parts of the token are not URL-safe Base64 of JSON. It was cut, re-encoded or pasted with something \
            around it; a box on the way that rewrites values would do it as well.
            """,
        sources: ["firebase/php-jwt: JWT::decode"],
        firstStep: "Compare the credential's length and fingerprint at every point; where they are equal, "
            + "the client sent it so.",
        notYet: "Do not change the plugin's settings.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "encoding")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_invalid_token"), facts.body.message?.contains("encoding") == true else {
            return nil
        }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization", alsoLayers: [.publicProxy])
    }
}
