// Name and address do not belong together.

extension Rule {
    /// The server says the request is not for it.
    static let misdirected = Rule(
        id: "misdirected-request", title: "The server does not serve this host",
        severity: .error, layer: .webServer,
        rationale: """
            421 says that this server is not responsible for the host that was asked: the name in TLS (SNI), the \
            Host field and the address do not belong together.
            """,
        sources: [
            "RFC 9110 section 15.5.20",
            "curl manual: --connect-to",
        ],
        firstStep: "Set Host and SNI to the public name (--host, --sni) and dial the origin with --connect.",
        notYet: "Do not switch certificate checks off.",
        scope: .refused,
        triggers: [
            Example(
                "421",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 421 Misdirected Request
                < Server: Apache
                < Content-Type: text/html
                <html></html>
                """)
        ],
        quiet: [
            Example(
                "hoplens's own 421",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 421 Misdirected Request
                @ by hoplens
                @ error client request-head http_request_error this is no open proxy
                """)
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 421 else { return nil }
        return Match([facts.statusEvidence] + facts.evidence("host", at: facts.sent))
    }
}
