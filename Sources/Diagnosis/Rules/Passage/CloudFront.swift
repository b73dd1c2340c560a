// One CDN that takes credentials away by default leaves its name in Via.

import Trace

extension Rule {
    /// CloudFront drops Authorization unless a policy forwards it.
    static let cloudFront = Rule(
        id: "cloudfront-drops-authorization", title: "CloudFront is on the way and drops Authorization",
        severity: .warning, layer: .cdnCache,
        rationale: """
            CloudFront removes Authorization before it forwards a request, unless the field is part of the cache key \
            or an origin request policy forwards all viewer fields. The answer came through CloudFront, and \
            WordPress saw nobody although a credential was sent.
            """,
        sources: [
            "docs.aws.amazon.com: CloudFront, HTTP 401 status code (Unauthorized)",
            "repost.aws: How do I configure CloudFront to forward the Authorization header",
        ],
        firstStep: "Attach a cache policy that has Authorization in its key, or switch caching off for /wp-json/ "
            + "and use the origin request policy AllViewer.",
        notYet: "Do not switch the firewall off.",
        separatingTest: "Send the same request to the origin past CloudFront: if it is authorised there, "
            + "CloudFront took the field.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential", "wp-application-passwords-unused"],
        scope: [.authorization, .refused],
        fixes: ["cloudfront-drops-authorization.cdn.txt"],
        triggers: [
            .refusal(
                "anonymous behind CloudFront",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                401, "rest_not_logged_in", "Sorry.",
                fields: ["Via: 1.1 0123456789abcdef.cloudfront.net (CloudFront)", "X-Amz-Cf-Id: abc"])
        ],
        quiet: [
            .success(
                "authorised through CloudFront",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                fields: ["Via: 1.1 0123456789abcdef.cloudfront.net (CloudFront)"]),
            .refusal(
                "no CloudFront",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                401, "rest_not_logged_in", "Sorry."),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), facts.sent.has("authorization"),
            let sign = facts.answered.lines.first(where: {
                ($0.name.lowercased() == "via" && $0.value.lowercased().contains("cloudfront"))
                    || $0.name.lowercased() == "x-amz-cf-id"
            })
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent) + [facts.evidence(sign, at: facts.answered)]
                + facts.refusal,
            .likely, field: "Authorization", severity: .error, alsoLayers: [.phpGateway, .wordpressAuth])
    }
}
