// The request came all the way; the address is wrong.

import Ledger

extension Rule {
    /// WordPress knows no such route.
    static let noRoute = Rule(
        id: "wp-no-route", title: "WordPress has no such REST route",
        severity: .error, layer: .wordpressPermission,
        rationale: """
            rest_no_route comes from WordPress's REST server: every layer in front of it let the request pass. The \
            namespace is not registered (its plugin is off), the path is misspelt, or the route does not take this \
            method.
            """,
        sources: [
            "WordPress core: WP_REST_Server::match_request_to_handler"
        ],
        firstStep: "Look for the namespace in the index at /wp-json/, and for the method in the route's own "
            + "index.",
        notYet: "Do not save permalinks or change rewrite rules: the route lookup itself was reached.",
        scope: .refused,
        triggers: [
            .refusal(
                "a plugin that is switched off", "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test", 404,
                "rest_no_route", "No route was found matching the URL and request method.")
        ],
        quiet: [
            Example(
                "a web server's 404",
                """
                > GET /wp-json/shop/v1/orders HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.22.1</center></body></html>
                """),
            .refusal(
                "a post that does not exist", "GET /wp-json/wp/v2/posts/999 HTTP/1.1\nHost: example.test", 404,
                "rest_post_invalid_id", "Sorry."),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("rest_no_route") else { return nil }
        // A crawler that tries addresses is told so, and nothing is wrong.
        let isLooking = (facts.method == "GET" || facts.method == "HEAD") && !facts.hasCredentials
        return Match(
            [facts.evidence("\(facts.method) \(facts.target.path)", at: .clientToNode)] + facts.refusal,
            severity: isLooking ? .notice : nil, layer: .client)
    }
}
