// A browser asks first, without credentials; somebody asks it for some.

import CORS

extension Rule {
    /// The preflight was not answered with success.
    static let preflightRefused = Rule(
        id: "cors-preflight-refused", title: "The browser's preflight was refused",
        severity: .error, layer: .waf,
        rationale: """
            A preflight carries no credentials and must be answered with a status of 200 to 299, without a redirect. \
            A firewall, a password for the staging area, a redirect to https or a list of methods that lacks OPTIONS \
            answered it instead; WordPress itself answers OPTIONS without asking who it is.
            """,
        sources: [
            "Fetch standard: CORS-preflight fetch",
            "WordPress core: rest_handle_options_request",
        ],
        firstStep: "Exempt OPTIONS from the layer that answered (password, firewall, redirect).",
        notYet: "Do not add CORS fields in PHP: the preflight did not get there.",
        scope: .origin,
        triggers: [
            Example(
                "a staging password",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 401 Unauthorized
                < Access-Control-Allow-Origin: *
                < WWW-Authenticate: Basic realm="Staging"
                """),
            Example(
                "a redirect to https",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 301 Moved Permanently
                < Access-Control-Allow-Origin: *
                < Location: https://api.example.net/wp-json/
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
        guard var match = subject.corsMatch([.preflightStatus, .preflightRedirect]) else { return nil }
        match.evidence.append(subject.facts.statusEvidence)
        let status = subject.facts.originStatus ?? 0
        match.layer =
            (300..<400).contains(status) ? .redirect : status == 401 ? .webServer : status == 405 ? .webServer : .waf
        match.alsoLayers = [.corsConfig, .waf, .webServer].filter { $0 != match.layer }
        match.firstStep = nil
        return match
    }
}
