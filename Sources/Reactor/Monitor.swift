// State shared between threads: a value behind a pthread mutex with a condition to wait on. The standard library's Mutex
// is slow under contention in Swift 6.3 and ThreadSanitizer reports false races through it; this one it understands.
//
// Invariants: (1) `value` is touched only while `mutex` is held; (2) mutex and condition live on the heap at a fixed
// address from init to deinit; (3) bodies are short and never wait for anything but this monitor.

import CLinux
import Glibc

/// A value that threads share under a lock, with a condition that they can wait for.
@safe
public final class Monitor<Value: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// Guards a value.
    public init(_ value: Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe _ = hl_cond_init(condition)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Runs a body with the value locked.
    public func withLock<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Wakes one waiter; call it after the change it waits for.
    public func signal() { unsafe pthread_cond_signal(condition) }

    /// Wakes all waiters.
    public func broadcast() { unsafe pthread_cond_broadcast(condition) }

    /// Waits until the test answers something, with the lock held for each test, at most until a monotonic moment.
    ///
    /// - Parameters:
    ///   - deadline: monotonic microseconds; nil waits without end.
    ///   - test: may change the value; nil means "not yet". It is asked once more when the deadline has passed.
    /// - Returns: what the test answered, or nil when the deadline passed first.
    public func wait<Result>(until deadline: Int64? = nil, _ test: (inout Value) -> Result?) -> Result? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = test(&value) { return result }
            if let deadline {
                if unsafe hl_cond_wait_until(condition, mutex, deadline) == ETIMEDOUT { return test(&value) }
            } else {
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
    }
}
