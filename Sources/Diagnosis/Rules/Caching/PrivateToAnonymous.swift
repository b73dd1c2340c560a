// A route that tells nothing to strangers told a stranger.

import Ledger
import Trace

extension Rule {
    /// A request without credentials got an answer that WordPress gives only to users.
    static let privateToAnonymous = Rule(
        id: "private-answer-to-anonymous", title: "An anonymous request got a user's answer",
        severity: .error, layer: .cdnCache,
        rationale: """
            WordPress answers context=edit, drafts and /users/me only for somebody who is logged in, and 401 for nobody. \
            This request carried nothing that says who asks and was answered 200. Out of a cache it is the answer made \
            for a user, now given to everybody; otherwise something behind this node added a credential.
            """,
        sources: [
            "WordPress core: WP_REST_Posts_Controller::get_items_permissions_check",
            "measured: nginx and Varnish caching answers without looking at Authorization or cookies",
        ],
        firstStep:
            "Bypass the cache for requests with Authorization or a wordpress_logged_in cookie, do not store their "
            + "answers, and purge what is stored.",
        notYet: "Do not only purge: the next user's answer will be stored as well.",
        supersedes: ["rest-api-cached"],
        scope: .rest,
        fixes: Fixes.cachesLetCredentialsPass,
        triggers: [
            .success(
                "drafts for everybody",
                "GET /wp-json/wp/v2/posts?context=edit&status=draft HTTP/1.1\nHost: example.test",
                fields: ["X-Cache-Status: HIT"]),
            .success("somebody's profile", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test"),
        ],
        quiet: [
            .success(
                "with a credential",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef"),
            .success("a public list", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test"),
            .refusal(
                "refused, as it should be", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401,
                "rest_not_logged_in"),
            .success(
                "a key of a plugin",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nX-API-Key: 0123456789abcdef0123456789abcdef"),
            .success(
                "a session of another program",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nCookie: sid=0123456789abcdef0123456789abcdef"
            ),
            .success(
                "a login cookie, and a plugin that takes it without a nonce",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 200, facts.method == "GET", !facts.hasCredentials, !facts.hasLoginCookie,
            let route = facts.target.restRoute
        else { return nil }
        let query = (facts.target.query ?? "").split(separator: "&")
        let isCore = route.hasPrefix("/wp/v2/")
        guard
            isCore
                && (query.contains("context=edit") || query.contains("status=draft")
                    || query.contains("status=private"))
                || route == "/wp/v2/users/me"
        else { return nil }
        guard facts.wordpress.answered else { return nil }
        // A key of a plugin, a token in the query, another program's session: somebody does ask.
        let isNobody =
            facts.received.lines.allSatisfy { $0.shape == nil && !isSameName($0.name, "cookie") }
            && facts.record.request?.target?.contains("\u{2039}") == false
        guard isNobody else { return nil }
        let isHit = facts.cache.isHit
        return Match(
            [
                facts.evidence("\(facts.method) \(facts.record.request?.target ?? "")", at: .clientToNode),
                facts.absence("Authorization", at: facts.received), facts.absence("login cookie", at: facts.received),
                facts.statusEvidence,
            ] + facts.cache.hit + facts.wordpress.sawUser,
            isHit || !facts.wordpress.sawUser.isEmpty ? .certain : .likely, alsoLayers: isHit ? [] : [.publicProxy])
    }
}
