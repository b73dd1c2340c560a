// PUT, PATCH and DELETE are strangers to many rule sets.

import Ledger

extension Rule {
    /// A layer in front of WordPress refuses the method.
    static let methodRefused = Rule(
        id: "method-refused-before-wordpress", title: "PUT, PATCH or DELETE is refused before WordPress",
        severity: .error, layer: .waf,
        rationale: """
            A 403, 405 or 501 without any sign of WordPress for PUT, PATCH or DELETE comes from a list of allowed \
            methods in a firewall or web server (the OWASP core rules allow GET, HEAD, POST and OPTIONS). WordPress \
            takes POST with X-HTTP-Method-Override for the same.
            """,
        sources: [
            "OWASP CRS: 901160, rule 911100",
            "WordPress core: WP_REST_Server::serve_request, HTTP_X_HTTP_METHOD_OVERRIDE",
        ],
        firstStep: "Allow the method for /wp-json/ in the firewall's or the server's list.",
        notYet: "Do not switch the firewall off.",
        separatingTest: "Send POST with X-HTTP-Method-Override: if that passes, the method list is at fault.",
        supersedes: ["server-own-page"],
        scope: .refused,
        fixes: ["method-refused-before-wordpress.modsecurity.conf", "method-refused-before-wordpress.nginx.conf"],
        triggers: [
            Example(
                "DELETE refused by a bare server page",
                """
                > DELETE /wp-json/wp/v2/posts/1 HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: Apache
                < Content-Type: text/html
                <html><title>403 Forbidden</title></html>
                """),
            Example(
                "the override works",
                """
                > PUT /wp-json/wp/v2/posts/1 HTTP/1.1
                > Host: example.test
                < HTTP/1.1 405 Not Allowed
                < Content-Type: text/html
                <html><title>405 Not Allowed</title></html>
                --- other-method
                > POST /wp-json/wp/v2/posts/1 HTTP/1.1
                > Host: example.test
                > X-HTTP-Method-Override: PUT
                < HTTP/1.1 200 OK
                """),
        ],
        quiet: [
            .refusal(
                "WordPress refuses the user", "DELETE /wp-json/wp/v2/posts/1 HTTP/1.1\nHost: example.test", 401,
                "rest_cannot_delete", "Sorry."),
            Example(
                "a POST is refused",
                """
                > POST /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html></html>
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard ["PUT", "PATCH", "DELETE"].contains(facts.method), let status = facts.originStatus,
            status == 403 || status == 405 || status == 501, !facts.wordpress.answered, facts.body.json == nil
        else { return nil }
        let override = subject.related(.otherMethod)
        let works = override?.originStatus.map { $0 < 400 } ?? false || override?.wordpress.answered ?? false
        var evidence = [facts.evidence("method \(facts.method)", at: .nodeToOrigin), facts.statusEvidence]
        if works, let override { evidence.append(override.statusEvidence) }
        return Match(evidence, works ? .certain : .likely, alsoLayers: [.webServer, .publicProxy])
    }
}
