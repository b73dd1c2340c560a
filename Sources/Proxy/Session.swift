// Drives one client connection: carries bytes between the two channels and the conversation, and carries out its
// commands. All of it happens on one loop; a session is never seen by another thread.
//
// One turn (`pump`): as long as something moves, read from a side whose bytes the core wants and whose counterpart has
// taken all that was sent before (that is the backpressure), let the core use them, carry out its commands, send.
// Sending, the connection to the origin, time, and the end of it all are in files of their own.
//
// Invariants
//  1. Commands are carried out in order, before anything else is read.
//  2. A side is read only when the queue of the other side is empty, and a next request only when the answer before it
//     is out; so at most one block waits in each direction, and no client can make answers of ours pile up.
//  3. `close` is called once; after it no channel of the session is open and nothing is armed.
import Exchange
import Reactor
import Secure
import Settings
import Wire

final class Session: ChannelOwner, Timed {
    let worker: Worker
    /// Where it came in, which knows the service that is behind that address now.
    let entrance: Acceptor
    /// The service, with the settings of the exchange at hand.
    var service: LoopService
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
    var pace = ClientPace()
    var closing: Closing?
    var isLingering = false
    var lingersUntil: Int64 = 0
    var isClosed = false
    /// Whether the exchange at hand is the last one.
    var isDraining = false
    var isHandshaking: Bool
    var clientSawEnd = false
    var originSawEnd = false
    /// Why the origin takes no more bytes; there may still be an answer to read from it.
    var originIsDeaf: String?
    var ledger = SessionRecord()
    private var isPumping = false
    private var isCarryingOut = false

    /// How many rounds of reading and sending one turn may take before others get theirs.
    static let roundsPerTurn = 16
    /// Pieces of a body up to this size are copied behind what is queued before them: one small copy costs less than
    /// another piece of a system call, and under TLS than another record.
    private static let copiedBytes = 2048

    init(worker: Worker, entrance: Acceptor, service: LoopService, client: Channel, number: UInt64) {
        self.worker = worker
        self.entrance = entrance
        self.service = service
        self.client = client
        self.number = number
        var address: [UInt8] = []
        client.peer.appendHost(to: &address)
        clientAddress = address
        address.removeAll(keepingCapacity: true)
        client.peer.append(to: &address)
        clientEndpoint = address
        conversation = Conversation(service.runtime.exchange, clientAddress: clientAddress)
        isHandshaking = client.tls != nil
        pace.taking.begin(limit: service.timeouts[.body], rate: service.limits.rate)
        client.owner = self
    }

    /// Begins with a fresh connection.
    func begin() {
        if isHandshaking {
            worker.loop.arm(self, after: service.timeouts.tls)
        } else {
            arm(.head)
        }
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
        guard !isPumping, !isCarryingOut, !isClosed else { return }
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
            if closing == nil, conversation.wants(.client), toOrigin.isEmpty, toClient.isEmpty || !conversation.isIdle {
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
        let most = side == .client ? conversation.mostToRead(ahead: service.limits.pipeline) : .max
        switch channel.fill(atMost: most) {
        case .bytes:
            offer(side, channel)
            return true
        case .wouldBlock:
            // No bytes, and no end either: then what is known from sending is all there is.
            guard side == .origin, let text = originIsDeaf else { return false }
            handle(.broken(side, Failure(side, .body, .connectionTerminated, Session.broken(side, text))))
            return true
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
        if service.isRetired, side == .client { renew() }
        guard let block = channel.input else { return false }
        let (base, end) = (channel.start, channel.end)
        if output.toClient.capacity == 0 { takeOutput() }
        channel.offeredEnd = end
        // A local, because a span must not outlive the access to a class's property; it shares storage, not bytes.
        let bytes = block.bytes
        let again = conversation.receive(
            side, bytes.span.extracting(base..<end), scratch: &worker.scratch, output: &output)
        carryOut(side, block, base)
        // It was used up while this method held it, so it could not be given back then.
        if channel.input !== block { worker.blocks.recycle(block) }
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
        var isArmed = false
        // Commands may cause events whose commands come behind these (a pooled connection is ready at once). They are
        // walked in a list of their own, because each look at one of this object's arrays is an access that is checked.
        var commands = worker.takeCommands()
        repeat {
            swap(&commands, &output.commands)
            for command in commands { carryOut(command, side, block, base, &isArmed) }
            commands.removeAll(keepingCapacity: true)
        } while !output.commands.isEmpty
        worker.recycle(&commands)
        // Once for all of them: what counts is when they are done, and what is queued then.
        if isArmed, !isClosed { setDeadline() }
    }

    private func carryOut(_ command: Command, _ side: Side?, _ block: Block?, _ base: Int, _ isArmed: inout Bool) {
        switch command {
        case .send(.client, let extent): toClient.append(own: Int(extent.start), Int(extent.end))
        case .send(.origin, let extent): toOrigin.append(own: Int(extent.start), Int(extent.end))
        case .forward(let to, let extent):
            if let block { forward(block, base + Int(extent.start), base + Int(extent.end), to) }
        case .consume(let count):
            if side == .client {
                client.consume(count)
                pace.uploaded &+= count
            } else {
                origin?.consume(count)
                noteAnswer()
            }
        case .observe(let observation): observe(observation, side, block, base)
        case .openOrigin(let fresh): openOrigin(fresh: fresh)
        case .arm(let phase):
            if phase == .head { ledger.beganAt = worker.loop.nowMicroseconds }
            enter(phase)
            isArmed = true
        case .finishSending(.client): toClient.finishes = true
        case .finishSending(.origin): toOrigin.finishes = true
        case .releaseOrigin(let reusable): releaseOrigin(reusable)
        case .finish(let outcome):
            finishRecord(outcome)
            client.offeredEnd = -1
        case .closeClient(let how):
            closing = how
            // What is still queued gets the time a body gets.
            enter(.body)
            isArmed = true
        }
    }

    /// Queues bytes of a block for a side.
    private func forward(_ block: Block, _ start: Int, _ end: Int, _ side: Side) {
        if end - start <= Session.copiedBytes {
            let bytes = block.bytes
            if side == .client {
                let at = output.toClient.count
                output.toClient.append(Extent(start, end), of: bytes.span)
                toClient.append(own: at, output.toClient.count)
            } else {
                let at = output.toOrigin.count
                output.toOrigin.append(Extent(start, end), of: bytes.span)
                toOrigin.append(own: at, output.toOrigin.count)
            }
        } else if side == .client {
            toClient.append(block, start, end)
        } else {
            toOrigin.append(block, start, end)
        }
    }

    static func truncated(_ side: Side) -> String {
        side == .client
            ? "the client closed TLS without saying so" : "the origin closed TLS without its closing message"
    }

    static func broken(_ side: Side, _ text: String) -> String {
        (side == .client ? "the connection to the client broke: " : "the connection to the origin broke: ") + text
    }
}
