// What is done with each line of a capture: left out by its bytes, read, judged, filtered. Pure: lines in, exchanges out.
// Judging needs the exchanges around one, so where findings are wanted every line is read, also those the filter leaves
// out; where they are not, most lines are never read at all.

public import Diagnosis
public import Trace

/// An exchange that fits.
public struct Reviewed {
    /// The record.
    public var record: Record
    /// What was found in it; empty when nothing is judged.
    public var findings: [Finding]
}

/// What a line came to.
public enum WalkStep {
    /// An exchange that fits the filter.
    case exchange(Reviewed)
    /// Something the capture says about itself.
    case notice(TraceNotice)
    /// An exchange the filter leaves out.
    case left
    /// A line that is none.
    case damaged(DamagedLine)
}

/// Reads, judges and filters the lines of a capture.
public struct TraceWalk {
    private let filter: TraceFilter
    private let prefilter: Prefilter
    private let usesPrefilter: Bool
    private var reader = TraceReader()
    private var judge: LiveJudge?

    /// A walk that judges, or one that does not.
    ///
    /// - Parameter readsFields: whether anybody looks at field sections; filters that do are known here.
    public init(_ filter: TraceFilter = TraceFilter(), judging: Bool, readsFields: Bool = true) {
        self.filter = filter
        prefilter = Prefilter(filter)
        let judges = judging || filter.needsJudgement
        // More neighbours are remembered than live: a review has time, and captures mix many clients.
        judge = judges ? LiveJudge(capacity: 2000) : nil
        usesPrefilter = !judges && prefilter.isUseful
        reader.readsFields = judges || readsFields || !filter.fates.isEmpty
    }

    /// Whether findings are made.
    public var isJudging: Bool { judge != nil }

    /// Looks at one line.
    public mutating func take(_ bytes: Span<UInt8>, _ line: TraceLine) -> WalkStep {
        if usesPrefilter, line.isWhole, !prefilter.mayFit(bytes, line.range) { return .left }
        do throws(TraceError) {
            switch try reader.entry(bytes, line.range) {
            case .notice(let notice): return .notice(notice)
            case .record(let record):
                // The judge sees every exchange, in order.
                let findings = judge?.take(record).findings ?? []
                guard filter.matches(record), filter.matches(findings) else { return .left }
                return .exchange(Reviewed(record: record, findings: findings))
            }
        } catch {
            return .damaged(DamagedLine(number: line.number, isTorn: !line.isWhole, error: error))
        }
    }
}
