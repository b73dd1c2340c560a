// The site wants https, gets http, and says so for ever.

import Ledger
import Trace

extension Rule {
    /// The answer redirects to the URL that was asked for.
    static let redirectLoop = Rule(
        id: "redirect-to-itself", title: "The site redirects to the same URL",
        severity: .error, layer: .publicProxy,
        rationale: """
            The Location is the URL the client asked for. WordPress (or a plugin) does not see that the client came \
            over https, or under this host, and sends it there again.
            """,
        sources: [
            "WordPress core: redirect_canonical, is_ssl",
            "github.com/WordPress/wordpress-develop pull request 7235",
            "measured: HTTP_HOST without the port",
        ],
        firstStep: "Forward to the origin over https, or let wp-config.php trust X-Forwarded-Proto from the "
            + "proxy.",
        notYet: "Do not change siteurl.",
        scope: .redirect,
        fixes: ["redirect-to-itself.nginx.conf"] + Fixes.sitesKnowOfHTTPS,
        triggers: [
            Example(
                "https to https",
                """
                @ client tls
                @ origin http
                > GET /about/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 301 Moved Permanently
                < Location: https://example.test/about/
                """),
            Example(
                "hoplens turned the Location back to itself",
                """
                @ origin https
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                < HTTP/1.1 301 Moved Permanently
                < Server: nginx/1.22.1
                < Location: https://example.test/wp-json/wp/v2/users/me
                """),
            Example(
                "WordPress does not see the port",
                """
                @ origin http
                > GET / HTTP/1.1
                > Host: example.test:8080
                < HTTP/1.1 301 Moved Permanently
                < X-Redirect-By: WordPress
                < Location: http://example.test:8080/
                """),
        ],
        quiet: [
            Example(
                "to another URL",
                """
                @ client tls
                @ origin http
                > GET /about HTTP/1.1
                > Host: example.test
                < HTTP/1.1 301 Moved Permanently
                < Location: https://example.test/about/
                """),
            Example(
                "http to https is a step forward",
                """
                @ origin http
                > GET /about/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 301 Moved Permanently
                < Location: https://example.test/about/
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, (300..<400).contains(status), status != 304, facts.method == "GET",
            let location = facts.delivered.line("location"), let target = facts.record.request?.target,
            target.hasPrefix("/"),
            !facts.received.has("cookie") || facts.answered.all("set-cookie").isEmpty
        else { return nil }
        guard facts.answered.all("set-cookie").isEmpty, facts.leadsBack(target) else { return nil }
        // WordPress redirects its pages, never its REST API; a server redirects both.
        let byWordPress = facts.answered.all("x-redirect-by").contains { $0.value.contains("WordPress") }
        let isSecure = facts.clientScheme == "https"
        let layer: Layer = byWordPress && !isSecure ? .phpGateway : .publicProxy
        return Match(
            [
                facts.evidence("\(facts.method) \(target)", at: .clientToNode), facts.statusEvidence,
                facts.evidence(location, at: facts.delivered),
            ] + facts.evidence("x-redirect-by", at: facts.answered), .likely, layer: layer,
            alsoLayers: [.redirect, .webServer, .phpGateway, .publicProxy, .wordpressAuth].filter { $0 != layer },
            firstStep: isSecure
                ? nil
                : "Compare the Host PHP sees with the public one: a front that sends its own name, or a fastcgi_param "
                    + "HTTP_HOST without the port ($host instead of $http_host), makes every answer a redirect.",
            notProven: isSecure ? "Which box does not pass on that the client came over https." : nil)
    }
}

extension Facts {
    /// Whether the Location is the very URL that was asked for: as the origin was asked, or as the client asked.
    fileprivate func leadsBack(_ target: String) -> Bool {
        let asked = [
            (answered.first("location"), sent.first("host")), (delivered.first("location"), received.first("host")),
        ]
        return asked.contains { location, host in
            guard let location else { return false }
            if location.hasPrefix("/"), !location.hasPrefix("//") { return location == target }
            guard let host, location.hasSuffix(target) else { return false }
            let authority = location.dropLast(target.utf8.count).lowercased()
            let own = host.lowercased()
            if authority == "//" + own { return true }
            guard let mark = authority.firstRange(of: "://") else { return false }
            let scheme = String(authority[..<mark.lowerBound])
            let there = authority[mark.upperBound...]
            guard there == own || there + ":443" == own || there == own + ":443" else { return false }
            // From http to https is a step forward, unless the client (or hoplens for it) already spoke https.
            return scheme == clientScheme
        }
    }
}
