// One request of our own and its answer, on one connection, or on a second one when a kept connection turned out to be
// dead (RFC 9110 section 9.2.2: only what may be asked twice). Heads, framing and chunks are read by the readers of the
// proxy; redirects are not followed.
//
// Invariants: 1. the completion is called exactly once; 2. the body never grows beyond the core's bound, and what is
// behind it is not fetched; 3. a connection is kept only when both messages ended where they said.
import Exchange
import Fields
import Reactor
import Secure
import Trace
import Wire

final class ClientExchange: Timed {
    typealias Completion = (Result<ClientAnswer, AskError>) -> Void

    let batch: Int
    private unowned let core: ClientCore
    let request: ClientRequest
    let asked: ClientHead
    private(set) var traced: TracedRequest
    private let context: TLSClientContext?
    private let milliseconds: Int
    private var completion: Completion?
    private var dial: ClientDial?
    private(set) var connection: ClientConnection?
    private(set) var isReused = false
    private(set) var isRetried = false
    private var isSending = false
    private var sent = 0
    private var head = ResponseHead()
    private(set) var framing: Framing?
    private var chunks = ChunkReader()
    private var isInTrailers = false
    private var keepsConnection = false
    var buffer = RecordBuffer()
    private(set) var contentBytes: UInt64 = 0
    private var answer = ClientAnswerParts()
    private(set) var wallAtStart: Int64 = 0
    private(set) var startedAt: Int64 = 0
    private(set) var firstByteAt: Int64 = 0
    private(set) var requestAt: Int64 = 0
    var deadline = Deadline()

    init(
        _ core: ClientCore, batch: Int, _ request: ClientRequest, _ asked: ClientHead, _ context: TLSClientContext?,
        milliseconds: Int, _ completion: @escaping Completion
    ) {
        self.core = core
        self.batch = batch
        self.request = request
        self.asked = asked
        traced = TracedRequest(asked, nil)
        self.context = context
        self.milliseconds = milliseconds
        self.completion = completion
    }

    // MARK: Begin and end

    func begin() {
        wallAtStart = Time.wallMicroseconds()
        startedAt = core.loop.microseconds()
        core.loop.arm(self, after: milliseconds)
        // Not before its turn: a trace is good for a minute.
        traced = TracedRequest(asked, request.isTraced ? core.chain : nil)
        if let kept = core.take(request.target) {
            attach(kept, reused: true)
        } else {
            connect()
        }
    }

    private func connect() {
        let dial = ClientDial(core, request.target, context, due: core.loop.now + Int64(milliseconds))
        self.dial = dial
        dial.begin { [weak self] result in
            guard let self else { return }
            self.dial = nil
            switch result {
            case .success(let fresh): attach(fresh, reused: false)
            case .failure(let failure): fail(failure)
            }
        }
    }

    private func attach(_ connection: ClientConnection, reused: Bool) {
        self.connection = connection
        isReused = reused
        connection.attach(self)
        beginRecord(core)
        goOn()
    }

    func deadlinePassed() {
        guard completion != nil else { return }
        if let dial {
            self.dial = nil
            return fail(dial.cancel(), retries: false)
        }
        let when = "no answer from \(connection?.channel.peer.description ?? "the server") in time"
        fail(
            framing == nil
                ? Failure(.origin, .response, .httpResponseTimeout, when)
                : Failure(.origin, .body, .connectionReadTimeout, "the answer did not end in time"), retries: false)
    }

    /// Nobody waits for it any more.
    func cancel() {
        _ = dial?.cancel()
        dial = nil
        connection?.close()
        connection = nil
        deliver(.failure(.cancelled))
    }

    /// - Parameter retries: whether a kept connection that ended is reason to ask again; time that is over is none.
    private func fail(_ failure: Failure, retries: Bool = true) {
        guard completion != nil else { return }
        let dead = connection
        dead?.close()
        connection = nil
        if retries, isReused, !isRetried, firstByteAt == 0, asked.head.methodKind.isIdempotent,
            failure.phase != .connect
        {
            isRetried = true
            isReused = false
            sent = 0
            traced = TracedRequest(asked, request.isTraced ? core.chain : nil)
            return connect()
        }
        if dead == nil { beginRecord(core) }
        let record = endRecord(core, dead, failure)
        deliver(record.map { .failure(.noAnswer($0)) } ?? .failure(.setup(failure.text)))
    }

