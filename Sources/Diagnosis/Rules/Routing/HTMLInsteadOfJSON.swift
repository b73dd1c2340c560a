// 200 is not success when it is a login page.

import Trace

extension Rule {
    /// A page came where JSON was asked for.
    static let htmlInsteadOfJSON = Rule(
        id: "html-instead-of-json", title: "An HTML page answers a REST route",
        severity: .error, layer: .waf,
        rationale: """
            REST routes of WordPress answer with JSON, errors included. An HTML page with status 200 is a login \
            page, a challenge, a maintenance page or the theme: somebody else answered.
            """,
        sources: [
            "github.com/WordPress/gutenberg issue 2704",
            "WordPress core: WP_REST_Server::serve_request",
        ],
        firstStep: "Open the URL in a browser and read who speaks there.",
        notYet: "Do not make the client's parser more tolerant.",
        scope: .rest,
        triggers: [
            Example(
                "a page with status 200",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: text/html; charset=UTF-8
                """)
        ],
        quiet: [
            .success("JSON", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test"),
            Example(
                "a page where pages belong",
                """
                > GET /about/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: text/html; charset=UTF-8
                """),
            Example(
                "a plugin's route that gives HTML through the REST server",
                """
                > GET /wp-json/shop/v1/receipt HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: text/html; charset=UTF-8
                < X-Robots-Tag: noindex
                < Link: <https://example.test/wp-json/>; rel="https://api.w.org/"
                < Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type
                """),
            Example(
                "an embedded oEmbed frame is HTML by design",
                """
                > GET /wp-json/oembed/1.0/embed?url=a&format=xml HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: text/xml
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.target.isREST, facts.originStatus.map({ (200..<300).contains($0) }) == true,
            let type = facts.answered.line("content-type"), type.value.lowercased().hasPrefix("text/html"),
            facts.method != "OPTIONS", !facts.wordpress.answered
        else { return nil }
        return Match(
            [facts.statusEvidence, facts.evidence(type, at: facts.answered)], .likely,
            alsoLayers: [.webServer, .redirect, .cdnCache],
            notProven: "Who wrote the page: look at the layer that answered.")
    }
}
