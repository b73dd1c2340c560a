// The oldest complaint there is: a credential left here, and WordPress says that nobody is logged in.

import Ledger

extension Rule {
    /// WordPress saw nobody, although the request that left this node carried a credential.
    static let notLoggedIn = Rule(
        id: "wp-not-logged-in", title: "Credential sent, WordPress saw nobody logged in",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            WordPress answers 401 with rest_not_logged_in when nobody is logged in for it. The request carried a \
            credential when it left this node, so it was lost, not understood or refused silently between here and \
            WordPress's identity check. Since 6.1.4 and 6.3.2 \
            core says the same of a wrong application password, so the password itself is one of the explanations.
            """,
        sources: [
            "WordPress core: WP_REST_Users_Controller::get_current_item_permissions_check",
            "WordPress core: rest_authorization_required_code",
            "measured: WordPress 6.1.9 answers a wrong application password like none",
        ],
        firstStep: "Find out whether the Authorization field reaches PHP: ask Site Health, or put a second node nearer "
            + "to the web server.",
        notYet: "Do not reset passwords or tokens before you know whether WordPress reads them.",
        separatingTest: "Send a credential with an unknown scheme: if PHP sees it, the field arrives and the "
            + "credential is at fault.",
        scope: .refused,
        fixes: Fixes.authorizationReachesPHP + Fixes.authorizationPassesFronts,
        triggers: [
            Example(
                "a Bearer token that WordPress never saw",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                < Content-Type: application/json; charset=UTF-8
                {"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}
                """)
        ],
        quiet: [
            Example(
                "an anonymous request is told so",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                < HTTP/1.1 401 Unauthorized
                < Content-Type: application/json; charset=UTF-8
                {"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}
                """),
            Example(
                "a plugin had WordPress say what is wrong with the credential",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4
                < HTTP/1.1 401 Unauthorized
                < Content-Type: application/json; charset=UTF-8
                {"code":"incorrect_password","message":"The provided password is an invalid application password.",
                "data":{"status":401}}
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 401, facts.body.code == "rest_not_logged_in",
            let line = facts.sent.line("authorization")
        else { return nil }
        let suspects = facts.suspects
        return Match(
            [
                facts.evidence(line, at: facts.sent), facts.statusEvidence,
                facts.evidence("code rest_not_logged_in", at: .originToNode),
            ] + facts.hopEvidence,
            .likely, field: "Authorization", layer: suspects.first, alsoLayers: Array(suspects.dropFirst()),
            notProven: "Whether the field reached PHP, and, if it did, whether the credential is right.")
    }
}
