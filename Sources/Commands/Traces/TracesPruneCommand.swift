// `hoplens traces prune DIR`: the oldest segments go until the rest fits, or those older than an age, and raw segments
// whose time has come. What a running hoplens writes to is never touched.

import Proxy
import Reactor
import Report
import Review
import Settings

enum TracesPruneCommand {
    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        guard operands.count == 1, let folder = operands.first else {
            throw UsageError("prune needs one DIR", hint: "hoplens traces prune cap --max-disk 1G")
        }
        let limit = try asked.maxDisk.map { text throws(UsageError) in try size(text) }
        let oldest = try asked.olderThan.map { text throws(UsageError) in try moment(text) }
        let output = TracesOutput(asked)
        do throws(CaptureError) {
            let plan = try CapturePruning.plan(folder: folder, limit: limit, olderThan: oldest)
            for one in plan {
                let done =
                    asked.isDryRun
                    ? "would be removed" : CapturePruning.remove(one) ? "removed" : "kept: it is being written"
                output.write(
                    output.reporter.plain("\(one.path): \(Human.size(Int64(one.bytes))), \(one.why); \(done)") + [0x0A])
            }
            if plan.isEmpty { output.write("nothing to remove\n") }
        } catch {
            Terminal.say(error.text)
            return ExitCode.usage
        }
        output.flush()
        return output.code ?? ExitCode.fine
    }

    private static func size(_ text: String) throws(UsageError) -> Int {
        do throws(Mismatch) { return try Quantity.bytes(text) } catch {
            throw UsageError("--max-disk: \(error.message)", hint: error.hint)
        }
    }

    private static func moment(_ text: String) throws(UsageError) -> Int64 {
        guard let moment = TracesOutput.moments().parse(text) else {
            throw UsageError("--older-than does not know \(Wording.shown(text))", hint: "write 7d, 12h or 2026-11-28")
        }
        return moment
    }
}
