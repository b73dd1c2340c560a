// The language between the forwarding core and whoever drives it. The core receives bytes and events and appends
// commands; it never touches a socket, a clock, a file or a log. The driver carries commands out in order. Everything
// here is a plain value, so a conversation can be written down as a script and tested (see the playbook in Tests).
public import Fields
public import Wire

/// The two parties of an exchange.
public enum Side: UInt8, Equatable, Sendable {
    case client, origin

    /// The other party.
    public var other: Side { self == .client ? .origin : .client }
}

/// The phases that are limited in time.
///
/// The driver knows how long each may take.
public enum Phase: UInt8, CaseIterable, Equatable, Sendable {
    /// From the first byte of a request head (or the accept) to its end.
    case head
    /// Between two exchanges on one client connection.
    case keepAlive
    /// Until a connection to the origin stands (the driver splits it over addresses, and TLS).
    case connect
    /// Between two pieces of a body, in either direction.
    case body
    /// From the end of the request to the head of the final response.
    case response
    /// Between two bytes of a tunnel.
    case tunnel
    /// Reading what a client still sends after its connection was given up.
    case linger
}

/// What a driver asks the core to do, once per command, in order.
public enum Command: Equatable, Sendable {
    /// Get a connection to the origin; answer with `originReady` or `originUnavailable`. `fresh` forbids a pooled one.
    case openOrigin(fresh: Bool)
    /// Queue bytes the core wrote into `Output.toClient` or `Output.toOrigin`.
    case send(Side, Extent)
    /// Queue bytes of the input of the current call, for the other side, without copying them.
    case forward(Side, Extent)
    /// The first bytes of the input of the current call are done with.
    case consume(Int)
    /// Look at what is in the scratch space now.
    case observe(Observation)
    /// Start (again) the time limit of a phase; there is one at a time.
    case arm(Phase)
    /// Half-close towards a side when all that was queued for it is sent.
    case finishSending(Side)
    /// Give the origin connection back (to the pool if `reusable`) or close it.
    case releaseOrigin(reusable: Bool)
    /// The exchange is over.
    case finish(Outcome)
    /// Close the client connection when all that was queued for it is sent.
    case closeClient(Closing)
}

/// How a client connection is closed.
public enum Closing: UInt8, Equatable, Sendable {
    /// Nothing more is expected from the client.
    case plain
    /// The client may still be sending: half-close, then read and forget for a while, so that no reset destroys the
    /// answer on its way (RFC 9112 section 9.6).
    case linger
    /// With a reset: the only way to say that a close-delimited body is not complete.
    case reset
}

/// Something worth recording that stands in the scratch space.
public enum Observation: Equatable, Sendable {
    /// A request head: `Scratch.request`, `requestEdits`, sent bytes in `Output.toOrigin`.
    case request
    /// An interim response head: `Scratch.response`, `responseEdits`, sent bytes in `Output.toClient`.
    case interim
    /// A final response head: likewise.
    case response
    /// An answer the core wrote itself, at this place in `Output.toClient`.
    case ownAnswer(status: Int, Extent)
    /// A trailer section from a side: `Scratch.trailers`, `trailerEdits`.
    case trailers(Side)
    /// A piece of response content, in the input of the current call.
    case content(Extent)
    /// A request head that could not be read: so many bytes of it were there.
    case refused(WireError, bytes: Int)
    /// The request is sent a second time because the connection was closed before any answer.
    case retry
}

/// How an exchange ended.
public struct Outcome: Equatable, Sendable {
    /// Why it ended.
    public var ending: Ending
    /// Framing of the request body, and how many bytes of content passed.
    public var requestFraming: Framing
    /// Content bytes of the request that were forwarded.
    public var requestBytes: UInt64
    /// Framing of the response body.
    public var responseFraming: Framing
    /// Content bytes of the response that were forwarded.
    public var responseBytes: UInt64
    /// The failure behind an ending that is not `complete`.
    public var failure: Failure?

    /// An outcome from its parts.
    public init(
        ending: Ending, requestFraming: Framing, requestBytes: UInt64, responseFraming: Framing, responseBytes: UInt64,
        failure: Failure?
    ) {
        self.ending = ending
        self.requestFraming = requestFraming
        self.requestBytes = requestBytes
        self.responseFraming = responseFraming
        self.responseBytes = responseBytes
        self.failure = failure
    }
}

/// Why an exchange ended.
public enum Ending: UInt8, Equatable, Sendable {
    /// The origin's answer was passed on whole.
    case complete
    /// hoplens answered instead of the origin.
    case answered
    /// The client went away.
    case clientAborted
    /// The origin went away in the middle of its answer.
    case originAborted
    /// A time limit passed: hoplens answered 408 or 504, or cut an answer that was under way.
    case timedOut
    /// The process is going down and the drain time is over.
    case shutDown
}

