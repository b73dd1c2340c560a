// One scheme arrives and another does not: mod_php takes Basic apart and keeps the field for itself.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// Basic works on this route, Bearer does not.
    static let bearerHidden = Rule(
        id: "basic-passes-bearer-does-not", title: "Basic reaches PHP, Bearer does not",
        severity: .error, layer: .phpGateway,
        rationale: """
            The same route was answered for Basic credentials shortly before, so the way to WordPress is open for \
            Authorization; a Bearer token is answered as if nobody had asked. Apache's mod_php fills PHP_AUTH_USER from \
            Basic and hides the field itself. Where no plugin reads Bearer it looks the same.
            """,
        sources: [
            "measured: Apache 2.4 with mod_php keeps Basic in PHP_AUTH_USER and hides Bearer",
            "WordPress core: WP_Rewrite::mod_rewrite_rules (E=HTTP_AUTHORIZATION)",
        ],
        firstStep:
            "Add core's rule RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}] to .htaccess (Settings, "
            + "Permalinks, Save), and see whether a plugin that reads Bearer is active.",
        notYet: "Do not issue a new token: this one was not looked at.",
        separatingTest: "Ask the plugin's own route (/wp-json/jwt-auth/v1/token/validate): rest_no_route means that no "
            + "plugin reads tokens, jwt_auth_no_auth_header that the field is hidden.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential"],
        scope: [.authorization, .refused],
        fixes: ["basic-passes-bearer-does-not.apache.htaccess"],
        triggers: [
            .refusal(
                "the same route twice", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in"
            ).with(
                .again,
                .success(
                    "Basic before it",
                    "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                        + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4",
                    fields: ["Expires: Wed, 11 Jan 1984 05:00:00 GMT"]))
        ],
        quiet: [
            .refusal(
                "Basic was refused as well", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in"
            ).with(
                .again,
                .refusal(
                    "Basic before it",
                    "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                        + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in")),
            .refusal("nobody tried Basic", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), facts.credential?.lowercasedScheme == "bearer",
            facts.sent.has("authorization")
        else { return nil }
        let basic = subject.all(.again).first { other in
            other.credential?.isBasic == true && other.originStatus.map { $0 < 400 } == true
                && !other.wordpress.sawUser.isEmpty
        }
        guard let basic else { return nil }
        return Match(
            basic.evidence("authorization", at: basic.sent) + [basic.statusEvidence]
                + facts.evidence("authorization", at: facts.sent) + facts.refusal,
            .likely, field: "Authorization", alsoLayers: [.wordpressAuth, .webServer])
    }
}
