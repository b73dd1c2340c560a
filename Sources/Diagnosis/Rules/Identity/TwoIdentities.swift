// A browser that is logged in at the site, and a script in it that brings a credential of its own.

import Fields
import Ledger
import Trace

extension Rule {
    /// Cookie with nonce and Authorization in one request.
    static let twoIdentities = Rule(
        id: "two-identities", title: "Cookie with nonce and Authorization say who asks",
        severity: .notice, layer: .client,
        rationale: """
            The request carries a login cookie with a nonce and an Authorization field. Core has settled the cookie's \
            user before application passwords and tokens are looked at, and the usual JWT plugin keeps a user it finds: \
            whose permissions were checked is not what the one who wrote the credential expects.
            """,
        sources: [
            "WordPress core: determine_current_user (cookies at priority 10, application passwords at 20)",
            "Tmeister/wp-api-jwt-auth 1.3.4: determine_current_user returns a user it is given",
        ],
        firstStep: "Send one of them: fetch with credentials: 'omit', or without Authorization.",
        scope: [.authorization, .refused],
        triggers: [
            .refusal(
                "an editor's page with somebody else's token",
                ExampleTokens.request(ExampleTokens.valid)
                    + "\nX-WP-Nonce: 0123456789\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1",
                403, "rest_cannot_create")
        ],
        quiet: [
            .refusal("a token alone", ExampleTokens.request(ExampleTokens.valid), 403, "rest_cannot_create"),
            .success(
                "it works as it is",
                ExampleTokens.request(ExampleTokens.valid)
                    + "\nX-WP-Nonce: 0123456789\nCookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1"
            ),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(403) || facts.isPermissionRefusal(401), facts.hasLoginCookie, facts.hasNonce
        else {
            return nil
        }
        return Match(
            facts.evidence("authorization", at: facts.sent) + facts.evidence("cookie", at: facts.sent)
                + facts.evidence("x-wp-nonce", at: facts.sent) + facts.refusal, .possible, field: "Cookie",
            alsoLayers: [.wordpressAuth], notProven: "Whose permissions were checked.")
    }
}
