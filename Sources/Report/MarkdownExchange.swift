// One exchange as Markdown, for a ticket: what happened, what was found with its evidence, the ledger, both messages. What
// strangers wrote stands in code, behind fences longer than any run of backticks in it, so it can neither end the code nor
// become markup.

public import Diagnosis
import Ledger
public import Trace

/// Writes exchanges as Markdown.
public struct MarkdownExchange {
    private let style: Style
    private var lines: [String] = []

    /// A writer; of the style, the clock and the zone count.
    public init(_ style: Style) { self.style = style }

    /// The text of an exchange.
    public static func text(_ record: Record, _ findings: [Finding], _ style: Style) -> String {
        var writer = MarkdownExchange(style)
        writer.write(record, findings)
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private mutating func write(_ record: Record, _ findings: [Finding]) {
        let status = record.response.map { "\($0.status)" } ?? "no answer"
        lines.append("### \(status) for \(code("\(record.request?.method ?? "???") \(record.pathText)"))")
        let when =
            Human.date(microseconds: record.time, utcOffset: style.utcOffset) + " "
            + Human.clock(microseconds: record.time, utcOffset: style.utcOffset)
        lines += [
            "",
            "\(when), \(Human.duration(microseconds: record.durationMicroseconds)), exchange \(code(record.id)) at node \(code(record.node))",
        ]
        if let origin = record.origin {
            lines.append(
                "- origin \(code(origin.url))\(origin.address.map { " at \(code($0))" } ?? "")\(origin.tls.map { ", \($0)" } ?? "")"
            )
        }
        lines.append("- client \(code(record.client.address))\(record.client.tls.map { ", \($0)" } ?? "")")
        for item in Reporter.endings(record) { lines.append("- \(code(item.text))") }
        for finding in findings { add(finding, record) }
        add(Ledger(record))
        messages(record)
        if let text = record.responseBody?.sample?.text {
            lines += ["", "Beginning of the answer:", ""]
            fence([text])
        }
    }

    private mutating func add(_ finding: Finding, _ record: Record) {
        let also = finding.alsoLayers.isEmpty ? "" : " or \(finding.alsoLayers.map(\.rawValue).joined(separator: ", "))"
        lines += [
            "",
            "**\(finding.severity.word): \(plain(finding.title))** (\(code(finding.rule)), layer \(finding.layer.rawValue)\(also), \(finding.confidence.word))",
            "",
        ]
        for piece in finding.evidence {
            let other = piece.exchange == record.id ? "" : " (exchange \(code(piece.exchange)))"
            lines.append("- \(piece.point.map { $0.words + ": " } ?? "")\(code(piece.text))\(other)")
        }
        lines.append("- **first**: \(plain(finding.firstStep))")
        if let text = finding.notYet { lines.append("- **not yet**: \(plain(text))") }
        if let text = finding.notProven { lines.append("- **not proven**: \(plain(text))") }
        if let text = finding.separatingTest { lines.append("- **test**: \(plain(text))") }
    }

    private mutating func add(_ ledger: Ledger) {
        for passage in ledger.passages {
            let rows = passage.rows.filter { $0.subject.isField || $0.crossings.contains { $0.fate.isChange } }
            guard !rows.isEmpty else { continue }
            let points = passage.points.map { ledger.nodes.count > 1 ? $0.words : $0.place.words }
            lines += [
                "", "| \(passage.part.words) | \(points.joined(separator: " | ")) |",
                "|---|\(String(repeating: "---|", count: points.count))",
            ]
            for row in rows {
                let cells = row.cells.indices.map { cell(row, $0, raw: ledger.raw) }
                lines.append("| \(code(row.title)) | \(cells.joined(separator: " | ")) |")
            }
        }
    }

    private func cell(_ row: Row, _ n: Int, raw: Bool) -> String {
        guard let values = row.cells[n] else { return "not seen" }
        let fate: Fate? = n > 0 && row.cells[n - 1] != nil ? row.crossings[n - 1].fate : nil
        if let fate, !fate.isChange { return fate.word }
        let texts = values.prefix(4).map { line in
            code(row.subject.isField ? ShapeText.value(line, now: style.now, raw: raw) : line.value)
        }
        let word = fate.map { "**\($0.word)** " } ?? ""
        return word + (texts.isEmpty ? (fate == nil ? "none" : "") : texts.joined(separator: ", "))
    }

    private mutating func messages(_ record: Record) {
        func message(_ first: String, _ section: RecordedSection, request: Bool) {
            let shown = section.shown(now: style.now, raw: record.raw, request: request).map { line in
                "\(line.mark.rawValue) \(line.name): \(line.value)\(line.why.map { "  (\($0))" } ?? "")"
            }
            lines += [""]
            fence(["  " + first] + shown)
        }
        if let request = record.request {
            message("\(request.method ?? "???") \(record.pathText)", request.head, request: true)
        }
        for answer in record.interim + [record.response].compactMap({ $0 }) {
            message("HTTP/\(answer.version) \(answer.status) \(answer.reason)", answer.head, request: false)
        }
    }

    // MARK: Making text harmless

    private func visible(_ text: String) -> String { Cells(text, ascii: false).cells.map(\.text).joined() }

    private mutating func fence(_ texts: [String]) {
        let shown = texts.map(visible)
        let fence = String(
            repeating: "`", count: max(3, shown.map(MarkdownExchange.longestRun).max().map { $0 + 1 } ?? 3))
        lines += [fence + "http"] + shown + [fence]
    }

    /// Text in a code span; a pipe would end the cell of a table even there.
    private func code(_ text: String) -> String {
        let shown = visible(text).replacing("|", with: "¦")
        guard !shown.isEmpty else { return "(empty)" }
        let ticks = String(repeating: "`", count: MarkdownExchange.longestRun(shown) + 1)
        let pad = shown.hasPrefix("`") || shown.hasSuffix("`") ? " " : ""
        return ticks + pad + shown + pad + ticks
    }

    private func plain(_ text: String) -> String {
        var result = ""
        for character in visible(text) {
            if "\\`*_{}[]<>#|".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    private static func longestRun(_ text: String) -> Int {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
