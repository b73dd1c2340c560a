// Help: short (`-h`, one line a flag) and long (`--help`, everything), for the program and for each command. 80 columns.

import Settings

/// Renders help as text.
package enum Help {
    /// The overview of all commands.
    package static func overview() -> String {
        var lines = [
            "hoplens shows which header fields survive each hop between a client and an origin,",
            "and who changed them.",
        ]
        lines = Wording.wrap(lines.joined(separator: " "))
        lines += ["", "Usage: \(Program.name) COMMAND [FLAGS]", "", "Commands:"]
        lines += Wording.table(
            CommandTable.all.map { ("\($0.name) \($0.operands)".trimmed, $0.summary) }, indent: 2, gap: 29)
        lines += ["", "Flags:"]
        lines += flagRows([.help, .version], gap: 29)
        lines += ["", "Try:"]
        lines += ["  hoplens demo", "  hoplens proxy https://staging.example.test", "  hoplens help proxy"]
        lines += ["", "Exit codes:"]
        lines += Wording.table(CommandTable.exitCodes.map { ("\($0.code)", $0.meaning) }, indent: 2, gap: 6)
        return joined(lines)
    }

    /// The help of one command.
    package static func of(_ command: CommandInfo, _ length: HelpLength) -> String {
        var lines = [command.summary + ".", "", "Usage: \(command.usage)"]
        if length == .long {
            for paragraph in command.details { lines += [""] + Wording.wrap(paragraph) }
            if !command.examples.isEmpty {
                lines += ["", "Examples:"]
                for example in command.examples {
                    lines += ["  \(example.line)"] + Wording.wrap(example.meaning, indent: 6)
                }
            }
        }
        if !command.subcommands.isEmpty {
            lines += ["", "Commands:"]
            lines += Wording.table(
                command.subcommands.map { ("\($0.name) \($0.operands)".trimmed, $0.summary) }, indent: 2, gap: 29)
        }
        for category in Flag.Category.allCases {
            let flags = command.allFlags.filter { $0.category == category }
            if flags.isEmpty { continue }
            lines += ["", "\(category.rawValue):"]
            switch length {
            case .short: lines += flagRows(flags, gap: 37)
            case .long: lines += flags.flatMap(longFlag)
            }
        }
        if length == .short, !command.flags.isEmpty || !command.details.isEmpty {
            lines += ["", "'\(Program.name) \(command.name) --help' says more."]
        }
        return joined(lines)
    }

    private static func flagRows(_ flags: [Flag], gap: Int) -> [String] {
        Wording.table(
            flags.map { flag in
                let standard = flag.standard.map { " [\($0)]" } ?? ""
                return (heading(flag), flag.summary + standard)
            }, indent: 2, gap: gap)
    }

    private static func longFlag(_ flag: Flag) -> [String] {
        var lines = ["  \(heading(flag))"]
        lines += Wording.wrap(flag.summary + "." + (flag.details.isEmpty ? "" : " " + flag.details), indent: 10)
        if !flag.names.isEmpty {
            lines += Wording.table(
                flag.names.map { ("\($0.name)=\($0.standard)", $0.summary) }, indent: 10, gap: 35)
        }
        var remarks: [String] = []
        if let standard = flag.standard { remarks.append("Default: \(standard).") }
        if flag.isRepeatable { remarks.append("May be given more than once.") }
        if !remarks.isEmpty { lines += Wording.wrap(remarks.joined(separator: " "), indent: 10) }
        return lines
    }

    /// The names and value of a flag: `-l, --listen HOST:PORT`.
    static func heading(_ flag: Flag) -> String {
        let names = (flag.short.map { "-\($0), " } ?? "    ") + "--\(flag.long)"
        return flag.value.map { "\(names) \($0)" } ?? names
    }

    private static func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}

extension String {
    /// The text without spaces at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
