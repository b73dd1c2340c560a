// One client connection and the exchanges on it, without a socket: bytes and events in, commands out. There is at most
// one exchange at a time; requests a client pipelines wait in its buffer. The two halves of an exchange are two states:
//
//   request:  idle ─bytes─> reading ─head whole─> body ─end─> complete ──(exchange over)──> idle
//   response: none ─request head─> connecting ─originReady─> waiting ─final head─> body ─end─> (exchange over)
//   both become tunnel after a 101, and closed when the client connection is given up.
//
// Invariants
//  1. One request head forwarded is one request: what follows on the origin connection is its body, framed as the head
//     says, and nothing else until the exchange is over.
//  2. Nothing is read from the origin before a request was sent to it, and nothing behind the end of a response is
//     used: a connection with a byte left over is not reused.
//  3. A request is sent twice only if it is idempotent, has no body, went over a reused connection, and not one byte of
//     an answer came; and at most once again.
//  4. Every exchange that was observed ends in exactly one `finish`.
//  5. A call looks at no more than one head, so the scratch space holds what the last `observe` speaks of.
//
// It does not know which socket, loop, clock or file it runs on, and holds no byte of a message between two calls
// except the name a client used for the listener and the protocols it offered to upgrade to. Heads that come again are
// remembered in the scratch space (HeadMemory); the conversation only knows where.
public import NodeChain
import Wire

/// The sans-I/O forwarding core of one client connection.
public struct Conversation: ~Copyable {
    enum RequestState: Equatable {
        case idle, reading, body, complete, tunnel, closed
    }

    enum ResponseState: Equatable {
        case none, connecting, waiting, body, tunnel
    }

    private(set) var settings: ExchangeSettings
    let clientAddress: [UInt8]

    var request = RequestState.idle
    var response = ResponseState.none
    var requestSearch = HeadSearch()
    var responseSearch = HeadSearch()
    var requestBody = BodyTransfer()
    var responseBody = BodyTransfer()
    var method = Method.other
    var clientMinorVersion = 1
    /// Whether the client connection may stay open behind this exchange.
    var persists = true
    var originPersists = true
    var originIsReused = false
    var hasOrigin = false
    var retried = false
    var wroteResponse = false
    var removesChunked = false
    var offersUpgrade = false
    var upgradeTokens: [UInt8] = []
    var staysBehind = false
    var clientHost: [UInt8] = []
    var clientEnded = false
    var originEnded = false
    var isDraining = false
    var interims = 0
    var leadingLines = 0
    var status = 0
    /// Where the last heads of this connection are remembered, if they are.
    var lastRequest = HeadHint()
    var lastResponse = HeadHint()
    /// The exchange's way through a chain of nodes; nil without a key of one.
    public private(set) var chain: ChainPass?
    /// The Host to send instead of the client's; only set while a head is rewritten.
    var newHost: [UInt8]?

    /// A conversation on a fresh client connection.
    ///
    /// - Parameter clientAddress: the client's address as text, without port, for forwarding fields.
    public init(_ settings: ExchangeSettings, clientAddress: [UInt8]) {
        self.settings = settings
        self.clientAddress = clientAddress
    }

    /// Whether bytes of a side can be used now.
    public func wants(_ side: Side) -> Bool {
        switch side {
        case .client: request == .idle || request == .reading || request == .body || request == .tunnel
        case .origin: response == .waiting || response == .body || response == .tunnel
        }
    }

    /// Whether the client owes bytes of its request to an origin that is there.
    public var isUploading: Bool { request == .body && (response == .waiting || response == .body) }

    /// Whether nothing is missing but more of the origin's answer.
    public var waitsForContent: Bool { response == .body && request == .complete }

    /// How many bytes of the client are worth receiving at once, when so many of later requests may wait here.
    ///
    /// The end of a chunked body cannot be foreseen, and a tunnel has none, so there the answer is no bound.
    public func mostToRead(ahead: Int) -> Int {
        switch request {
        case .idle, .reading: ahead
        case .body: requestBody.mostToRead(ahead: ahead)
        case .complete, .tunnel, .closed: .max
        }
    }

    /// Whether an exchange is going on.
    public var isBusy: Bool { response != .none || request == .body }

    /// Whether the conversation waits for a next request and may be closed without anybody noticing.
    public var isIdle: Bool { request == .idle }

    /// Whether the connection is a tunnel now.
    public var isTunnel: Bool { request == .tunnel }

