// One value became two: somebody touched the status line.

import Ledger

extension Rule {
    /// The status on the wire is not the one WordPress gave.
    static let statusRewritten = Rule(
        id: "status-rewritten", title: "The status was changed behind WordPress",
        severity: .warning, layer: .publicProxy,
        rationale: """
            WordPress writes the status line and data.status in the error object from one value. They differ, so a \
            box between PHP and here changed the status, or an old answer is kept under a new one.
            """,
        sources: [
            "WordPress core: rest_convert_error_to_response"
        ],
        firstStep: "Look for error_page, ProxyErrorOverride, custom error responses of the CDN, or a cache.",
        scope: .refused,
        triggers: [
            Example(
                "an error page with another status",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Content-Type: application/json
                {"code":"rest_not_logged_in","message":"a","data":{"status":401}}
                """)
        ],
        quiet: [
            .refusal(
                "both agree", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401, "rest_not_logged_in",
                "Sorry.")
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, facts.wordpress.isErrorObject, let said = facts.body.dataStatus,
            said != status,
            (400..<600).contains(said)
        else { return nil }
        return Match(
            [facts.statusEvidence, facts.evidence("body: data.status \(said)", at: .originToNode)], .likely,
            alsoLayers: [.cdnCache, .webServer])
    }
}
