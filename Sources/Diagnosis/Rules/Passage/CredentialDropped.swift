// What arrived here and did not leave: an effect of this node, told plainly.

import Fields
import Ledger
import Trace

extension Rule {
    /// A credential did not leave this node.
    static let credentialDropped = Rule(
        id: "credential-dropped-here", title: "A credential arrived here and did not leave",
        severity: .error, layer: .hoplens,
        rationale: """
            The field was there when the request arrived and is not in the request that was sent on. hoplens removes \
            a field only for the reason the ledger gives: a rule of HTTP, or a setting.
            """,
        sources: [
            "the exchange's own ledger"
        ],
        firstStep: "Read the reason in the ledger; if it is a setting of yours, change it.",
        triggers: [
            Example(
                "dropped by a setting",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > X-WP-Nonce: 0123456789
                >- X-WP-Nonce setting
                < HTTP/1.1 401 Unauthorized
                """)
        ],
        quiet: [
            .success(
                "nothing was dropped",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nX-WP-Nonce: 0123456789"),
            Example(
                "Connection asked for it",
                """
                > GET / HTTP/1.1
                > Host: example.test
                > Connection: X-WP-Nonce
                > X-WP-Nonce: 0123456789
                >- X-WP-Nonce connection-nominated
                < HTTP/1.1 200 OK
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.wasSent, let head = facts.record.request?.head else { return nil }
        for edit in head.edits where edit.operation == .drop && edit.reason != .connectionNominated {
            guard let index = edit.index, head.lines.indices.contains(index),
                ["authorization", "cookie", "x-wp-nonce"].contains(edit.line.name.lowercased()),
                !facts.sent.has(edit.line.name)
            else { continue }
            return Match(
                [
                    facts.evidence(head.lines[index], at: facts.received),
                    facts.absence(edit.line.name, at: facts.sent),
                    facts.evidence("reason: \(edit.why)"),
                ], field: edit.line.name, gap: Gap(from: facts.point(.clientToNode), to: facts.point(.nodeToOrigin)))
        }
        return nil
    }
}
