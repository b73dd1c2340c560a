// The event loop: one per thread, confined to it. Everything it calls runs on that thread, one at a time, so handlers
// need no lock. It is not Sendable, which is what keeps the compiler on watch; other threads hold a LoopHandle.
//
// One round: wait → events → resumed handlers → submitted jobs → expired deadlines → the batch-end hook.
//
// Invariants:
//  1. A registration is a slot and a generation. An event, a resumption or a look-up whose generation is not the slot's
//     is dropped, so closing a descriptor in the middle of a batch is safe although its number is reused at once.
//  2. A handler is held by its slot from `register` to `deregister`, and for the length of a call to it.
//  3. A handler that has not finished its work asks for `later` and returns: nobody is starved.
//  4. No allocation in a round once the arrays have grown to their working size.

import CLinux

/// Something that wants to know about a descriptor.
public protocol EventHandler: AnyObject {
    /// The descriptor became ready, or a resumption that was asked for is here.
    ///
    /// Events are edges: go on until the call says "would block", or ask for `Loop.later`.
    func ready(_ events: Readiness)
}

/// A handler's place in a loop; stays comparable after the handler has gone, when it names nothing.
public struct Registration: Equatable, Hashable, Sendable {
    let token: UInt64
    var slot: Int { Int(token & 0xFFFF_FFFF) }
    var generation: UInt32 { UInt32(token >> 32) }

    init(slot: Int, generation: UInt32) { token = UInt64(generation) << 32 | UInt64(slot) }
    init(token: UInt64) { self.token = token }

    /// A registration that never names anything.
    public static let none = Registration(token: UInt64.max)
}

/// An epoll loop, confined to the thread that made it.
public final class Loop {
    private struct Slot {
        var handler: (any EventHandler)?
        var generation: UInt32
        var descriptor: Int32
        var nextFree: Int32
        var resuming: Bool
    }

    /// Other threads' way in.
    public let handle: LoopHandle
    /// Monotonic microseconds, read once per round after the wait.
    public private(set) var nowMicroseconds: Int64
    /// The same in milliseconds: the clock that deadlines are measured by.
    public private(set) var now: Int64
    /// Called after every round: flush what was collected.
    public var atBatchEnd: (() -> Void)?
    /// Whatever belongs to this loop's user, so that submitted jobs can find it.
    public var context: AnyObject?

    private let poller: Poller
    private var slots: [Slot] = []
    private var firstFree: Int32 = -1
    /// How many handlers are registered.
    public private(set) var registered = 0
    private var resuming: [Registration] = []
    private var resumed: [Registration] = []
    private var jobs: [LoopHandle.Job] = []
    private var jobsWaiting = true
    private var timers = TimerWheel()
    private var running = true

    private static let bell = Registration(slot: 0xFFFF_FFFF, generation: 0)

    /// Makes a loop on the thread that is going to run it.
    public init(handle: LoopHandle) throws(SystemError) {
        self.handle = handle
        nowMicroseconds = Time.monotonicMicroseconds()
        now = nowMicroseconds / 1000
        poller = try Poller()
        try poller.addBell(handle.bell, Loop.bell.token)
    }

    /// Makes a loop with a handle of its own.
    public convenience init() throws(SystemError) {
        try self.init(handle: LoopHandle())
    }

    // MARK: Time

    /// A fresh reading of the monotonic clock.
    public func microseconds() -> Int64 { Time.monotonicMicroseconds() }

    // MARK: Handlers

    /// Registers a descriptor for both directions, edge-triggered, until `deregister`.
    ///
    /// The first event comes at once with what is ready already. The loop does not own the descriptor.
    public func register(_ descriptor: Int32, _ handler: any EventHandler) throws(SystemError) -> Registration {
        let registration = reserve(handler)
        do throws(SystemError) {
            try poller.add(descriptor, registration.token)
        } catch {
            deregister(registration)
            throw error
        }
        slots[registration.slot].descriptor = descriptor
        return registration
    }

    /// Gives a handler a place without a descriptor, for `later` and for answers that come from other threads.
    public func reserve(_ handler: any EventHandler) -> Registration {
        registered += 1
        if firstFree >= 0 {
            let index = Int(firstFree)
            firstFree = slots[index].nextFree
            slots[index].handler = handler
            return Registration(slot: index, generation: slots[index].generation)
        }
        slots.append(Slot(handler: handler, generation: 1, descriptor: -1, nextFree: -1, resuming: false))
        return Registration(slot: slots.count - 1, generation: 1)
    }

