// From loops to a slow place (a terminal, a disk): a thread with a bounded queue of byte batches. A loop gives its batch
// away and gets an empty one back in the same call; when the queue is full it keeps the batch and counts the loss.
//
// Invariants:
//  1. `offer` never waits for the consumer, only for the lock, which is never held during a call to the consumer.
//  2. Queued bytes never exceed the capacity by more than one batch (a batch larger than all of it passes when alone).
//  3. Batches are consumed in the order they were accepted, each exactly once; a refused batch is untouched.
//  4. No allocation in the steady state: consumed arrays come back through `spare`.
//  5. The consumer runs on the sink's thread only, `finish` last.

/// The slow end of a line sink.
///
/// It is called on the sink's thread only and may block.
public protocol LineConsumer: AnyObject {
    /// Takes a batch of bytes.
    func consume(_ batch: [UInt8])
    /// Called about as often as the sink was told to, also when nothing comes.
    func tick()
    /// Called once, after the last batch.
    func finish()
}

extension LineConsumer {
    /// Does nothing.
    public func tick() {}
    /// Does nothing.
    public func finish() {}
}

/// A bounded queue of byte batches and the thread that empties it.
public final class LineSink: Sendable {
    fileprivate struct State {
        var queue: [[UInt8]] = []
        /// Index of the next batch; those before it are taken.
        var head = 0
        var queuedBytes = 0
        var spare: [[UInt8]] = []
        var spareBytes = 0
        /// The thread sleeps until something comes and must be woken.
        var sleeping = false
        /// The thread lets batches collect; it is woken early when half of the room is taken.
        var gathering = false
        /// A batch is at the consumer.
        var busy = false
        /// How many threads wait for emptiness: no gathering meanwhile.
        var hurry = 0
        var stopping = false

        var isEmpty: Bool { head == queue.count }
    }

    /// Recycled arrays kept at most, and their room together.
    private static let spareCount = 64
    private static let spareLimit = 4 << 20

    /// What the thread waits on.
    private let state: Monitor<State>
    private let capacity: Int
    private let thread: Thread

    private init(state: Monitor<State>, capacity: Int, thread: Thread) {
        self.state = state
        self.capacity = capacity
        self.thread = thread
    }

    /// Starts a sink.
    ///
    /// - Parameters:
    ///   - capacity: how many bytes may wait.
    ///   - gather: milliseconds the thread lets batches collect after the first one, so that a busy loop does not pay a
    ///     wake-up for each; `drain` and `stop` cut it short.
    ///   - tick: milliseconds between calls of the consumer's `tick`.
    ///   - consumer: moves to the sink's thread; nobody else may keep it.
    public static func start(
        name: String, capacity: Int, gather: Int = 5, tick: Int = 1000, consumer: sending any LineConsumer
    ) throws(SystemError) -> LineSink {
        let state = Monitor(State())
        let parcel = Parcel(consumer)
        let thread = try Thread.start(name) {
            guard let consumer = parcel.take() else { return }
            work(state, consumer, gather: Int64(gather) * 1000, tick: Int64(max(1, tick)) * 1000)
        }
        return LineSink(state: state, capacity: capacity, thread: thread)
    }

    /// Starts a sink that hands each batch to a closure.
    public static func start(
        name: String, capacity: Int, gather: Int = 5, _ consume: @escaping @Sendable ([UInt8]) -> Void
    ) throws(SystemError) -> LineSink {
        try start(name: name, capacity: capacity, gather: gather, tick: 3_600_000, consumer: ClosureConsumer(consume))
    }

    // MARK: For the loops

    /// Gives a batch away and puts an empty array in its place, with the room of an earlier batch.
    ///
    /// - Returns: false when the queue is full or the sink has been stopped; the batch is then untouched.
    public func offer(_ batch: inout [UInt8]) -> Bool {
        if batch.isEmpty { return true }
        let (accepted, wake) = state.withLock { state -> (Bool, Bool) in
            let size = batch.count
            guard !state.stopping, state.isEmpty || state.queuedBytes + size <= capacity else { return (false, false) }
            var given = state.spare.popLast() ?? []
            state.spareBytes -= given.capacity
            swap(&given, &batch)
            state.queue.append(given)
            state.queuedBytes += size
            let wake = state.sleeping || (state.gathering && state.queuedBytes > capacity / 2)
            if wake { (state.sleeping, state.gathering) = (false, false) }
            return (true, wake)
        }
        if wake { state.broadcast() }
        return accepted
    }

