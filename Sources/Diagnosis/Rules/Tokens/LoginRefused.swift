// The token was never issued.

extension Rule {
    /// The login for a token was refused.
    static let jwtLoginRefused = Rule(
        id: "jwt-login-refused", title: "User name or password refused, no token issued",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            The token route checks user name and password like the login page. Its refusals carry the prefix \
            [jwt_auth], or jwt_auth_failed: headers play no part in it. The message speaks of application passwords even \
            when a login password was sent; the route takes either.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::generate_token"],
        firstStep: "Log in with the same name and password at wp-login.php; look for a plugin that limits "
            + "logins.",
        notYet: "Do not look for lost headers.",
        scope: .refused,
        triggers: [
            .refusal(
                "a wrong password", "POST /wp-json/jwt-auth/v1/token HTTP/1.1\nHost: example.test", 403,
                "[jwt_auth] incorrect_password", "Sorry.")
        ],
        quiet: [
            .refusal(
                "an application password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4",
                401, "incorrect_password", "Sorry.")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus != nil, let code = facts.body.code,
            code.hasPrefix("[jwt_auth] ") || code == "jwt_auth_failed"
        else { return nil }
        return Match(facts.refusal)
    }
}