    private func succeed(whole: Bool) {
        guard let connection, completion != nil else { return }
        let facts = connection.tls
        let peer = String(decoding: connection.channel.peerText, as: UTF8.self)
        let record = endRecord(core, connection, nil)
        self.connection = nil
        if keepsConnection, sent == traced.bytes.count { core.keep(connection) } else { connection.close() }
        guard let record else { return deliver(.failure(.setup("the answer cannot be recorded"))) }
        deliver(
            .success(
                ClientAnswer(
                    record: record, status: answer.status, lines: answer.lines, body: answer.body, bodyIsWhole: whole,
                    peer: peer, tls: facts, timing: record.timing)))
    }

    private func deliver(_ result: Result<ClientAnswer, AskError>) {
        guard let completion else { return }
        self.completion = nil
        core.loop.forget(self)
        core.isOver(self)
        completion(result)
    }

    // MARK: Bytes

    func goOn() {
        // A channel tells of both directions at once, and closing one from within tells again.
        guard let channel = connection?.channel, !isSending else { return }
        isSending = true
        send(channel)
        isSending = false
        if connection != nil { receive(channel) }
    }

    private func send(_ channel: Channel) {
        let bytes = traced.bytes
        while sent < bytes.count, channel.canWrite {
            switch channel.send(bytes, sent..<bytes.count, nil, 0..<0) {
            case .bytes(let count):
                sent += count
                if sent == bytes.count { requestAt = core.loop.microseconds() }
            case .wouldBlock: return
            case .failed(let text):
                // The answer may be here all the same: a server that refuses need not take the whole request.
                if channel.mayRead { return }
                return fail(Failure(.origin, .response, .connectionTerminated, text))
            }
        }
    }

    private func receive(_ channel: Channel) {
        while connection?.channel === channel, channel.mayRead {
            switch channel.fill() {
            case .bytes:
                if firstByteAt == 0 { firstByteAt = core.loop.microseconds() }
                guard let block = channel.input else { return }
                let bytes = block.bytes
                do throws(WireError) {
                    let used = try use(bytes.span.extracting(channel.start..<channel.end))
                    guard connection?.channel === channel else { return }
                    channel.consume(used.count)
                    if let whole = used.isOver {
                        // Bytes behind the end are of an answer nobody asked for.
                        if channel.hasInput { keepsConnection = false }
                        return succeed(whole: whole)
                    }
                } catch {
                    return fail(
                        Failure(
                            .origin, .response, .httpProtocolError,
                            "the answer is not valid: \(Self.kind(bytes.span.extracting(channel.start..<channel.end)) ?? error.text)"
                        ))
                }
            case .wouldBlock: return
            case .end(let clean): return ended(clean)
            case .failed(let text): return fail(Failure(.origin, .response, .connectionTerminated, text))
            }
        }
    }

    /// What speaks there instead of HTTP/1.1, where its first bytes tell.
    private static func kind(_ bytes: Span<UInt8>) -> String? {
        // RFC 9113 section 3.4: a server begins with SETTINGS, a frame of type 4 on stream 0.
        if bytes.count >= 9, bytes[0] == 0, bytes[1] == 0, bytes[3] == 4, bytes[5] | bytes[6] | bytes[7] | bytes[8] == 0
        {
            return "it is HTTP/2, which was not asked for"
        }
        if bytes.count >= 3, bytes[0] == 0x15 || bytes[0] == 0x16, bytes[1] == 3 { return "it is TLS; use https" }
        return nil
    }

    private func ended(_ clean: Bool) {
        if framing == .untilClose { return succeed(whole: clean) }
        fail(
            framing == nil
                ? Failure(
                    .origin, .response, .connectionTerminated, "the server closed the connection without an answer")
                : Failure(
                    .origin, .body, .httpResponseIncomplete, "the connection was closed in the middle of the answer"))
    }

    /// Uses received bytes; says how many are done with, and when the answer is over whether its content is whole.
    private func use(_ bytes: Span<UInt8>) throws(WireError) -> (count: Int, isOver: Bool?) {
        var at = 0
        while framing == nil {
            let limits = ClientHead.limits
            guard let end = try HeadParser.response(bytes, from: at, into: &head, limits: limits) else {
                return (at, nil)
            }
            at = end
            if head.status < 200, head.status != 101 {
                core.record { recorder in
                    recorder.interim(
                        &buffer, bytes, status: head.status, reason: head.reason, minorVersion: head.minorVersion,
                        lines: head.fields.lines, edits: [], sent: bytes.extracting(0..<0))
                }
                continue
            }
            try note(bytes)
        }
        return try useContent(bytes, at)
    }

