// A mesh or gateway refuses in plain text.

import Trace

extension Rule {
    /// Envoy answered itself.
    static let envoyAnswer = Rule(
        id: "envoy-answered", title: "Envoy answered, not the application",
        severity: .warning, layer: .publicProxy,
        rationale: """
            Server: envoy without the timing field of an upstream (x-envoy-upstream-service-time) means that Envoy \
            answered by itself.
            """,
        sources: [
            "Envoy documentation: HTTP header manipulation, x-envoy-upstream-service-time"
        ],
        firstStep: "Look at the response flags in Envoy's access log.",
        scope: .refused,
        triggers: [
            Example(
                "RBAC",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: envoy
                < Content-Type: text/plain
                RBAC: access denied
                """)
        ],
        quiet: [
            Example(
                "passed on",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: envoy
                < X-Envoy-Upstream-Service-Time: 12
                < Content-Type: text/html
                <html></html>
                """)
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status >= 400, !facts.wordpress.answered,
            let server = facts.answered.line("server"), server.value.lowercased() == "envoy",
            !facts.answered.has("x-envoy-upstream-service-time")
        else { return nil }
        return Match([facts.statusEvidence, facts.evidence(server, at: facts.answered)], .likely)
    }
}
