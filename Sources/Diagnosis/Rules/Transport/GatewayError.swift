// 502, 503 and 504 name the box before the one that is down.

extension Rule {
    /// A gateway has no answer from what stands behind it.
    static let gatewayError = Rule(
        id: "gateway-error", title: "A gateway got no answer from behind it",
        severity: .error, layer: .webServer,
        rationale: """
            502, 503 and 504 without a sign of WordPress say that the box that answered got nothing usable from the \
            next one: the origin is down (nginx 502; HAProxy, after 3 s, and Varnish 503), PHP-FPM is down (nginx 502, \
            Apache 503), its certificate was refused (nginx 502, HAProxy 503), or a script runs into a time limit.
            """,
        sources: [
            "RFC 9110 sections 15.6.3 to 15.6.5",
            "measured: nginx 1.22, Apache 2.4, HAProxy 2.6, Varnish 7.1 with a dead origin and a dead PHP-FPM",
        ],
        firstStep: "Look into the error log of the server named here, and whether PHP-FPM runs.",
        notYet: "Do not look at credentials.",
        separatingTest:
            "Ask the same host for a static file (/wp-includes/css/dist/block-library/style.css): if it comes, "
            + "the web server runs and PHP does not.",
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
                "a REST refusal with 503", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 503,
                "rest_maintenance", "Sorry."),
            Example(
                "WordPress in maintenance",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 503 Service Unavailable
                < Retry-After: 600
                < Content-Type: text/html; charset=utf-8
                <html><h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1></html>
                """),
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
        if facts.body.marker(among: ["Briefly unavailable for scheduled maintenance"]) != nil { return nil }
        // Who is down behind it: 503 is what Apache says of a dead PHP-FPM, 504 of a server speaks of a slow script; nginx
        // says 502 of a dead origin and of a dead PHP-FPM alike, and so do nginx and HAProxy of a bad certificate.
        let isApache =
            page?.server == "Apache" || (page == nil && facts.answered.first("server")?.hasPrefix("Apache") == true)
        let behind: Layer =
            (isApache && status == 503) || (page?.layer == .webServer && status == 504) ? .phpGateway : .webServer
        var others: [Layer] = behind == .phpGateway ? [.webServer] : [.phpGateway]
        if status != 504, page?.server == "nginx" || page?.server == "HAProxy" { others.append(.tls) }
        var evidence = [facts.statusEvidence]
        if let page { evidence.append(page.evidence) }
        evidence += facts.evidence("proxy-status", at: facts.answered)
        evidence += facts.evidence("retry-after", at: facts.answered)
        return Match(
            evidence, page == nil ? .possible : .likely,
            title: page.map { "\($0.server) got no answer from behind it" },
            layer: behind, alsoLayers: others,
            notProven: "Whether the next box is down, slow, or refuses to speak TLS with this one.")
    }
}
