// Getting a connection for a request of our own: the name's addresses one after the other, then TLS. Each address but the
// last has half of what is left of the time, so that a dead one does not use it all up.
import Exchange
import Reactor
import Secure
import Settings

final class ClientDial: ChannelOwner, Timed {
    typealias Completion = (Result<ClientConnection, Failure>) -> Void

    private unowned let core: ClientCore
    private let target: AskTarget
    private let context: TLSClientContext?
    private let due: Int64
    private var completion: Completion?
    private var addresses: [SocketAddress] = []
    private var channel: Channel?
    private var isHandshaking = false
    private var startedAt: Int64 = 0
    private var connectedAt: Int64 = 0
    private var lastFailure: Failure?
    var deadline = Deadline()

    /// - Parameter due: when everything has to be over, in the loop's milliseconds.
    init(_ core: ClientCore, _ target: AskTarget, _ context: TLSClientContext?, due: Int64) {
        self.core = core
        self.target = target
        self.context = context
        self.due = due
    }

    func begin(_ completion: @escaping Completion) {
        self.completion = completion
        startedAt = core.loop.microseconds()
        core.addresses(of: target).resolve { [weak self] result in self?.resolved(result) }
    }

    private func resolved(_ result: Result<[SocketAddress], Failure>) {
        guard completion != nil else { return }
        switch result {
        case .success(let found):
            addresses = found
            tryNext()
        case .failure(let failure): end(.failure(failure))
        }
    }

    private func tryNext() {
        while !addresses.isEmpty {
            let address = addresses.removeFirst()
            switch Socket.connect(to: address) {
            case .failed(let error): lastFailure = Failure(connecting: error, to: address)
            case .connected(let descriptor), .underWay(let descriptor):
                do throws(SystemError) {
                    let channel = try Channel(descriptor: descriptor, peer: address, loop: core.loop, pool: core.blocks)
                    channel.owner = self
                    channel.number = core.nextConnectionNumber()
                    self.channel = channel
                    if !addresses.isEmpty {
                        core.loop.arm(self, after: max(Int(due - core.loop.now) / 2, 100))
                    } else {
                        core.loop.disarm(self)
                    }
                    return
                } catch {
                    Socket.close(descriptor)
                    lastFailure = Failure(connecting: error, to: address)
                }
            }
        }
        end(.failure(lastFailure ?? Failure(.origin, .connect, .dnsError, "\(target.host) has no address")))
    }

    func channelIsReady(_ channel: Channel, _ readiness: Readiness) {
        guard completion != nil, self.channel === channel else { return }
        if isHandshaking { return handshake(channel) }
        guard readiness.contains(.writable) || readiness.contains(.hangup) else { return }
        if let error = Socket.takeError(channel.descriptor) {
            return giveUp(Failure(connecting: error, to: channel.peer))
        }
        Socket.setNoDelay(channel.descriptor)
        connectedAt = core.loop.microseconds()
        guard let context else { return succeed(channel) }
        do throws(TLSFailure) {
            channel.startTLS(try TLSConnection(client: context, descriptor: channel.descriptor))
            isHandshaking = true
            handshake(channel)
        } catch {
            giveUp(Failure(handshake: error, with: channel.peer))
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
        case .failed(let failure): giveUp(Failure(handshake: failure, with: channel.peer))
        }
    }

    private func succeed(_ channel: Channel) {
        self.channel = nil
        let tls = channel.tls == nil ? nil : core.loop.microseconds() - connectedAt
        end(.success(ClientConnection(core, channel, target, connect: connectedAt - startedAt, tls: tls)))
    }

    private func giveUp(_ failure: Failure) {
        lastFailure = failure
        channel?.close()
        channel = nil
        isHandshaking = false
        tryNext()
    }

    private func end(_ result: Result<ClientConnection, Failure>) {
        guard let completion else { return }
        self.completion = nil
        core.loop.forget(self)
        completion(result)
    }

    func deadlinePassed() {
        guard completion != nil, let channel else { return }
        giveUp(Failure(.origin, .connect, .connectionTimeout, "no answer from \(channel.peer) in time"))
    }

    /// Nobody wants the connection any more; says what had been waited for.
    func cancel() -> Failure {
        let what =
            channel.map {
                isHandshaking ? "the TLS handshake with \($0.peer) took too long" : "no answer from \($0.peer)"
            }
            ?? "\(target.connect?.host ?? target.host): the name server does not answer"
        completion = nil
        core.loop.forget(self)
        channel?.close()
        let isName = channel == nil
        channel = nil
        return Failure(.origin, .connect, isName ? .dnsTimeout : .connectionTimeout, what)
    }
}
