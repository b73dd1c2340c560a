// What the tests of this module share. Every wait has a deadline.

import Reactor
import Testing

/// Counts from any thread and lets a test wait for a number.
final class Counter: Sendable {
    private let value = Monitor(0)

    var count: Int { value.withLock { $0 } }

    func add(_ amount: Int = 1) {
        value.withLock { $0 += amount }
        value.broadcast()
    }

    /// Waits until the count is at least so much; false after five seconds.
    func reaches(_ wanted: Int, milliseconds: Int64 = 5000) -> Bool {
        value.wait(until: Time.monotonicMicroseconds() + milliseconds * 1000) { $0 >= wanted ? true : nil } ?? false
    }
}

/// A value that one thread leaves and another waits for.
final class Mailbox<Value: Sendable>: Sendable {
    private let value = Monitor<Value?>(nil)

    func put(_ new: Value) {
        value.withLock { $0 = new }
        value.broadcast()
    }

    func take(milliseconds: Int64 = 5000) -> Value? {
        value.wait(until: Time.monotonicMicroseconds() + milliseconds * 1000) { $0 }
    }
}

final class Handler: EventHandler {
    private let body: (Readiness) -> Void
    init(_ body: @escaping (Readiness) -> Void) { self.body = body }
    func ready(_ events: Readiness) { body(events) }
}

final class Alarm: Timed {
    var deadline = Deadline()
    private let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
    func deadlinePassed() { body() }
}

/// Runs a body on a thread of its own and waits for it, so that a blocking test does not starve the pool.
func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
    let box = Mailbox<Swift.Result<Result, any Error>>()
    _ = try Thread.start("test") { box.put(Swift.Result { try body() }) }
    let result = try #require(box.take(milliseconds: 20_000), "the test's thread did not finish")
    return try result.get()
}