    private func note(_ bytes: Span<UInt8>) throws(WireError) {
        let found = try Framing.ofResponse(bytes, head, to: asked.head.methodKind)
        framing = request.headOnly || head.status == 101 ? Framing.none : found
        let edits = traced.response(bytes, head)
        answer.note(bytes, head, without: edits)
        let saysClose = head.fields.lines.contains {
            $0.id == .connection && CommaList.contains(bytes, $0.value, word: "close")
        }
        let saysKeep = head.fields.lines.contains {
            $0.id == .connection && CommaList.contains(bytes, $0.value, word: "keep-alive")
        }
        keepsConnection =
            !request.headOnly && head.status != 101 && found != .untilClose && !saysClose
            && (head.minorVersion >= 1 || saysKeep)
        core.record { recorder in
            recorder.response(
                &buffer, bytes, status: head.status, reason: head.reason, minorVersion: head.minorVersion,
                lines: head.fields.lines, edits: edits, sent: bytes.extracting(0..<0), byHoplens: false)
        }
    }

    private func useContent(_ bytes: Span<UInt8>, _ start: Int) throws(WireError) -> (count: Int, isOver: Bool?) {
        guard let framing else { return (start, nil) }
        switch framing {
        case .none, .tunnel: return (start, true)
        case .length(let length):
            let wanted = Int(clamping: length - contentBytes)
            let end = min(bytes.count, start + wanted)
            let isFull = !content(bytes, Extent(start, end))
            if contentBytes == length { return (end, !isFull) }
            return (end, isFull ? false : nil)
        case .untilClose:
            let isFull = !content(bytes, Extent(start, bytes.count))
            return (bytes.count, isFull ? false : nil)
        case .chunked: return try useChunks(bytes, start)
        }
    }

    private func useChunks(_ bytes: Span<UInt8>, _ start: Int) throws(WireError) -> (count: Int, isOver: Bool?) {
        var at = start
        while !isInTrailers {
            switch try chunks.next(bytes, at: at) {
            case .needMore: return (at, nil)
            case .framing(let extent), .junk(let extent): at = Int(extent.end)
            case .data(let extent):
                at = Int(extent.end)
                guard content(bytes, extent) else { return (at, false) }
            case .trailers(let extent):
                at = Int(extent.end)
                isInTrailers = true
            }
        }
        var trailers = FieldSection()
        guard let end = try HeadParser.trailers(bytes, from: at, into: &trailers, limits: ClientHead.limits) else {
            return (at, nil)
        }
        if !trailers.lines.isEmpty {
            core.record { recorder in
                recorder.trailers(
                    &buffer, side: .response, bytes, lines: trailers.lines, edits: [], sent: bytes.extracting(0..<0))
            }
        }
        return (end, true)
    }

    /// Keeps content as far as there is room; false when there is more than may be kept.
    private func content(_ bytes: Span<UInt8>, _ extent: Extent) -> Bool {
        contentBytes += UInt64(extent.count)
        // As in live traffic, of errors a sample is kept in the record.
        if answer.status >= 400 { core.record { $0.sample(&buffer, bytes, extent) } }
        let room = core.bodyLimit - answer.body.count
        answer.body.append(Extent(Int(extent.start), Int(extent.start) + min(room, extent.count)), of: bytes)
        if extent.count > room { keepsConnection = false }
        return extent.count <= room
    }
}

/// The parts of an answer that is being received.
struct ClientAnswerParts {
    var status = 0
    var lines: [(name: [UInt8], value: [UInt8])] = []
    var body: [UInt8] = []

    mutating func note(_ bytes: Span<UInt8>, _ head: borrowing ResponseHead, without edits: [FieldEdit]) {
        status = head.status
        for (index, line) in head.fields.lines.enumerated() where !edits.contains(where: { Int($0.index) == index }) {
            var name: [UInt8] = []
            name.append(line.name, of: bytes)
            var value: [UInt8] = []
            value.append(line.value, of: bytes)
            lines.append((name, value))
        }
    }
}
