// The ladder and the verdict on the terminal, in 80 columns.
import Diagnosis
import Ladder
import Report

struct DiagnoseReport {
    private let result: DiagnoseResult
    private let style: Style
    private var lines: [String] = []

    init(_ result: DiagnoseResult, _ style: Style) {
        self.result = result
        self.style = style
    }

    func text() -> String {
        var report = self
        report.write()
        let text = report.lines.joined(separator: "\n") + "\n"
        return style.ascii ? DiagnoseReport.ascii(text) : text
    }

    private mutating func write() {
        let question = result.question
        let origin = question.origin.map { ", beside its origin \($0.url)" } ?? ""
        paragraph("\(question.front.url)\(question.base)\(origin): \(Human.count(result.asked, "request"))")
        lines.append("")
        for step in result.conclusion.steps {
            let (mark, code) =
                switch step.state {
                case .passed: (style.ascii ? "ok" : "✓", "32")
                case .failed: (style.ascii ? "NO" : "✗", "31")
                case .unproven: (style.ascii ? "--" : "–", "2")
                }
            let proof = step.state == .unproven ? "not proven: \(step.text)" : step.text
            let wrapped = Wording.wrap(
                "\(step.rung.title): \(printable(proof))", indent: 5, columns: style.width)
            for (index, line) in wrapped.enumerated() {
                lines.append(index == 0 ? "  \(ink(code, mark))\(line.dropFirst(2 + mark.count))" : line)
            }
        }
        lines.append("")
        let verdict = result.conclusion.verdict
        if verdict.layer == .none {
            lines.append(ink("32", "Nothing is wrong. ") + "Every request was answered as it should be.")
        } else {
            for line in Wording.wrap(printable(verdict.title), columns: style.width) { lines.append(ink("1", line)) }
            table(result.facts(verdict))
        }
        if !verdict.evidence.isEmpty {
            for (index, piece) in verdict.evidence.enumerated() {
                table([(index == 0 ? "evidence" : "", piece)])
            }
        }
        for other in result.conclusion.others {
            lines.append("")
            paragraph("Also: \(other.title)")
            table(result.facts(other).filter { ["layer", "field", "first", "shown by"].contains($0.term) })
        }
        if !result.conclusion.notes.isEmpty { lines.append("") }
        for note in result.conclusion.notes { table([("note", note)]) }
    }

    private mutating func table(_ rows: [(term: String, text: String)]) {
        for row in rows {
            let wrapped = Wording.wrap(printable(row.text), indent: 12, columns: style.width)
            for (index, line) in wrapped.enumerated() {
                lines.append(index == 0 ? "  " + row.term + line.dropFirst(2 + row.term.count) : line)
            }
        }
    }

    private mutating func paragraph(_ text: String) {
        lines += Wording.wrap(printable(text), columns: style.width)
    }

    private func ink(_ code: String, _ text: String) -> String {
        style.color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// What a server sent, unable to act on the terminal.
    private func printable(_ text: String) -> String {
        String(decoding: Reporter(Style(width: Style.unlimited)).plain(text), as: UTF8.self)
    }

    private static func ascii(_ text: String) -> String {
        text.replacing("→", with: "->").replacing("…", with: "...").replacing("‹", with: "<").replacing("›", with: ">")
    }
}
