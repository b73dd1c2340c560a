// Drives one client connection: carries bytes between the two channels and the conversation, and carries out its
// commands. All of it happens on one loop; a session is never seen by another thread.
//
// One turn (`pump`): as long as something moves, read from a side whose bytes the core wants and whose counterpart has
// taken all that was sent before (that is the backpressure), let the core use them, carry out its commands, send.
//
// Invariants
//  1. Commands are carried out in order, before anything else is read.
//  2. A side is read only when the queue of the other side is empty; so at most one block waits in each direction.
//  3. `close` is called once; after it no channel of the session is open and nothing is armed.
import Exchange
import Reactor
import Secure
import Wire

final class Session: ChannelOwner, Timed {
    let worker: Worker
    let service: ServiceRuntime
    let client: Channel
    let number: UInt64
    let clientAddress: [UInt8]
    let clientEndpoint: [UInt8]
    var origin: Channel?
    var dial: Dial?
    var conversation: Conversation
    var output = Output()
    var toClient = OutQueue()
    var toOrigin = OutQueue()
    var deadline = Deadline()
    var armed = Phase.head
    var closing: Closing?
    var isLingering = false
    private(set) var isClosed = false
    private var isHandshaking: Bool
    private var isPumping = false
    private var isCarryingOut = false
    private var clientSawEnd = false
    private var originSawEnd = false
    var ledger = SessionRecord()

    /// How many rounds of reading and sending one turn may take before others get theirs.
    private static let roundsPerTurn = 16
    /// How much is read and forgotten from a client whose connection was given up.
    private static let lingerBytes = 1 << 20
    private var lingered = 0

    init(worker: Worker, service: ServiceRuntime, client: Channel, number: UInt64) {
        self.worker = worker
        self.service = service
        self.client = client
        self.number = number
        var address: [UInt8] = []
        client.peer.appendHost(to: &address)
        clientAddress = address
        address.removeAll(keepingCapacity: true)
        client.peer.append(to: &address)
        clientEndpoint = address
        conversation = Conversation(service.exchange, clientAddress: clientAddress)
        isHandshaking = client.tls != nil
        client.owner = self
    }

    /// Begins with a fresh connection.
    func begin() {
        arm(isHandshaking ? .connect : .head)
        pump()
    }

    /// Begins with a connection that is one too many.
    func beginAndEnd(_ failure: Failure) {
        takeOutput()
        conversation.turnAway(failure, output: &output)
        carryOut(nil, nil, 0)
        arm(.linger)
        pump()
    }

    func channelIsReady(_ channel: Channel, _ readiness: Readiness) {
        pump()
    }

    // MARK: one turn

    func pump() {
        guard !isPumping, !isClosed else { return }
        isPumping = true
        defer { isPumping = false }
        if isHandshaking, !finishHandshake() { return }
        if isLingering {
            linger()
            return
        }
        var rounds = 0
        var moves = true
        while moves, !isClosed, closing == nil {
            moves = false
            if rounds == Session.roundsPerTurn {
                worker.loop.later(client.registration)
                break
            }
            rounds += 1
            if conversation.wants(.origin), let origin, toClient.isEmpty { moves = advance(.origin, origin) || moves }
            if closing == nil, conversation.wants(.client), toOrigin.isEmpty {
                moves = advance(.client, client) || moves
            }
            // What was sent makes room for more.
            moves = flushAll() || moves
        }
        if isClosed { return }
        noticeBrokenClient()
        if isClosed { return }
        if closing != nil {
            _ = flushAll()
            settleClosing()
        } else if conversation.isIdle, !client.hasInput {
            rest()
        }
    }

    /// Lets the core use bytes of a side, receiving more if need be.
    ///
    /// Says whether anything happened.
    private func advance(_ side: Side, _ channel: Channel) -> Bool {
        if channel.hasInput, channel.offeredEnd != channel.end {
            offer(side, channel)
            return true
        }
        let sawEnd = side == .client ? clientSawEnd : originSawEnd
        guard channel.mayRead, !sawEnd else { return false }
        switch channel.fill() {
        case .bytes:
            offer(side, channel)
            return true
        case .wouldBlock: return false
        case .end(let clean):
            if side == .client { clientSawEnd = true } else { originSawEnd = true }
            if clean {
                handle(.end(side))
            } else {
                handle(.broken(side, Failure(side, .body, .connectionTerminated, Session.truncated(side))))
            }
            return true
        case .failed(let text):
            if side == .client { clientSawEnd = true } else { originSawEnd = true }
            handle(.broken(side, Failure(side, .body, .connectionTerminated, Session.broken(side, text))))
            return true
        }
    }

    /// Lets the core use what is there, head by head; what it wants sent is sent behind the last of them, so that a head
    /// and the body that came with it leave together.
    private func offer(_ side: Side, _ channel: Channel) {
        while offerOnce(side, channel), !isClosed, closing == nil, channel.hasInput, conversation.wants(side) {}
    }