    /// Waits until everything that was accepted has been consumed.
    ///
    /// - Returns: whether that was so within the time.
    @discardableResult
    public func drain(milliseconds: Int) -> Bool {
        let deadline = Time.monotonicMicroseconds() + Int64(milliseconds) * 1000
        state.withLock { $0.hurry += 1 }
        state.broadcast()
        let done = state.wait(until: deadline) { $0.isEmpty && !$0.busy ? true : nil }
        state.withLock { $0.hurry -= 1 }
        return done ?? false
    }

    /// Refuses further batches, lets the waiting ones be consumed, and ends the thread.
    ///
    /// - Returns: whether it has ended within the time; otherwise it ends by itself when the consumer comes back.
    @discardableResult
    public func stop(milliseconds: Int) -> Bool {
        state.withLock { $0.stopping = true }
        state.broadcast()
        return thread.join(milliseconds: milliseconds)
    }

    deinit {
        // The thread holds the state, not the sink: without this it would sleep for ever.
        state.withLock { $0.stopping = true }
        state.broadcast()
    }

    // MARK: The thread

    private static func work(_ state: Monitor<State>, _ consumer: any LineConsumer, gather: Int64, tick: Int64) {
        var nextTick = Time.monotonicMicroseconds() + tick
        while true {
            let ended = state.wait(until: nextTick) { state -> Bool? in
                state.sleeping = false
                if !state.isEmpty { return false }
                if state.stopping { return true }
                state.sleeping = true
                return nil
            }
            if ended == true { break }
            if ended == false && gather > 0 { pause(state, gather) }
            while var batch = take(state) {
                consumer.consume(batch)
                giveBack(&batch, state)
                tickIfDue(consumer, &nextTick, tick)
            }
            tickIfDue(consumer, &nextTick, tick)
        }
        consumer.finish()
    }

    private static func tickIfDue(_ consumer: any LineConsumer, _ next: inout Int64, _ interval: Int64) {
        let now = Time.monotonicMicroseconds()
        guard now >= next else { return }
        consumer.tick()
        next = now + interval
    }

    /// Lets batches collect for a while, unless somebody is in a hurry or room gets scarce.
    private static func pause(_ state: Monitor<State>, _ microseconds: Int64) {
        state.withLock { $0.gathering = true }
        _ = state.wait(until: Time.monotonicMicroseconds() + microseconds) { state -> Bool? in
            state.hurry > 0 || state.stopping || !state.gathering ? true : nil
        }
        state.withLock { $0.gathering = false }
    }

    private static func take(_ state: Monitor<State>) -> [UInt8]? {
        state.withLock { state -> [UInt8]? in
            guard !state.isEmpty else { return nil }
            var batch: [UInt8] = []
            swap(&batch, &state.queue[state.head])
            state.head += 1
            state.queuedBytes -= batch.count
            state.busy = true
            if state.isEmpty {
                state.queue.removeAll(keepingCapacity: true)
                state.head = 0
            } else if state.head >= 64 && state.head * 2 > state.queue.count {
                state.queue.removeFirst(state.head)
                state.head = 0
            }
            return batch
        }
    }

    private static func giveBack(_ batch: inout [UInt8], _ state: Monitor<State>) {
        // If the consumer kept the batch, it is shared and this makes a fresh array; else its room is used again.
        batch.removeAll(keepingCapacity: true)
        let hurry = state.withLock { state -> Bool in
            if state.spare.count < spareCount && state.spareBytes + batch.capacity <= spareLimit {
                state.spareBytes += batch.capacity
                state.spare.append([])
                swap(&state.spare[state.spare.count - 1], &batch)
            }
            state.busy = false
            return state.hurry > 0
        }
        if hurry { state.broadcast() }
    }
}

private final class ClosureConsumer: LineConsumer {
    private let body: @Sendable ([UInt8]) -> Void
    init(_ body: @escaping @Sendable ([UInt8]) -> Void) { self.body = body }
    func consume(_ batch: [UInt8]) { body(batch) }
}
