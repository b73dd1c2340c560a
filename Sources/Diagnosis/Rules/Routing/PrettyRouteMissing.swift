// The rewrite rules are missing, not the REST API.

import Ledger
import Trace

extension Rule {
    /// The web server does not hand /wp-json/ to WordPress.
    static let prettyRouteMissing = Rule(
        id: "rest-route-not-rewritten", title: "/wp-json/ does not reach WordPress",
        severity: .error, layer: .webServer,
        rationale: """
            A 404 page without any sign of WordPress for a path under /wp-json/ means that the web server looked for \
            a file of that name. Where ?rest_route=/ answers, only the rewrite rule is missing.
            """,
        sources: [
            "WordPress core: rest_api_loaded reads the query variable rest_route",
            "WordPress core: WP_Rewrite::mod_rewrite_rules",
        ],
        firstStep: "Save Settings, Permalinks (Apache), or add try_files $uri $uri/ /index.php?$args "
            + "(nginx).",
        notYet: "Do not disable plugins.",
        separatingTest: "Ask ?rest_route=/ with the same host: JSON there means that only the rewrite rule is "
            + "missing.",
        supersedes: ["server-own-page"],
        scope: .refused,
        fixes: [
            "rest-route-not-rewritten.apache.htaccess", "rest-route-not-rewritten.nginx.conf",
            "rest-route-not-rewritten.caddy",
        ],
        triggers: [
            Example(
                "both addresses were tried",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.22.1</center></body></html>
                --- other-route
                > GET /?rest_route=/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: application/json; charset=UTF-8
                < X-Robots-Tag: noindex
                < Link: <https://example.test/wp-json/>; rel="https://api.w.org/"
                """),
            Example(
                "only the pretty one",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.22.1</center></body></html>
                """),
        ],
        quiet: [
            .refusal(
                "WordPress knows no such route", "GET /wp-json/shop/v1/orders HTTP/1.1\nHost: example.test", 404,
                "rest_no_route", "Sorry."),
            Example(
                "WordPress wrote the page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Content-Type: text/html; charset=UTF-8
                < Link: <https://example.test/index.php?rest_route=/>; rel="https://api.w.org/"
                <html></html>
                """),
            Example(
                "no REST path at all",
                """
                > GET /favicon.ico HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.22.1</center></body></html>
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 404,
            facts.target.path.hasPrefix("/wp-json") || facts.target.path.contains("/wp-json/"),
            !facts.wordpress.answered, facts.restRoot == nil, !facts.body.type.contains("json")
        else { return nil }
        let other = subject.related(.otherRoute)
        var evidence = [facts.statusEvidence] + facts.evidence("content-type", at: facts.answered)
        if let other {
            guard other.status.map({ $0 < 400 }) == true || other.wordpress.answered else { return nil }
            evidence +=
                [other.evidence("\(other.record.request?.target ?? "") answered", at: .originToNode)] + [
                    other.statusEvidence
                ]
        }
        return Match(
            evidence, other == nil ? .likely : .certain, alsoLayers: other == nil ? [.waf, .publicProxy] : [],
            notProven: other == nil ? "Whether the REST API answers at ?rest_route=/." : nil)
    }
}
