// Idle connections to one origin, per loop. The one used last is taken first, so that a quiet time lets the others grow
// old together and be closed. A connection in the pool that becomes readable has ended or speaks unasked: either way it
// is no good any more.
import Reactor

final class OriginPool: ChannelOwner, Timed {
    private unowned let worker: Worker
    private var idle: [Channel] = []
    private var since: [Int64] = []
    private var isRetired = false
    /// The addresses connections may lead to; nil as long as the name has had one answer only.
    private var addresses: [SocketAddress]?
    var deadline = Deadline()

    /// How many idle connections are kept at most.
    private static let capacity = 128
    /// How many of them are kept for long; what a burst left over is closed soon.
    private static let lasting = 32
    /// How long the others are kept, in milliseconds.
    private static let briefPatience: Int64 = 4_000
    /// How long one is kept, in milliseconds: a little less than the usual keep-alive time of servers, so that they
    /// rarely close one in the moment it is used.
    private static let patience: Int64 = 50_000

    init(_ worker: Worker) {
        self.worker = worker
        idle.reserveCapacity(OriginPool.capacity)
        since.reserveCapacity(OriginPool.capacity)
    }

    var count: Int { idle.count }

    /// Takes a connection; for a request that must not be sent twice it is looked at first (`sure`).
    func take(sure: Bool) -> Channel? {
        while let channel = idle.popLast() {
            since.removeLast()
            if channel.isBroken || channel.peerClosed || (sure && !Socket.isQuiet(channel.descriptor)) {
                worker.closeOrigin(channel)
                continue
            }
            return channel
        }
        return nil
    }

    func give(_ channel: Channel) {
        guard !isRetired, !worker.isDraining, idle.count < OriginPool.capacity,
            addresses?.contains(channel.peer) ?? true
        else {
            worker.closeOrigin(channel)
            return
        }
        channel.owner = self
        idle.append(channel)
        since.append(worker.loop.now)
        if !deadline.isArmed { worker.loop.arm(self, after: Int(OriginPool.briefPatience)) }
    }

    func channelIsReady(_ channel: Channel, _ readiness: Readiness) {
        // Room to write is no news; anything else ends the connection.
        guard readiness.contains(.readable) || readiness.contains(.hangup) else { return }
        if channel.tls != nil, !channel.peerClosed {
            // A TLS session ticket or key update may come between exchanges.
            if case .wouldBlock = channel.fill() { return }
        }
        guard let index = idle.firstIndex(where: { $0 === channel }) else { return }
        idle.remove(at: index)
        since.remove(at: index)
        worker.closeOrigin(channel)
    }

    func deadlinePassed() {
        var old = 0
        while old < since.count, since[old] + patience(since.count - old) <= worker.loop.now { old += 1 }
        for channel in idle[..<old] { worker.closeOrigin(channel) }
        idle.removeFirst(old)
        since.removeFirst(old)
        if !since.isEmpty { worker.loop.arm(self, after: Int(OriginPool.briefPatience)) }
    }

    /// How long the oldest of so many connections is kept.
    private func patience(_ count: Int) -> Int64 {
        count > OriginPool.lasting ? OriginPool.briefPatience : OriginPool.patience
    }

    func closeOldest() {
        guard let oldest = idle.first else { return }
        idle.removeFirst()
        since.removeFirst()
        worker.closeOrigin(oldest)
    }

    /// The origin's name has other addresses now: connections to those it has no more are not used again.
    func keep(only addresses: [SocketAddress]) {
        self.addresses = addresses
        for index in idle.indices.reversed() where !addresses.contains(idle[index].peer) {
            worker.closeOrigin(idle.remove(at: index))
            since.remove(at: index)
        }
    }

    /// Its service is no more, or another now: nothing is kept.
    func retire() {
        isRetired = true
        closeAll()
    }

    func closeAll() {
        for channel in idle { worker.closeOrigin(channel) }
        idle.removeAll()
        since.removeAll()
        worker.loop.forget(self)
    }
}
