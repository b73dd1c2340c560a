// One permission, given twice, is none.

import CORS

extension Rule {
    /// Two layers both say which origin is allowed.
    static let originDoubled = Rule(
        id: "cors-origin-doubled", title: "Access-Control-Allow-Origin is there twice",
        severity: .error, layer: .corsConfig,
        rationale: """
            A browser takes one value and no list. WordPress sends the field by itself; a web server, a plugin or a \
            CDN adds it once more.
            """,
        sources: [
            "Fetch standard: CORS check",
            "html5rocks and MDN: multiple values",
        ],
        firstStep: "Keep the field in one place; with WordPress that is WordPress.",
        notYet: "Do not set it to * everywhere.",
        scope: .origin,
        triggers: [
            Example(
                "two lines",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Access-Control-Allow-Origin: *
                """),
            Example(
                "one line with a list",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test, https://b.example.test
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
        subject.corsMatch([.multipleAllowOrigin, .preflightMultipleAllowOrigin])
    }
}
