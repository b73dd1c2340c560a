// The classic behind a TLS-ending proxy: PHP thinks the site is on http, and core ignores Basic without a word.

import Fields
import Trace

extension Rule {
    /// The last hop is http, so WordPress may have ignored application passwords silently.
    static let plainHopHidesTLS = Rule(
        id: "plain-hop-hides-tls", title: "WordPress may not know it is on https",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            WordPress reads application passwords only where is_ssl() is true, and is_ssl() looks at HTTPS and \
            SERVER_PORT, not at X-Forwarded-Proto. Where TLS ends in front of the web server, Basic credentials are \
            then ignored without a message: 401 as if nothing had been sent.
            """,
        sources: [
            "WordPress core: wp_is_application_passwords_supported, is_ssl",
            "github.com/WordPress/wordpress-develop pull request 7235",
        ],
        firstStep: "Set $_SERVER['HTTPS'] to 'on' in wp-config.php when the trusted proxy sends X-Forwarded-Proto: "
            + "https.",
        notYet: "Do not create new passwords: the old one was not looked at.",
        separatingTest: "Send the same request over https to the origin: if it answers otherwise, it is this.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential"],
        scope: .refused,
        fixes: Fixes.sitesKnowOfHTTPS,
        triggers: [
            .refusal(
                "TLS ends in front of the web server",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nX-Forwarded-Proto: https\nAuthorization: "
                    + "Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in",
                facts: ["origin http"]),
            .refusal(
                "hoplens itself turned https into http",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in",
                facts: ["client tls", "origin http"]),
        ],
        quiet: [
            .refusal(
                "https all the way",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in",
                facts: ["client tls", "origin https"]),
            .refusal(
                "WordPress did look at the password",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nX-Forwarded-Proto: https\nAuthorization: "
                    + "Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "incorrect_password",
                facts: ["origin http"]),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isPermissionRefusal(401), let shape = facts.sent.shape("authorization"),
            shape.kind == .basic || shape.kind == .applicationPassword,
            facts.record.origin?.url.hasPrefix("http://") == true
        else { return nil }
        let says = facts.sent.all("x-forwarded-proto").filter { $0.value.lowercased().hasPrefix("https") }
        let isOurs = facts.record.client.tls != nil
        guard isOurs || !says.isEmpty else { return nil }
        var evidence = facts.evidence("authorization", at: facts.sent)
        evidence += says.map { facts.evidence($0, at: facts.sent) }
        evidence.append(facts.evidence("forwarded over plain http to \(facts.record.origin?.url ?? "")"))
        if isOurs { evidence.append(facts.evidence("the client came over \(facts.record.client.tls ?? "TLS")")) }
        return Match(
            evidence + facts.refusal, isOurs && says.isEmpty ? .likely : .possible, field: "Authorization",
            title: isOurs ? "Inserting hoplens hides https from WordPress" : nil, layer: isOurs ? .hoplens : nil,
            alsoLayers: [.wordpressAuth, .phpGateway],
            firstStep: isOurs
                ? "Forward to the origin over https, or add --forwarded x and let wp-config.php trust it." : nil,
            notProven: "Whether PHP has HTTPS set for another reason; whether the field reached it at all.")
    }
}
