// From the words of a command line to what is to be done, without doing any of it: a pure function, so that every usage
// error and every help text can be tested without a process.

package import Settings

/// What a command line asks for.
package enum Invocation: Sendable {
    /// Print text on standard output.
    case text(String)
    /// Run the proxy; the settings file is still to be read.
    case proxy(Arguments)
    /// Run the demo.
    case demo(Output)
    /// Check a settings file.
    case checkConfig(String)
    /// Say what is wrong.
    case wrong(UsageError, command: CommandInfo?)

    /// Reads the words behind the program's name.
    package init(_ words: [String]) {
        var command: CommandInfo?
        do throws(UsageError) {
            self = try Self.read(words, &command)
        } catch {
            self = .wrong(error, command: command)
        }
    }

    private static func read(_ words: [String], _ command: inout CommandInfo?) throws(UsageError) -> Invocation {
        guard let first = words.first else {
            throw UsageError("no command given", hint: "try '\(Program.name) demo' or '\(Program.name) help'")
        }
        if first.hasPrefix("-") { return try global(words) }
        guard let known = CommandTable.named(first) else { throw unknownCommand(first) }
        command = known
        let arguments = try ArgumentParser.parse(words.dropFirst(), known.allFlags)
        if let help = arguments.help { return .text(Help.of(known, help)) }
        guard arguments.operands.count <= known.mostOperands else {
            let allowed = known.mostOperands == 0 ? "none" : known.operands
            throw UsageError(
                "'\(known.name)' got \(arguments.operands.count) arguments, expected \(allowed)",
                hint: "usage: \(known.usage)")
        }
        return try act(known, arguments)
    }

    /// Flags in front of a command: only those that need none.
    private static func global(_ words: [String]) throws(UsageError) -> Invocation {
        if let name = words.first(where: { CommandTable.named($0) != nil }), words.first != "-h",
            words.first != "--help"
        {
            let flag = words[0].prefix { $0 != "=" }
            if flag != "--version", flag != "-V" {
                throw UsageError(
                    "\(Wording.shown(String(flag))) stands before the command",
                    hint: "flags follow it: \(Program.name) \(name) …")
            }
        }
        let arguments = try ArgumentParser.parse(words[...], [.help, .version])
        if arguments.wantsVersion { return .text("\(Program.name) \(Program.version)\n") }
        if let name = arguments.operands.first, let command = CommandTable.named(name) {
            return .text(Help.of(command, arguments.help ?? .long))
        }
        return .text(Help.overview())
    }

    private static func act(_ command: CommandInfo, _ arguments: Arguments) throws(UsageError) -> Invocation {
        switch command.name {
        case CommandTable.proxy.name:
            var arguments = arguments
            if let origin = arguments.operands.first { arguments.settings.set(.origin, origin, from: "ORIGIN") }
            return .proxy(arguments)
        case CommandTable.demo.name: return .demo(Self.output(arguments))
        case CommandTable.checkConfig.name:
            guard let file = arguments.operands.first else {
                throw UsageError("no FILE given", hint: "usage: \(command.usage)")
            }
            return .checkConfig(file)
        case CommandTable.completions.name:
            let names = Shell.allCases.map(\.rawValue)
            guard let name = arguments.operands.first else {
                throw UsageError("no shell given", hint: "usage: \(command.usage)")
            }
            guard let shell = Shell(rawValue: name) else {
                let near = nearestName(to: name, among: names)
                throw UsageError(
                    "there are no completions for \(Wording.shown(name)), only for \(names.joined(separator: ", "))",
                    hint: near.map { "did you mean \($0)?" })
            }
            return .text(Completions.of(shell))
        case CommandTable.man.name: return .text(ManPage.render())
        default:
            guard let name = arguments.operands.first else { return .text(Help.overview()) }
            guard let asked = CommandTable.named(name) else { throw unknownCommand(name) }
            return .text(Help.of(asked, .long))
        }
    }

    /// How the demo prints; the words were checked by the parser.
    private static func output(_ arguments: Arguments) -> Output {
        let values = arguments.settings.common.values
        return Output(
            color: values[.color]?.last.flatMap { Output.Color(rawValue: $0.text) } ?? .auto,
            ascii: values[.ascii] != nil)
    }

    private static func unknownCommand(_ word: String) -> UsageError {
        if word.contains("://") || word.hasPrefix("localhost") {
            // Not repeated: it may have a password in it.
            return UsageError("a URL is no command", hint: "forward to it with '\(Program.name) proxy URL'")
        }
        let near = nearestName(to: word, among: CommandTable.all.map(\.name))
        return UsageError(
            "unknown command \(Wording.shown(word))",
            hint: near.map { "did you mean '\($0)'?" }
                ?? "commands: \(CommandTable.all.map(\.name).joined(separator: ", "))")
    }
}
