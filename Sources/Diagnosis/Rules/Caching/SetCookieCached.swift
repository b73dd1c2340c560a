// One Set-Cookie for all who ask.

import Trace

extension Rule {
    /// A cache hands out somebody's cookie.
    static let setCookieCached = Rule(
        id: "set-cookie-from-cache", title: "A cache hands the same cookie to everybody",
        severity: .error, layer: .cdnCache,
        rationale: """
            The answer came out of a shared cache and sets a cookie that was made for whoever asked first. If it \
            carries a login or a session, it is theirs.
            """,
        sources: [
            "RFC 9111 section 7.3 (caches and Set-Cookie)",
            "RFC 6265 section 8.6",
        ],
        firstStep: "Let the cache drop Set-Cookie before it stores an answer, or not store answers that have "
            + "one.",
        scope: .cached,
        fixes: ["set-cookie-from-cache.varnish.vcl", "set-cookie-from-cache.nginx.conf"],
        triggers: [
            Example(
                "a session cookie",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < X-Cache: HIT
                < Age: 60
                < Set-Cookie: PHPSESSID=0123456789abcdef; path=/
                """)
        ],
        quiet: [
            Example(
                "a fresh cookie",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < X-Cache: MISS
                < Set-Cookie: PHPSESSID=0123456789abcdef; path=/
                """),
            Example(
                "the edge sets a cookie of its own",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < CF-Cache-Status: HIT
                < Set-Cookie: __cf_bm=0123456789abcdef; path=/
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.cache.isHit, facts.originStatus != nil else { return nil }
        // Cookies that the edge itself sets on every answer.
        let edge = [
            "__cf", "_cfuvid", "cf_", "incap_ses", "visid_incap", "nlbi_", "ak_bmsc", "bm_", "awsalb", "__utm",
            "datadome",
        ]
        let lines = facts.answered.all("set-cookie").filter { line in
            let name = line.value.lowercased()
            return !edge.contains { name.hasPrefix($0) }
        }
        guard !lines.isEmpty else { return nil }
        let isLogin = lines.contains { line in
            let name = line.value.lowercased()
            return name.hasPrefix("wordpress_") || name.hasPrefix("phpsessid") || name.contains("session")
        }
        return Match(
            lines.map { facts.evidence($0, at: facts.answered) } + facts.cache.hit, .likely, field: "Set-Cookie",
            severity: isLogin ? .error : .warning)
    }
}
