// The answer does not say that anybody may read it.

import CORS

extension Rule {
    /// No permission for any origin.
    static let originMissing = Rule(
        id: "cors-origin-missing", title: "No Access-Control-Allow-Origin on the answer",
        severity: .error, layer: .corsConfig,
        rationale: """
            A script may read an answer of another origin only where Access-Control-Allow-Origin says so. \
            WordPress's REST server sends it with every answer to a request with Origin, refusals included: where it \
            lacks, WordPress did not answer, something removed the field, or a cache kept an answer to a request \
            without Origin.
            """,
        sources: [
            "Fetch standard: CORS check",
            "WordPress core: rest_send_cors_headers",
        ],
        firstStep: "Find out who wrote this answer; only then decide where the field belongs.",
        notYet: "Do not blame the token: the script never saw the status.",
        scope: .origin,
        fixes: ["cors-origin-missing.mu-plugin.php"],
        triggers: [
            Example(
                "a server's own error page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html></html>
                """),
            Example(
                "from a cache",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Content-Type: application/json
                < X-Cache: HIT
                < Age: 20
                """),
        ],
        quiet: [
            Example(
                "the same origin needs none",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: app.example.test
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                """),
            Example(
                "no Origin, no browser",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                < HTTP/1.1 200 OK
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
        guard
            var match = subject.corsMatch([
                .missingAllowOrigin, .preflightMissingAllowOrigin, .invalidAllowOrigin, .preflightInvalidAllowOrigin,
            ])
        else { return nil }
        let facts = subject.facts
        if facts.cache.isHit {
            match.evidence += facts.cache.hit
            match.layer = .cdnCache
            match.alsoLayers = [.corsConfig]
            match.title = "A cached answer lacks Access-Control-Allow-Origin"
            match.firstStep =
                "Let the cache keep one answer for each Origin (Vary: Origin), or bypass it for /wp-json/."
        } else if facts.wordpress.answered {
            match.evidence += facts.wordpress.restServer.prefix(1)
            match.title = "WordPress answered, and its CORS field is gone"
            match.alsoLayers = [.publicProxy, .wordpressAuth]
            match.firstStep = "Look for a plugin that removes rest_send_cors_headers, or a proxy that hides the field."
        } else if facts.status.map({ $0 >= 400 }) == true {
            // The refusal itself is the trouble; that the script cannot read it comes second.
            match.evidence.append(facts.statusEvidence)
            match.severity = .warning
            match.alsoLayers = [.waf, .webServer]
        }
        return match
    }
}
