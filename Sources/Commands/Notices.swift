// What a running proxy says on standard error. Loops say things too (a handshake that failed, a limit that is reached),
// and whoever reads standard error may have stopped: a paused terminal, a log that is not taken any more. A write would
// then block the loop, and any client could bring that about by failing often enough. So lines wait in a bounded queue
// for a thread of their own; what finds no room is counted, and the count is said as soon as there is room again.
//
// Invariants: 1. `say` never waits for standard error; 2. lines come in the order in which they were said.
import Reactor
import Synchronization

final class Notices: Sendable {
    /// How many bytes may wait.
    private static let capacity = 256 << 10

    private let sink: LineSink
    private let missed: Counter

    /// Lines that found no room; shared with the thread that writes.
    private final class Counter: Sendable {
        let lines = Atomic<Int>(0)
    }

    init() throws(SystemError) {
        let missed = Counter()
        self.missed = missed
        sink = try LineSink.start(name: "notices", capacity: Notices.capacity, gather: 0) { batch in
            Terminal.write(batch)
            let count = missed.lines.exchange(0, ordering: .relaxed)
            if count > 0 { Terminal.say("\(count) messages were left out because standard error was not read") }
        }
    }

    /// Says one line.
    func say(_ text: String) { write(Terminal.line(text)) }

    /// Says prepared lines.
    func write(_ lines: [UInt8]) {
        var lines = lines
        if !sink.offer(&lines) { missed.lines.add(1, ordering: .relaxed) }
    }

    /// Ends when everything is written, or after so many milliseconds when nobody reads it.
    func stop(milliseconds: Int = 2000) { sink.stop(milliseconds: milliseconds) }
}
