// Two ways to say who asks, and one cancels the other.

import Fields
import Trace

extension Rule {
    /// A login cookie beside an application password makes the request anonymous.
    static let cookieBesideBasic = Rule(
        id: "cookie-cancels-application-password", title: "A login cookie cancels the application password",
        severity: .error, layer: .client,
        rationale: """
            With a login cookie and without a nonce, WordPress drops the user again whom the application password had \
            settled: the request goes on as anonymous. A Bearer token of the usual JWT plugin is not affected.
            """,
        sources: [
            "WordPress core: rest_cookie_check_errors", "measured: WordPress 6.1.9, cookie beside application password",
        ],
        firstStep: "Send the request without cookies (fetch: credentials: 'omit').",
        notYet: "Do not create a new application password.",
        separatingTest: "Send it again without the Cookie field.",
        supersedes: [
            "wp-not-logged-in", "wp-anonymous-despite-credential", "wp-application-passwords-unused",
            "plain-hop-hides-tls",
        ],
        scope: .refused,
        triggers: [
            .refusal(
                "a script on the site's page uses an application password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4\nCookie: "
                    + "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 401, "rest_not_logged_in")
        ],
        quiet: [
            .refusal(
                "a Bearer token beside the cookie",
                ExampleTokens.request(ExampleTokens.valid)
                    + "\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1", 401,
                "rest_not_logged_in"),
            .refusal(
                "no cookie",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), facts.hasLoginCookie, !facts.hasNonce,
            let shape = facts.sent.shape("authorization"), shape.kind == .basic || shape.kind == .applicationPassword
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent) + facts.evidence("cookie", at: facts.sent)
                + [facts.absence("X-WP-Nonce", at: facts.received)] + facts.refusal, .likely, field: "Cookie",
            alsoLayers: [.wordpressAuth],
            notProven: "Whether the cookie is still valid and the password right.")
    }
}
