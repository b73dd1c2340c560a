// Somebody else than WordPress asks for Basic credentials: the staging area does.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// The web server in front of WordPress asks for its own password.
    static let serverAsksForBasic = Rule(
        id: "server-asks-for-basic", title: "The server asks for its own password first",
        severity: .error, layer: .webServer,
        rationale: """
            The answer is 401 with a Basic challenge and bears no sign of WordPress, which never sends one for its \
            REST API. The web server or a proxy guards the site with a password of its own, and its credential would \
            stand in the very slot the application needs.
            """,
        sources: [
            "RFC 9110 section 11.6.1",
            "github.com/humanmade/altis-security issue 224",
            "github.com/Tmeister/wp-api-jwt-auth issue 51",
        ],
        firstStep: "Take /wp-json/ out of the password protection, or let addresses in by list instead.",
        notYet: "Do not put both credentials into one field.",
        supersedes: ["server-own-page"],
        scope: .refused,
        fixes: Fixes.restNeedsNoPassword,
        triggers: [
            Example(
                "a token meets a staging area",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                < Server: Apache
                < WWW-Authenticate: Basic realm="Staging"
                < Content-Type: text/html; charset=iso-8859-1
                <html><title>401 Unauthorized</title></html>
                """)
        ],
        quiet: [
            .refusal(
                "WordPress itself says 401",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer 0123456789abcdef0123456789abcdef",
                401, "rest_not_logged_in", "Sorry."),
            Example(
                "a Digest challenge is no Basic",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 401 Unauthorized
                < WWW-Authenticate: Digest realm="a", nonce="b"
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 401, !facts.wordpress.answered,
            let challenge = facts.challenges.first("basic")
        else { return nil }
        let carries = facts.sent.shape("authorization")
        let isBasic = carries?.scheme?.lowercased() == "basic"
        let credential = facts.evidence("authorization", at: facts.sent)
        return Match(
            credential + [
                facts.statusEvidence, facts.evidence("realm \(challenge.realm ?? "of no name")", at: .originToNode),
            ],
            .likely,
            field: "Authorization",
            title: carries == nil
                ? nil
                : isBasic ? "The server refused the Basic credential" : "Staging password and token want one slot",
            // Being asked is how it begins: a browser answers with the password it is given.
            severity: carries != nil ? nil : facts.target.isREST ? .warning : .notice,
            alsoLayers: [.publicProxy], notProven: "Which box in front of WordPress asks.")
    }
}
