// Standard output of the traces commands: gathered into large writes, and quiet about a reader that has seen enough.

import Glibc
import Reactor
import Report
import Review
import Settings

final class TracesOutput {
    private static let batch = 64 * 1024

    let reporter: Reporter
    private var waiting: [UInt8] = []
    /// Whether nobody reads any more.
    private(set) var isClosed = false
    /// The exit code when it could not be written.
    private(set) var code: Int32?

    init(_ asked: TraceArguments) {
        let color = Output.Color(rawValue: asked.color) ?? .auto
        reporter = Reporter(
            Style(
                width: Terminal.width(STDOUT_FILENO), color: Terminal.wantsColor(color, descriptor: STDOUT_FILENO),
                ascii: asked.ascii, now: Time.wallMicroseconds() / 1_000_000, utcOffset: Terminal.utcOffset()))
    }

    /// The clock and the zone moments are read by.
    static func moments() -> MomentText {
        MomentText(now: Time.wallMicroseconds(), utcOffset: Terminal.utcOffset())
    }

    func write(_ bytes: [UInt8]) {
        waiting += bytes
        if waiting.count >= TracesOutput.batch { flush() }
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes what waits.
    func flush() {
        defer { waiting.removeAll(keepingCapacity: true) }
        guard !isClosed, !waiting.isEmpty else { return }
        do throws(SystemError) {
            try Files.write(STDOUT_FILENO, waiting)
        } catch {
            isClosed = true
            // `| head` has seen enough: that is no failure.
            if error.code == EPIPE { return code = ExitCode.fine }
            Terminal.say("standard output cannot be written: \(error.text)")
            code = ExitCode.unreachable
        }
    }
}
