// A cookie that browsers throw away as soon as they read it: the login works and is forgotten.

import Ledger
import Meaning
import Trace

extension Rule {
    /// A browser does not keep the cookie.
    static let cookieRejected = Rule(
        id: "set-cookie-rejected", title: "Browsers throw this cookie away",
        severity: .warning, layer: .webServer,
        rationale: """
            The cookie contradicts itself, and browsers do not store such a one: SameSite=None or Partitioned without \
            Secure, a __Secure- or __Host- name without what the name promises, a Domain that does not cover the host, or \
            more than 4096 bytes. Cookies for https only are not kept either when a browser came over plain http, which \
            is what inserting an inspector may do.
            """,
        sources: [
            "RFC 6265bis section 5.7 (storage model)", "RFC 6265bis section 4.1.3 (cookie name prefixes)",
        ],
        firstStep: "Add what is missing where the cookie is set (a proxy that rewrites cookies, a plugin, the session "
            + "settings of PHP).",
        notYet: "Do not look for a lost Cookie field: the browser never had it.",
        triggers: [
            Example(
                "SameSite=None without Secure",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Set-Cookie: session=0123456789abcdef0123456789abcdef; Path=/; SameSite=None
                """),
            Example(
                "another host's Domain",
                """
                > GET / HTTP/1.1
                > Host: www.example.test
                < HTTP/1.1 200 OK
                < Set-Cookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=a; Path=/; Domain=example.org
                """),
        ],
        quiet: [
            Example(
                "a login of WordPress",
                """
                > POST /wp-login.php HTTP/1.1
                > Host: example.test
                < HTTP/1.1 302 Found
                < Location: https://example.test/wp-admin/
                < Set-Cookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=a; path=/; HttpOnly
                """),
            Example(
                "None with Secure",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Set-Cookie: session=0123456789abcdef; Path=/; SameSite=None; Secure
                """),
            Example(
                "a logout deletes with what it has",
                """
                > GET /wp-login.php?action=logout HTTP/1.1
                > Host: example.test
                < HTTP/1.1 302 Found
                < Set-Cookie: session=+; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; path=/; SameSite=None
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.answered.has("set-cookie") else { return nil }
        let now = facts.record.time / 1_000_000
        for (cookie, line) in zip(facts.setCookies, facts.delivered.all("set-cookie"))
        where cookie.isRejected && !cookie.isDeletion(now: now) {
            let faults = cookie.faults.filter(\.isFatal).map(\.phrase).joined(separator: ", ")
            return Match(
                [
                    facts.evidence(line, at: facts.delivered),
                    facts.evidence("cookie \(cookie.name): \(faults)", at: .nodeToClient),
                ], field: "Set-Cookie", alsoLayers: [.publicProxy, .wordpressAuth])
        }
        return nil
    }
}

extension SetCookie.Fault {
    /// The fault in words.
    fileprivate var phrase: String {
        switch self {
        case .nameless: "no name"
        case .empty: "neither name nor value"
        case .sameSiteNoneWithoutSecure: "SameSite=None without Secure"
        case .unknownSameSite: "a word SameSite does not have"
        case .partitionedWithoutSecure: "Partitioned without Secure"
        case .securePrefix: "a __Secure- name without Secure"
        case .hostPrefix: "a __Host- name without Secure and Path=/, or with Domain"
        case .badExpires: "Expires is no date"
        case .badMaxAge: "Max-Age is no number"
        case .foreignDomain: "Domain does not cover the host"
        case .relativePath: "Path does not begin with a slash"
        case .tooLong: "longer than 4096 bytes"
        }
    }
}
