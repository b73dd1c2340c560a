// WordPress says it is busy with an update, and means it.

import Ledger

extension Rule {
    /// WordPress is in maintenance mode.
    static let maintenance = Rule(
        id: "wp-maintenance", title: "WordPress is in maintenance mode",
        severity: .warning, layer: .none,
        rationale: """
            While core or plugins are updated WordPress answers every request with 503 and its maintenance page. If that \
            does not end within ten minutes, an update was broken off and left the file .maintenance behind.
            """,
        sources: ["WordPress core: wp_maintenance, wp_is_maintenance_mode"],
        firstStep: "Wait for the update to end; if it does not, remove the file .maintenance in WordPress's folder.",
        notYet: "Do not restart servers: they are well.",
        supersedes: ["gateway-error"],
        scope: .refused,
        triggers: [
            Example(
                "the page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 503 Service Unavailable
                < Retry-After: 600
                < Content-Type: text/html; charset=utf-8
                <html><h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1></html>
                """)
        ],
        quiet: [
            Example(
                "a server's 503",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 503 Service Unavailable
                < Server: nginx
                < Content-Type: text/html
                <html><hr><center>nginx</center></html>
                """)
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 503,
            let words = facts.body.marker(among: ["Briefly unavailable for scheduled maintenance"])
        else { return nil }
        return Match(
            [facts.statusEvidence, facts.evidence("page: \(words)", at: .originToNode)]
                + facts.evidence("retry-after", at: facts.answered))
    }
}
