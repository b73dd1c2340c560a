// The site wants https, gets http, and says so for ever.

import Ledger
import Trace

extension Rule {
    /// The answer redirects to the URL that was asked for.
    static let redirectLoop = Rule(
        id: "redirect-to-itself", title: "The site redirects to the same URL",
        severity: .error, layer: .redirect,
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
                """)
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
        let isSame: Bool =
            if location.value.hasPrefix("/"), !location.value.hasPrefix("//") {
                location.value == target
            } else {
                !facts.leavesOrigin(location.value) && location.value.hasSuffix(target)
                    && location.value.utf8.count - target.utf8.count
                        <= (facts.received.first("host") ?? "").utf8.count + "https://".utf8.count + 4
            }
        guard isSame, facts.answered.all("set-cookie").isEmpty else { return nil }
        return Match(
            [
                facts.evidence("\(facts.method) \(target)", at: .clientToNode), facts.statusEvidence,
                facts.evidence(location, at: facts.delivered),
            ], .likely, alsoLayers: [.wordpressAuth])
    }
}
