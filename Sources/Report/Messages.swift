// The two messages of an exchange as a reader of HTTP expects them, with what this node did to each line at its margin:
//   (blank) passed as it came     - dropped     + added     ~ replaced; the line as it was sent follows
// Values are those of the record, so secrets are shown by their shapes.

public import Diagnosis
import Fields
public import Ledger
public import Trace

/// A line of a message as it is shown.
public struct MessageLine: Equatable, Sendable {
    /// What became of it.
    public enum Mark: String, Equatable, Sendable {
        case passed = " "
        case dropped = "-"
        case added = "+"
        case replaced = "~"
        case replacement = ">"
    }

    /// What became of it.
    public var mark: Mark
    /// The field's name; empty for a first line.
    public var name: String
    /// The value, or the whole first line.
    public var value: String
    /// Why it did not pass as it came; nil when it did, or when the word is not known.
    public var why: String?
}

extension RecordedSection {
    /// The lines in wire order with what this node did to them.
    ///
    /// - Parameter raw: whether the record holds secrets in the clear, which are then left out.
    public func shown(now: Int64, raw: Bool, request: Bool) -> [MessageLine] {
        var lines: [MessageLine] = []
        func line(_ mark: MessageLine.Mark, _ line: RecordedLine, _ edit: RecordedEdit?) -> MessageLine {
            MessageLine(
                mark: mark, name: line.name, value: ShapeText.value(line, now: now, raw: raw), why: edit?.why)
        }
        for (n, one) in self.lines.enumerated() {
            guard let edit = edits.first(where: { $0.index == n && $0.operation != .add }) else {
                lines.append(line(.passed, one, nil))
                continue
            }
            lines.append(line(edit.operation == .drop ? .dropped : .replaced, one, edit))
            if edit.operation == .replace { lines.append(line(.replacement, edit.line, edit)) }
        }
        for edit in edits where edit.operation == .add { lines.append(line(.added, edit.line, edit)) }
        return lines
    }
}

extension Reporter {
    /// Both messages of an exchange.
    public func messages(_ record: Record) -> [UInt8] {
        var page = Page(style)
        if let request = record.request {
            let first =
                "\(request.method ?? "???") \(record.shownRequestLine.pathText)"
                + (request.version.map { " HTTP/\($0)" } ?? "")
            page.message("request", first, request.head, record, isRequest: true)
            if let trailers = record.requestTrailers {
                page.message("request trailers", nil, trailers, record, isRequest: true)
            }
        }
        for interim in record.interim {
            page.message("interim", first(interim), interim.head, record, isRequest: false)
        }
        if let response = record.response {
            page.message(
                response.byHoplens ? "response, by hoplens" : "response", first(response), response.head, record,
                isRequest: false)
            if let trailers = record.responseTrailers {
                page.message("response trailers", nil, trailers, record, isRequest: false)
            }
        }
        return page.bytes
    }

    private func first(_ response: RecordedResponse) -> String {
        "HTTP/\(response.version) \(response.status) \(response.reason)"
    }

    /// The whole of one exchange with its findings, told in full.
    public func whole(_ record: Record, _ findings: [Finding], ledger: Ledger) -> [UInt8] {
        matrix(
            record, ledger,
            findings: findings.map {
                ToldFinding(finding: record.raw ? $0.masked : $0, count: 1, onAllRoutes: false, isTold: true)
            })
    }

    /// A labelled list of other exchanges, each with what it is to this one.
    public func related(_ others: [(words: String, record: Record)]) -> [UInt8] {
        var page = Page(style)
        for (n, other) in others.enumerated() {
            let record = other.record.shownRequestLine
            let status = record.response.map { "\($0.status)" } ?? "---"
            page.labelled(
                n == 0 ? "related" : "",
                "\(record.id)  \(other.words): \(status) \(record.request?.method ?? "???") \(record.pathText)")
        }
        return page.bytes
    }
}

extension Page {
    fileprivate mutating func message(
        _ title: String, _ first: String?, _ section: RecordedSection, _ record: Record, isRequest: Bool
    ) {
        pad(to: 2)
        put(title, .strong)
        newline()
        if let first {
            pad(to: 4)
            flow(first, .strong, indent: 6)
            newline()
        }
        for line in section.shown(now: style.now, raw: record.raw, request: isRequest) {
            pad(to: 2)
            let ink: Ink = line.mark == .passed ? .plain : .warn
            put(line.mark.rawValue, ink)
            pad(to: 4)
            flow("\(line.name): \(line.value)\(line.why.map { "  (\($0))" } ?? "")", ink, indent: 6)
            newline()
        }
    }
}
