// What a session tells the recorder. Heads are recorded the moment the core points at them, straight from the receive
// buffer; nothing is kept but a few times and counts. With no sink and no terminal there is no recorder, and all of this
// is a test of one pointer.
import Exchange
import NodeChain
import Reactor
import Secure
import Trace
import Wire

/// A record under construction, passed around as one reference.
final class RecordBox {
    var buffer = RecordBuffer()
}

/// What is kept about the exchange at hand for its record.
struct SessionRecord {
    /// The record of the exchange at hand; nil between two exchanges, and when nobody wants records.
    var box: RecordBox?
    var clientTLS: String?
    var exchangeNumber: UInt64 = 0
    /// When the first byte of the request came.
    var beganAt: Int64 = 0
    var startedAt: Int64 = 0
    var firstByteAt: Int64 = 0
    var connectMicroseconds: Int64 = -1
    var tlsMicroseconds: Int64 = -1
    var status = 0
    var isOwn = false
    var retried = false
    var isOpen = false
    /// Whether the body of this answer is sampled.
    var isSampled = false
    /// The exchange's way through a chain of nodes.
    var chain: ChainPass?
    // The connection to the origin.
    var originNumber: UInt64 = 0
    var originReused = false
    var originTLS: String?
    var originVerified = true
    var originAddress: [UInt8] = []

    mutating func noteOrigin(_ channel: Channel, reused: Bool) {
        originNumber = channel.number
        originReused = reused
        originAddress = channel.peerText
        if let tls = channel.tls {
            originTLS = tls.version
            originVerified = tls.isVerified
        } else {
            originTLS = nil
            originVerified = true
        }
    }

    fileprivate mutating func start(at now: Int64) {
        isOpen = true
        exchangeNumber += 1
        startedAt = now
        firstByteAt = 0
        connectMicroseconds = -1
        tlsMicroseconds = -1
        status = 0
        isOwn = false
        retried = false
        forgetOrigin()
    }

    /// The connection is of no account any more: a new exchange, or another try.
    fileprivate mutating func forgetOrigin() {
        originNumber = 0
        originReused = false
        originTLS = nil
        originVerified = true
    }
}

extension Session {
    func observe(_ observation: Observation, _ side: Side?, _ block: Block?, _ base: Int) {
        switch observation {
        case .request:
            startRecord()
            ledger.chain = conversation.chain
            guard let box = ledger.box, let block else { return }
            worker.recordRequest(box, block.bytes, base, sent: output.toOrigin)
        case .refused(let error, let count):
            startRecord()
            guard let box = ledger.box, let block else { return }
            // A local, because a span must not outlive the access to a class's property; it shares storage, not bytes.
            let bytes = block.bytes
            if error.leavesHeadReadable {
                // It was parsed and then refused for what it says: who asked for what is worth knowing.
                worker.recorder?.request(
                    &box.buffer, bytes.span.extracting(base..<bytes.count), method: worker.scratch.request.method,
                    target: worker.scratch.request.target, minorVersion: worker.scratch.request.minorVersion,
                    lines: worker.scratch.request.fields.lines, edits: [], sent: [UInt8]().span)
                return
            }
            worker.recorder?.refused(&box.buffer, bytes.span.extracting(base..<(base + count)), count: count)
        case .interim:
            noteFirstByte()
            guard let box = ledger.box, let block else { return }
            let (bytes, sent) = (block.bytes, output.toClient)
            worker.recorder?.interim(
                &box.buffer, bytes.span.extracting(base..<bytes.count), status: worker.scratch.response.status,
                reason: worker.scratch.response.reason, minorVersion: worker.scratch.response.minorVersion,
                lines: worker.scratch.response.fields.lines,
                edits: worker.scratch.responseEdits, sent: sent.span)
        case .response:
            noteFirstByte()
            ledger.status = worker.scratch.response.status
            ledger.isSampled = ledger.status >= 400 && worker.isRecording && worker.maySample()
            guard let box = ledger.box, let block else { return }
            worker.recordResponse(box, block.bytes, base, sent: output.toClient)
        case .ownAnswer(let status, let extent): observeOwnAnswer(status, Int(extent.start))
        case .trailers(let from):
            guard let box = ledger.box, let block else { return }
            let (bytes, sent) = (block.bytes, from == .client ? output.toOrigin : output.toClient)
            worker.recorder?.trailers(
                &box.buffer, side: from == .client ? .request : .response,
                bytes.span.extracting(base..<bytes.count), lines: worker.scratch.trailers.lines,
                edits: worker.scratch.trailerEdits,
                sent: sent.span)
        case .content(let extent):
            guard ledger.isSampled, let box = ledger.box, let block else { return }
            let bytes = block.bytes
            worker.recorder?.sample(&box.buffer, bytes.span.extracting(base..<bytes.count), extent)
        case .retry:
            ledger.retried = true
            ledger.forgetOrigin()
        }
    }

