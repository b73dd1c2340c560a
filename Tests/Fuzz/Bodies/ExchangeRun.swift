// One performance of a script: a conversation driven as the proxy's session drives it, the bytes of each step handed
// over in pieces of a given size. Every command is held against what a driver may rely on, and what happened is kept
// exchange by exchange, so that performances can be compared and read again by another reader.
//
// The driver is a lawful one: an origin is ready or unavailable only when asked for, bytes and ends come only from
// connections that stand, and an end comes behind the bytes before it.
import Exchange
import Wire

/// What passed in one exchange.
struct PassedExchange: Equatable {
    /// The bytes the core had of the client when the exchange began, behind which its request starts.
    var begin = 0
    var isRefused = false
    /// What was sent to the origin: one run of bytes for each connection.
    var toOrigin: [[UInt8]] = []
    var toClient: [UInt8] = []
    /// What the core was given of the origin's bytes on the last connection.
    var fromOrigin: [UInt8] = []
    var content: [UInt8] = []
    var retries = 0
    var reusedBeforeRetry = false
    var repliedBeforeRetry = false
    /// Own answers: their status.
    var answered: Int?
    var sawFinalHead = false
    var outcome: Outcome?
    var closing: Closing?
    var originHalfClosed = false
}

final class ExchangeRun {
    private let script: ExchangeScript
    private let pieceSize: Int
    private var conversation: Conversation
    private var scratch = Scratch()
    private var output = Output()
    private(set) var promises = Promises()
    private(set) var exchanges: [PassedExchange] = []
    /// All bytes of the client that the core used.
    private(set) var fromClient: [UInt8] = []
    private(set) var isClosed = false

    private var clientInput: [UInt8] = []
    private var originInput: [UInt8] = []
    private var clientEnds = false
    private var originEnds = false
    private var clientSawEnd = false
    private var originSawEnd = false
    private var isExchanging = false
    /// Between `openOrigin` and `releaseOrigin`.
    private var holdsOrigin = false
    private var isConnecting = false
    private var isConnected = false
    private var isReused = false
    private var pooled = false
    /// Whether the step at hand has bytes for the origin connection that were not handed over yet.
    private var moreIsComing = false
    private var releasedInStep = false
    private var hasArmed = true
    private var hasGivenUp = false

    init(_ script: ExchangeScript, pieceSize: Int) {
        self.script = script
        self.pieceSize = pieceSize
        conversation = Conversation(script.settings, clientAddress: Array("192.0.2.7".utf8))
    }

    func perform() {
        for step in script.steps where !isClosed && !hasGivenUp { perform(step) }
        if !isClosed, !hasGivenUp { handle(.broken(.client, lost(.client))) }
        promises.expect(hasGivenUp || isClosed, "a broken client connection is not closed")
        promises.expect(!isExchanging, "an exchange that was observed never ends")
    }

    private func lost(_ side: Side) -> Failure { Failure(side, .body, .connectionTerminated, "lost") }

    private func perform(_ step: ExchangeScript.Step) {
        releasedInStep = false
        switch step {
        case .bytes(let side, let bytes): arrive(side, bytes)
        case .end(.client): clientEnds = true
        case .end(.origin): if isConnected { originEnds = true }
        case .broken(.client): handle(.broken(.client, lost(.client)))
        case .broken(.origin): if isConnected, !originSawEnd { handle(.broken(.origin, lost(.origin))) }
        case .ready(let reused): if isConnecting { ready(reused: reused && pooled) }
        case .unavailable:
            if isConnecting {
                isConnecting = false
                handle(.originUnavailable(Failure(.origin, .connect, .connectionRefused, "refused")))
            }
        case .timeout(let blocked): handle(.timeout(blocked: blocked))
        case .drain: handle(.drain)
        }
        if !isClosed { pump() }
    }

    private func arrive(_ side: Side, _ bytes: [UInt8]) {
        if side == .client ? clientEnds : (originEnds || !isConnected) {
            // A stray byte on a pooled connection makes it useless.
            if side == .origin, !isConnected, !bytes.isEmpty { pooled = false }
            return
        }
        var at = 0
        while at < bytes.count, !isClosed {
            let piece = bytes[at..<min(bytes.count, at + pieceSize)]
            at += piece.count
            if side == .client {
                clientInput += piece
            } else {
                if releasedInStep { return }
                originInput += piece
                moreIsComing = at < bytes.count
            }
            pump()
        }
        moreIsComing = false
    }

    // MARK: one turn

    private func pump() {
        var rounds = 0
        var moves = true
        while moves, !isClosed {
            moves = false
            if conversation.wants(.origin), isConnected { moves = advance(.origin) || moves }
            if !isClosed, conversation.wants(.client) { moves = advance(.client) || moves }
            rounds += 1
            if rounds > 300 {
                promises.expect(false, "the core spins")
                hasGivenUp = true
                return
            }
        }
    }

    private func advance(_ side: Side) -> Bool {
        let waiting = side == .client ? clientInput : originInput
        if !waiting.isEmpty {
            let again = conversation.receive(side, waiting.span, scratch: &scratch, output: &output)
            if carryOut(side, waiting) || again { return true }
        }
        guard side == .client ? clientEnds && !clientSawEnd : originEnds && !originSawEnd else { return false }
        if side == .client { clientSawEnd = true } else { originSawEnd = true }
        if side == .origin, isExchanging { exchanges[exchanges.count - 1].originHalfClosed = true }
        handle(.end(side))
        return true
    }

    private func ready(reused: Bool) {
        isConnecting = false
        isConnected = true
        isReused = reused
        originInput = []
        originEnds = false
        originSawEnd = false
        handle(.originReady(reused: reused))
    }

