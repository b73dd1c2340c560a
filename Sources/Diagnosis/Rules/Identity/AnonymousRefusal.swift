// A permission callback of core refused with 401: it would have been 403 for anybody who is logged in.

extension Rule {
    /// A credential was sent, and a permission check still saw nobody.
    static let anonymousRefusal = Rule(
        id: "wp-anonymous-despite-credential", title: "Refused as anonymous although a credential was sent",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            Permission callbacks of WordPress core refuse with 403 when somebody is logged in and with 401 when nobody \
            is. The request carried a credential when it left here, so it was lost, not understood, or ignored between \
            here and WordPress's identity check. A wrong application password is \
            answered in the same way.
            """,
        sources: ["WordPress core: rest_authorization_required_code"],
        firstStep: "Find out whether the Authorization field reaches PHP: ask Site Health, or put a second node nearer "
            + "to the web server.",
        notYet: "Do not edit permission callbacks or roles: nobody was identified whose role could matter.",
        separatingTest: "Send a credential with an unknown scheme: if PHP sees it, the field arrives and the "
            + "credential is at fault.",
        scope: .refused,
        fixes: Fixes.authorizationReachesPHP + Fixes.authorizationPassesFronts,
        triggers: [
            .refusal(
                "a post cannot be created",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nAuthorization: Bearer "
                    + "0123456789abcdef0123456789abcdef", 401, "rest_cannot_create")
        ],
        quiet: [
            .refusal(
                "logged in, but not allowed",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nAuthorization: Bearer "
                    + "0123456789abcdef0123456789abcdef", 403, "rest_cannot_create",
                fields: ["Expires: Wed, 11 Jan 1984 05:00:00 GMT"]),
            .refusal(
                "nothing was sent", "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 401,
                "rest_cannot_create"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), facts.body.code != "rest_not_logged_in",
            facts.sent.has("authorization")
        else { return nil }
        let suspects = facts.suspects
        return Match(
            facts.evidence("authorization", at: facts.sent) + facts.refusal + facts.hopEvidence, .likely,
            field: "Authorization", layer: suspects.first, alsoLayers: Array(suspects.dropFirst()),
            notProven: "Whether the field reached PHP, and, if it did, whether the credential is right.")
    }
}
