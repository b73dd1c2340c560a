// `hoplens traces export`: a HAR of what a filter lets through, a curl command line, or Markdown for a ticket.

import Glibc
import HAR
import Reactor
import Report
import Review
import Trace

enum TracesExportCommand {
    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        let forms = [asked.har, asked.curl != nil, asked.markdown != nil]
        guard forms.count(where: { $0 }) == 1 else {
            throw UsageError("say what to export", hint: "one of --har, --curl ID and --markdown ID")
        }
        let input = try TraceInput(operands)
        let file = try ExportFile(asked.output)
        if asked.har { return try har(input, file, asked) }
        guard let id = asked.curl ?? asked.markdown else { return ExitCode.usage }
        guard let one = try TracesShowCommand.exchange(id, input) else { return ExitCode.usage }
        var secrets = SecretStop(asked)
        guard secrets.lets(one.record, nil, input) else {
            return secrets.isFine(input) ? ExitCode.fine : ExitCode.findings
        }
        let text: String
        if asked.curl != nil {
            guard let command = CurlCommand.text(one.record) else {
                throw UsageError("the request of \(one.record.id) could not be read when it was captured")
            }
            text = command
        } else {
            let style = Style(now: one.record.time / 1_000_000, utcOffset: Terminal.utcOffset())
            text = MarkdownExchange.text(one.record, one.findings, style)
        }
        // Once more over what is about to leave.
        if let kind = SecretGuard.suspicion(text: text) {
            throw UsageError("nothing was written: the text of exchange \(one.record.id) holds what looks like \(kind)")
        }
        try file.write(Array(text.utf8))
        input.account()
        return input.code
    }

    private static func har(_ input: TraceInput, _ file: ExportFile, _ asked: TraceArguments) throws(UsageError)
        -> Int32
    {
        let filter = try asked.filter(TracesOutput.moments())
        let most = try asked.most() ?? .max
        var walk = TraceWalk(filter, judging: false)
        var secrets = SecretStop(asked)
        var writer = HARWriter()
        var out: [UInt8] = []
        var count = 0
        writer.begin(creator: Program.name, version: Program.version, &out)
        input.forEach(&walk) { one, place, _, _ in
            guard secrets.lets(one.record, place, input) else { return secrets.goesOn }
            writer.entry(one.record, &out)
            count += 1
            return count < most
        }
        guard secrets.isFine(input) else { return ExitCode.findings }
        writer.end(&out)
        try file.write(out)
        input.account()
        return input.code
    }
}
