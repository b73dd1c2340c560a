// It still works; the next claim in the token may end that.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// A field is close to what servers take.
    static let largeField = Rule(
        id: "request-head-near-limit", title: "A field is near the usual size limits",
        severity: .notice, layer: .client,
        rationale: """
            A field line of more than 7,500 bytes passes some servers and fails at others, whose bounds lie around 8 \
            KiB; so do heads of 14,000 bytes, and of 59 fields.
            """,
        sources: [
            "nginx: large_client_header_buffers",
            "Apache: LimitRequestFieldSize",
            "Varnish: http_req_hdr_len",
        ],
        firstStep: "Shorten the token's claims, or clear cookies.",
        triggers: [
            Example(
                "a long token that still works",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                > Authorization: Bearer \(ExampleTokens.large)
                < HTTP/1.1 200 OK
                """)
        ],
        quiet: [
            Example(
                "an ordinary token",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef
                < HTTP/1.1 200 OK
                """),
            Example(
                "it failed: another rule says so",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                > Authorization: Bearer \(ExampleTokens.large)
                < HTTP/1.1 431 Request Header Fields Too Large
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.status, status < 400 else { return nil }
        let size = facts.headSize
        let near = size.near(0.92)
        guard let largest = size.largest, let limit = near.first(where: { $0.scope == .fieldLine }) ?? near.first
        else { return nil }
        return Match(
            [
                facts.evidence("\(largest.name): \(largest.bytes) bytes, \(size.total) in all", at: .clientToNode),
                facts.evidence("close to or over \(limit.description)", at: .clientToNode),
            ], field: limit.scope == .fieldLine ? largest.name : nil)
    }
}
