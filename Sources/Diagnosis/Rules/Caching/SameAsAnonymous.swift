// Two requests, one answer, and a cache between.

import Trace

extension Rule {
    /// With and without a credential the same cached answer comes.
    static let sameAsAnonymous = Rule(
        id: "authorised-equals-anonymous", title: "Credential and no credential get one cached answer",
        severity: .error, layer: .cdnCache,
        rationale: """
            The request was sent with and without its credential; both got the same status and length, and one of \
            them out of a cache. The cache's key does not know the credential.
            """,
        sources: [
            "RFC 9111 section 4.1",
            "WordPress core: WP_Site_Health::get_page_cache_headers",
        ],
        firstStep: "Bypass the cache for requests with a credential.",
        notYet: "Do not purge again and again.",
        supersedes: ["cached-answer-to-credential"],
        fixes: Fixes.cachesLetCredentialsPass,
        triggers: [
            .success(
                "both the same",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                fields: ["X-Cache: HIT"]
            ).with(
                .anonymous,
                .success(
                    "without", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", fields: ["X-Cache: HIT"]))
        ],
        quiet: [
            .success(
                "no cache spoke",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef"
            ).with(.anonymous, .success("without", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test")),
            .success(
                "the anonymous one is refused",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                fields: ["X-Cache: HIT"]
            ).with(
                .anonymous,
                .refusal(
                    "without", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401, "rest_not_logged_in",
                    "Sorry.")),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.received.has("authorization") || facts.hasNonce, let anonymous = subject.related(.anonymous),
            facts.originStatus != nil, facts.originStatus == anonymous.originStatus,
            facts.cache.isHit || anonymous.cache.isHit,
            facts.record.responseBody?.bytes == anonymous.record.responseBody?.bytes
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent) + facts.cache.hit + anonymous.cache.hit
                + [
                    facts.evidence(
                        "both answers: \(facts.originStatus ?? 0), \(facts.record.responseBody?.bytes ?? 0) bytes")
                ],
            facts.cache.isHit ? .certain : .likely, field: "Authorization")
    }
}
