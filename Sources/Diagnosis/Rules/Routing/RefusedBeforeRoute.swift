// A code nobody here knows, and no Allow: a filter spoke.

extension Rule {
    /// Something in WordPress refused before a route was matched.
    static let refusedBeforeRoute = Rule(
        id: "rest-refused-before-route", title: "A plugin refused before any route was matched",
        severity: .warning, layer: .wordpressAuth,
        rationale: """
            WordPress's REST server answered with an error object, a status of 401 or 403 and no Allow field, and \
            the code is none of core's: a callback of the filter rest_authentication_errors refused before a route \
            was matched.
            """,
        sources: [
            "WordPress core: rest_send_allow_header",
            "WordPress core: rest_authentication_errors",
        ],
        firstStep: "Search the plugins for the code; switch that plugin off alone, on staging.",
        notYet: "Do not switch plugins off on production.",
        scope: .refused,
        triggers: [
            .refusal(
                "an unknown code", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 403, "aios_rest_blocked",
                "Sorry.")
        ],
        quiet: [
            .refusal(
                "a route matched", "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test", 403, "shop_no_access",
                "Sorry.", fields: ["Allow: GET"]),
            .refusal(
                "core itself", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401, "rest_not_logged_in",
                "Sorry."),
            .refusal(
                "a JWT plugin's own words", ExampleTokens.request(ExampleTokens.expired), 403, "jwt_auth_invalid_token",
                "Sorry."),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status == 401 || status == 403, facts.wordpress.isErrorObject,
            !facts.answered.has("allow"), let code = facts.body.code, !PermissionCodes.core.contains(code)
        else { return nil }
        let known = [
            "rest_", "jwt_auth", "[jwt_auth]", "incorrect_password", "invalid_", "application_passwords", "itsec_",
            "woocommerce_rest_",
        ]
        guard !known.contains(where: code.hasPrefix) else { return nil }
        return Match(facts.refusal + facts.messageEvidence + [facts.absence("Allow", at: facts.answered)], .likely)
    }
}
