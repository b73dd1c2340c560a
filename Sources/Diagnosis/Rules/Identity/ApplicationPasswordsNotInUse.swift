// A corner of core that has cost many evenings: without a single application password on the network, Basic is not
// even looked at.

import Fields

extension Rule {
    /// Nobody on this WordPress has an application password yet.
    static let applicationPasswordsNotInUse = Rule(
        id: "wp-application-passwords-unused", title: "Perhaps nobody here has an application password",
        severity: .notice, layer: .wordpressAuth,
        rationale: """
            WordPress looks at Basic credentials only after the first application password was created anywhere on the \
            network. Before that even a wrong one is answered as if nothing had been sent.
            """,
        sources: ["WordPress core: WP_Application_Passwords::is_in_use"],
        firstStep: "Create one application password (Users, Profile) and try again.",
        notYet: "Do not edit .htaccess before that.",
        separatingTest: "After one exists, use it: if that works, this was it.",
        scope: .refused,
        triggers: [
            .refusal(
                "Basic answered as if nothing had been sent",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in",
                facts: ["client tls", "origin https"])
        ],
        quiet: [
            .refusal(
                "a Bearer token is none of its business",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer "
                    + "0123456789abcdef0123456789abcdef", 401, "rest_not_logged_in"),
            .refusal(
                "WordPress looked at the password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "incorrect_password"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), let shape = facts.sent.shape("authorization"),
            shape.kind == .basic || shape.kind == .applicationPassword, shape.flaws.isEmpty
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent) + facts.refusal, .possible, field: "Authorization",
            notProven: "Whether the field reached PHP.")
    }
}
