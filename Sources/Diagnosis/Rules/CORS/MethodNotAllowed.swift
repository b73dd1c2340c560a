// PUT, PATCH and DELETE need to be named.

import CORS

extension Rule {
    /// A method the preflight's answer does not list.
    static let methodNotAllowed = Rule(
        id: "cors-method-not-allowed", title: "The method is not on the list",
        severity: .error, layer: .corsConfig,
        rationale: """
            The page wants a method that Access-Control-Allow-Methods does not name. Names of methods have case, and \
            PATCH in small letters is another method.
            """,
        sources: [
            "Fetch standard: CORS-preflight fetch"
        ],
        firstStep: "Add the method to Access-Control-Allow-Methods.",
        scope: .origin,
        triggers: [
            Example(
                "DELETE",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: DELETE
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Access-Control-Allow-Credentials: true
                < Access-Control-Allow-Methods: GET, POST
                < Access-Control-Allow-Headers: Authorization
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
        subject.corsMatch([.methodDisallowed, .invalidAllowMethods])
    }
}
