// Issuer and verifier do not share a secret.

extension Rule {
    /// The signature was made with another secret.
    static let jwtWrongSignature = Rule(
        id: "jwt-signature-refused", title: "The token was signed with another secret",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            The plugin decoded the token and the signature did not fit: it was issued by another environment, before \
            the secret changed, or by one of several servers whose secrets differ. A token with its JSON quotes still \
            around it is refused with the same words.
            """,
        sources: ["firebase/php-jwt: JWT::decode"],
        firstStep: "Make JWT_AUTH_SECRET_KEY the same on every server and environment that shares tokens, "
            + "then get a new one.",
        notYet: "Do not reinstall the plugin.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Signature verification failed")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.valid), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_invalid_token"),
            facts.body.message?.contains("Signature verification failed") == true
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence, .certain,
            field: "Authorization", alsoLayers: [.client],
            notProven: "Whether the token comes from elsewhere, or this server's secret is not the one that signs.",
            separatingTest: "Ask this server for a new token and use it at once: if that works, the old one came from "
                + "elsewhere.")
    }
}