    /// Ends a registration: no event of it is delivered any more, not even one of the batch at hand.
    ///
    /// - Parameter closing: whether the descriptor is closed right afterwards, which takes it out of epoll by itself and
    ///   saves a system call. Pass false when it lives on, or was duplicated.
    public func deregister(_ registration: Registration, closing: Bool = true) {
        guard isCurrent(registration) else { return }
        let index = registration.slot
        if !closing && slots[index].descriptor >= 0 { poller.remove(slots[index].descriptor) }
        slots[index].generation = slots[index].generation &+ 1
        slots[index].descriptor = -1
        slots[index].resuming = false
        slots[index].nextFree = firstFree
        firstFree = Int32(index)
        registered -= 1
        // Last, because releasing the handler may run a deinit that comes back here.
        let released = slots[index].handler
        slots[index].handler = nil
        withExtendedLifetime(released) {}
    }

    /// Deregisters and closes a descriptor.
    public func close(_ descriptor: Int32, _ registration: Registration) {
        deregister(registration)
        _ = hl_close(descriptor)
    }

    /// The handler of a registration, nil when it has gone.
    public func handler(of registration: Registration) -> (any EventHandler)? {
        isCurrent(registration) ? slots[registration.slot].handler : nil
    }

    /// Hands a registration over to another handler, as when a pooled connection gets a new user.
    public func replaceHandler(of registration: Registration, with handler: any EventHandler) {
        guard isCurrent(registration) else { return }
        let before = slots[registration.slot].handler
        slots[registration.slot].handler = handler
        withExtendedLifetime(before) {}
    }

    /// Calls the handler again with `.resumed` in the next round, which then does not wait.
    ///
    /// Asking twice is asking once.
    public func later(_ registration: Registration) {
        guard isCurrent(registration), !slots[registration.slot].resuming else { return }
        slots[registration.slot].resuming = true
        resuming.append(registration)
    }

    @inline(__always)
    private func isCurrent(_ registration: Registration) -> Bool {
        let index = registration.slot
        return index < slots.count && slots[index].generation == registration.generation
            && slots[index].handler != nil
    }

    // MARK: Deadlines

    /// Sets an object's deadline to so many milliseconds from the beginning of this round, replacing an earlier one.
    @inlinable
    public func arm<Object: Timed>(_ object: Object, after milliseconds: Int) {
        arm(object, at: now &+ Int64(milliseconds))
    }

    /// Sets an object's deadline to a moment of this loop's clock, replacing an earlier one.
    @inlinable
    public func arm<Object: Timed>(_ object: Object, at moment: Int64) {
        if object.deadline.set(moment) { file(object) }
    }

    /// Clears an object's deadline; a store.
    ///
    /// The wheel may hold the object for up to 16 s more: see `forget`.
    @inlinable
    public func disarm<Object: Timed>(_ object: Object) { _ = object.deadline.set(.max) }

    /// Clears an object's deadline and lets go of the object at once: for the end of its life.
    public func forget(_ object: any Timed) { timers.forget(object) }

    /// Files an object whose `deadline.set` said so.
    public func file(_ object: any Timed) { timers.file(object, now: now) }

    // MARK: Running

    /// Ends `run` after the batch at hand.
    public func stop() { running = false }

    /// Runs until `stop`; then lets go of all handlers, deadlines and jobs.
    public func run() {
        while running { turn(limit: nil) }
        handle.close()
        withExtendedLifetime(timers.removeAll()) {}
        for index in slots.indices where slots[index].handler != nil {
            deregister(Registration(slot: index, generation: slots[index].generation))
        }
        atBatchEnd = nil
        context = nil
    }

    /// One round; `limit` bounds the wait in milliseconds.
    public func turn(limit: Int64?) {
        let count = poller.wait(milliseconds: patience(limit))
        nowMicroseconds = Time.monotonicMicroseconds()
        now = nowMicroseconds / 1000
        swap(&resuming, &resumed)
        for index in 0..<count {
            let registration = Registration(token: poller.token(at: index))
            if registration == Loop.bell {
                jobsWaiting = true
            } else if isCurrent(registration), let handler = slots[registration.slot].handler {
                handler.ready(poller.readiness(at: index))
            }
        }
        resume()
        if jobsWaiting { runJobs() }
        while let (object, expired) = timers.next(now: now) {
            if expired { object.deadlinePassed() }
        }
        atBatchEnd?()
    }

    /// How long to wait for events: not at all while somebody wants to go on, without end when no deadline is filed.
    private func patience(_ limit: Int64?) -> Int32 {
        guard resuming.isEmpty, !jobsWaiting, running else { return 0 }
        let wait = min(timers.wait(now: now) ?? Int64.max, limit ?? Int64.max)
        return wait == .max ? -1 : Int32(min(wait, Int64(Int32.max)))
    }

    private func resume() {
        for index in resumed.indices {
            let registration = resumed[index]
            guard isCurrent(registration), slots[registration.slot].resuming else { continue }
            slots[registration.slot].resuming = false
            if let handler = slots[registration.slot].handler { handler.ready(.resumed) }
        }
        resumed.removeAll(keepingCapacity: true)
    }

    private func runJobs() {
        jobsWaiting = false
        handle.take(into: &jobs)
        for index in jobs.indices { jobs[index](self) }
        jobs.removeAll(keepingCapacity: true)
    }
}
