// `hoplens traces …`: from the command's name to what does it.

enum TracesCommands {
    static func run(_ name: String, _ arguments: Arguments) -> Int32 {
        let operands = arguments.operands
        let asked = arguments.traces
        do throws(UsageError) {
            switch name {
            case CommandTable.tracesList.lastName: return try TracesListCommand.run(operands, asked)
            default: return ExitCode.fault
            }
        } catch {
            Commands.complain(error, CommandTable.named("\(CommandTable.traces.name) \(name)"))
            return ExitCode.usage
        }
    }
}
