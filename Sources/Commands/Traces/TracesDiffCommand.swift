// `hoplens traces diff A B`: two captured exchanges side by side, by the same engine as `hoplens compare`.

import Comparison
import Diagnosis
import Proxy
import Report
import Review
import Trace

enum TracesDiffCommand {
    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        guard operands.count >= 2 else {
            throw UsageError("diff needs two IDs", hint: "hoplens traces diff A B cap; parts of ids are enough")
        }
        let input = try TraceInput(Array(operands.dropFirst(2)))
        let output = TracesOutput(asked)
        guard let found = try TracesShowCommand.exchanges(Array(operands.prefix(2)), input), found.count == 2 else {
            return ExitCode.usage
        }
        let (left, right) = (found[0].record, found[1].record)
        let differences = TracesDiff.write(left, right, titles: (left.id, right.id), requests: true, output)
        output.flush()
        input.account()
        return output.code
            ?? (input.code != ExitCode.fine ? input.code : differences ? ExitCode.findings : ExitCode.fine)
    }
}

/// Two exchanges side by side.
enum TracesDiff {
    /// Prints both, and in what they differ; whether a difference is an error.
    static func write(
        _ left: Record, _ right: Record, titles: (String, String), requests: Bool, _ output: TracesOutput
    ) -> Bool {
        let reporter = output.reporter
        for record in [left, right] {
            output.write(reporter.listed(record, [], [.time, .status, .method, .path, .duration, .id]))
        }
        // Its words about what a difference means are those of an origin beside its public address, which these are not.
        let differences = Comparison.compare(left, right)
        let rows =
            (requests ? RequestDifference.rows(left, right) : [])
            + differences.map { row in
                SideRow(
                    row.name.isEmpty || row.name == row.area.rawValue
                        ? row.area.rawValue : "\(row.area.rawValue) \(row.name)",
                    left: row.left, right: row.right, severity: row.severity)
            }
        output.write(
            rows.isEmpty
                ? Array("no difference that means anything\n".utf8) : reporter.sideBySide(titles.0, titles.1, rows))
        return differences.contains { $0.severity >= .error }
    }

    /// Operands that are ids, and those that are captures: what exists as a file or is `-` is a capture.
    static func split(_ operands: [String]) -> (ids: [String], captures: [String]) {
        let files = SystemFiles()
        let isCapture: (String) -> Bool = { $0 == "-" || (try? files.status($0)) != nil }
        return (operands.filter { !isCapture($0) }, operands.filter(isCapture))
    }
}
