// A comparison for an issue or a chat: GitHub's Markdown. What came from outside stands in code spans and cells, with
// everything escaped that would end them.

public import Comparison
import Diagnosis

/// Comparisons as Markdown.
public enum ComparisonMarkdown {
    /// The whole document.
    public static func document(_ result: ComparisonResult, all: Bool) -> [UInt8] {
        var out = "# \(plain(result.conclusion.headline))\n\n"
        for sentence in result.conclusion.sentences { out += plain(sentence) + "\n\n" }
        if let step = result.conclusion.firstStep { out += "**First:** \(plain(step))\n\n" }
        for warning in result.warnings { out += "> **Note:** \(plain(warning)).\n\n" }
        out += "| | origin | public |\n|---|---|---|\n"
        out +=
            "| asked | \(cell(ComparisonWords.side(result.origin))) | \(cell(ComparisonWords.side(result.publicSide))) |\n"
        out += "| behind it | \(hops(result.origin)) | \(hops(result.publicSide)) |\n\n"
        let rows = ComparisonWords.rows(result, all: all)
        if !rows.isEmpty {
            out +=
                "## Differences\n\n| | what | origin | public | what it means | requests |\n|---|---|---|---|---|---|\n"
            for shared in rows {
                let row = shared.row
                out +=
                    "| \(row.severity.word) | \(plain(ComparisonWords.title(row))) | \(cell(ComparisonWords.value(row.left)))"
                out += " | \(cell(ComparisonWords.value(row.right))) | \(plain(row.meaning))"
                out += " | \(plain(ComparisonWords.requests(shared.requests, of: result.requests.count))) |\n"
            }
            out += "\n"
        }
        for found in result.bisections { out += "- \(plain(found.request)): \(plain(found.text)).\n" }
        let shown = all ? result.requests : result.requests.filter { ($0.worst ?? .info) > .info }
        if !shown.isEmpty {
            out += "## Requests\n\n| request | origin | public |\n|---|---|---|\n"
            for request in shown {
                out += "| \(plain(request.name)) \(cell(request.line)) | \(cell(ComparisonWords.answer(request.left)))"
                out += " | \(cell(ComparisonWords.answer(request.right))) |\n"
            }
            out += "\n"
        }
        return Array((out + ComparisonWords.account(result) + "\n").utf8)
    }

    private static func hops(_ side: ComparedSide) -> String {
        side.hops.isEmpty ? "" : cell(side.hops.joined(separator: " → "))
    }

    /// A code span that stays within its cell.
    private static func cell(_ text: String) -> String {
        let safe = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "|": "\\|"
            case "`": "'"
            default: scalar.value < 0x20 || scalar.value == 0x7F ? " " : String(scalar)
            }
        }.joined()
        return "`\(safe.isEmpty ? " " : safe)`"
    }

    /// Text of ours with values in it.
    private static func plain(_ text: String) -> String {
        text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "|", "\\", "`", "*", "_", "[", "]", "#": "\\\(scalar)"
            case "<": "&lt;"
            case ">": "&gt;"
            default: scalar.value < 0x20 || scalar.value == 0x7F ? " " : String(scalar)
            }
        }.joined()
    }
}
