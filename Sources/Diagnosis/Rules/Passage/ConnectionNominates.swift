// A Connection field that lists a credential tells every proxy to throw it away.

import Ledger
import Trace

extension Rule {
    /// The client names a credential in Connection, and intermediaries obey.
    static let connectionNominates = Rule(
        id: "connection-names-credential", title: "Connection tells proxies to drop a credential",
        severity: .error, layer: .client,
        rationale: """
            A field that Connection names belongs to one connection only, and every intermediary must remove it \
            before it forwards the message. hoplens does, and so do Apache, Squid and Caddy. The sender, or a proxy \
            in front of this node, put the name there.
            """,
        sources: [
            "RFC 9110 section 7.6.1"
        ],
        firstStep: "Remove the name from the Connection field of the client, or of the proxy in front that "
            + "writes it.",
        notYet: "Do not look for the loss farther in: it happens wherever Connection is obeyed.",
        triggers: [
            Example(
                "Authorization named in Connection",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Connection: close, Authorization
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                >- Authorization connection-nominated
                >- Connection hop-by-hop
                < HTTP/1.1 401 Unauthorized
                < Content-Type: application/json
                {"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}
                """)
        ],
        quiet: [
            Example(
                "an ordinary Connection field",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Connection: keep-alive
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                >- Connection hop-by-hop
                < HTTP/1.1 200 OK
                """)
        ]
    ) { subject in
        let facts = subject.facts
        let named = facts.received.tokens("connection")
        let lost = ["authorization", "cookie", "x-wp-nonce", "origin"].filter {
            named.contains($0) && facts.received.has($0)
        }
        guard let name = lost.first, let line = facts.received.line(name) else { return nil }
        return Match(
            facts.evidence("connection", at: facts.received) + [facts.evidence(line, at: facts.received)],
            field: line.name, gap: Gap(from: facts.point(.clientToNode), to: facts.point(.nodeToOrigin)))
    }
}
