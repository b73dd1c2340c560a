// `hoplens traces`: what its commands are and take.

extension CommandTable {
    /// What every traces command reads.
    static let traceOperands = "[FILE|DIR|-]..."

    package static let tracesList = CommandInfo(
        name: "traces list", operands: traceOperands, summary: "List the exchanges of a capture",
        details: [
            """
            Reads files, the segments of a folder, or standard input, plain or gzip, and prints a line an exchange, judged by \
            today's rules. A line that is damaged is reported with its file and number and left out. Values of one flag are \
            alternatives, flags are conditions that must all hold.
            """
        ],
        examples: [
            ("hoplens traces list cap --since 03:00 --status 4xx", "What was refused since three o'clock."),
            ("hoplens traces list cap --fate authorization=dropped", "Where Authorization went missing."),
            ("hoplens traces list cap --sort duration --limit 10", "The ten slowest."),
            ("hoplens traces list cap --follow --finding error", "Errors as they happen."),
        ],
        flags: Flag.traceFilter + Flag.traceList + Flag.traceLook, completion: .file, mostOperands: .max)

    package static let tracesShow = CommandInfo(
        name: "traces show", operands: "ID " + traceOperands, summary: "Show one exchange in whole",
        details: [
            """
            The ledger of every followed field at every point, both messages with what was changed, timings, what was found \
            with its evidence and the first step, and the exchanges that belong to it: its preflight, redirects, the same \
            request with and without credentials. Of ID the beginning or the end is enough.
            """
        ],
        examples: [("hoplens traces show 009mj cap", "Everything about the exchange whose id ends so.")],
        flags: Flag.traceLook, completion: .file, mostOperands: .max)

    package static let tracesStats = CommandInfo(
        name: "traces stats", operands: traceOperands, summary: "Count a capture by route, status, field and finding",
        details: [
            """
            With percentiles of the durations (3 % exact at worst), in constant memory however large the capture is. The same \
            filters as of 'traces list' apply.
            """
        ],
        examples: [
            ("hoplens traces stats cap", "What a night amounts to."),
            ("hoplens traces stats cap --path '/wp-json/**' --json", "Of the REST API, for a program."),
        ], flags: Flag.traceFilter + [Flag.traceLimit, Flag.tracePlain] + Flag.traceLook, completion: .file,
        mostOperands: .max)

    package static let tracesVerify = CommandInfo(
        name: "traces verify", operands: traceOperands, summary: "Check that a capture is whole, lawful and closed",
        details: [
            """
            Every line is held against the schema; torn and damaged lines, gaps, raw segments, clocks that were set back, files \
            and folders that others may read, and values that look like a secret are named with their place. The exit code is 1 \
            when anything is wrong.
            """
        ],
        examples: [("hoplens traces verify cap", "Before it is sent to somebody.")], flags: Flag.traceLook,
        completion: .file, mostOperands: .max)

    package static let tracesPrune = CommandInfo(
        name: "traces prune", operands: "DIR", summary: "Remove the oldest segments of a folder",
        details: [
            """
            Only files that are named exactly like segments and belong to this user, and never one that is being written. Raw \
            segments whose time is over go in any case.
            """
        ],
        examples: [
            ("hoplens traces prune cap --older-than 7d --dry-run", "What would go?"),
            ("hoplens traces prune cap --max-disk 1G", "Keep the newest gigabyte."),
        ], flags: Flag.tracePrune, completion: .directory, mostOperands: 1)

    package static let tracesReport = CommandInfo(
        name: "traces report", operands: traceOperands, summary: "Write a capture as one HTML page",
        details: [
            """
            The page has a timeline, what was found with the first step of each, and every exchange with its ledger, messages \
            and timings; search, filters and keys. It is one file that loads nothing and works from disk, in light and dark, on \
            a phone and on paper. A second look for secrets goes before it.
            """
        ],
        examples: [
            ("hoplens traces report cap --since 1d -o night.html", "The last day, to be read by somebody else.")
        ],
        flags: Flag.traceFilter + Flag.traceReport, completion: .file, mostOperands: .max)

    package static let tracesExport = CommandInfo(
        name: "traces export", operands: traceOperands, summary: "Write exchanges as HAR, curl or Markdown",
        details: [
            """
            A second look for secrets goes before everything that leaves; something that looks like one stops the export, and \
            its place is said. A HAR holds what the client saw: the request as it came, and the answer as it was sent on.
            """
        ],
        examples: [
            ("hoplens traces export --har cap --status 4xx -o refused.har", "For the network panel of a browser."),
            ("hoplens traces export --curl 009mj cap", "The same request again, by hand."),
            ("hoplens traces export --markdown 009mj cap", "For a ticket."),
        ], flags: Flag.traceFilter + Flag.traceExport, completion: .file, mostOperands: .max)

    package static let tracesImport = CommandInfo(
        name: "traces import", operands: "FILE|-", summary: "Read a HAR as a capture",
        details: [
            """
            Takes HAR as Chrome, Firefox, mitmproxy and Charles write it, replaces what is secret by shape, length and \
            fingerprint, and writes the lines a capture would hold. What the exporter left out or changed is said.
            """
        ],
        examples: [
            ("hoplens traces import --har browser.har -o browser.ndjson", "Make a capture of it."),
            ("hoplens traces import --har browser.har | hoplens traces list -", "Judge it."),
        ], flags: Flag.traceImport, completion: .file, mostOperands: 1)

    package static let tracesDiff = CommandInfo(
        name: "traces diff", operands: "A B " + traceOperands, summary: "Show two exchanges side by side",
        details: [
            """
            In what the requests differ, and in what the answers differ by their meaning, with the engine of 'hoplens compare'. \
            The exit code is 1 when a difference is an error.
            """
        ],
        examples: [("hoplens traces diff 009mj 00abc cap", "Why did this one work and that one not?")],
        flags: Flag.traceLook.filter { $0.long != "json" }, completion: .file, mostOperands: .max)

    package static let tracesReplay = CommandInfo(
        name: "traces replay", operands: "ID... " + traceOperands,
        summary: "Send captured requests again, old beside new",
        details: [
            """
            What exists as a file or folder is the capture, the rest are ids. Requests are sent one after the other. A request \
            whose credential was replaced is sent only when another one is given; one with a body or a secret in its URL is not \
            sent at all, because a trace does not keep them. Only GET, HEAD and OPTIONS unless --allow-unsafe is given; when one \
            cannot be sent, none is.
            """
        ],
        examples: [
            (
                "hoplens traces replay 009mj cap --to https://a.test --user-env LOGIN",
                "Is it mended? USER:PASSWORD stands in the variable LOGIN."
            )
        ], flags: Flag.traceReplay + Flag.traceLook.filter { $0.long != "json" }, completion: .file, mostOperands: .max)

    package static let traces = CommandInfo(
        name: "traces", operands: "COMMAND ...", summary: "Review captures", details: [], examples: [], flags: [],
        completion: .words(traceCommands.map(\.lastName)), mostOperands: 0, subcommands: traceCommands)

    /// The commands, in the order they are printed.
    private static let traceCommands = [
        tracesList, tracesShow, tracesStats, tracesVerify, tracesPrune, tracesReport, tracesExport, tracesImport,
        tracesDiff, tracesJoin, tracesReplay,
    ]
}
