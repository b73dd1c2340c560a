// A list of exchanges, one line each, in columns the user may choose. On a terminal columns are padded, and the path takes
// what is left; into a file or a pipe they are parted by two blanks and nothing is shortened, so that `awk` and `cut` work.

public import Diagnosis
import Ledger
public import Trace

/// A column of a list.
public enum ListColumn: String, CaseIterable, Sendable {
    case date, time, status, method, path, duration, id, node, client, service, size, credential, end, news, findings,
        layer

    /// The columns when nobody chose any.
    public static let standard: [ListColumn] = [.time, .status, .method, .path, .duration, .id, .findings]

    /// How wide it is where columns are padded; nil for those that take what they need.
    fileprivate var width: Int? {
        switch self {
        case .date: 10
        case .time: 8
        case .status: 3
        case .method: 7
        case .duration: 6
        case .id: ExchangeID.length
        case .node: 12
        case .client: 21
        case .service: 12
        case .size: 10
        case .end: 14
        case .layer: 20
        case .path, .credential, .news, .findings: nil
        }
    }
}

extension Reporter {
    /// One exchange as a line of a list, or a few where its findings do not fit.
    public func listed(_ record: Record, _ findings: [Finding], _ columns: [ListColumn]) -> [UInt8] {
        var page = Page(style)
        let shown = record.shownRequestLine
        let isTable = style.width < Style.unlimited
        // News and findings are sentences: they follow the columns.
        let cells = columns.filter { $0 != .news && $0 != .findings }
        let others = cells.reduce(0) { $0 + ($1 == .path ? 0 : ($1.width ?? 20) + 1) }
        var column = 0
        for (n, cell) in cells.enumerated() {
            if n > 0 { page.pad(to: isTable ? column : page.column + 2) }
            let (text, ink) = self.cell(cell, shown, findings)
            guard isTable else {
                page.put(text, ink)
                continue
            }
            let width = cell == .path ? max(12, style.width - others) : cell.width ?? 20
            page.put(text, shortenedTo: width, ink)
            column += width + 1
        }
        for sentence in columns where sentence == .news || sentence == .findings {
            for item in sentence == .news ? news(record) : self.findings(record, findings) {
                if isTable {
                    page.newline()
                    page.pad(to: Page.indent)
                } else {
                    page.pad(to: page.column + 2)
                }
                page.flow(item.text, item.ink, indent: Page.indent)
            }
        }
        page.newline()
        return page.bytes
    }

    /// The names of columns as a line above them.
    public func heading(_ columns: [ListColumn]) -> [UInt8] {
        var page = Page(style)
        let cells = columns.filter { $0 != .news && $0 != .findings }
        let others = cells.reduce(0) { $0 + ($1 == .path ? 0 : ($1.width ?? 20) + 1) }
        var column = 0
        for cell in cells {
            page.pad(to: column)
            page.put(cell.rawValue, shortenedTo: cell.width ?? 20, .dim)
            column += (cell == .path ? max(12, style.width - others) : cell.width ?? 20) + 1
        }
        page.newline()
        return page.bytes
    }

    private func cell(_ column: ListColumn, _ record: Record, _ findings: [Finding]) -> (String, Ink) {
        switch column {
        case .date: return (Human.date(microseconds: record.time, utcOffset: style.utcOffset), .dim)
        case .time: return (Human.clock(microseconds: record.time, utcOffset: style.utcOffset), .dim)
        case .status:
            return (
                record.response.map { "\($0.status)" } ?? "---",
                record.response.map { Reporter.ink(status: $0.status) } ?? .bad
            )
        case .method: return (record.request?.method ?? "???", .strong)
        case .path: return (record.pathText, .plain)
        case .duration: return (Human.duration(microseconds: record.durationMicroseconds), .dim)
        case .id: return (record.id, .plain)
        case .node: return (record.node, .plain)
        case .client: return (record.client.address, .plain)
        case .service: return (record.service ?? "-", .plain)
        case .size: return (record.responseBody.map { Human.size($0.bytes) } ?? "-", .plain)
        case .credential:
            let texts = Reporter.credentials(record, now: record.time / 1_000_000)
            return (texts.isEmpty ? "-" : texts.joined(separator: "; "), .plain)
        case .end: return (record.end.word, record.end == .complete ? .dim : .bad)
        case .layer:
            let layer = findings.first { $0.severity > .notice }?.layer ?? findings.first?.layer
            return (layer?.rawValue ?? "-", .plain)
        case .news, .findings: return ("", .plain)
        }
    }

    private func news(_ record: Record) -> [Item] {
        Ledger.news(of: record).grouped.prefix(3).map {
            Item(text: $0.text, ink: Reporter.ink($0.importance, isRoutine: $0.isRoutine))
        }
    }

    /// The gravest finding, and how many more there are.
    private func findings(_ record: Record, _ findings: [Finding]) -> [Item] {
        let grave = findings.filter { $0.severity > .info }
        guard let first = grave.first else { return [] }
        let title = record.raw ? first.masked.title : first.title
        let more = grave.count > 1 ? " (and \(grave.count - 1) more)" : ""
        return [Item(text: "\(first.severity.word) \(first.rule): \(title)\(more)", ink: Reporter.ink(first.severity))]
    }
}
