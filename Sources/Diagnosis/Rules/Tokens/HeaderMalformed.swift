// The field arrived and holds no token after the word Bearer.

extension Rule {
    /// The plugin found no token in the field.
    static let jwtHeaderMalformed = Rule(
        id: "jwt-header-malformed", title: "The Authorization field holds no Bearer token",
        severity: .error, layer: .client,
        rationale: """
            jwt_auth_bad_auth_header means that the field arrived and did not read as the word Bearer, a space and a \
            token: Basic credentials of a staging area, the word alone, or another spelling of it.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::validate_token (sscanf 'Bearer %s')"],
        firstStep: "Look at the form of the credential above: send Bearer with a capital B, one space and "
            + "the token.",
        notYet: "Do not change the server: the field arrived.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_bad_auth_header",
                "Sorry.")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_bad_auth_header") else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization")
    }
}
