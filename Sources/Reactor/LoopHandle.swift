// The only way into a loop from another thread: a queue of jobs and an eventfd that rings for them.
//
// Invariants: (1) the eventfd lives as long as the handle, so a late ring never hits a reused descriptor; (2) it rings
// once per batch of jobs, not once per job; (3) after the loop has ended jobs are refused, never silently kept.

import CLinux

/// A reference to a loop that any thread may hold.
public final class LoopHandle: Sendable {
    /// A piece of work for the loop's thread.
    public typealias Job = @Sendable (Loop) -> Void

    private struct State {
        var jobs: [Job] = []
        var rung = false
        var closed = false
    }

    private let state = Monitor(State())
    let bell: Int32

    /// Makes the handle of a loop that is still to be created (on the thread that will run it).
    public init() throws(SystemError) {
        let created = hl_eventfd()
        guard created >= 0 else { throw SystemError("eventfd", -created) }
        bell = created
    }

    deinit { _ = hl_close(bell) }

    /// Runs a job on the loop's thread, after the batch of events at hand.
    ///
    /// - Returns: false when the loop has ended; the job is then dropped.
    @discardableResult
    public func submit(_ job: @escaping Job) -> Bool {
        let (accepted, ring) = state.withLock { state -> (Bool, Bool) in
            guard !state.closed else { return (false, false) }
            state.jobs.append(job)
            defer { state.rung = true }
            return (true, !state.rung)
        }
        if ring { _ = hl_eventfd_ring(bell) }
        return accepted
    }

    /// Asks the loop to end after the batch at hand.
    public func stop() { submit { $0.stop() } }

    /// Swaps the waiting jobs for an empty array, which keeps its room for the next ones.
    func take(into jobs: inout [Job]) {
        state.withLock { state in
            swap(&state.jobs, &jobs)
            state.rung = false
        }
    }

    /// Refuses further jobs; those still waiting are dropped outside the lock.
    func close() {
        let dropped = state.withLock { state -> [Job] in
            state.closed = true
            defer { state.jobs = [] }
            return state.jobs
        }
        withExtendedLifetime(dropped) {}
    }
}
