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

    package static let traces = CommandInfo(
        name: "traces", operands: "list ...", summary: "Review captures", details: [], examples: [], flags: [],
        completion: .words(traceCommands.map(\.lastName)), mostOperands: 0, subcommands: traceCommands)

    /// The commands, in the order they are printed.
    private static let traceCommands = [tracesList]
}