    private func offerOnce(_ side: Side, _ channel: Channel) -> Bool {
        guard let block = channel.input else { return false }
        let (base, end) = (channel.start, channel.end)
        if output.toClient.capacity == 0 { takeOutput() }
        channel.offeredEnd = end
        // A local, because a span must not outlive the access to a class's property; it shares storage, not bytes.
        let bytes = block.bytes
        let again = conversation.receive(
            side, bytes.span.extracting(base..<end), scratch: &worker.scratch, output: &output)
        carryOut(side, block, base)
        // The core looks at one head a call and says when it can go on with the rest.
        if again { channel.offeredEnd = -1 }
        // Bytes the client sent behind its Upgrade were waiting for the tunnel.
        if conversation.isTunnel { client.offeredEnd = -1 }
        return again
    }

    /// Gets storage for the core's bytes when a connection wakes up.
    private func takeOutput() {
        guard output.toClient.isEmpty, output.toOrigin.isEmpty, output.commands.isEmpty else { return }
        output = worker.takeOutput()
    }

    /// Tells the core of an event.
    func handle(_ event: Event) {
        conversation.handle(event, output: &output)
        // In the middle of carrying out, the new commands are behind the one at hand and their turn comes.
        if !isCarryingOut { carryOut(nil, nil, 0) }
    }

    // MARK: commands

    private func carryOut(_ side: Side?, _ block: Block?, _ base: Int) {
        isCarryingOut = true
        defer { isCarryingOut = false }
        var index = 0
        // Commands may cause events whose commands join the end of this list (a pooled connection is ready at once).
        while index < output.commands.count {
            let command = output.commands[index]
            index += 1
            switch command {
            case .send(.client, let extent): toClient.append(own: Int(extent.start), Int(extent.end))
            case .send(.origin, let extent): toOrigin.append(own: Int(extent.start), Int(extent.end))
            case .forward(let to, let extent):
                guard let block else { continue }
                if to == .client {
                    toClient.append(block, base + Int(extent.start), base + Int(extent.end))
                } else {
                    toOrigin.append(block, base + Int(extent.start), base + Int(extent.end))
                }
            case .consume(let count):
                if side == .client { client.consume(count) } else { origin?.consume(count) }
            case .observe(let observation): observe(observation, side, block, base)
            case .openOrigin(let fresh): openOrigin(fresh: fresh)
            case .arm(let phase): arm(phase)
            case .finishSending(.client): toClient.finishes = true
            case .finishSending(.origin): toOrigin.finishes = true
            case .releaseOrigin(let reusable): releaseOrigin(reusable)
            case .finish(let outcome):
                finishRecord(outcome)
                client.offeredEnd = -1
            case .closeClient(let how): closing = how
            }
        }
        output.commands.removeAll(keepingCapacity: true)
    }

    // MARK: sending

    private func flushAll() -> Bool {
        var sent = false
        if !toOrigin.isEmpty || toOrigin.finishes, let origin, dial == nil { sent = flush(.origin, origin) }
        if !toClient.isEmpty || toClient.finishes { sent = flush(.client, client) || sent }
        return sent
    }

    /// Sends what is queued for a side.
    ///
    /// Says whether anything left.
    private func flush(_ side: Side, _ channel: Channel) -> Bool {
        var sent = false
        while side == .client ? !toClient.isEmpty : !toOrigin.isEmpty {
            guard channel.canWrite else { return sent }
            let written =
                side == .client
                ? write(toClient, output.toClient, channel) : write(toOrigin, output.toOrigin, channel)
            switch written {
            case .bytes(let count):
                sent = true
                if side == .client {
                    toClient.remove(count, worker.blocks)
                    // The core appends behind what was sent; once all is sent the room can be used again.
                    if toClient.isEmpty { output.toClient.removeAll(keepingCapacity: true) }
                } else {
                    toOrigin.remove(count, worker.blocks)
                }
                if armed == .body || armed == .tunnel { arm(armed) }
            case .wouldBlock: return sent
            case .failed(let text):
                if side == .client { toClient.removeAll(worker.blocks) } else { toOrigin.removeAll(worker.blocks) }
                sendingFailed(side, channel, text)
                return true
            }
        }
        if side == .client, toClient.finishes {
            toClient.finishes = false
            channel.finishSending()
        } else if side == .origin, toOrigin.finishes {
            toOrigin.finishes = false
            channel.finishSending()
        }
        return sent
    }

    private func write(_ queue: borrowing OutQueue, _ own: [UInt8], _ channel: Channel) -> Written {
        let first = queue.piece(0)
        guard queue.count > 1 else {
            return channel.send(first.block?.bytes ?? own, first.start..<first.end, nil, 0..<0)
        }
        let second = queue.piece(1)
        return channel.send(
            first.block?.bytes ?? own, first.start..<first.end, second.block?.bytes ?? own, second.start..<second.end)
    }

    /// A side does not take bytes any more.
    ///
    /// From the origin there may still be an answer to read (an early 4xx and a close), so that is looked at first.
    private func sendingFailed(_ side: Side, _ channel: Channel, _ text: String) {
        if closing != nil {
            close()
            return
        }
        if side == .origin, conversation.wants(.origin), !originSawEnd {
            channel.canRead = true
            while conversation.wants(.origin), let origin, origin === channel, !originSawEnd, toClient.isEmpty,
                advance(.origin, origin)
            {}
            if origin !== channel || closing != nil { return }
        }
        handle(.broken(side, Failure(side, .body, .connectionTerminated, Session.broken(side, text))))
    }

