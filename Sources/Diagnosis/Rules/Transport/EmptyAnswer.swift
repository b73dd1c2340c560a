// Caddy answers hosts it does not know with 200 and nothing.

import Ledger
import Trace

extension Rule {
    /// A success with nothing in it.
    static let emptyAnswer = Rule(
        id: "empty-success", title: "Status 200 with an empty body",
        severity: .warning, layer: .webServer,
        rationale: """
            A GET was answered with 200 and no body at all. Caddy does so for a host it has no site for; a PHP that \
            died late does, too.
            """,
        sources: [
            "measured: Caddy 2.6 answers an unknown host with 200 and no body"
        ],
        firstStep: "Compare the Host field that was sent with the names the server serves.",
        scope: .rest,
        triggers: [
            Example(
                "Caddy",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Server: Caddy
                < Content-Length: 0
                """)
        ],
        quiet: [
            Example(
                "something is there",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Server: Caddy
                @ body 20
                """),
            Example(
                "a beacon is empty by design",
                """
                > GET /pixel HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Length: 0
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 200, facts.method == "GET", facts.record.end == .complete,
            facts.record.responseBody?.bytes == 0, facts.target.isREST, !facts.wordpress.answered
        else { return nil }
        return Match(
            [facts.statusEvidence, facts.evidence("body: 0 bytes", at: .originToNode)]
                + facts.evidence("host", at: facts.sent)
                + facts.evidence("server", at: facts.answered), .likely, alsoLayers: [.phpGateway])
    }
}
