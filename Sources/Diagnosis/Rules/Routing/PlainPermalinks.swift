// The pretty address of the REST API exists only where permalinks are pretty.

import Ledger
import Meaning
import Trace

extension Rule {
    /// The site has plain permalinks, so /wp-json/ is a page like any other.
    static let plainPermalinks = Rule(
        id: "rest-plain-permalinks", title: "Permalinks are plain: /wp-json/ is no route",
        severity: .error, layer: .webServer,
        rationale: """
            WordPress itself answered a path under /wp-json/ with a page or with a redirect to one, and its Link field \
            says that the REST API is at ?rest_route=/. That is what it says while permalinks are plain: there is no \
            rewrite rule for /wp-json/, so the path is the front page (301 to a trailing slash, then HTML with 200; a \
            POST gets the 200 at once).
            """,
        sources: [
            "WordPress core: get_rest_url (index.php?rest_route= without a permalink structure)",
            "measured: WordPress 6.1.9 with plain permalinks",
        ],
        firstStep: "Choose any structure but Plain in Settings, Permalinks, or let the client use ?rest_route=.",
        notYet: "Do not change the web server's rules before that.",
        supersedes: ["html-instead-of-json", "rest-route-not-rewritten"],
        scope: .rest,
        fixes: ["rest-plain-permalinks.mu-plugin.php"],
        triggers: [
            Example(
                "the front page with status 200",
                """
                > GET /wp-json/wp/v2/posts/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: text/html; charset=UTF-8
                < Link: <https://example.test/index.php?rest_route=/>; rel="https://api.w.org/"
                """),
            Example(
                "WordPress takes it for a page and adds a slash",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                < HTTP/1.1 301 Moved Permanently
                < X-Redirect-By: WordPress
                < Location: https://example.test/wp-json/wp/v2/users/me/
                """),
        ],
        quiet: [
            Example(
                "a server that wants another host",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: www.example.test
                < HTTP/1.1 301 Moved Permanently
                < Location: https://example.test/wp-json/wp/v2/users/me
                """),
            Example(
                "the REST API by its plain address",
                """
                > GET /?rest_route=/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: application/json; charset=UTF-8
                < Link: <https://example.test/index.php?rest_route=/>; rel="https://api.w.org/"
                """),
            Example(
                "a page that names the pretty address",
                """
                > GET /about/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: text/html; charset=UTF-8
                < Link: <https://example.test/wp-json/>; rel="https://api.w.org/"
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.target.path.contains("/wp-json") else { return nil }
        // redirect_canonical never touches a REST request, so one that it redirects was none for WordPress.
        if facts.scope.contains(.redirect), facts.method == "GET", !facts.wordpress.answered,
            let line = facts.answered.all("x-redirect-by").first(where: { $0.value == "WordPress" }),
            let location = facts.answered.first("location"),
            TargetFacts(location).path == facts.target.path + "/"
        {
            return Match(
                [facts.statusEvidence, facts.evidence(line, at: facts.answered)]
                    + facts.evidence("location", at: facts.answered), .likely,
                alsoLayers: [.redirect], notProven: "Whether permalinks are plain or only their rules are missing.")
        }
        guard facts.answered.first("content-type")?.lowercased().hasPrefix("text/html") == true,
            let root = facts.restRoot, root.contains("rest_route=")
        else { return nil }
        return Match(
            [facts.statusEvidence] + facts.evidence("link", at: facts.answered)
                + facts.evidence("content-type", at: facts.answered), alsoLayers: [.redirect])
    }
}
