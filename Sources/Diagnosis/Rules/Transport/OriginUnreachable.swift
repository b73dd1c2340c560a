// No answer of the origin stands behind this one.

import Ledger
import Trace

extension Rule {
    /// hoplens could not reach the origin.
    static let originUnreachable = Rule(
        id: "origin-unreachable", title: "hoplens could not reach the origin",
        severity: .error, layer: .webServer,
        rationale: """
            hoplens answered itself because no connection to the origin came about, or none that spoke TLS. The \
            cause is what the operating system or the TLS library said.
            """,
        sources: [
            "RFC 9209 section 2.3"
        ],
        firstStep: "Try the address and port that are named with curl from this machine; a CDN's origin may "
            + "admit the CDN only.",
        scope: .own,
        triggers: [
            Example(
                "connection refused",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                @ by hoplens
                @ error origin connect connection_refused the origin refused the connection
                """),
            Example(
                "a certificate for another name",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                @ by hoplens
                @ error origin tls tls_certificate_error the certificate is for another name
                """),
        ],
        quiet: [
            Example(
                "the origin's own 502",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                < Content-Type: text/html
                <html></html>
                """)
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.record.response?.byHoplens == true, let error = facts.record.error, error.side == "origin",
            ["connect", "tls", "dns"].contains(error.phase)
        else { return nil }
        let isTLS = error.phase == "tls"
        return Match(
            [facts.evidence("\(error.phase): \(error.cause) (\(error.text))", at: .nodeToOrigin)],
            title: isTLS ? "TLS with the origin failed" : nil, layer: isTLS ? .tls : nil,
            firstStep: isTLS
                ? "Set --sni and --connect so that name and address belong together; --ca-file for a private authority."
                : nil)
    }
}
