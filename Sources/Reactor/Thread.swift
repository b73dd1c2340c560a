// A pthread of our own. Loops, the resolver's helpers and line sinks block, so they never run on a shared pool.
//
// The thread is detached and tells that it is finished through a monitor, so that waiting for it can have a deadline.

import CLinux
import Glibc

/// A running thread.
public final class Thread: Sendable {
    private let finished = Monitor(false)

    private init() {}

    /// Starts a thread that runs a body once.
    ///
    /// - Parameter name: shown by the system's tools; 15 characters are kept.
    public static func start(
        _ name: String, stackBytes: Int = 0, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> Thread {
        let thread = Thread()
        let work = Work { [finished = thread.finished] in
            unsafe name.withCString { unsafe hl_name_thread($0) }
            body()
            finished.withLock { $0 = true }
            finished.broadcast()
        }
        // Invariant: the retain made here is taken back exactly once, by the new thread, or below when none started.
        let argument = unsafe Unmanaged.passRetained(work)
        let code = unsafe hl_start_thread(runWork, argument.toOpaque(), stackBytes)
        guard code == 0 else {
            unsafe argument.release()
            throw SystemError("pthread_create", code)
        }
        return thread
    }

    /// Waits until the thread's body has returned.
    ///
    /// - Parameter milliseconds: how long at most; nil waits without end.
    /// - Returns: whether it has.
    @discardableResult
    public func join(milliseconds: Int? = nil) -> Bool {
        let deadline = milliseconds.map { Time.monotonicMicroseconds() + Int64($0) * 1000 }
        return finished.wait(until: deadline) { $0 ? true : nil } ?? false
    }
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// The C entry point.
///
/// A named function rather than a closure formed by the caller: one formed in `main` would be bound to the main actor
/// and trap here.
private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument = unsafe argument {
        let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        work.body()
    }
    return nil
}

/// Carries a value that is not Sendable into the one thread that will own it.
///
/// Invariant: `init` receives the value as `sending`, so nobody else can reach it, and `take` hands it out once.
@safe
final class Parcel<Value>: @unchecked Sendable {
    private let taken = Monitor(false)
    private var value: Value?

    init(_ value: sending Value) { self.value = value }

    func take() -> Value? {
        taken.withLock { taken in
            guard !taken else { return nil }
            taken = true
            defer { value = nil }
            return value
        }
    }
}
