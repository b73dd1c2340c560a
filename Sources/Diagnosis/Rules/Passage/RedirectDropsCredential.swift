// http to https, www to apex, a missing slash: the client follows, and arrives with less.

import Ledger
import Trace

extension Rule {
    /// A redirect that makes clients drop the credential, or the method.
    static let redirectDropsCredential = Rule(
        id: "redirect-loses-credential", title: "A redirect makes the client lose its credential",
        severity: .warning, layer: .redirect,
        rationale: """
            Clients drop Authorization when a redirect leads to another origin (scheme, host or port), and turn a \
            POST into a GET for 301, 302 and 303. The request that carried the credential was answered with a \
            redirect, so what follows is another request.
            """,
        sources: [
            "Fetch standard: HTTP-redirect fetch",
            "RFC 9110 section 15.4",
            "curl manual: --location-trusted",
        ],
        firstStep: "Call the URL the redirect leads to.",
        notYet: "Do not switch the redirect off for everybody.",
        scope: .redirect,
        triggers: [
            Example(
                "http to https",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 301 Moved Permanently
                < Location: https://www.example.test/wp-json/wp/v2/users/me
                @ origin http
                """),
            Example(
                "a POST becomes a GET",
                """
                > POST /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                > Cookie: wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1
                > X-WP-Nonce: 0123456789
                < HTTP/1.1 301 Moved Permanently
                < Location: /wp-json/wp/v2/posts/
                """),
        ],
        quiet: [
            Example(
                "nobody loses anything",
                """
                > GET /about HTTP/1.1
                > Host: example.test
                < HTTP/1.1 301 Moved Permanently
                < Location: https://www.example.test/about/
                """),
            Example(
                "the same origin, a GET",
                """
                > GET /wp-json HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 301 Moved Permanently
                < Location: https://example.test/wp-json/
                @ origin https
                """),
            Example(
                "a login form answers a POST with a redirect",
                """
                > POST /wp-login.php HTTP/1.1
                > Host: example.test
                < HTTP/1.1 302 Found
                < Location: https://example.test/wp-admin/
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, [301, 302, 303, 307, 308].contains(status),
            let location = facts.answered.line("location")
        else { return nil }
        let leaves = facts.leavesOrigin(location.value)
        let losesCredential = leaves && facts.received.has("authorization")
        let losesMethod = status < 304 && facts.method != "GET" && facts.method != "HEAD" && facts.target.isREST
        guard losesCredential || losesMethod else { return nil }
        var evidence = [facts.statusEvidence, facts.evidence(location, at: facts.answered)]
        if losesCredential { evidence += facts.evidence("authorization", at: facts.received) }
        if losesMethod { evidence.append(facts.evidence("method \(facts.method)", at: .clientToNode)) }
        let follow = subject.related(.redirectTarget)
        if let follow {
            evidence.append(
                follow.received.has("authorization")
                    ? follow.evidence("authorization", at: follow.received)[0]
                    : follow.absence("Authorization", at: follow.received))
        }
        return Match(
            evidence, follow == nil ? .likely : .certain, field: losesCredential ? "Authorization" : nil,
            title: losesCredential ? nil : "A redirect turns this \(facts.method) into a GET")
    }
}
