// Trace files from anywhere: every line is a record, a notice or damaged, in order; a torn or hostile line harms no
// other; what was read can be shown: the ledger and its pages take any record and let no control byte through.
import JSON
import Ledger
import Report
import Trace

enum TraceBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        var reader = TraceReader()
        var numbers: [Int] = []
        var records: [Record] = []
        reader.records(
            bytes.span,
            damaged: { line in
                numbers.append(line.number)
                promises.expect(
                    (0...bytes.count).contains(line.error.position.offset),
                    "an error stands at \(line.error.position), which is nowhere")
            },
            noticed: { _, line in numbers.append(line.number) },
            { record, line in
                numbers.append(line.number)
                records.append(record)
            })
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        promises.expect(
            numbers == numbers.sorted() && Set(numbers).count == numbers.count, "lines are read out of order")
        promises.expect(
            numbers.allSatisfy { (1...lines.count).contains($0) }, "a line is read that is not there")
        // A line by itself is what it was among the others.
        var alone: [Record] = []
        for line in lines where !line.isEmpty {
            reader.records(Array(line).span, damaged: { _ in }) { record, _ in alone.append(record) }
        }
        // Without a line feed behind it, a carriage return belongs to the line; JSON takes it for space.
        promises.expect(alone == records, "a line reads differently beside others")
        show(records, &promises)
        return promises.broken
    }

    private static func show(_ records: [Record], _ promises: inout Promises) {
        for record in records.prefix(3) {
            _ = record.request?.head.sent()
            _ = record.response?.head.sent()
            let ledger = Ledger(record)
            for style in [
                Style(width: 80, color: false, ascii: true, now: 0),
                Style(width: 20, color: false, ascii: false, now: 0),
            ] {
                let reporter = Reporter(style)
                check(reporter.line(record, ledger), style, &promises)
                check(reporter.matrix(record, ledger), style, &promises)
            }
        }
        if records.count > 1 {
            let joined = Ledger(joining: Array(records.prefix(3)))
            let style = Style(width: 80, color: false, ascii: false, now: 0)
            check(Reporter(style).joined(Array(records.prefix(3)), joined), style, &promises)
        }
    }

    /// What goes to a terminal has no control byte but the line feed, and in ASCII mode nothing else either.
    private static func check(_ page: [UInt8], _ style: Style, _ promises: inout Promises) {
        promises.expect(
            page.allSatisfy { $0 == 0x0A || ($0 >= 0x20 && $0 != 0x7F) }, "a control byte reaches the terminal")
        promises.expect(!style.ascii || page.allSatisfy { $0 < 0x80 }, "a byte beyond ASCII reaches an ASCII terminal")
        promises.expect(String(validating: page, as: UTF8.self) != nil, "what is shown is not UTF-8")
        let isC1 = zip(page, page.dropFirst()).contains { $0 == 0xC2 && (0x80...0x9F).contains($1) }
        promises.expect(!isC1, "a C1 control character reaches the terminal")
    }
}
