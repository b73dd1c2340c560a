// One line on standard error while something takes longer than a second: how far it is, how fast, and how long it will
// take. It is drawn over itself and wiped before anything else is said, and only where a terminal is.

import Glibc
import Reactor
import Report

final class ProgressLine {
    private static let patience: Int64 = 1_000_000
    private static let interval: Int64 = 250_000

    private let isWanted = Platform.isTerminal(STDERR_FILENO)
    private var total = 0
    /// What is counted; nil for bytes.
    private var unit: String?
    private var start: Int64 = 0
    private var next: Int64 = 0
    private var isDrawn = false

    func begin(total: Int, unit: String? = nil) {
        self.total = total
        self.unit = unit
        start = Time.monotonicMicroseconds()
        next = start + ProgressLine.patience
    }

    /// Draws the line when it is time.
    func show(_ done: Int) {
        guard isWanted else { return }
        let now = Time.monotonicMicroseconds()
        guard now >= next else { return }
        next = now + ProgressLine.interval
        isDrawn = true
        let text =
            unit.map { ProgressLine.text(done, of: total, $0) }
            ?? ProgressLine.text(done, of: total, microseconds: now - start)
        Terminal.write(Array("\r\u{1B}[K\(text)".utf8))
    }

    func clear() {
        if isDrawn { Terminal.write(Array("\r\u{1B}[K".utf8)) }
        isDrawn = false
    }

    func end() { clear() }

    /// How far it is in a count of things: `hoplens: 120 of 600 answers`.
    static func text(_ done: Int, of total: Int, _ unit: String) -> String {
        "\(Program.name): \(done) of \(total) \(unit)"
    }

    /// How far it is: `hoplens: 1.2 of 2.0 GiB, 340 MiB/s, 2 s left`.
    static func text(_ done: Int, of total: Int, microseconds: Int64) -> String {
        let seconds = max(1, microseconds / 1_000_000)
        let rate = Int64(done) / seconds
        let speed = "\(Human.size(rate))/s"
        guard total > done, rate > 0 else { return "\(Program.name): \(Human.size(Int64(done))), \(speed)" }
        let left = Human.span(seconds: Int64(total - done) / rate)
        return "\(Program.name): \(Human.size(Int64(done))) of \(Human.size(Int64(total))), \(speed), \(left) left"
    }
}
