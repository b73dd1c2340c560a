// Proxy-Status: somebody on the way tells its own name and the cause.

import Meaning
import Trace

extension Rule {
    /// An intermediary says why it failed.
    static let proxyStatusError = Rule(
        id: "proxy-status-error", title: "An intermediary names the cause itself",
        severity: .error, layer: .publicProxy,
        rationale: """
            Proxy-Status with an error parameter is written by the intermediary that could not get, or did not want, \
            a usable answer. It names itself and the cause.
            """,
        sources: [
            "RFC 9209 sections 2.1.1 and 2.3"
        ],
        firstStep: "Look at the configuration and log of the intermediary named there.",
        supersedes: ["gateway-error"],
        scope: .refused,
        triggers: [
            Example(
                "a cause",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                < Proxy-Status: edge.example.net; error=connection_timeout
                < Content-Type: text/html
                <html></html>
                """)
        ],
        quiet: [
            Example(
                "no error",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Proxy-Status: edge.example.net; next-hop=192.0.2.1
                """),
            Example(
                "hoplens's own",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                < Proxy-Status: hoplens-1a2b; error=connection_refused
                @ by hoplens
                @ error origin connect connection_refused refused
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus != nil, let origin = facts.proxyStatus?.firstError else { return nil }
        let isTLS = origin.error?.hasPrefix("tls_") == true
        return Match(
            [facts.statusEvidence] + facts.evidence("proxy-status", at: facts.answered), layer: isTLS ? .tls : nil,
            alsoLayers: [.webServer])
    }
}
