// Validation says yes, the route says no.

import Fields

extension Rule {
    /// The token is good and the user may not do it.
    static let permissionBehindToken = Rule(
        id: "jwt-valid-but-not-permitted", title: "The token is good, the user lacks permission",
        severity: .error, layer: .wordpressPermission,
        rationale: """
            The validation route of the plugin accepted this very token, and a route of WordPress refused with 403, \
            which it gives only to somebody who is logged in. Authentication works; authorisation does not.
            """,
        sources: [
            "Tmeister/wp-api-jwt-auth 1.3.4: jwt_auth_valid_token", "WordPress core: rest_authorization_required_code",
        ],
        firstStep: "Look at the role and capabilities of the token's user.",
        notYet: "Leave tokens, headers and proxies alone.",
        supersedes: ["wp-capability-missing", "wp-own-permission-check"],
        scope: .refused,
        triggers: [
            .refusal(
                "validated, then refused", ExampleTokens.request(ExampleTokens.valid), 403, "rest_cannot_create",
                "Sorry."
            ).with(
                .validation,
                .success(
                    "validation",
                    ExampleTokens.request(ExampleTokens.valid, "POST /wp-json/jwt-auth/v1/token/validate HTTP/1.1")))
        ],
        quiet: [
            .refusal(
                "refused, and nobody validated", ExampleTokens.request(ExampleTokens.valid), 403, "rest_cannot_create",
                "Sorry."),
            .refusal(
                "refused as nobody", ExampleTokens.request(ExampleTokens.valid), 401, "rest_cannot_create", "Sorry."
            ).with(
                .validation,
                .success(
                    "validation",
                    ExampleTokens.request(ExampleTokens.valid, "POST /wp-json/jwt-auth/v1/token/validate HTTP/1.1"))),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(403), let validation = subject.related(.validation), validation.status == 200,
            let used = facts.authorization, used.fingerprint == validation.authorization?.fingerprint
        else { return nil }
        return Match([validation.statusEvidence] + facts.refusal + facts.wordpress.sawUser)
    }
}
