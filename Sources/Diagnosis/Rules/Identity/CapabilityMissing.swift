// 403 from a permission callback: WordPress knows who asks, and that is good news about every layer in front of it.

extension Rule {
    /// The user was identified and lacks the capability.
    static let capabilityMissing = Rule(
        id: "wp-capability-missing", title: "The user is known but lacks a capability",
        severity: .error, layer: .wordpressPermission,
        rationale: """
            Permission callbacks of WordPress core answer 403 only when somebody is logged in. The credential arrived, \
            was understood and accepted; what is missing is a capability of that user.
            """,
        sources: ["WordPress core: rest_authorization_required_code", "WordPress core: rest_send_nocache_headers"],
        firstStep: "Compare the user's role with the capability the route asks for; the answer's Allow field lists the "
            + "methods this user may use there.",
        notYet: "Leave headers, proxies and tokens alone: the credential arrived.",
        supersedes: ["wp-own-permission-check"],
        scope: .refused,
        triggers: [
            .refusal(
                "a subscriber creates a post",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 403, "rest_cannot_create",
                fields: ["Expires: Wed, 11 Jan 1984 05:00:00 GMT", "Cache-Control: no-cache, must-revalidate"])
        ],
        quiet: [
            .refusal(
                "nobody was logged in",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_cannot_create"),
            .exchange(
                "the web server refused, not WordPress",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test",
                "< HTTP/1.1 403 Forbidden\n< Content-Type: text/html\n<html><title>403 Forbidden</title></html>"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(403), facts.body.code != "rest_forbidden" || !facts.wordpress.sawUser.isEmpty
        else { return nil }
        var evidence = facts.refusal + facts.wordpress.sawUser
        evidence += facts.evidence("allow", at: facts.answered)
        return Match(evidence, facts.wordpress.sawUser.isEmpty ? .likely : .certain)
    }
}
