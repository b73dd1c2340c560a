// `hoplens traces list`.

import Glibc
import Reactor
import Report
import Review
import Settings
import Trace

enum TracesListCommand {
    /// Sorting keeps no more than this unless a limit says so.
    private static let mostSorted = 10_000

    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        let filter = try asked.filter(TracesOutput.moments())
        let columns = try asked.listColumns()
        let most = try asked.most()
        let input = try TraceInput(operands)
        let output = TracesOutput(asked)
        let isJudged = asked.json ? !asked.isPlain : columns.contains { $0 == .findings || $0 == .layer }
        // What only lists facts of the first lines need not read the fields.
        let readsFields = asked.json || columns.contains { $0 == .credential || $0 == .news }
        var walk = TraceWalk(filter, judging: isJudged, readsFields: readsFields)
        let reporter = output.reporter

        func line(_ one: Reviewed, _ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
            guard asked.json else { return reporter.listed(one.record, one.findings, columns) }
            var whole: [UInt8] = []
            whole.reserveCapacity(range.count + 1)
            for i in range { whole.append(bytes[i]) }
            return isJudged ? reporter.json(whole[...], one.record, one.findings) : whole + [0x0A]
        }

        if let sort = asked.sort.flatMap(SortKey.init) {
            if asked.isFollowing { throw UsageError("--sort and --follow do not go together") }
            var best = BestOf<[UInt8]>(most ?? mostSorted, descending: sort.largestFirst != asked.isReversed)
            input.forEach(&walk) { one, _, bytes, range in
                best.offer(sort.value(one.record), line(one, bytes, range))
                return true
            }
            for text in best.sorted() { output.write(text) }
            if most == nil, best.leftOut > 0 {
                input.say("\(best.leftOut) more are left out of the sorted list; --limit N keeps more")
            }
        } else {
            var printed = 0
            let take: (Reviewed, TracePlace, Span<UInt8>, Range<Int>) -> Bool = { one, _, bytes, range in
                output.write(line(one, bytes, range))
                printed += 1
                return !output.isClosed && printed < most ?? .max
            }
            if asked.isFollowing {
                TraceFollower(input).run(&walk, output, take)
            } else {
                input.forEach(&walk, take)
            }
        }
        output.flush()
        input.account()
        return output.code ?? input.code
    }
}
