// The page sends a field that nobody gave permission for.

import CORS

extension Rule {
    /// A request header the preflight's answer does not list.
    static let headerNotAllowed = Rule(
        id: "cors-header-not-allowed", title: "A request header is not on the list",
        severity: .error, layer: .corsConfig,
        rationale: """
            The page sends a field that Access-Control-Allow-Headers does not name. * does not cover Authorization \
            by the standard (Chromium lets it pass). WordPress lists Authorization, X-WP-Nonce, Content-Disposition, \
            Content-MD5 and Content-Type only; tracing scripts add traceparent, sentry-trace or baggage.
            """,
        sources: [
            "Fetch standard: CORS-preflight fetch; CORS non-wildcard request-header name",
            "WordPress core: WP_REST_Server::serve_request, filter rest_allowed_cors_headers",
        ],
        firstStep: "Add the name with the filter rest_allowed_cors_headers, or stop the script that adds the "
            + "field.",
        notYet: "Do not remove the field from the ones the browser must ask for.",
        scope: .origin,
        fixes: ["cors-header-not-allowed.mu-plugin.php"],
        triggers: [
            Example(
                "a tracing script",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization,sentry-trace
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Access-Control-Allow-Credentials: true
                < Access-Control-Allow-Methods: GET, POST
                < Access-Control-Allow-Headers: Authorization
                < Vary: Origin
                """),
            Example(
                "* and Authorization",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: *
                < Access-Control-Allow-Headers: *
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
        subject.corsMatch([.headerDisallowed, .invalidAllowHeaders])
    }
}