    /// An answer of ours is read back from what is about to be sent, so it is recorded like any other.
    private func observeOwnAnswer(_ status: Int, _ start: Int) {
        ledger.status = status
        ledger.isOwn = true
        guard let box = ledger.box else { return }
        let sent = output.toClient
        let limits = HeadLimits()
        guard start < sent.count,
            (try? HeadParser.response(sent.span, from: start, into: &worker.scratch.response, limits: limits)) ?? nil
                != nil
        else { return }
        worker.recorder?.response(
            &box.buffer, sent.span, status: status, reason: worker.scratch.response.reason, minorVersion: 1,
            lines: worker.scratch.response.fields.lines, edits: [], sent: sent.span, byHoplens: true)
    }

    private func startRecord() {
        let now = worker.loop.nowMicroseconds
        // The head may have taken its time; a refused one is the whole exchange.
        let began = ledger.beganAt > 0 ? ledger.beganAt : now
        ledger.start(at: began)
        guard worker.isRecording else { return }
        let wall = Time.wallMicroseconds()
        worker.endRawIfOver(wall: wall)
        let box = worker.takeRecord()
        ledger.box = box
        worker.ids.advance(wall: wall, monotonic: now)
        let id = worker.ids.text
        worker.recorder?.begin(
            &box.buffer, id: id.span, wallMicroseconds: wall - (now - began),
            service: service.runtime.name, clientAddress: clientEndpoint, connection: number,
            exchange: ledger.exchangeNumber, clientTLS: ledger.clientTLS)
    }

    private func noteFirstByte() {
        if ledger.firstByteAt == 0 { ledger.firstByteAt = worker.loop.microseconds() }
    }

    func finishRecord(_ outcome: Outcome) {
        guard ledger.isOpen else { return }
        ledger.isOpen = false
        let ending = Session.ending(outcome)
        worker.count(
            status: ledger.status, own: ledger.isOwn,
            aborted: outcome.ending != .complete && outcome.ending != .answered && !ledger.isOwn,
            retried: ledger.retried)
        defer { if ledger.chain != nil { ledger.chain = nil } }
        guard let box = ledger.box else { return }
        ledger.box = nil
        if ledger.originNumber != 0 || outcome.failure?.phase == .connect {
            worker.recorder?.origin(
                &box.buffer, url: service.runtime.originURL,
                address: ledger.originNumber == 0 ? [] : ledger.originAddress,
                connection: ledger.originNumber, reused: ledger.originReused, retried: ledger.retried,
                tls: ledger.originTLS, verified: ledger.originVerified)
        }
        if let chain = ledger.chain { worker.recorder?.chain(&box.buffer, chain) }
        let now = worker.loop.microseconds()
        var timing = RecordedTiming()
        if ledger.connectMicroseconds >= 0 { timing.connect = ledger.connectMicroseconds }
        if ledger.tlsMicroseconds >= 0 { timing.tls = ledger.tlsMicroseconds }
        if ledger.firstByteAt > 0 { timing.firstByte = ledger.firstByteAt - ledger.startedAt }
        worker.recorder?.end(
            &box.buffer, ending, durationMicroseconds: now - ledger.startedAt, timing: timing,
            requestBody: BodyFacts(outcome.requestFraming, outcome.requestBytes),
            responseBody: ledger.status == 0 || ledger.isOwn
                ? nil : BodyFacts(outcome.responseFraming, outcome.responseBytes),
            error: outcome.failure.map { RecordedError($0) })
        worker.emit(box)
    }

    private static func ending(_ outcome: Outcome) -> Trace.Ending {
        switch outcome.ending {
        case .complete: .complete
        case .answered: outcome.failure?.side == .origin ? .originAborted : .refused
        case .clientAborted: .clientAborted
        case .originAborted: .originAborted
        case .timedOut: .timeout
        case .shutDown: .shutdown
        }
    }

    /// Records an exchange that is cut at the end of the drain time.
    func recordAbandoned() {
        let failure = Failure(nil, .body, .proxyInternalError, "hoplens was stopped before the exchange ended")
        finishRecord(conversation.outcome(.shutDown, failure))
    }
}

extension Phase {
    /// The word used in traces.
    var word: String {
        switch self {
        case .head: "head"
        case .keepAlive: "keep-alive"
        case .connect: "connect"
        case .body: "body"
        case .response: "response"
        case .tunnel: "tunnel"
        case .linger: "linger"
        }
    }
}
