// It works for this page, and will not for the next.

import Trace

extension Rule {
    /// An answer made for one origin may be kept for all.
    static let varyMissing = Rule(
        id: "cors-vary-origin-missing", title: "An answer for one origin may be cached",
        severity: .notice, layer: .corsConfig,
        rationale: """
            The answer names the page's origin and may be kept by a shared cache, and Vary does not name Origin: the \
            cache will hand it to pages of other origins, which may not read it.
            """,
        sources: [
            "Fetch standard: CORS protocol and HTTP caches",
            "RFC 9110 section 12.5.5",
        ],
        firstStep: "Send Vary: Origin wherever Access-Control-Allow-Origin depends on the page.",
        scope: .origin,
        triggers: [
            Example(
                "cacheable, for one origin",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Cache-Control: public, max-age=600
                """)
        ],
        quiet: [
            Example(
                "with Vary",
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
                < Cache-Control: public, max-age=600
                """),
            Example(
                "for everybody",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: *
                < Cache-Control: public, max-age=600
                """),
            Example(
                "nobody keeps it",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Cache-Control: private, no-store
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let allowed = facts.answered.line("access-control-allow-origin"), allowed.value != "*",
            allowed.value == facts.received.first("origin"), facts.method == "GET" || facts.method == "HEAD"
        else { return nil }
        let vary = facts.answered.tokens("vary")
        guard !vary.contains("origin"), !vary.contains("*") else { return nil }
        let control = facts.answered.tokens("cache-control")
        let mayBeKept =
            facts.cache.isHit
            || (!control.contains { $0 == "no-store" || $0 == "private" || $0 == "no-cache" }
                && control.contains { $0 == "public" || $0.hasPrefix("max-age=") || $0.hasPrefix("s-maxage=") })
        guard mayBeKept else { return nil }
        return Match(
            [facts.evidence(allowed, at: facts.answered)] + facts.evidence("cache-control", at: facts.answered)
                + facts.cache.hit + [facts.absence("Vary: Origin", at: facts.answered)],
            field: "Vary", severity: facts.cache.isHit ? .warning : nil)
    }
}
