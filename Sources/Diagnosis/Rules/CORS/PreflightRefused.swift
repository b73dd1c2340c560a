// A browser asks first, without credentials; somebody asks it for some.

import CORS

extension Rule {
    /// The preflight was not answered with success.
    static let preflightRefused = Rule(
        id: "cors-preflight-refused", title: "The browser's preflight was refused",
        severity: .error, layer: .corsConfig,
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
        supersedes: [
            "cors-origin-missing", "server-own-page", "method-refused-before-wordpress", "server-asks-for-basic",
        ],
        scope: .origin,
        fixes: [
            "cors-preflight-refused.apache-vhost.conf", "cors-preflight-refused.nginx.conf",
            "cors-preflight-refused.haproxy.cfg",
        ],
        triggers: [
            Example(
                "OPTIONS is not on the server's list, and the refusal has no CORS field",
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 405 Not Allowed
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><hr><center>nginx/1.22.1</center></html>
                """),
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
        let facts = subject.facts
        guard let judgement = subject.cors else { return nil }
        // The CORS check comes before the status (Fetch, CORS-preflight fetch step 7), so a refusal without CORS fields is
        // called by the missing field; what has to be repaired is the refusal.
        let preflight = facts.isPreflight ? facts : subject.related(.preflight)
        guard let preflight, let status = preflight.originStatus, !(200..<300).contains(status),
            let refusal = (judgement.likely ?? judgement.without).refusal, preflightReasons.contains(refusal.code),
            var match = subject.corsMatch([refusal.code])
        else { return nil }
        match.evidence.append(preflight.statusEvidence)
        if preflight.wordpress.answered {
            match.evidence += preflight.wordpress.restServer.prefix(1)
            match.layer = .wordpressAuth
            match.alsoLayers = [.corsConfig]
            match.firstStep = "Core answers OPTIONS without asking who it is: look for a plugin that refuses before."
        } else if (300..<400).contains(status) {
            match.evidence += preflight.evidence("location", at: preflight.answered)
            match.layer = .redirect
            match.alsoLayers = [.corsConfig, .webServer, .publicProxy]
            match.firstStep = "Call the URL the redirect leads to: browsers do not follow redirects of preflights."
        } else if status >= 500 {
            return nil
        } else {
            match.evidence += [ServerPage(preflight)?.evidence].compactMap(\.self)
            match.evidence += preflight.evidence("www-authenticate", at: preflight.answered)
            match.layer = .corsConfig
            match.alsoLayers = [.publicProxy, .waf, .webServer]
            match.firstStep = nil
        }
        match.severity = .error
        return match
    }
}

private let preflightReasons: Set<ReasonCode> = [
    .preflightStatus, .preflightRedirect, .preflightMissingAllowOrigin, .preflightWildcardOrigin,
    .preflightMultipleAllowOrigin, .preflightOriginMismatch, .preflightInvalidAllowOrigin,
    .preflightInvalidAllowCredentials,
]

extension Facts {
    /// Whether the request is a preflight.
    fileprivate var isPreflight: Bool {
        method == "OPTIONS" && received.has("origin") && received.has("access-control-request-method")
    }
}
