// WordPress found the user and refused the password: the field made the whole way.

import Fields

extension Rule {
    /// The application password is wrong, revoked, or no application password.
    static let wrongApplicationPassword = Rule(
        id: "wp-application-password-refused", title: "WordPress read the credential and refused the password",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            incorrect_password comes from the check of application passwords, after the user was found. The field \
            reached WordPress unharmed; the password was revoked, mistyped, or is the user's login password, which the \
            REST API does not take. Core alone stays silent about it: a plugin that asks for the user early makes it \
            speak, and then public routes fail as well.
            """,
        sources: ["WordPress core: wp_authenticate_application_password"],
        firstStep: "Create a new application password for that user (Users, Profile) and use it with the login name.",
        notYet: "Do not change the login password, and do not look for a lost header.",
        scope: .refused,
        triggers: [
            .refusal(
                "a revoked application password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "incorrect_password",
                "The provided password is an invalid application password.")
        ],
        quiet: [
            .refusal(
                "a JWT plugin's login route answers for a form",
                "POST /wp-json/jwt-auth/v1/token HTTP/1.1\nHost: example.test", 403,
                "[jwt_auth] incorrect_password")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("incorrect_password"), let shape = facts.received.shape("authorization") else {
            return nil
        }
        let isLoginPassword = shape.kind == .basic
        return Match(
            facts.evidence("authorization", at: facts.received) + facts.refusal, field: "Authorization",
            firstStep: isLoginPassword
                ? "The password does not have the form of an application password (24 letters and digits): create one "
                    + "for that user (Users, Profile) and use it instead of the login password." : nil)
    }
}
