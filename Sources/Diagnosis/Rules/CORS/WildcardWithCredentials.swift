// Everybody may read, but nobody with a cookie.

import CORS

extension Rule {
    /// A star where the page sends credentials.
    static let wildcardWithCredentials = Rule(
        id: "cors-wildcard-with-credentials", title: "* is not allowed where credentials are sent",
        severity: .error, layer: .corsConfig,
        rationale: """
            With credentials a browser takes no *: the answer must name the page's origin and say Access-Control- \
            Allow-Credentials: true. WordPress does; a web server or CDN in front replaced it.
            """,
        sources: [
            "Fetch standard: CORS check"
        ],
        firstStep: "Let WordPress's own line through, and send Vary: Origin.",
        notYet: "Do not send the page's cookies to make it work.",
        scope: .origin,
        triggers: [
            Example(
                "a cookie came along",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Cookie: a=b
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: *
                """)
        ],
        quiet: [
            Example(
                "no credentials, and * is fine",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: *
                """),
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
        subject.corsMatch([.wildcardOrigin, .preflightWildcardOrigin])
    }
}
