// epoll, and nothing else: descriptors in, (token, readiness) pairs out. Knows no handlers and no time.
//
// Every descriptor is registered once, edge-triggered, for both directions, so an exchange costs no epoll_ctl. The price:
// an event says that something changed, and whoever is told must go on until the call says "would block".
//
// Invariants: (1) `events` has room for `capacity` entries from init to deinit; (2) only the first `count` entries of the
// last wait are read; (3) the memory is kept between waits.

import CLinux
import Glibc

/// What an event says about a descriptor.
public struct Readiness: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// Readiness from bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// There may be something to read, or the end of the stream.
    public static let readable = Readiness(rawValue: 1)
    /// There may be room to write.
    public static let writable = Readiness(rawValue: 2)
    /// The peer will send nothing more (a half-close, perhaps a full one).
    public static let peerClosed = Readiness(rawValue: 4)
    /// Both directions are over, or the socket has an error.
    ///
    /// Comes with `readable` and `writable` so that both are woken.
    public static let hangup = Readiness(rawValue: 8)
    /// Nothing happened; the handler had asked to be called again after the batch (`Loop.later`).
    public static let resumed = Readiness(rawValue: 16)
}

@safe
struct Poller: ~Copyable {
    static let capacity = 512
    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    init() throws(SystemError) {
        let created = hl_epoll_create()
        guard created >= 0 else { throw SystemError("epoll_create1", -created) }
        descriptor = created
        unsafe events = .allocate(capacity: Poller.capacity)
        unsafe events.initialize(repeating: epoll_event(), count: Poller.capacity)
    }

    deinit {
        unsafe events.deallocate()
        _ = hl_close(descriptor)
    }

    func add(_ fd: Int32, _ token: UInt64) throws(SystemError) {
        let code = hl_epoll_add(descriptor, fd, hl_epoll_interest(), token)
        guard code == 0 else { throw SystemError("epoll_ctl", -code) }
    }

    func addBell(_ fd: Int32, _ token: UInt64) throws(SystemError) {
        let code = hl_epoll_add(descriptor, fd, hl_epoll_read_interest(), token)
        guard code == 0 else { throw SystemError("epoll_ctl", -code) }
    }

    func remove(_ fd: Int32) { _ = hl_epoll_remove(descriptor, fd) }

    func wait(milliseconds: Int32) -> Int {
        let count = unsafe hl_epoll_wait(descriptor, events, Int32(Poller.capacity), milliseconds)
        // Anything but an interruption here is a broken invariant of ours (EBADF, EFAULT, EINVAL).
        precondition(count >= 0, "epoll_wait failed")
        return Int(count)
    }

    func token(at index: Int) -> UInt64 { unsafe hl_epoll_token(events + index) }

    func readiness(at index: Int) -> Readiness {
        let bits = unsafe events[index].events
        var readiness: Readiness = []
        if bits & EPOLLIN.rawValue != 0 { readiness.insert(.readable) }
        if bits & EPOLLOUT.rawValue != 0 { readiness.insert(.writable) }
        if bits & EPOLLRDHUP.rawValue != 0 { readiness.formUnion([.readable, .peerClosed]) }
        if bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { readiness.formUnion([.readable, .writable, .hangup]) }
        return readiness
    }
}
