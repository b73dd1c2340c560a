// The manual page in roff (man macros), from the same tables as the help.

import Settings

/// Renders the manual page.
package enum ManPage {
    /// The page.
    package static func render() -> String {
        var page = Roff()
        page.line(".TH HOPLENS 1 \"\" \"\(Program.name) \(Program.version)\" \"User Commands\"")
        page.section("NAME")
        page.text("hoplens \u{2014} see which header fields survive each hop, and who changed them")
        page.section("SYNOPSIS")
        for (index, command) in CommandTable.leaves.enumerated() {
            if index > 0 { page.line(".br") }
            page.text(command.usage)
        }
        page.section("DESCRIPTION")
        page.text(
            """
            hoplens is inserted as a proxy between a client and an origin. For every exchange it shows which of the fields \
            that decide access arrived, at each point of the way, and where one was dropped, changed, doubled or added.
            """)
        page.section("COMMANDS")
        for command in CommandTable.leaves { page.command(command) }
        page.section("FLAGS OF PROXY")
        for category in Flag.Category.allCases {
            let flags = CommandTable.proxy.allFlags.filter { $0.category == category }
            if flags.isEmpty { continue }
            page.subsection(category.rawValue)
            for flag in flags { page.flag(flag) }
        }
        page.section("EXIT STATUS")
        for (code, meaning) in CommandTable.exitCodes {
            page.line(".TP")
            page.line(".B \(code)")
            page.text(meaning)
        }
        page.section("ENVIRONMENT")
        for (name, meaning) in environment {
            page.line(".TP")
            page.line(".B \(Roff.escaped(name))")
            page.text(meaning)
        }
        page.section("EXAMPLES")
        for command in CommandTable.leaves {
            for example in command.examples {
                page.line(".TP")
                page.line(".B \(Roff.escaped(example.line))")
                page.text(example.meaning)
            }
        }
        return page.output
    }

    private static let environment: [(name: String, meaning: String)] = [
        ("NO_COLOR", "When set and not empty, no colours are used unless --color=always is given."),
        ("COLUMNS", "The width to print for, instead of the terminal's."),
        ("SWIFT_BACKTRACE", "With enable=yes, a fault of hoplens prints where it happened instead of one line."),
    ]
}

/// Lines of a page.
private struct Roff {
    private(set) var output = ""

    mutating func line(_ text: String) { output += text + "\n" }

    mutating func section(_ name: String) { line(".SH \(name)") }

    mutating func subsection(_ name: String) { line(".SS \(Self.escaped(name))") }

    mutating func text(_ text: String) { line(Self.escaped(text)) }

    mutating func command(_ command: CommandInfo) {
        line(".TP")
        line(".B \(Self.escaped(command.name))\\fR \(Self.escaped(command.operands))")
        text(command.summary + ".")
        for paragraph in command.details {
            line(".IP")
            text(paragraph)
        }
        for flag in command.flags where command.name != CommandTable.proxy.name {
            line(".IP")
            text("--\(flag.long)\(flag.value.map { " " + $0 } ?? ""): \(flag.summary).")
        }
    }

    mutating func flag(_ flag: Flag) {
        line(".TP")
        let names = (flag.short.map { "-\($0), " } ?? "") + "--\(flag.long)"
        line(".B \(Self.escaped(names))\(flag.value.map { "\\fR \\fI\(Self.escaped($0))\\fR" } ?? "")")
        text(flag.summary + "." + (flag.details.isEmpty ? "" : " " + flag.details))
        var remarks: [String] = []
        if let standard = flag.standard { remarks.append("Default: \(standard).") }
        if flag.isRepeatable { remarks.append("May be given more than once.") }
        if !remarks.isEmpty { text(remarks.joined(separator: " ")) }
        guard !flag.names.isEmpty else { return }
        line(".RS")
        for (name, summary, standard) in flag.names {
            line(".TP")
            line(".B \(Self.escaped(name))\\fR (\(Self.escaped(standard)))")
            text(summary)
        }
        line(".RE")
    }

    /// Text that roff prints as it is: backslashes doubled, hyphens as minus signs so that flags can be copied, and no
    /// control line by accident.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\u{2014}": result += "\\(em"
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            default: result.append(character)
            }
        }
        return result.first == "." ? "\\&" + result : result
    }
}
