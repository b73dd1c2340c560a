// `hoplens traces stats`.

import Report
import Review

enum TracesStatsCommand {
    private static let routesShown = 20

    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        let filter = try asked.filter(TracesOutput.moments())
        let most = try asked.most() ?? routesShown
        let input = try TraceInput(operands)
        let output = TracesOutput(asked)
        var walk = TraceWalk(filter, judging: !asked.isPlain)
        var counts = Statistics()
        input.forEach(&walk) { one, _, _, _ in
            counts.add(one.record, one.findings)
            return true
        }
        output.write(asked.json ? output.reporter.json(counts) : output.reporter.statistics(counts, most: most))
        output.flush()
        input.account()
        return output.code ?? input.code
    }
}
