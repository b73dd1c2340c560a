// It still works; the next claim in the token may end that.

import Fields
import Ledger
import Trace

extension Rule {
    /// A field is close to what servers take.
    static let largeField = Rule(
        id: "request-head-near-limit", title: "A field is near the usual size limits",
        severity: .notice, layer: .client,
        rationale: """
            A field line of more than 7,500 bytes passes some servers and fails at others, whose bounds lie around 8 \
            KiB.
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
        let large = facts.received.lines.map { line in
            (line: line, bytes: line.name.utf8.count + 2 + max(line.shape?.length ?? 0, line.value.utf8.count))
        }.filter { $0.bytes > 7_500 }
        guard let largest = large.max(by: { $0.bytes < $1.bytes }) else { return nil }
        return Match(
            [facts.evidence("\(largest.line.name): \(largest.bytes) bytes", at: .clientToNode)],
            field: largest.line.name)
    }
}
