// `hoplens compare`: sets up, asks, compares, prints, and answers with an exit code a pipeline can use.
import Comparison
import Diagnosis
import Glibc
import Proxy
import Reactor
import Report
import Settings

enum CompareCommand {
    static func run(_ arguments: Arguments) -> Int32 {
        let setUp: CompareSetUp
        do throws(UsageError) {
            setUp = try CompareSetUp(arguments)
        } catch {
            Terminal.say(error.hint.map { "\(error.message); \($0)" } ?? error.message)
            return ExitCode.usage
        }
        for warning in setUp.warnings { Terminal.say("warning: \(warning)") }
        for name in setUp.plan.leftOut {
            Terminal.say("not sent, because it may change something: \(Wording.shown(name)); --allow-unsafe sends it")
        }
        let run: CompareRun
        do throws(AskError) {
            // Blocked before any thread starts: threads inherit the mask.
            try? Signals.block([.interrupt, .terminate])
            run = try CompareRun(setUp)
        } catch {
            Terminal.say(error.text)
            return ExitCode.usage
        }
        endOnSignal(run.client)
        run.run()
        if let fault = run.fault {
            Terminal.say(fault)
            return ExitCode.usage
        }
        let result = result(of: run, setUp, arguments.compare)
        // A text has them in it.
        if arguments.compare.format != "text" {
            for warning in result.warnings where !setUp.warnings.contains(warning) {
                Terminal.say("warning: \(warning)")
            }
        }
        guard print(result, arguments) else { return ExitCode.unreachable }
        return exitCode(result, setUp)
    }

    private static func result(
        of run: CompareRun, _ setUp: CompareSetUp, _ asked: CompareArguments
    ) -> ComparisonResult {
        var result = ComparisonResult(
            origin: run.originSide, publicSide: run.publicSide,
            requests: Comparison.requests(run.asked, options: setUp.options), rounds: setUp.rounds,
            warnings: setUp.warnings + Comparison.warnings(run.asked))
        result.origin.hops = Comparison.hops(run.asked.flatMap(\.left))
        result.publicSide.hops = Comparison.hops(run.asked.flatMap(\.right))
        result.leftOut = setUp.plan.leftOut
        result.isPartial = run.client.isCancelled
        result.time = Time.wallMicroseconds() / 1_000_000
        if asked.bisects { result.bisections = run.bisect(result.requests) }
        result.conclusion = Conclusion(result)
        return result
    }

    /// The first Ctrl-C ends the asking and prints what is known; the second ends the program.
    private static func endOnSignal(_ client: Client) {
        guard let signals = try? SignalQueue([.interrupt, .terminate]) else { return }
        _ = try? Thread.start("signals") {
            guard signals.wait() != nil else { return }
            client.cancel()
            guard signals.wait() != nil else { return }
            _exit(130)
        }
    }

    private static func print(_ result: ComparisonResult, _ arguments: Arguments) -> Bool {
        let asked = arguments.compare
        let values = arguments.settings.common.values
        let output: [UInt8]
        switch asked.format {
        case "json": output = ComparisonJSON.document(result)
        case "markdown": output = ComparisonMarkdown.document(result, all: asked.showsAll)
        case "html": output = ComparisonHTML.document(result)
        default:
            let choice = values[.color]?.last.flatMap { Output.Color(rawValue: $0.text) } ?? .auto
            // Into a file or a pipe: as wide as two columns are still read with ease.
            let found = Terminal.width(STDOUT_FILENO)
            let width = found == Style.unlimited ? 100 : found
            let style = Style(
                width: min(width, 200), color: Terminal.wantsColor(choice, descriptor: STDOUT_FILENO),
                ascii: values[.ascii] != nil)
            output = Reporter(style).comparison(result, all: asked.showsAll)
        }
        do throws(SystemError) {
            try Files.write(STDOUT_FILENO, output)
            return true
        } catch {
            if error.code == EPIPE { return true }
            Terminal.say("the result cannot be written: \(error.text)")
            return false
        }
    }

    /// 3 when a side could not be asked, unless it is an origin that is closed to all but the CDN.
    private static func exitCode(_ result: ComparisonResult, _ setUp: CompareSetUp) -> Int32 {
        let hasNone = result.requests.isEmpty
        let isPublicSilent = !hasNone && result.requests.allSatisfy { $0.right.statuses.isEmpty }
        let isOriginSilent = !hasNone && result.requests.allSatisfy { $0.left.statuses.isEmpty }
        let isClosed = result.requests.flatMap(\.rows).contains { $0.area == .reach && $0.severity == .warning }
        if isPublicSilent || isOriginSilent && !isClosed { return ExitCode.unreachable }
        if hasNone { return ExitCode.unreachable }
        guard let worst = result.worst, worst >= setUp.failOn else { return ExitCode.fine }
        return ExitCode.findings
    }
}
