// One more line is needed where cookies go.

import CORS

extension Rule {
    /// The page sends credentials and the answer does not allow that.
    static let credentialsNotAllowed = Rule(
        id: "cors-credentials-not-allowed", title: "Credentials are sent and not allowed",
        severity: .error, layer: .corsConfig,
        rationale: """
            With credentials the answer must also say Access-Control-Allow-Credentials: true, exactly so.
            """,
        sources: [
            "Fetch standard: CORS check"
        ],
        firstStep: "Send Access-Control-Allow-Credentials: true with the page's own origin.",
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
                < Access-Control-Allow-Origin: https://app.example.test
                < Vary: Origin
                """)
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
        subject.corsMatch([.invalidAllowCredentials, .preflightInvalidAllowCredentials])
    }
}
