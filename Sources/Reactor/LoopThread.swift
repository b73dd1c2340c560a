// A thread with a loop on it. The loop is made on its thread and never leaves it.

/// A running loop on a thread of its own.
public final class LoopThread: Sendable {
    /// The way into the loop.
    public let handle: LoopHandle
    private let thread: Thread

    private init(handle: LoopHandle, thread: Thread) {
        self.handle = handle
        self.thread = thread
    }

    /// Starts a thread, makes its loop, lets a body set it up, and runs it until it is stopped.
    ///
    /// It returns when the body has run, so everything the body set up is in place. The loop ends by `handle.stop()`.
    public static func start(
        name: String, _ body: @escaping @Sendable (Loop) -> Void
    ) throws(SystemError) -> LoopThread {
        let handle = try LoopHandle()
        let outcome = Monitor<Result<Void, SystemError>?>(nil)
        let thread = try Thread.start(name) {
            do throws(SystemError) {
                let loop = try Loop(handle: handle)
                body(loop)
                outcome.withLock { $0 = .success(()) }
                outcome.broadcast()
                loop.run()
            } catch {
                handle.close()
                outcome.withLock { $0 = .failure(error) }
                outcome.broadcast()
            }
        }
        // The body is the caller's own and short, so waiting without a deadline hides no foreign delay.
        switch outcome.wait(until: nil, { $0 }) {
        case .failure(let error)?: throw error
        case .success?, nil: return LoopThread(handle: handle, thread: thread)
        }
    }

    /// Asks the loop to end.
    public func stop() { handle.stop() }

    /// Waits until the loop has ended.
    ///
    /// - Returns: whether it has ended within so many milliseconds (nil waits without end).
    @discardableResult
    public func join(milliseconds: Int? = nil) -> Bool { thread.join(milliseconds: milliseconds) }
}
