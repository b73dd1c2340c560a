// Text for terminals of 80 columns: wrapping, and showing what a user typed without letting it act on the terminal.

import Settings

enum Wording {
    /// The columns that are always there.
    static let columns = 80

    /// A word the user typed, in quotes, without secrets and control characters, and not longer than a line.
    static func shown(_ word: String) -> String {
        let text = withoutSecrets(typed: word)
        var result = ""
        for scalar in text.unicodeScalars {
            if result.unicodeScalars.count >= 60 { return "'\(result)…'" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "'\(result)'"
    }

    /// Breaks text at spaces so that every line, indented, fits; what has no space stays whole.
    static func wrap(_ text: String, indent: Int = 0, columns: Int = columns) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, indent + line.count + 1 + word.count > columns {
                lines.append(margin + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return line.isEmpty ? lines : lines + [margin + line]
    }

    /// Two columns: a term, and its text wrapped beside it, or below when the term is too wide.
    static func table(_ rows: [(term: String, text: String)], indent: Int, gap: Int) -> [String] {
        var lines: [String] = []
        for (term, text) in rows {
            let head = String(repeating: " ", count: indent) + term
            var body = wrap(text, indent: gap)
            if head.count + 2 <= gap, let first = body.first {
                body[0] = head + first.dropFirst(head.count)
            } else {
                body.insert(head, at: 0)
            }
            lines += body
        }
        return lines
    }
}
