// Old cores cut at the second colon.

import Fields
import Trace

extension Rule {
    /// The Basic password has a colon in it.
    static let colonInPassword = Rule(
        id: "basic-colon-in-password", title: "Old cores cut a password at its colon",
        severity: .warning, layer: .wordpressAuth,
        rationale: """
            RFC 7617 allows colons in the password; WordPress up to 6.1 splits the decoded value at every colon and keeps \
            what stands before the second one. The request was refused, and its password has a colon.
            """,
        sources: [
            "RFC 7617 section 2",
            "WordPress core: wp_populate_basic_auth_from_authorization_header (explode without a limit)",
        ],
        firstStep: "Use a password without a colon (application passwords never have one), or update WordPress.",
        scope: [.authorization, .refused],
        triggers: [
            .refusal(
                "a colon in the password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOnBhc3M6d29yZA==", 401, "incorrect_password")
        ],
        quiet: [
            .refusal(
                "no colon in it",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "incorrect_password")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401) || facts.isRefused("incorrect_password"),
            let shape = facts.sent.shape("authorization"), shape.scheme?.lowercased() == "basic",
            shape.flaws.contains(.colonInPassword)
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent) + facts.refusal, .possible, field: "Authorization",
            alsoLayers: [.client], notProven: "How old this WordPress is.")
    }
}
