// Signals as ordinary input. They are blocked in every thread and read from a signalfd, so no code ever runs inside a
// signal handler. Block them first, before any thread starts: threads inherit the mask of their maker.

import CLinux
import Glibc

/// The signals this program listens to.
public enum Signal: Int32, Sendable, CaseIterable {
    /// Ctrl-C.
    case interrupt = 2
    /// A polite request to end.
    case terminate = 15
    /// The terminal went away, or: read the configuration again.
    case hangup = 1

    fileprivate var bit: UInt64 { hl_signal_bit(rawValue) }
}

/// What is done to signals once, at start-up.
public enum Signals {
    /// Makes a write to a closed pipe fail with EPIPE instead of ending the program.
    public static func ignorePipe() { hl_ignore_sigpipe() }

    /// Blocks signals in this thread and in all that it will start.
    public static func block(_ signals: [Signal] = Signal.allCases) throws(SystemError) {
        let code = hl_block_signals(signals.reduce(0) { $0 | $1.bit })
        if code < 0 { throw SystemError("pthread_sigmask", -code) }
    }
}

/// Blocked signals waiting to be read, by a loop (register `descriptor`) or by a thread that has nothing else to do.
public final class SignalQueue: Sendable {
    /// Readable while a signal waits; owned by this object.
    public let descriptor: Int32

    /// A queue of these signals, which must have been blocked.
    public init(_ signals: [Signal] = Signal.allCases) throws(SystemError) {
        descriptor = hl_signalfd(signals.reduce(0) { $0 | $1.bit })
        if descriptor < 0 { throw SystemError("signalfd", -descriptor) }
    }

    deinit { if descriptor >= 0 { _ = hl_close(descriptor) } }

    /// The next signal, nil when none waits.
    public func next() -> Signal? { Signal(rawValue: hl_next_signal(descriptor)) }

    /// Waits for a signal.
    ///
    /// - Parameter milliseconds: how long at most; nil waits without end.
    public func wait(milliseconds: Int? = nil) -> Signal? {
        let deadline = milliseconds.map { Time.monotonicMilliseconds() + Int64($0) }
        while true {
            if let signal = next() { return signal }
            var patience: Int32 = -1
            if let deadline {
                let left = deadline - Time.monotonicMilliseconds()
                if left <= 0 { return nil }
                patience = Int32(min(left, Int64(Int32.max)))
            }
            if hl_poll(descriptor, Int16(POLLIN), patience) < 0 { return nil }
        }
    }
}
