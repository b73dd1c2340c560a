// The commands: what each is for, what it takes, and examples that work. As with flags, everything that is printed about
// a command is printed from here.

/// One command of the program.
package struct CommandInfo: Sendable {
    /// The word behind `hoplens`, or the two words of a subcommand.
    package var name: String
    /// What stands behind it, as in a usage line.
    package var operands: String
    /// One line, without a full stop.
    package var summary: String
    /// More, for `--help` and the man page; paragraphs.
    package var details: [String]
    /// Command lines with what they do.
    package var examples: [(line: String, meaning: String)]
    /// Its flags, `--help` apart.
    package var flags: [Flag]
    /// What a shell should offer as its operand.
    package var completion: Flag.Completion
    /// How many operands it takes at most.
    package var mostOperands: Int
    /// The commands behind it, when it is only the common word of several (`cors check`, `cors evaluate`).
    package var subcommands: [CommandInfo] = []

    /// The last word of its name: what is typed behind the word it shares with others.
    package var lastName: String { name.split(separator: " ").last.map(String.init) ?? name }

    /// Its flags and `--help`.
    package var allFlags: [Flag] { flags + [.help] }

    /// The usage line.
    package var usage: String {
        let behind = operands.isEmpty ? "" : " " + operands
        return "\(Program.name) \(name)\(behind)\(flags.isEmpty ? "" : " [FLAGS]")"
    }
}

/// All commands, in the order they are printed.
package enum CommandTable {
    package static let proxy = CommandInfo(
        name: "proxy", operands: "[ORIGIN]", summary: "Forward to an origin and show what happens to every field",
        details: [
            """
            Listens, forwards every request to ORIGIN (http:// or https://, host and port only), and prints one line an \
            exchange with the fate of the fields that decide access: which were dropped, changed, added or doubled, where, \
            and why. The request itself passes unchanged but for what RFC 9110 and RFC 9112 demand of an intermediary and \
            what the flags ask for; each such change is shown as hoplens's own.
            """,
            """
            Exchanges go to standard output, everything else to standard error. It runs until SIGINT or SIGTERM, then \
            finishes what is under way and ends with a summary; a second signal ends it at once. SIGHUP reads the settings \
            file and all certificates again; running exchanges end by the settings they began with, and if anything is \
            wrong nothing changes.
            """,
            "Durations have a unit: 500ms, 5s, 2m, 1h. Sizes count in steps of 1024: 512, 64k, 10M, 1G.",
        ],
        examples: [
            ("hoplens proxy https://staging.example.test", "Browse http://127.0.0.1:8080 and watch."),
            (
                "hoplens proxy https://www.example.test --connect 192.0.2.10:443",
                "Past the CDN, straight to the origin."
            ),
            (
                "hoplens proxy http://localhost:3000 --capture traces -v",
                "Keep every exchange, and show the whole ledger."
            ),
            ("hoplens proxy --config configs/several-services.json5", "Several listeners and origins in one process."),
        ],
        flags: [.config] + Flag.service + Flag.security + Flag.node + Flag.output + Flag.capture + Flag.bounds,
        completion: .words(["http://", "https://"]), mostOperands: 1)

    package static let demo = CommandInfo(
        name: "demo", operands: "", summary: "Watch a chain of hops lose header fields; needs nothing else",
        details: [
            """
            Starts, in this one process, an origin that behaves like a small WordPress REST API, a faulty hop in front of \
            it, and a hoplens node on either side of that hop. Sends a handful of requests through the chain, shows for \
            each where a field was lost, and ends.
            """
        ],
        examples: [("hoplens demo", "See what hoplens shows, without a network.")], flags: [.color, .ascii],
        completion: .nothing, mostOperands: 0)

    package static let checkConfig = CommandInfo(
        name: "check-config", operands: "FILE", summary: "Check a settings file and print what it would run",
        details: [
            """
            Prints one line for each service and exits with 0, or prints every mistake with file, line, column and key and \
            exits with 2. Nothing is started, and no file named in the settings is opened.
            """
        ],
        examples: [("hoplens check-config configs/staging-site.json5", "Would this file do?")], flags: [],
        completion: .file, mostOperands: 1)

    package static let completions = CommandInfo(
        name: "completions", operands: "bash|zsh|fish", summary: "Print completions for a shell",
        details: [],
        examples: [
            ("source <(hoplens completions bash)", "For this bash session."),
            ("hoplens completions zsh > ~/.zfunc/_hoplens", "For zsh, with ~/.zfunc in fpath."),
            (
                "hoplens completions fish > ~/.config/fish/completions/hoplens.fish",
                "For fish."
            ),
        ], flags: [], completion: .words(Shell.allCases.map(\.rawValue)), mostOperands: 1)

    package static let man = CommandInfo(
        name: "man", operands: "", summary: "Print the manual page (roff)", details: [],
        examples: [("hoplens man | man -l -", "Read it.")], flags: [], completion: .nothing, mostOperands: 0)

    package static let help = CommandInfo(
        name: "help", operands: "[COMMAND]", summary: "Print the help of a command", details: [],
        examples: [("hoplens help proxy", "The same as 'hoplens proxy --help'.")], flags: [],
        completion: .words([
            "proxy", "diagnose", "compare", "traces", "echo", "probe", "cors", "rules", "explain", "demo",
            "check-config", "completions", "man", "help",
        ]),
        mostOperands: 2)

    /// What may stand behind `hoplens`.
    package static let all = [
        proxy, diagnose, compare, traces, echo, probe, cors, rules, explain, demo, checkConfig, completions, man, help,
    ]

    /// Every command that does something: those with subcommands are replaced by them.
    package static let leaves = all.flatMap { $0.subcommands.isEmpty ? [$0] : $0.subcommands }

    /// The command of a name of one word or two.
    package static func named(_ name: String) -> CommandInfo? { (all + leaves).first { $0.name == name } }

    /// What the exit codes mean, for help and manual.
    package static let exitCodes: [(code: Int32, meaning: String)] = [
        (ExitCode.fine, "fine"), (ExitCode.findings, "a check found what it was looking for: a browser would refuse"),
        (ExitCode.usage, "wrong usage or settings; nothing was started"),
        (ExitCode.unreachable, "a target could not be reached"), (ExitCode.fault, "a fault of hoplens itself"),
    ]
}