    /// Whether the client connection was given up.
    public var isClosed: Bool { request == .closed }

    /// Whether this exchange's request must not go over a connection that may be stale.
    public var needsSureConnection: Bool { !method.isIdempotent || requestBody.framing != .none }

    /// Whether `Output.toOrigin` must stay as it is when all of it is sent, because it may have to be sent again.
    public var keepsRequest: Bool { requestBody.framing == .none && request != .tunnel }

    /// Takes other settings for the exchanges to come; in the middle of one it does nothing.
    public mutating func adopt(_ settings: ExchangeSettings) {
        if isIdle { self.settings = settings }
    }

    /// Uses bytes that came from a side.
    ///
    /// - Parameter bytes: all bytes of that side not yet consumed.
    /// - Returns: whether to call again at once with the bytes left.
    public mutating func receive(
        _ side: Side, _ bytes: Span<UInt8>, scratch: inout Scratch, output: inout Output
    ) -> Bool {
        switch side {
        case .client:
            switch request {
            case .idle, .reading: return readRequest(bytes, &scratch, &output)
            case .body: return readRequestBody(bytes, &scratch, &output)
            case .tunnel: return tunnel(bytes, from: .client, &output)
            case .complete, .closed: return false
            }
        case .origin:
            switch response {
            case .waiting: return readResponse(bytes, &scratch, &output)
            case .body: return readResponseBody(bytes, &scratch, &output)
            case .tunnel: return tunnel(bytes, from: .origin, &output)
            case .none, .connecting: return false
            }
        }
    }

    /// Takes note of an event.
    public mutating func handle(_ event: Event, output: inout Output) {
        switch event {
        case .originReady(let reused): originReady(reused, &output)
        case .originUnavailable(let failure): fail(failure, &output)
        case .end(.client): clientEnd(&output)
        case .end(.origin): originEnd(&output)
        case .broken(.client, let failure): clientBroken(failure, &output)
        case .broken(.origin, let failure): originBroken(failure, &output)
        case .timeout(let blocked): timeout(blocked, &output)
        case .drain: drain(&output)
        }
    }

    private mutating func tunnel(_ bytes: Span<UInt8>, from side: Side, _ output: inout Output) -> Bool {
        guard bytes.count > 0 else { return false }
        output.commands.append(.forward(side.other, Extent(0, bytes.count)))
        output.commands.append(.consume(bytes.count))
        if side == .client { tunnelUp += UInt64(bytes.count) } else { tunnelDown += UInt64(bytes.count) }
        output.commands.append(.arm(.tunnel))
        return false
    }

    /// Bytes that went through a tunnel in either direction.
    var tunnelUp: UInt64 = 0
    var tunnelDown: UInt64 = 0

    /// Ends the exchange and says so; the client connection goes on, or is closed as told.
    mutating func finish(
        _ ending: Ending, _ failure: Failure?, closing: Closing?, reusable: Bool = false, _ output: inout Output
    ) {
        if hasOrigin {
            output.commands.append(.releaseOrigin(reusable: reusable))
            hasOrigin = false
        }
        output.commands.append(.finish(outcome(ending, failure)))
        if let closing {
            request = .closed
            response = .none
            output.commands.append(.closeClient(closing))
            return
        }
        reset()
        output.commands.append(.arm(.keepAlive))
    }

    /// What the exchange at hand comes to when it ends now.
    public func outcome(_ ending: Ending, _ failure: Failure?) -> Outcome {
        let isTunnel = request == .tunnel
        return Outcome(
            ending: ending, requestFraming: isTunnel ? .tunnel : requestBody.framing,
            requestBytes: isTunnel ? tunnelUp : requestBody.count,
            responseFraming: isTunnel ? .tunnel : responseBody.framing,
            responseBytes: isTunnel ? tunnelDown : responseBody.count, failure: failure)
    }

    private mutating func reset() {
        request = .idle
        response = .none
        requestSearch = HeadSearch()
        responseSearch = HeadSearch()
        requestBody = BodyTransfer()
        responseBody = BodyTransfer()
        originPersists = true
        retried = false
        wroteResponse = false
        removesChunked = false
        offersUpgrade = false
        staysBehind = false
        originEnded = false
        interims = 0
        leadingLines = 0
        chain = nil
    }

    mutating func joinChain(_ bytes: Span<UInt8>, _ head: borrowing RequestHead) {
        chain = settings.chain.map { ChainPass.of(bytes, head, $0) }
    }
}
