// `hoplens traces …`: from the command's name to what does it.

enum TracesCommands {
    static func run(_ name: String, _ arguments: Arguments) -> Int32 {
        let operands = arguments.operands
        let asked = arguments.traces
        do throws(UsageError) {
            switch name {
            case CommandTable.tracesList.lastName: return try TracesListCommand.run(operands, asked)
            case CommandTable.tracesShow.lastName: return try TracesShowCommand.run(operands, asked)
            case CommandTable.tracesStats.lastName: return try TracesStatsCommand.run(operands, asked)
            case CommandTable.tracesVerify.lastName: return try TracesVerifyCommand.run(operands, asked)
            case CommandTable.tracesPrune.lastName: return try TracesPruneCommand.run(operands, asked)
            case CommandTable.tracesReport.lastName: return try TracesReportCommand.run(operands, asked)
            case CommandTable.tracesExport.lastName: return try TracesExportCommand.run(operands, asked)
            case CommandTable.tracesImport.lastName: return try TracesImportCommand.run(operands, asked)
            case CommandTable.tracesDiff.lastName: return try TracesDiffCommand.run(operands, asked)
            case CommandTable.tracesReplay.lastName: return try TracesReplayCommand.run(operands, arguments)
            case CommandTable.tracesJoin.lastName: return try TracesJoinCommand.run(operands, asked)
            default: return ExitCode.fault
            }
        } catch {
            Commands.complain(error, CommandTable.named("\(CommandTable.traces.name) \(name)"))
            return ExitCode.usage
        }
    }
}
