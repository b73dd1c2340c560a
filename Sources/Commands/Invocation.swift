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
    /// Ask a server as a browser would, and judge the answers.
    case corsCheck(url: String, Arguments)
    /// Judge recorded cases.
    case corsEvaluate(String)
    /// Review a capture: the command's last word.
    case traces(String, Arguments)
    /// Find the layer that loses or refuses a request.
    case diagnose(url: String, Arguments)
    /// Compare an origin with its public address.
    case compare(Arguments)
    /// Answer with what arrives.
    case echo(Arguments)
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
        guard var known = CommandTable.all.first(where: { $0.name == first }) else { throw unknownCommand(first) }
        command = known
        var rest = words.dropFirst()
        if !known.subcommands.isEmpty {
            guard let next = rest.first, !next.hasPrefix("-") else { return try group(known, rest) }
            guard let found = known.subcommands.first(where: { $0.lastName == next }) else {
                throw unknownSubcommand(next, of: known)
            }
            known = found
            command = known
            rest = rest.dropFirst()
        }
        let arguments = try ArgumentParser.parse(rest, known.allFlags)
        if let help = arguments.help { return .text(Help.of(known, help)) }
        guard arguments.operands.count <= known.mostOperands else {
            let allowed = known.mostOperands == 0 ? "none" : known.operands
            throw UsageError(
                "'\(known.name)' got \(arguments.operands.count) arguments, expected \(allowed)",
                hint: "usage: \(known.usage)")
        }
        return try act(known, arguments)
    }

    /// A word that only begins commands, by itself: help, or a complaint that says what may follow.
    private static func group(
        _ known: CommandInfo, _ rest: ArraySlice<String>
    ) throws(UsageError) -> Invocation {
        let arguments = try ArgumentParser.parse(rest, known.allFlags)
        if let help = arguments.help { return .text(Help.of(known, help)) }
        throw UsageError(
            "'\(known.name)' needs to know what",
            hint: known.subcommands.map { "'\($0.name)'" }.joined(separator: " or "))
    }

    private static func unknownSubcommand(_ word: String, of known: CommandInfo) -> UsageError {
        let names = known.subcommands.map(\.lastName)
        let near = nearestName(to: word, among: names)
        return UsageError(
            "'\(known.name)' does not know \(Wording.shown(word))",
            hint: near.map { "did you mean '\(known.name) \($0)'?" } ?? "it knows \(names.joined(separator: ", "))")
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
        if let command = named(arguments.operands) { return .text(Help.of(command, arguments.help ?? .long)) }
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
        case CommandTable.rules.name: return .text(RuleCommands.rules(arguments.rules))
        case CommandTable.explain.name:
            return .text(try RuleCommands.explain(arguments.operands.first, arguments.rules))
        case CommandTable.echo.name: return .echo(arguments)
        case CommandTable.probePHP.name: return .text(ProbePHP.text)
        case CommandTable.man.name: return .text(ManPage.render())
        case CommandTable.corsCheck.name:
            guard let url = arguments.operands.first else {
                throw UsageError("no URL given", hint: "usage: \(command.usage)")
            }
            guard arguments.page.origin != nil else {
                throw UsageError(
                    "no page origin given", hint: "say whose page asks: --page-origin https://app.example.test")
            }
            return .corsCheck(url: url, arguments)
        case CommandTable.diagnose.name:
            guard let url = arguments.operands.first else {
                throw UsageError("no URL given", hint: "usage: \(command.usage)")
            }
            return .diagnose(url: url, arguments)
        case CommandTable.corsEvaluate.name:
            guard let path = arguments.operands.first else {
                throw UsageError("no FILE given", hint: "usage: \(command.usage); - reads standard input")
            }
            return .corsEvaluate(path)
        case CommandTable.compare.name: return .compare(arguments)
        case let name where name.hasPrefix(CommandTable.traces.name + " "):
            return .traces(command.lastName, arguments)
        default:
            guard let name = arguments.operands.first else { return .text(Help.overview()) }
            if let asked = named(arguments.operands) { return .text(Help.of(asked, .long)) }
            if let known = CommandTable.named(name), let next = arguments.operands.dropFirst().first {
                guard known.subcommands.isEmpty else { throw unknownSubcommand(next, of: known) }
                throw UsageError("'\(name)' has no commands of its own", hint: "try '\(Program.name) help \(name)'")
            }
            throw unknownCommand(name)
        }
    }

    /// The command one word or two name.
    private static func named(_ words: [String]) -> CommandInfo? {
        words.isEmpty || words.count > 2 ? nil : CommandTable.named(words.joined(separator: " "))
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
