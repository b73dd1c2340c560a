// The result for machines (DESIGN.md section 7) and for a ticket. Everything in it comes from records, which are redacted.
import Diagnosis
import JSON
import Ladder
import Report

/// What was asked and found.
struct DiagnoseResult {
    let question: Question
    let conclusion: Conclusion
    /// How many requests were sent.
    let asked: Int

    init(_ question: Question, _ conclusion: Conclusion, asked: Int) {
        self.question = question
        self.conclusion = conclusion
        self.asked = asked
    }

    // MARK: JSON

    func json() -> [UInt8] {
        var out: [UInt8] = []
        var json = JSONWriter()
        json.beginObject(&out)
        member("url", question.front.url + question.base, &json, &out)
        member("origin", question.origin?.url, &json, &out)
        json.key("requests_sent", &out)
        json.integer(asked, &out)
        json.key("verdict", &out)
        write(conclusion.verdict, &json, &out)
        json.key("others", &out)
        json.beginArray(&out)
        for other in conclusion.others { write(other, &json, &out) }
        json.endArray(&out)
        json.key("steps", &out)
        json.beginArray(&out)
        for step in conclusion.steps {
            json.beginObject(&out)
            member("step", step.rung.word, &json, &out)
            member("state", step.state.rawValue, &json, &out)
            member("text", step.text, &json, &out)
            json.endObject(&out)
        }
        json.endArray(&out)
        json.key("findings", &out)
        json.beginArray(&out)
        for finding in conclusion.findings { FindingJSON.write(finding, &json, &out) }
        json.endArray(&out)
        list("notes", conclusion.notes, &json, &out)
        json.endObject(&out)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    private func write(_ verdict: Verdict, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        member("layer", verdict.layer.rawValue, &json, &out)
        list("also_layers", verdict.alsoLayers.map(\.rawValue), &json, &out)
        member("cause", verdict.cause, &json, &out)
        member("field", verdict.field, &json, &out)
        if let lost = verdict.lostBetween {
            list("lost_between", [lost.from, lost.to], &json, &out)
        } else {
            member("lost_between", nil, &json, &out)
        }
        member("confidence", verdict.confidence.word, &json, &out)
        member("step", verdict.layer == .none ? nil : verdict.rung.word, &json, &out)
        member("request", verdict.request, &json, &out)
        member("title", verdict.title, &json, &out)
        list("evidence", verdict.evidence, &json, &out)
        member("first_step", verdict.firstStep, &json, &out)
        list("fixes", verdict.fixes, &json, &out)
        member("not_yet", verdict.notYet, &json, &out)
        member("separating_test", verdict.separatingTest, &json, &out)
        json.endObject(&out)
    }

    private func member(_ name: String, _ text: String?, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.key(name, &out)
        if let text { json.string(text, &out) } else { json.null(&out) }
    }

    private func list(_ name: String, _ texts: [String], _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.key(name, &out)
        json.beginArray(&out)
        for text in texts { json.string(text, &out) }
        json.endArray(&out)
    }

    // MARK: Markdown

    func markdown() -> String {
        let verdict = conclusion.verdict
        var lines = ["## \(verdict.layer == .none ? "Nothing is wrong" : cell(verdict.title))", ""]
        lines += facts(verdict).map { "- **\($0.term)**: \(cell($0.text))" }
        lines += ["", "| step | | |", "|---|---|---|"]
        for step in conclusion.steps {
            lines.append("| \(step.rung.title) | \(step.state.rawValue) | \(cell(step.text)) |")
        }
        if !verdict.evidence.isEmpty {
            lines += ["", "Evidence:", ""]
            lines += verdict.evidence.map { "- `\($0.replacing("`", with: "'").replacing("\n", with: " "))`" }
        }
        if !conclusion.notes.isEmpty { lines += ["", "Notes:", ""] + conclusion.notes.map { "- \(cell($0))" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ").replacing("<", with: "&lt;")
    }

    /// The verdict in terms and texts, for every form that people read.
    func facts(_ verdict: Verdict) -> [(term: String, text: String)] {
        var rows: [(String, String)] = []
        if verdict.layer != .none {
            let others =
                verdict.alsoLayers.isEmpty ? "" : ", or " + verdict.alsoLayers.map(\.rawValue).joined(separator: ", ")
            rows.append(("layer", "\(verdict.layer.rawValue)\(others) (\(verdict.confidence.word))"))
            rows.append(("cause", verdict.cause))
        }
        if let field = verdict.field { rows.append(("field", field)) }
        if let lost = verdict.lostBetween { rows.append(("lost", "between \(lost.from) and \(lost.to)")) }
        if let request = verdict.request { rows.append(("shown by", request)) }
        if verdict.layer != .none { rows.append(("first", verdict.firstStep)) }
        for (n, file) in verdict.fixes.enumerated() { rows.append((n == 0 ? "fix" : "", "configs/fixes/\(file)")) }
        if let text = verdict.notYet { rows.append(("not yet", text)) }
        if let text = verdict.separatingTest { rows.append(("test", text)) }
        return rows
    }
}
