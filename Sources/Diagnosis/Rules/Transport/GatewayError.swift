// 502, 503 and 504 name the box before the one that is down.

extension Rule {
    /// A gateway has no answer from what stands behind it.
    static let gatewayError = Rule(
        id: "gateway-error", title: "A gateway got no answer from behind it",
        severity: .error, layer: .phpGateway,
        rationale: """
            502, 503 and 504 without a sign of WordPress say that the box that answered got nothing usable from the \
            next one: PHP-FPM is down (nginx 502, Apache 503), the pool is full, or a script runs into a time limit.
            """,
        sources: [
            "RFC 9110 sections 15.6.3 to 15.6.5",
            "measured: nginx 1.22, Apache 2.4, HAProxy 2.6, Varnish 7.1 with a dead origin and a dead PHP-FPM",
        ],
        firstStep: "Look into the error log of the server named here, and whether PHP-FPM runs.",
        notYet: "Do not look at credentials.",
        supersedes: ["server-own-page"],
        scope: .refused,
        triggers: [
            Example(
                "PHP-FPM is down behind nginx",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.22.1</center></body></html>
                """),
            Example(
                "no server behind HAProxy",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 503 Service Unavailable
                < Content-Type: text/html
                <html><body><h1>503 Service Unavailable</h1>
                No server is available to handle this request.
                </body></html>
                """),
        ],
        quiet: [
            .refusal(
                "WordPress in maintenance", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 503,
                "rest_maintenance", "Sorry."),
            Example(
                "hoplens itself",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                @ by hoplens
                @ error origin connect connection_refused refused
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, (502...504).contains(status), !facts.wordpress.answered else {
            return nil
        }
        let page = ServerPage(facts)
        // A proxy or cache in front speaks of the web server, a web server of PHP.
        let behind: Layer = page.map { $0.layer == .webServer ? .phpGateway : .webServer } ?? .phpGateway
        var evidence = [facts.statusEvidence]
        if let page { evidence.append(page.evidence) }
        evidence += facts.evidence("proxy-status", at: facts.answered)
        evidence += facts.evidence("retry-after", at: facts.answered)
        return Match(
            evidence, page == nil ? .possible : .likely,
            title: page.map { "\($0.server) got no answer from behind it" },
            layer: behind, alsoLayers: behind == .phpGateway ? [.webServer] : [.phpGateway])
    }
}
