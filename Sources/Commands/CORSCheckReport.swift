// What `hoplens cors check` found, in plain words and 80 columns: what was asked, what came back, and for a page without
// and with credentials whether it may read the answer, what decided, and what the server would have to send.
import CORS

struct CORSCheckReport {
    private let result: CORSCheckResult
    private let columns: Int
    private let color: Bool
    private var lines: [String] = []

    init(_ result: CORSCheckResult, columns: Int, color: Bool) {
        self.result = result
        self.columns = columns
        self.color = color
    }

    func text() -> String {
        var report = self
        report.write()
        return report.lines.joined(separator: "\n") + "\n"
    }

    private mutating func write() {
        let request = result.request
        paragraph("A page of \(request.page.serialized) asks \(request.method) \(request.url.withoutSecrets)")
        for message in result.messages { write(message) }
        if !result.messages.contains(where: \.isPreflight) {
            lines.append("")
            paragraph("No preflight: a browser sends this request without asking first.")
        }
        if !request.namesOnly.isEmpty, result.messages.contains(where: { !$0.isPreflight }) {
            let names = request.namesOnly.joined(separator: ", ")
            lines.append("")
            paragraph("The request was sent without \(names): no value was given.")
        }
        for verdict in result.verdicts { write(verdict) }
    }

    private mutating func write(_ message: CORSMessage) {
        lines.append("")
        let kind = message.isPreflight ? "Preflight" : "Request"
        paragraph("\(kind)  \(message.method) \(message.url.withoutSecrets)")
        for field in message.fields
        where field.name == "Origin" || field.name.hasPrefix("Access-Control-") {
            listed("> \(field.name): \(field.shownValue)")
        }
        listed("< \(message.answer.status)")
        for (name, value) in CORSCheckResult.shownLines(message.answer) { listed("< \(name): \(value)") }
    }

    private mutating func write(_ verdict: CORSCheckResult.Verdict) {
        lines.append("")
        let mode = verdict.credentials == .include ? "With credentials" : "Without credentials"
        if verdict.agree {
            write(verdict.standard, mode)
        } else {
            write(verdict.standard, mode + ", by the Fetch standard")
            lines.append("")
            write(verdict.chromium, mode + ", as Chromium does it")
        }
    }

    private mutating func write(_ outcome: FetchOutcome, _ mode: String) {
        switch outcome.ending {
        case .shared(let response):
            lines.append("\(mode): \(ink("32", "allowed"))")
            let what = response.status == 0 ? "a redirect" : "the answer (\(response.status))"
            let names = response.readable.joined(separator: ", ")
            paragraph(
                "The page may read \(what) and of its header fields " + (names.isEmpty ? "none." : names + "."),
                indent: 2)
        case .undecided:
            let asked = outcome.hops.last?.preflight != nil
            lines.append("\(mode): \(asked ? ink("32", "the preflight allows it") : "not known")")
            paragraph(
                "\(result.request.method) was not sent, because it can change something. Its answer needs"
                    + " these lines too:", indent: 2)
            var needed = ["Access-Control-Allow-Origin: \(result.request.page.serialized)"]
            if mode.hasPrefix("With cred") { needed.append("Access-Control-Allow-Credentials: true") }
            for line in needed { lines.append("      \(line)") }
        case .refused(let refusal):
            lines.append("\(mode): \(ink("31", "refused")) (\(refusal.code.rawValue))")
            write(refusal, outcome)
        }
    }

    private mutating func write(_ refusal: Refusal, _ outcome: FetchOutcome) {
        paragraph(refusal.explanation, indent: 2)
        let place =
            outcome.hops.indices.contains(refusal.hop) && refusal.hop > 0
            ? " of \(WebURL(outcome.hops[refusal.hop].url)?.withoutSecrets ?? "")" : ""
        let message = refusal.decider == .preflight ? "The answer to the preflight" : "The answer"
        if !refusal.remedy.isEmpty {
            paragraph("\(message)\(place) would have to have:", indent: 2)
            for line in refusal.remedy { lines.append("      \(printable(line))") }
            if refusal.remedy.contains(where: { $0.hasPrefix("Access-Control-Allow-Origin:") }) {
                paragraph("(and Vary: Origin, when the answer differs from page to page)", indent: 2)
            }
        }
        if let advice = refusal.advice { paragraph(advice, indent: 2) }
    }

    // MARK: Text

    private mutating func paragraph(_ text: String, indent: Int = 0) {
        lines += Wording.wrap(printable(text), indent: indent, columns: columns)
    }

    private mutating func listed(_ text: String) {
        let wrapped = Wording.wrap(printable(text), columns: columns - 6)
        for (index, line) in wrapped.enumerated() { lines.append((index == 0 ? "  " : "      ") + line) }
    }

    private func ink(_ code: String, _ text: String) -> String {
        color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// What a server sent, unable to act on the terminal.
    private func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
