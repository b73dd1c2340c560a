// One proxy that takes credentials away by default leaves its name in Via.

import Trace

extension Rule {
    /// Squid drops credentials unless told otherwise.
    static let squidAccelerator = Rule(
        id: "squid-drops-credentials", title: "Squid is on the way and drops credentials",
        severity: .warning, layer: .publicProxy,
        rationale: """
            As an accelerator Squid does not pass Authorization on to its peer unless the peer is configured with \
            login=PASS. The answer went through Squid, and WordPress saw nobody although a credential was sent.
            """,
        sources: [
            "squid.conf: cache_peer login=",
            "measured: Squid 5.7 as accelerator",
        ],
        firstStep: "Add login=PASS to the cache_peer line of the origin.",
        notYet: "Do not touch PHP before that.",
        separatingTest: "Send the same request to the origin past Squid: if it is authorised there, Squid took "
            + "the field.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential", "wp-application-passwords-unused"],
        scope: [.authorization, .refused],
        fixes: ["squid-drops-credentials.squid.conf"],
        triggers: [
            .refusal(
                "anonymous behind Squid",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                401, "rest_not_logged_in", "Sorry.", fields: ["Via: 1.1 cache1 (squid/5.7)"])
        ],
        quiet: [
            .success(
                "authorised through Squid",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                fields: ["Via: 1.1 cache1 (squid/5.7)"]),
            .refusal(
                "no Squid",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                401, "rest_not_logged_in", "Sorry.", fields: ["Via: 1.1 varnish"]),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), facts.sent.has("authorization"),
            let via = facts.answered.all("via").first(where: { $0.value.lowercased().contains("squid") })
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent) + [facts.evidence(via, at: facts.answered)] + facts.refusal,
            .likely, field: "Authorization", severity: .error, alsoLayers: [.phpGateway, .wordpressAuth])
    }
}
