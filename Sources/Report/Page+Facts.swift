// The lines around a ledger: who talked to whom, what the bodies were, how long the phases took.

import Trace

extension Page {
    /// Where the values of labelled lines begin.
    private static let label = 12

    /// A labelled line: `  client    127.0.0.1:53012, connection 17`.
    mutating func labelled(_ name: String, _ text: String, _ ink: Ink = .plain) {
        pad(to: 2)
        put(name, .dim)
        pad(to: max(Page.label, column + 1))
        flow(text, ink, indent: Page.label)
        newline()
    }

    mutating func parties(_ record: Record) {
        let service = record.service.map { ", service \($0)" } ?? ""
        labelled("exchange", "\(record.id) at node \(record.node)\(service)")
        if record.raw { labelled("raw", "secrets were not redacted: do not share this record", .bad) }
        let client = record.client
        labelled(
            "client",
            "\(client.address), connection \(client.connection), exchange \(client.exchange)"
                + (client.tls.map { ", \($0)" } ?? ""))
        guard let origin = record.origin else { return }
        var parts = [origin.url + (origin.address.map { " at \($0)" } ?? "")]
        if let connection = origin.connection {
            parts.append("connection \(connection)\(origin.reused ? " (reused)" : "")")
        }
        if let tls = origin.tls { parts.append(tls) }
        if origin.retried { parts.append("sent again on a new connection") }
        labelled("origin", parts.joined(separator: ", "))
        if !origin.verified {
            labelled("warning", "the origin's certificate was not verified (--insecure)", .bad)
        }
    }

    mutating func nodes(_ records: [Record], unseen: [String]) {
        for record in records {
            let status =
                record.response.map { "\($0.status)\($0.byHoplens ? " by hoplens itself" : "")" } ?? "no answer"
            let time = Human.duration(microseconds: record.durationMicroseconds)
            labelled("node", "\(record.node): \(status) in \(time), exchange \(record.id)")
        }
        for node in unseen { labelled("node", "\(node): never saw the request", .bad) }
    }

    mutating func body(_ record: Record) {
        let parts = [
            record.requestBody.map { "request \(describe($0))" },
            record.responseBody.map { "response \(describe($0))" },
        ].compactMap { $0 }
        if !parts.isEmpty { labelled("body", parts.joined(separator: "; ")) }
        if let sample = record.responseBody?.sample, let text = sample.text {
            let start = cells(text).prefix(3 * (style.width - Page.label))
            let isCut = sample.truncated || start.cells.count < cells(text).cells.count
            labelled("answer", start.cells.map(\.text).joined() + (isCut ? " …" : ""), .dim)
        } else if let sample = record.responseBody?.sample, sample.bytes > 0 {
            let what = sample.coding.map { "in the coding \($0), which is not read here" } ?? "no text"
            labelled("answer", "\(Human.size(Int64(sample.bytes))) kept, unread: \(what)", .dim)
        }
    }

    private func describe(_ body: RecordedBody) -> String {
        switch body.framing {
        case .none: "has none"
        case .length: "\(Human.size(body.bytes)), Content-Length"
        case .chunked: "\(Human.size(body.bytes)), chunked"
        case .close: "\(Human.size(body.bytes)), up to the end of the connection"
        case .tunnel: "\(Human.size(body.bytes)), tunnelled"
        case .other: "\(Human.size(body.bytes)), framing unknown"
        }
    }

    mutating func timing(_ record: Record) {
        let timing = record.timing
        func part(_ words: String, _ time: Int64?) -> String? {
            time.map { "\(words) \(Human.duration(microseconds: $0))" }
        }
        let parts = [
            part("connect took", timing.connect), part("TLS took", timing.tls),
            part("request sent after", timing.request), part("first byte after", timing.firstByte),
            part("done after", record.durationMicroseconds),
        ]
        labelled("timing", parts.compactMap { $0 }.joined(separator: ", "))
    }
}
