// The answer was made for another page.

import CORS

extension Rule {
    /// Permission for another origin.
    static let originMismatch = Rule(
        id: "cors-origin-mismatch", title: "The answer allows another origin",
        severity: .error, layer: .corsConfig,
        rationale: """
            Access-Control-Allow-Origin names another origin than the page's: a fixed value in a configuration, or \
            an answer that a cache kept for another page because its key does not know Origin.
            """,
        sources: [
            "Fetch standard: CORS check",
            "RFC 9111 section 4.1",
        ],
        firstStep: "Let the layer that answers echo the page's origin where it is allowed, with Vary: "
            + "Origin.",
        notYet: "Do not list several origins in one line.",
        scope: .origin,
        triggers: [
            Example(
                "a fixed value",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://www.example.test
                """),
            Example(
                "from a cache",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://www.example.test
                < Age: 20
                """),
        ],
        quiet: [
            Example(
                "a healthy answer",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Access-Control-Allow-Credentials: true
                < Access-Control-Allow-Methods: GET, POST
                < Access-Control-Allow-Headers: Authorization
                < Vary: Origin
                """),
            Example(
                "a healthy preflight",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Access-Control-Allow-Credentials: true
                < Access-Control-Allow-Methods: GET, POST
                < Access-Control-Allow-Headers: Authorization
                < Vary: Origin
                """),
        ]
    ) { subject in
        guard var match = subject.corsMatch([.originMismatch, .preflightOriginMismatch]) else { return nil }
        let facts = subject.facts
        if facts.cache.isHit {
            match.evidence += facts.cache.hit
            match.layer = .cdnCache
            match.alsoLayers = [.corsConfig]
            match.firstStep =
                "Let the cache keep one answer for each Origin (Vary: Origin), or bypass it for /wp-json/."
        }
        return match
    }
}
