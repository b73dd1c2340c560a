// One TCP connection of the demo's own parties: it blocks its thread, but never beyond a deadline, and it wakes within
// a twentieth of a second when the party it belongs to is told to stop. The socket itself is nonblocking; waiting is
// done with poll.
//
// Invariants: 1. the descriptor is closed once, when the object goes; 2. `buffer` holds what was received and not yet
// consumed, so a second message in the same packet is not lost.

import CLinux
import Glibc
import Reactor

/// A moment on the monotonic clock, in microseconds.
typealias Moment = Int64

extension Moment {
    /// The moment some milliseconds from now.
    static func after(milliseconds: Int) -> Moment { Time.monotonicMicroseconds() + Int64(milliseconds) * 1000 }
}

/// A connection that messages are read from and written to whole.
final class Connection {
    /// More than any message of the demo; a peer that sends more is not one of the demo's.
    static let largestBody = 1 << 20

    private let descriptor: Int32
    private let stopped: Monitor<Bool>?
    /// What was received and not yet consumed.
    private(set) var buffer: [UInt8] = []

    /// Takes a connected socket over.
    init(adopting descriptor: Int32, stopped: Monitor<Bool>? = nil) {
        self.descriptor = descriptor
        self.stopped = stopped
        Socket.setNoDelay(descriptor)
    }

    deinit { Socket.close(descriptor) }

    /// Connects to a port of this machine.
    static func open(port: UInt16, until deadline: Moment) throws(DemoFault) -> Connection {
        let doing = "connecting to 127.0.0.1:\(port)"
        switch Socket.connect(to: .loopback(port: port)) {
        case .connected(let descriptor): return Connection(adopting: descriptor)
        case .failed(let error): throw .system(error, doing: doing)
        case .underWay(let descriptor):
            let connection = Connection(adopting: descriptor)
            try connection.wait(for: Int16(POLLOUT), until: deadline, doing: doing)
            if let error = Socket.takeError(descriptor) { throw .system(error, doing: doing) }
            return connection
        }
    }

    /// Sends all bytes.
    func send(_ bytes: [UInt8], until deadline: Moment) throws(DemoFault) {
        var sent = 0
        while sent < bytes.count {
            switch Socket.send(descriptor, bytes, sent..<bytes.count) {
            case .bytes(let count): sent += count
            case .wouldBlock: try wait(for: Int16(POLLOUT), until: deadline, doing: "sending")
            case .closed: throw .cutShort("a message")
            case .failed(let code): throw .system(SystemError("send", code), doing: "sending")
            }
        }
    }

    /// Waits until a message begins; false when the peer closed, or the party was told to stop, before one did.
    func awaitMessage(until deadline: Moment) throws(DemoFault) -> Bool {
        while buffer.isEmpty {
            if isStopped { return false }
            guard try receive(until: deadline) else { return false }
        }
        return true
    }

    /// Receives at least one more byte of a message; false at the end of the stream.
    func receive(until deadline: Moment) throws(DemoFault) -> Bool {
        let held = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: 16_384))
        var received = 0
        defer { buffer.removeSubrange((held + received)...) }
        while true {
            switch Socket.receive(descriptor, into: &buffer, from: held) {
            case .bytes(let count):
                received = count
                return true
            case .closed: return false
            case .wouldBlock:
                if try !wait(for: Int16(POLLIN), until: deadline, doing: "an answer") { return false }
            // A reset is how a peer that gave up closes; nothing more will come either way.
            case .failed(ECONNRESET): return false
            case .failed(let code): throw .system(SystemError("recv", code), doing: "receiving")
            }
        }
    }

    /// Does nothing for a while; ends early when the party is told to stop.
    func pause(milliseconds: Int) {
        let end = Moment.after(milliseconds: milliseconds)
        while !isStopped {
            let left = (end - Time.monotonicMicroseconds()) / 1000
            guard left > 0 else { return }
            // Nothing is waited for; what comes all the same is that the other side has gone.
            if hl_poll(descriptor, 0, Int32(min(left, 50))) > 0 { return }
        }
    }

    /// The other side's address and port; empty when it is gone.
    var peer: String { Socket.peerAddress(of: descriptor).map(\.description) ?? "" }

    /// Forgets bytes at the beginning of the buffer.
    func consume(_ count: Int) { buffer.removeFirst(count) }

    private var isStopped: Bool { stopped?.withLock { $0 } ?? false }

    /// Waits for the socket; false when the party was told to stop meanwhile.
    @discardableResult
    private func wait(for events: Int16, until deadline: Moment, doing: String) throws(DemoFault) -> Bool {
        while true {
            if isStopped { return false }
            let left = (deadline - Time.monotonicMicroseconds() + 999) / 1000
            guard left > 0 else { throw .timedOut(doing) }
            let code = hl_poll(descriptor, events, Int32(min(left, 50)))
            if code < 0 { throw .system(SystemError("poll", -code), doing: doing) }
            if code > 0 { return true }
        }
    }
}
