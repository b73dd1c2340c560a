// WordPress got the request, under a path it does not know as its own.

import Ledger
import Meaning

extension Rule {
    /// The path has a prefix in front of /wp-json/ that WordPress does not have.
    static let prefixUnknown = Rule(
        id: "rest-prefix-not-stripped", title: "WordPress knows no such prefix before /wp-json/",
        severity: .error, layer: .publicProxy,
        rationale: """
            WordPress answered with a page of its own, and its Link field says that the REST API is at another path than \
            the one that was asked: the prefix in front of /wp-json/ belongs to a proxy that should have taken it off, \
            or to a client that asks under the wrong address.
            """,
        sources: [
            "WordPress core: rest_output_link_header", "nginx: proxy_pass with and without a URI",
            "measured: nginx passing /api/ on with its prefix",
        ],
        firstStep:
            "Let the proxy take the prefix off (nginx: proxy_pass with a slash at its end), or ask under the path "
            + "that Link names.",
        notYet: "Do not save permalinks: the rewrite rules work.",
        supersedes: ["rest-route-not-rewritten", "html-instead-of-json"],
        scope: .rest,
        fixes: ["rest-prefix-not-stripped.nginx.conf"],
        triggers: [
            Example(
                "a prefix that nobody took off",
                """
                > GET /api/wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Content-Type: text/html; charset=UTF-8
                < Link: <https://example.test/wp-json/>; rel="https://api.w.org/"
                <html></html>
                """)
        ],
        quiet: [
            Example(
                "a site in a folder",
                """
                > GET /blog/wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Content-Type: text/html; charset=UTF-8
                < Link: <https://example.test/blog/wp-json/>; rel="https://api.w.org/"
                <html></html>
                """),
            .refusal(
                "the REST API itself says so", "GET /api/wp-json/wp/v2/none HTTP/1.1\nHost: example.test", 404,
                "rest_no_route"),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.answered.first("content-type")?.lowercased().hasPrefix("text/html") == true,
            !facts.wordpress.answered, let root = facts.restRoot,
            let place = facts.target.path.firstRange(of: "/wp-json"), let site = SiteAddress(root),
            let own = site.path.firstRange(of: "/wp-json")
        else { return nil }
        let asked = String(facts.target.path[..<place.lowerBound])
        let known = String(site.path[..<own.lowerBound])
        guard asked != known else { return nil }
        return Match(
            [facts.evidence("\(facts.method) \(facts.target.path)", at: .nodeToOrigin), facts.statusEvidence]
                + facts.evidence("link", at: facts.answered), alsoLayers: [.client, .webServer])
    }
}