    /// A reset by the client while nothing is read from it.
    private func noticeBrokenClient() {
        guard client.isBroken, closing == nil else { return }
        if conversation.wants(.client), client.mayRead { return }
        handle(.broken(.client, Failure(.client, .body, .connectionTerminated, "the client reset the connection")))
    }

    // MARK: the connection to the origin

    private func openOrigin(fresh: Bool) {
        originSawEnd = false
        if !fresh, let pooled = worker.pools[service.index].take(sure: conversation.needsSureConnection) {
            attach(pooled, reused: true)
            return
        }
        if let origin {
            self.origin = nil
            worker.closeOrigin(origin)
        }
        let dial = Dial(worker: worker, service: service, session: self)
        self.dial = dial
        dial.begin()
    }

    /// A connection stands.
    func attach(_ channel: Channel, reused: Bool) {
        dial = nil
        origin = channel
        channel.owner = self
        channel.served = true
        ledger.noteOrigin(channel, reused: reused)
        handle(.originReady(reused: reused))
        pump()
    }

    /// There is none to be had.
    func dialFailed(_ failure: Failure) {
        dial = nil
        toOrigin.removeAll(worker.blocks)
        handle(.originUnavailable(failure))
        pump()
    }

    private func releaseOrigin(_ reusable: Bool) {
        dial?.cancel()
        dial = nil
        if let channel = origin {
            origin = nil
            if reusable, toOrigin.isEmpty, !channel.hasInput, !channel.peerClosed, !channel.isBroken, !originSawEnd {
                worker.pools[service.index].give(channel)
            } else {
                worker.closeOrigin(channel)
            }
        }
        toOrigin.removeAll(worker.blocks)
    }

    // MARK: time

    private func arm(_ phase: Phase) {
        armed = phase
        worker.loop.arm(self, after: worker.timeouts[phase])
    }

    func deadlinePassed() {
        if isClosed { return }
        if isHandshaking || isLingering || closing != nil {
            close()
            return
        }
        dial?.cancel()
        dial = nil
        let blocked: Side? = !toOrigin.isEmpty && origin != nil ? .origin : !toClient.isEmpty ? .client : nil
        handle(.timeout(blocked: blocked))
        if closing != nil, blocked == .client { toClient.removeAll(worker.blocks) }
        pump()
    }

    // MARK: the end

    /// All that was to be sent is sent, or cannot be: close as told.
    private func settleClosing() {
        guard let closing, toClient.isEmpty || closing == .reset else { return }
        switch closing {
        case .plain where !client.hasInput && !client.mayRead:
            close()
        case .reset:
            client.close(reset: true)
            close()
        case .plain, .linger:
            // Unread bytes would turn the close into a reset, which can destroy the answer on its way.
            if clientSawEnd || client.isBroken {
                close()
                return
            }
            client.finishSending()
            isLingering = true
            arm(.linger)
            linger()
        }
    }

    /// Reads and forgets, so that the answer is not destroyed by a reset (RFC 9112 section 9.6).
    private func linger() {
        client.discardInput()
        while !isClosed, client.mayRead {
            switch client.fill() {
            case .bytes:
                lingered += client.inputCount
                client.discardInput()
                if lingered > Session.lingerBytes {
                    close()
                    return
                }
            case .wouldBlock: return
            case .end, .failed: close()
            }
        }
        if client.isBroken { close() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        dial?.cancel()
        dial = nil
        worker.loop.forget(self)
        if let origin { worker.closeOrigin(origin) }
        origin = nil
        toClient.removeAll(worker.blocks)
        toOrigin.removeAll(worker.blocks)
        client.close()
        worker.sessionEnded(self)
    }

    /// Between exchanges a connection holds as little memory as it can.
    private func rest() {
        guard toClient.isEmpty, toOrigin.isEmpty else { return }
        worker.recycle(&output)
        toClient.shrink()
        toOrigin.shrink()
    }

    /// The TLS handshake with the client.
    ///
    /// Says whether it is done.
    private func finishHandshake() -> Bool {
        guard let tls = client.tls else { return true }
        switch tls.handshake() {
        case .done:
            isHandshaking = false
            ledger.clientTLS = tls.version
            client.canRead = true
            client.canWrite = true
            arm(.head)
            return true
        case .wantRead:
            client.canRead = false
            return false
        case .wantWrite:
            client.canWrite = false
            return false
        case .failed(let failure):
            worker.noteHandshakeFailure(failure.text, peer: client.peer)
            close()
            return false
        }
    }

    private static func truncated(_ side: Side) -> String {
        side == .client
            ? "the client closed TLS without saying so" : "the origin closed TLS without its closing message"
    }

    private static func broken(_ side: Side, _ text: String) -> String {
        (side == .client ? "the connection to the client broke: " : "the connection to the origin broke: ") + text
    }
}
