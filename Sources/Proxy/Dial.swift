// Getting a connection to the origin: names to addresses, one address after the other until one accepts (IPv6 and IPv4
// in the order the resolver gives), then TLS. Nothing here blocks. The time limit `connect` is for all addresses together
// and each gets a share of what is left of it, so a dead first address does not use it up; `tls` is for one handshake; the
// session's own limit bounds the whole. Over the limit `origin-connections` it waits for a connection that another
// session gives back.
import Exchange
import Reactor
import Secure

final class Dial: ChannelOwner, Timed {
    private let worker: Worker
    let service: LoopService
    /// Who asked; it lets go of the dial when that is over, which ends the cycle.
    private let session: Session
    private var addresses: [SocketAddress] = []
    private var next = 0
    private var channel: Channel?
    private var isHandshaking = false
    private var isOver = false
    private var hasAskedAgain = false
    private var lastFailure: Failure?
    private var startedAt: Int64 = 0
    private var connectedAt: Int64 = 0
    /// When the time for all addresses is over, in the loop's milliseconds.
    private var connectBy: Int64 = 0
    private var isWaiting = false
    var deadline = Deadline()

    init(worker: Worker, service: LoopService, session: Session) {
        self.worker = worker
        self.service = service
        self.session = session
    }

    func begin() {
        startedAt = worker.loop.microseconds()
        service.addresses.resolve { [weak self] result in self?.resolved(result) }
    }

    private func resolved(_ result: Result<[SocketAddress], Failure>) {
        guard !isOver else { return }
        switch result {
        case .success(let found):
            addresses = found
            connectBy = worker.loop.now + Int64(service.timeouts.connect)
            tryNext()
        case .failure(let failure): end(failure)
        }
    }

    private func tryNext() {
        while next < addresses.count {
            let address = addresses[next]
            next += 1
            if worker.isOwnListener(address) {
                lastFailure = Failure(
                    nil, .connect, .destinationIPProhibited,
                    "the origin \(address) is this hoplens itself; give ORIGIN another address or port")
                continue
            }
            guard worker.mayOpenOrigin else {
                next -= 1
                isWaiting = true
                worker.wait(self)
                worker.loop.arm(self, at: connectBy)
                return
            }
            switch Socket.connect(to: address) {
            case .failed(let error):
                if error.isOutOfDescriptors { worker.noteExhausted(error.code) }
                lastFailure = Failure(connecting: error, to: address)
            case .connected(let descriptor), .underWay(let descriptor):
                do throws(SystemError) {
                    let channel = try Channel(
                        descriptor: descriptor, peer: address, loop: worker.loop, pool: worker.blocks)
                    channel.owner = self
                    worker.openedOrigin(channel)
                    self.channel = channel
                    // Half of the time left for each address but the last, so that another one still gets its chance.
                    let left = max(Int(connectBy - worker.loop.now), 0)
                    worker.loop.arm(self, after: max(next < addresses.count ? left / 2 : left, 100))
                    return
                } catch {
                    Socket.close(descriptor)
                    lastFailure = Failure(connecting: error, to: address)
                }
            }
        }
        askAgain()
    }

    /// None of the addresses worked: perhaps the name has others by now, which are tried once.
    private func askAgain() {
        let failure = lastFailure ?? Failure(.origin, .connect, .dnsError, "the origin's name has no address")
        guard !hasAskedAgain, service.addresses.mayChange else { return end(failure) }
        hasAskedAgain = true
        worker.loop.disarm(self)
        service.addresses.refresh()
        service.addresses.resolve { [weak self] result in
            guard let self, !isOver else { return }
            let fresh = (try? result.get())?.filter { !self.addresses.contains($0) } ?? []
            guard !fresh.isEmpty else { return end(failure) }
            addresses = fresh
            next = 0
            connectBy = worker.loop.now + Int64(service.timeouts.connect)
            tryNext()
        }
    }

    /// There may be room for another connection now, or one that came back.
    func goOn() {
        guard !isOver, isWaiting else { return }
        isWaiting = false
        connectBy = worker.loop.now + Int64(service.timeouts.connect)
        if let pooled = service.pool.take(sure: true) {
            isOver = true
            worker.loop.forget(self)
            session.attach(pooled, reused: true)
        } else {
            tryNext()
        }
    }

    func channelIsReady(_ channel: Channel, _ readiness: Readiness) {
        guard !isOver, self.channel === channel else { return }
        if isHandshaking {
            handshake(channel)
            return
        }
        guard readiness.contains(.writable) || readiness.contains(.hangup) else { return }
        if let error = Socket.takeError(channel.descriptor) {
            give(up: channel, Failure(connecting: error, to: channel.peer))
            return
        }
        Socket.setNoDelay(channel.descriptor)
        connectedAt = worker.loop.microseconds()
        guard let context = service.runtime.originTLS else {
            succeed(channel)
            return
        }
        do throws(TLSFailure) {
            channel.startTLS(try TLSConnection(client: context, descriptor: channel.descriptor))
            isHandshaking = true
            worker.loop.arm(self, after: service.timeouts.tls)
            handshake(channel)
        } catch {
            give(up: channel, Failure(handshake: error, with: channel.peer))
        }
    }

    private func handshake(_ channel: Channel) {
        guard let tls = channel.tls else { return }
        switch tls.handshake() {
        case .done:
            channel.canRead = true
            channel.canWrite = true
            succeed(channel)
        case .wantRead, .wantWrite: break
        case .failed(let failure):
            // Another address of the same name has the same certificate as a rule, but not always.
            give(up: channel, Failure(handshake: failure, with: channel.peer))
        }
    }

    private func give(up channel: Channel, _ failure: Failure) {
        lastFailure = failure
        self.channel = nil
        isHandshaking = false
        worker.closeOrigin(channel)
        tryNext()
    }

    private func succeed(_ channel: Channel) {
        isOver = true
        self.channel = nil
        worker.loop.forget(self)
        let now = worker.loop.microseconds()
        session.ledger.connectMicroseconds = connectedAt - startedAt
        if channel.tls != nil { session.ledger.tlsMicroseconds = now - connectedAt }
        session.attach(channel, reused: false)
    }

    private func end(_ failure: Failure) {
        guard !isOver else { return }
        isOver = true
        worker.loop.forget(self)
        service.addresses.refresh()
        session.dialFailed(failure)
    }

    func deadlinePassed() {
        if isOver { return }
        if isWaiting {
            worker.stopWaiting(self)
            end(
                Failure(
                    nil, .connect, .connectionLimitReached,
                    "all connections to the origin are in use; raise --limit origin-connections=N"))
            return
        }
        guard let channel else { return }
        give(
            up: channel,
            Failure(
                .origin, .connect, .connectionTimeout,
                isHandshaking
                    ? "the TLS handshake with \(channel.peer) took longer than the time limit tls"
                    : "no answer from \(channel.peer) within the time limit connect"))
    }

    /// The session does not want it any more.
    func cancel() {
        guard !isOver else { return }
        isOver = true
        worker.loop.forget(self)
        if isWaiting { worker.stopWaiting(self) }
        if let channel { worker.closeOrigin(channel) }
        channel = nil
    }
}
