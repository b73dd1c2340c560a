// What the proxy prints while it runs. Records come as the very lines a capture holds; they are read back, judged and
// rendered here, on a thread of its own, so that the live view and a later review can never disagree, and a slow or
// stopped terminal holds up nothing: lines it has no time for are skipped and counted.
//
// What is judged stays out of captures: evidence is kept, judgement is made anew by whoever reads it.
import Diagnosis
import Fields
import Glibc
import Ledger
import Reactor
import Report
import Settings
import Synchronization
import Trace

final class LiveOutput: Sendable {
    /// How it looks: what a reload can change.
    private struct Look: Sendable {
        let mode: Output.Mode
        let color: Bool
        let ascii: Bool
        let namesServices: Bool
        let tracking: Tracking

        init(_ settings: ProxySettings) {
            mode = settings.output.mode
            ascii = settings.output.ascii
            color = Terminal.wantsColor(settings.output.color, descriptor: STDOUT_FILENO)
            namesServices = settings.services.count > 1
            tracking = Tracking(extra: settings.track)
        }

        /// The way records are to look now.
        var style: Style {
            // Into a file or a pipe a line is one line; a matrix stays a table somebody can read.
            Style(
                width: mode == .verbose ? min(160, Terminal.width(STDOUT_FILENO)) : Terminal.width(STDOUT_FILENO),
                color: color, ascii: ascii, now: Time.wallMicroseconds() / 1_000_000,
                utcOffset: Terminal.utcOffset(), namesServices: namesServices)
        }
    }

    private struct State: Sendable {
        var look: Look
        var run = RunSummary()
        var book = FindingBook()
        var isClosed = false
        var unreadable = 0
        /// What the reader remembers of earlier records makes it three times as fast.
        var reader = TraceReader()
    }

    private let state: Monitor<State>
    /// Used by the live thread only, which makes the lock a formality: what it remembers is not Sendable.
    private let judge = Mutex(LiveJudge())

    init(_ settings: ProxySettings) { state = Monitor(State(look: Look(settings))) }

    /// Looks from now on as these settings say.
    func adopt(_ settings: ProxySettings) {
        let look = Look(settings)
        state.withLock { $0.look = look }
    }

    /// Takes a batch of whole record lines.
    func take(_ batch: [UInt8]) {
        // Taken out for the time of this batch, because a reader that has a second holder copies its memory.
        var reader = TraceReader()
        let look = state.withLock { state in
            swap(&reader, &state.reader)
            return state.look
        }
        let mode = look.mode
        let reporter = Reporter(look.style)
        var text: [UInt8] = []
        var unreadable = 0
        var lineStart = 0
        for index in batch.indices where batch[index] == UInt8(ascii: "\n") {
            defer { lineStart = index + 1 }
            do throws(TraceError) {
                var record = try reader.record(batch.span, lineStart..<index)
                // In a raw capture the request line is as it came; the terminal is no place for its secrets.
                if record.raw { record = record.shownRequestLine }
                let news = Ledger.news(of: record)
                var findings = judge.withLock { $0.take(record).findings }
                if record.raw { findings = findings.map(\.masked) }
                let told = state.withLock { state in
                    state.run.add(record, news: news)
                    return findings.isEmpty ? [] : state.book.take(findings, route: Route.name(record))
                }
                switch mode {
                case .lines: text += reporter.line(record, news: news, findings: told)
                case .verbose:
                    text += reporter.matrix(record, Ledger(record, tracking: look.tracking), findings: told)
                case .json: text += reporter.json(batch[lineStart..<index], record, findings)
                case .quiet: break
                }
            } catch {
                unreadable += 1
                // Whoever reads records gets it all the same.
                if mode == .json { text += batch[lineStart...index] }
            }
        }
        let isClosed = state.withLock { state in
            state.unreadable += unreadable
            swap(&state.reader, &reader)
            return state.isClosed
        }
        guard !isClosed, mode != .quiet else { return }
        print(text)
    }

    private func print(_ bytes: [UInt8]) {
        do throws(SystemError) {
            try Files.write(STDOUT_FILENO, bytes)
        } catch {
            // The reader has gone (`hoplens proxy … | head`), or a disk is full. Traffic must not suffer from that.
            state.withLock { $0.isClosed = true }
            let what = error.code == EPIPE ? "is closed" : "cannot be written"
            Terminal.say("standard output \(what) (\(error.text)); the proxy goes on without printing exchanges")
        }
    }

    /// The summary of everything taken so far.
    func summary(seconds: Int64, capture: CaptureCount?) -> [UInt8] {
        let (run, findings, unreadable, look) = state.withLock { ($0.run, $0.book.groups, $0.unreadable, $0.look) }
        var style = look.style
        style.width = Terminal.width(STDERR_FILENO)
        style.color = look.color && Platform.isTerminal(STDERR_FILENO)
        var text = Reporter(style).summary(run, seconds: seconds, findings: findings, capture: capture)
        if unreadable > 0 {
            let count = Human.count(unreadable, "record")
            text += Array("\(count) could not be read back; this is a fault of hoplens\n".utf8)
        }
        return text
    }
}
