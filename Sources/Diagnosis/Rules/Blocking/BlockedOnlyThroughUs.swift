// The instrument changed what it measures, and says so.

extension Rule {
    /// The same request is refused only when hoplens is in between.
    static let blockedOnlyThroughUs = Rule(
        id: "blocked-only-through-hoplens", title: "Refused only when hoplens is in between",
        severity: .error, layer: .hoplens,
        rationale: """
            The same request was answered otherwise when it was sent directly. A firewall looks at the TLS \
            handshake, at the address or at the order of fields, and those differ when hoplens sends the request.
            """,
        sources: [
            "the instrument check of hoplens",
            "mitmproxy and HTTP Toolkit issue threads on TLS fingerprints",
        ],
        firstStep: "Allow this machine's address, or put hoplens behind the firewall.",
        notYet: "Do not trust any other finding about this refusal.",
        scope: .refused,
        triggers: [
            Example(
                "direct 200, inspected 403",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html></html>
                --- direct
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                """)
        ],
        quiet: [
            Example(
                "both refused",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html></html>
                --- direct
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                """),
            Example(
                "nobody tried directly",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html></html>
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let direct = subject.related(.direct), let without = direct.status, let with = facts.status, with >= 400,
            without < 400
        else { return nil }
        return Match([facts.statusEvidence, direct.statusEvidence])
    }
}
