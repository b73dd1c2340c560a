// `hoplens traces report`: one HTML file about a capture.

import Diagnosis
import Glibc
import Reactor
import Report
import Review
import Trace

enum TracesReportCommand {
    /// A page with more exchanges than this is slow to open.
    private static let mostExchanges = 1000

    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        let filter = try asked.filter(TracesOutput.moments())
        let most = try asked.most() ?? mostExchanges
        let input = try TraceInput(operands)
        let output = try ExportFile(asked.output)
        var walk = TraceWalk(filter, judging: true)
        var collected = ReportCollector(most: most)
        var secrets = SecretStop(asked)
        input.forEach(&walk) { one, place, _, _ in
            guard secrets.lets(one.record, place, input) else { return secrets.goesOn }
            collected.add(one)
            return true
        }
        guard secrets.isFine(input) else { return ExitCode.findings }
        let name = asked.title ?? "Report of \(operands.isEmpty ? "a capture" : operands.joined(separator: ", "))"
        let style = Style(now: Time.wallMicroseconds() / 1_000_000, utcOffset: Terminal.utcOffset())
        let page = ReportPage(style, title: name, collected.exchanges, counts: collected.counts)
        try output.write(page.render())
        input.account()
        return input.code
    }
}