    private func handle(_ event: Event) {
        conversation.handle(event, output: &output)
        _ = carryOut(nil, [])
    }

    // MARK: commands

    private func carryOut(_ side: Side?, _ input: [UInt8]) -> Bool {
        let commands = output.commands
        output.commands.removeAll(keepingCapacity: true)
        var consumed = 0
        var forwarded = 0
        var becomesReady = false
        var finished = false
        for command in commands {
            if isClosed {
                promises.expect(false, "a command follows the end of the client connection: \(command)")
                return false
            }
            switch command {
            case .openOrigin(let fresh):
                promises.expect(isExchanging, "a connection to the origin is opened outside an exchange")
                promises.expect(!isConnecting && fresh == holdsOrigin, "a second connection to the origin is opened")
                holdsOrigin = true
                isConnecting = true
                isConnected = false
                originInput = []
                if fresh { pooled = false }
                becomesReady = !script.waits
                note { $0.toOrigin.append([]) }
            case .send(let to, let extent):
                sent(to, extent, of: to == .client ? output.toClient : output.toOrigin)
            case .forward(let to, let extent):
                promises.expect(side == to.other, "bytes are forwarded that did not come from the other side")
                promises.expect(
                    Int(extent.start) >= max(forwarded, consumed),
                    "bytes are forwarded twice or after they are done with")
                forwarded = Int(extent.end)
                sent(to, extent, of: input)
            case .consume(let count):
                promises.expect(count >= 0 && consumed + count <= input.count, "more bytes are consumed than there are")
                used(side, Array(input[consumed..<min(input.count, consumed + max(0, count))]))
                consumed += count
            case .observe(let observation): observe(observation, input)
            case .arm: hasArmed = true
            case .finishSending(let to): promises.expect(to == .client || isConnected, "a half-close towards nobody")
            case .releaseOrigin(let reusable):
                release(reusable, leftover: originInput.count - (side == .origin ? consumed : 0))
            case .finish(let outcome):
                // In front of a fault bytes may have been forwarded that are consumed by nobody.
                used(side, Array(input[min(consumed, input.count)...]))
                finish(outcome)
                finished = true
            case .closeClient(let closing):
                promises.expect(!isExchanging, "the client connection is given up within an exchange")
                // Between two exchanges it has nothing to do with the one before.
                if finished { note { $0.closing = closing } }
                isClosed = true
            }
        }
        if side == .client { clientInput.removeFirst(min(consumed, clientInput.count)) }
        if side == .origin, isConnected { originInput.removeFirst(min(consumed, originInput.count)) }
        output.toClient.removeAll(keepingCapacity: true)
        if becomesReady, isConnecting { ready(reused: pooled) }
        return consumed > 0 || becomesReady || commands.contains { $0 != .consume(0) && !isArm($0) }
    }

    private func isArm(_ command: Command) -> Bool { if case .arm = command { true } else { false } }

    private func note(_ change: (inout PassedExchange) -> Void) {
        if !exchanges.isEmpty { change(&exchanges[exchanges.count - 1]) }
    }

    private func used(_ side: Side?, _ bytes: [UInt8]) {
        if side == .client { fromClient += bytes }
        if side == .origin { note { $0.fromOrigin += bytes } }
    }

    private func sent(_ to: Side, _ extent: Extent, of bytes: [UInt8]) {
        guard extent.start >= 0, extent.start <= extent.end, Int(extent.end) <= bytes.count else {
            promises.expect(false, "\(extent) lies outside \(bytes.count) bytes")
            return
        }
        promises.expect(isExchanging || extent.isEmpty, "bytes are sent to the \(to) between two exchanges")
        let piece = bytes[extent.indices]
        if to == .client {
            note { $0.toClient += piece }
        } else {
            promises.expect(holdsOrigin, "bytes are sent to an origin that is not there")
            note { if !$0.toOrigin.isEmpty { $0.toOrigin[$0.toOrigin.count - 1] += piece } }
        }
    }

    private func observe(_ observation: Observation, _ input: [UInt8]) {
        switch observation {
        case .request, .refused:
            promises.expect(!isExchanging, "an exchange begins before the last one ended")
            isExchanging = true
            var exchange = PassedExchange()
            exchange.begin = fromClient.count
            if case .refused = observation { exchange.isRefused = true }
            exchanges.append(exchange)
        case .response: note { $0.sawFinalHead = true }
        case .ownAnswer(let status, _): note { $0.answered = status }
        case .content(let extent):
            promises.expect(Int(extent.end) <= input.count, "content is observed that is not there")
            if Int(extent.end) <= input.count { note { $0.content += input[extent.indices] } }
        case .retry:
            let reused = isReused
            let replied = !originInput.isEmpty
            note {
                $0.retries += 1
                $0.reusedBeforeRetry = reused
                $0.repliedBeforeRetry = replied || !$0.fromOrigin.isEmpty
            }
        case .interim, .trailers: break
        }
    }

    private func release(_ reusable: Bool, leftover: Int) {
        promises.expect(holdsOrigin, "a connection to the origin is released that is not there")
        holdsOrigin = false
        // What is on its way already makes the proxy close it instead.
        pooled = reusable && isConnected && leftover == 0 && !moreIsComing && !originEnds
        isConnected = false
        isConnecting = false
        originInput = []
        releasedInStep = true
    }

    private func finish(_ outcome: Outcome) {
        promises.expect(isExchanging, "an exchange ends that was never observed, or ends twice")
        promises.expect(!holdsOrigin, "an exchange ends and keeps its connection to the origin")
        isExchanging = false
        note { $0.outcome = outcome }
    }
}
