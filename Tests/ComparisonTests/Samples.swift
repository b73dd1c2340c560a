// Answers for the comparison's tests, written as they stand on the wire.
import Comparison
import Diagnosis
import Trace

/// A record of one request and its answer: the request line and fields, an empty line, the status line and fields.
func record(_ request: String, _ answer: String?, tls: Bool = true, origin: String = "https://site.test:443") -> Record
{
    var record = Record(
        id: "id", node: "n", time: 1_795_000_000_000_000,
        client: RecordedClient(address: "127.0.0.1:1", connection: 1, exchange: 1, tls: tls ? "TLSv1.3" : nil),
        end: .complete)
    record.origin = RecordedOrigin(url: origin)
    record.origin?.address = "192.0.2.1:443"
    record.origin?.connection = 1
    var lines = request.split(separator: "\n").map(String.init)
    let first = lines.removeFirst().split(separator: " ").map(String.init)
    record.request = RecordedRequest(
        method: first[0], target: first[1], version: "1.1", head: RecordedSection(lines: lines.map(line)))
    guard let answer else {
        record.error = RecordedError(
            side: "origin", phase: "connect", cause: "connection_refused", text: "connection refused by 192.0.2.1:443")
        record.end = .originAborted
        return record
    }
    var said = answer.split(separator: "\n").map(String.init)
    let status = said.removeFirst().split(separator: " ", maxSplits: 1).map(String.init)
    record.response = RecordedResponse(
        status: Int(status[0]) ?? 0, reason: status.count > 1 ? status[1] : "",
        head: RecordedSection(lines: said.map(line)))
    return record
}

private func line(_ text: String) -> RecordedLine {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    return RecordedLine(name: parts[0], value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
}

/// An answer with its content.
func answer(_ head: String, _ body: String? = nil, request: String = "GET /wp-json/\nHost: site.test") -> Observation {
    Observation(record(request, head), body: body.map { ObservedBody(shown: Array($0.utf8), isWhole: true) })
}

/// A side that answers the same in two rounds.
func twice(
    _ head: String, _ body: String? = nil, request: String = "GET /wp-json/\nHost: site.test", authorised: Bool = false
) -> Series {
    Series([answer(head, body, request: request), answer(head, body, request: request)], isAuthorised: authorised)
}

/// The rows that count, as `area name severity`.
func telling(_ rows: [Difference], from least: Severity = .notice) -> [String] {
    rows.filter { $0.severity >= least }.map { "\($0.area.rawValue) \($0.name) \($0.severity.word)" }
}
