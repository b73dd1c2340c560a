// The one thing everybody tries first: the password of the login page.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// The Basic password cannot be an application password.
    static let loginPasswordInBasic = Rule(
        id: "basic-login-password", title: "This password is no application password",
        severity: .error, layer: .client,
        rationale: """
            The REST API takes application passwords only: 24 letters and digits, with or without blanks between them. \
            The password that was sent has another form, so it is a login password or has been cut, and core refuses it \
            without a word: the request is answered as if nobody had asked.
            """,
        sources: [
            "WordPress core: WP_Application_Passwords::PW_LENGTH, wp_authenticate_application_password",
            "measured: WordPress 6.1.9 answers a login password like none",
        ],
        firstStep: "Create an application password for that user (Users, Profile) and send it with the login name.",
        notYet: "Do not look for a lost header: even if it arrives, this password is refused.",
        separatingTest: "Send an application password of the same user: if that is refused too, the field is lost.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential", "wp-application-passwords-unused"],
        scope: [.authorization, .refused],
        triggers: [
            .refusal(
                "a login password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOkNvcnJlY3QtSG9yc2UtOQ==", 401, "rest_not_logged_in")
        ],
        quiet: [
            .refusal(
                "the form of an application password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in"),
            .success(
                "a plugin that takes login passwords",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOkNvcnJlY3QtSG9yc2UtOQ=="),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), let credential = facts.credential, credential.isBasic,
            credential.shape.kind == .basic, credential.isReadByWordPress, facts.sent.has("authorization")
        else { return nil }
        return Match(
            facts.evidence("authorization", at: facts.sent)
                + [facts.evidence("the password has not the form of an application password", at: .clientToNode)]
                + facts.refusal, .likely, field: "Authorization",
            alsoLayers: [.wordpressAuth, .phpGateway, .publicProxy],
            notProven: "Whether the field arrives; whether a plugin takes login passwords here.")
    }
}
