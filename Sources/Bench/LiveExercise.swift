// The live view in a loop: lines as the proxy hands them over, in batches as large as its own.
import Ledger
import Report
import Trace
import Wire

enum LiveExercise {
    /// What goes by.
    enum Kind: String, CaseIterable {
        /// The same healthy exchange again and again.
        case repeating
        /// Healthy exchanges, each with a target of its own.
        case changing
        /// The same refusal again and again, its body kept.
        case refused
        /// Refusals, each with a target of its own.
        case refusedChanging = "refused, changing"
    }

    /// The lines of a kind.
    static func lines(_ kind: Kind, _ count: Int) -> [UInt8] {
        var all: [UInt8] = []
        let isRefused = kind == .refused || kind == .refusedChanging
        let isChanging = kind == .changing || kind == .refusedChanging
        let asked = String(decoding: Inputs.request, as: UTF8.self)
        Exercise.write(
            count, answered: isRefused ? Inputs.refusal : Inputs.response,
            content: isRefused ? Inputs.refusalBody : [],
            asking: { turn in isChanging ? Array(asked.replacing("/me?", with: "/\(turn)?").utf8) : Inputs.request },
            { line, recorder in recorder.append(line, to: &all) })
        return all
    }

    /// How much is shown, and how many lines had to be read for it.
    static func view(_ lines: [UInt8]) -> (shown: Int, read: Int) {
        var view = LiveView()
        var (shown, count, start) = (0, 0, 0)
        var batch: [UInt8] = []
        while let end = LineSplitter.lineFeed(lines.span, from: start) {
            batch.append(Extent(start, end + 1), of: lines.span)
            count += 1
            start = end + 1
            if batch.count >= 32_768 || start == lines.count {
                shown += view.take(batch, .lines, Style(width: Style.unlimited, now: 1_795_221_181), Tracking()).count
                batch.removeAll(keepingCapacity: true)
            }
        }
        return (shown, count - view.repeated)
    }
}