/// What went wrong on a connection, in the words of RFC 9209 section 2.3, with whose side and which phase it was.
public struct Failure: Error, Equatable, Sendable {
    /// The cause.
    public enum Cause: UInt8, Equatable, CaseIterable, Sendable {
        case dnsTimeout, dnsError, destinationUnavailable, destinationIPProhibited
        case connectionRefused, connectionTerminated, connectionTimeout, connectionReadTimeout
        case connectionWriteTimeout, connectionLimitReached
        case tlsProtocolError, tlsCertificateError, tlsAlertReceived
        case httpRequestError, httpRequestDenied, httpResponseIncomplete, httpResponseHeaderSectionSize
        case httpResponseTransferCoding, httpResponseTimeout, httpUpgradeFailed, httpProtocolError
        case proxyInternalError, proxyLoopDetected

        /// The error type registered by RFC 9209.
        public var word: String {
            switch self {
            case .dnsTimeout: "dns_timeout"
            case .dnsError: "dns_error"
            case .destinationUnavailable: "destination_unavailable"
            case .destinationIPProhibited: "destination_ip_prohibited"
            case .connectionRefused: "connection_refused"
            case .connectionTerminated: "connection_terminated"
            case .connectionTimeout: "connection_timeout"
            case .connectionReadTimeout: "connection_read_timeout"
            case .connectionWriteTimeout: "connection_write_timeout"
            case .connectionLimitReached: "connection_limit_reached"
            case .tlsProtocolError: "tls_protocol_error"
            case .tlsCertificateError: "tls_certificate_error"
            case .tlsAlertReceived: "tls_alert_received"
            case .httpRequestError: "http_request_error"
            case .httpRequestDenied: "http_request_denied"
            case .httpResponseIncomplete: "http_response_incomplete"
            case .httpResponseHeaderSectionSize: "http_response_header_section_size"
            case .httpResponseTransferCoding: "http_response_transfer_coding"
            case .httpResponseTimeout: "http_response_timeout"
            case .httpUpgradeFailed: "http_upgrade_failed"
            case .httpProtocolError: "http_protocol_error"
            case .proxyInternalError: "proxy_internal_error"
            case .proxyLoopDetected: "proxy_loop_detected"
            }
        }

        /// The status a gateway answers with.
        public var status: Int {
            switch self {
            case .connectionTimeout, .connectionReadTimeout, .connectionWriteTimeout, .httpResponseTimeout,
                .dnsTimeout:
                504
            case .connectionLimitReached: 503
            case .proxyInternalError: 500
            case .proxyLoopDetected: 508
            case .httpRequestError: 400
            case .httpRequestDenied: 421
            default: 502
            }
        }
    }

    /// Who is to blame: a side, or nil for hoplens itself.
    public var side: Side?
    /// The phase in which it happened.
    public var phase: Phase
    /// The cause.
    public var cause: Cause
    /// One plain clause for people; never holds bytes of a message.
    public var text: String

    /// A failure from its parts.
    public init(_ side: Side?, _ phase: Phase, _ cause: Cause, _ text: String) {
        self.side = side
        self.phase = phase
        self.cause = cause
        self.text = text
    }
}

/// What happened, as far as it is not bytes.
public enum Event: Equatable, Sendable {
    /// A connection to the origin stands; `reused` says that it served before.
    case originReady(reused: Bool)
    /// There is no connection to be had.
    case originUnavailable(Failure)
    /// A side has half-closed: no more bytes will come from it.
    case end(Side)
    /// A side's connection broke.
    case broken(Side, Failure)
    /// The armed phase took too long; `blocked` is the side that does not take what is queued for it.
    case timeout(blocked: Side?)
    /// Finish what runs; a request that still comes is answered as the last one.
    ///
    /// Behind it the driver makes the phase `keepAlive` a short one.
    case drain
}

/// Bytes the core writes: heads, line ends, its own answers.
///
/// The driver keeps them until they are sent.
public struct Output: Sendable {
    /// Bytes for the client.
    public var toClient: [UInt8] = []
    /// Bytes for the origin, kept until the response begins, in case the request must be sent again.
    public var toOrigin: [UInt8] = []
    /// What to do, in order.
    public var commands: [Command] = []

    /// An empty output.
    public init() {}
}

/// Room the core works in, shared by all conversations of a loop.
///
/// Between two calls it holds nothing but the heads it remembers.
public struct Scratch: Sendable {
    /// The request head read last.
    public var request = RequestHead()
    /// What was changed in it.
    public var requestEdits: [FieldEdit] = []
    /// The response head read last.
    public var response = ResponseHead()
    /// What was changed in it.
    public var responseEdits: [FieldEdit] = []
    /// The trailer section read last.
    public var trailers = FieldSection()
    /// What was changed in it.
    public var trailerEdits: [FieldEdit] = []
    /// The names that Connection lists.
    var options = ConnectionOptions()
    /// Heads that came before.
    var requests = HeadMemory<RequestHead>()
    var responses = HeadMemory<ResponseHead>()

    /// Empty room.
    public init() {}
}
