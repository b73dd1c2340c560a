// What the proxy prints while it runs. Records come as the very lines a capture holds; they are read back, judged and
// rendered (LiveView) on a thread of its own, so that the live view and a later review can never disagree, and a slow or
// stopped terminal holds up nothing: lines it has no time for are skipped and counted.
//
// What is judged stays out of captures: evidence is kept, judgement is made anew by whoever reads it.
import Glibc
import Ledger
import Reactor
import Report
import Settings
import Synchronization

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

        /// What is written of each exchange.
        var form: LiveView.Form {
            switch mode {
            case .lines: .lines
            case .verbose: .verbose
            case .json: .json
            case .quiet: .nothing
            }
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
        var isClosed = false
    }

    private let state: Monitor<State>
    /// Used by the live thread only, until the summary at the end: a formality, because what it remembers is not Sendable.
    private let view = Mutex(LiveView())

    init(_ settings: ProxySettings) { state = Monitor(State(look: Look(settings))) }

    /// Looks from now on as these settings say.
    func adopt(_ settings: ProxySettings) {
        let look = Look(settings)
        state.withLock { $0.look = look }
    }

    /// Takes a batch of whole record lines.
    func take(_ batch: [UInt8]) {
        let (look, isClosed) = state.withLock { ($0.look, $0.isClosed) }
        let text = view.withLock { $0.take(batch, look.form, look.style, look.tracking) }
        if !isClosed, !text.isEmpty { print(text) }
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
        let look = state.withLock { $0.look }
        let (run, findings, unreadable) = view.withLock { view in
            let counts = view.counts()
            return (counts.run, counts.findings, view.unreadable)
        }
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
