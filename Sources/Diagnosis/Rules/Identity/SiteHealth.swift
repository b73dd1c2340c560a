// WordPress's own test of the header, when somebody ran it through hoplens.

import JSON
import Ledger

extension Rule {
    /// Site Health says that the Authorization field does not arrive.
    static let siteHealth = Rule(
        id: "site-health-authorization", title: "Site Health says Authorization does not arrive",
        severity: .error, layer: .phpGateway,
        rationale: """
            Site Health sends the site Basic credentials for itself and looks at PHP_AUTH_USER. "Missing" means that \
            PHP saw none; "invalid" that PHP saw another user than the one that was sent.
            """,
        sources: ["WordPress core: WP_Site_Health::get_test_authorization_header"],
        firstStep: "Pass the field on to PHP: CGIPassAuth On for Apache with PHP-FPM, or core's rewrite rule by "
            + "saving Settings, Permalinks.",
        notYet: "Do not create new passwords.",
        scope: .rest,
        fixes: Fixes.authorizationReachesPHP,
        triggers: [
            Example(
                "the header is missing",
                """
                > GET /wp-json/wp-site-health/v1/tests/authorization-header HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: application/json; charset=UTF-8
                @ sampled
                {"label":"The authorization header is missing","status":"recommended"}
                """)
        ],
        quiet: [
            Example(
                "the header works",
                """
                > GET /wp-json/wp-site-health/v1/tests/authorization-header HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: application/json; charset=UTF-8
                @ sampled
                {"label":"The Authorization header is working as expected","status":"good"}
                """)
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.target.restRoute == "/wp-site-health/v1/tests/authorization-header",
            let label = facts.body.json?["label"]?.string,
            facts.body.marker(among: ["authorization header is missing", "authorization header is invalid"]) != nil
        else { return nil }
        return Match([facts.evidence("body: label \(label)", at: .originToNode)], field: "Authorization")
    }
}
