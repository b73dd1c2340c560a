// One exchange as a trace holds it: what one node saw at its four points, with times and peers. A record holds
// observations only; fates, reasons and findings are recomputed from it by today's rules.
//
// The four points are two field sections and the edits this node made to them:
//   client->node  request.head.lines            node->origin  request.head.sent()
//   origin->node  response.head.lines           node->client  response.head.sent()
// Values are already redacted here (see Redactor and Marker in Fields): two values are the same exactly when their
// shown forms are, because every marker carries a length and a keyed fingerprint. Comparing `value` is enough.

public import Fields

/// One exchange, decoded from a trace line.
public struct Record: Equatable, Sendable {
    /// The version of the format this build writes.
    public static let currentVersion = 1

    /// The version the line was written in (`v`).
    public var version: Int = Record.currentVersion
    /// The exchange's id, sortable by time.
    public var id: String
    /// The name of the node that saw it.
    public var node: String
    /// When it began, in microseconds since 1970 (`time` in the line, as RFC 3339 with six decimals).
    public var time: Int64
    /// How long it took.
    public var durationMicroseconds: Int64 = 0
    /// The configured service it belonged to.
    public var service: String?
    /// Whether redaction was switched off for this record (`--capture-raw`): it must not be shared.
    public var raw: Bool = false
    /// Who asked.
    public var client: RecordedClient
    /// Who was asked; nil when hoplens did not get that far.
    public var origin: RecordedOrigin?
    /// The request's head; nil when nothing of it could be read.
    public var request: RecordedRequest?
    /// The request's body, when there was a head to frame it.
    public var requestBody: RecordedBody?
    /// The request's trailer section, when there was one.
    public var requestTrailers: RecordedSection?
    /// The 1xx responses in order.
    public var interim: [RecordedResponse] = []
    /// The final response's head; nil when there was none.
    public var response: RecordedResponse?
    /// The final response's body.
    public var responseBody: RecordedBody?
    /// The response's trailer section, when there was one.
    public var responseTrailers: RecordedSection?
    /// The exchange's part in a chain of nodes; nil when the node was in none.
    public var chain: RecordedChain?
    /// How long the phases took.
    public var timing = RecordedTiming()
    /// How it ended.
    public var end: Ending
    /// What went wrong, when something did.
    public var error: RecordedError?

    /// A record with what every line has.
    public init(id: String, node: String, time: Int64, client: RecordedClient, end: Ending) {
        self.id = id
        self.node = node
        self.time = time
        self.client = client
        self.end = end
    }
}

/// How an exchange ended.
public enum Ending: UInt8, CaseIterable, Sendable {
    /// Both messages were forwarded whole (or the tunnel was closed in order).
    case complete
    /// The client went away first.
    case clientAborted
    /// The origin went away, or could not be reached, first.
    case originAborted
    /// A time-out of ours ended it.
    case timeout
    /// hoplens refused the request, or the response, and answered itself.
    case refused
    /// hoplens was told to stop.
    case shutdown
    /// A word this build does not know.
    case other

    /// The word used in traces and output.
    public var word: String {
        switch self {
        case .complete: "complete"
        case .clientAborted: "client-aborted"
        case .originAborted: "origin-aborted"
        case .timeout: "timeout"
        case .refused: "refused"
        case .shutdown: "shutdown"
        case .other: "other"
        }
    }
}

/// The client's side of an exchange.
public struct RecordedClient: Equatable, Sendable {
    /// Address and port, IPv6 in brackets.
    public var address: String
    /// The node's number for the connection.
    public var connection: UInt64
    /// Which exchange on that connection it was, from 1.
    public var exchange: UInt64
    /// The TLS version; nil for plain TCP.
    public var tls: String?

    /// A client from its parts.
    public init(address: String, connection: UInt64, exchange: UInt64, tls: String? = nil) {
        self.address = address
        self.connection = connection
        self.exchange = exchange
        self.tls = tls
    }
}

/// The origin's side of an exchange.
public struct RecordedOrigin: Equatable, Sendable {
    /// The configured origin, `https://example.test:443`.
    public var url: String
    /// The address that was dialled.
    public var address: String?
    /// The node's number for the connection.
    public var connection: UInt64?
    /// Whether the connection had served an exchange before.
    public var reused: Bool = false
    /// Whether the request was sent a second time because a reused connection turned out to be dead.
    public var retried: Bool = false
    /// The TLS version; nil for plain TCP.
    public var tls: String?
    /// False when the certificate was not verified (`--insecure`).
    public var verified: Bool = true

    /// An origin from its URL.
    public init(url: String) { self.url = url }
}

/// A field line as a trace shows it.
public struct RecordedLine: Equatable, Sendable {
    /// The name as spelled on the wire.
    public var name: String
    /// The value, secrets replaced by markers.
    public var value: String
    /// Whether name and value are written as Latin-1 code points, one per byte (`enc`), because the bytes were not
    /// valid UTF-8 or could have been taken for a marker.
    public var latin1: Bool = false
    /// What is known of a secret in the value.
    public var shape: ValueShape?

    /// A line from its parts.
    public init(name: String, value: String, latin1: Bool = false, shape: ValueShape? = nil) {
        self.name = name
        self.value = value
        self.latin1 = latin1
        self.shape = shape
    }
}

/// A change this node made to a field section.
public struct RecordedEdit: Equatable, Sendable {
    /// What was done.
    public var operation: FieldEdit.Operation
    /// The position in the section as received; nil for an added line.
    public var index: Int?
    /// The line as sent; for a dropped one its name, and an empty value.
    public var line: RecordedLine
    /// The word for why; `reason` is its meaning.
    public var why: String

    /// An edit from its parts.
    public init(_ operation: FieldEdit.Operation, index: Int?, line: RecordedLine, why: String) {
        self.operation = operation
        self.index = index
        self.line = line
        self.why = why
    }

    /// Why, when this build knows the word.
    public var reason: EditReason? { EditReason.allCases.first { $0.word == why } }
}

/// A field section as received, and what this node did to it.
public struct RecordedSection: Equatable, Sendable {
    /// The lines in wire order.
    public var lines: [RecordedLine]
    /// This node's changes in order.
    public var edits: [RecordedEdit]

    /// A section from its parts.
    public init(lines: [RecordedLine] = [], edits: [RecordedEdit] = []) {
        self.lines = lines
        self.edits = edits
    }

    /// The section at the next point: the lines with the edits applied.
    public func sent() -> [RecordedLine] { Record.applied(lines, edits) }
}

/// A request's head.
public struct RecordedRequest: Equatable, Sendable {
    /// The method; nil when the head could not be read and began with no token.
    public var method: String?
    /// The request target, secrets replaced; nil when the head could not be read.
    public var target: String?
    /// Whether `target` is written as Latin-1 code points.
    public var targetLatin1: Bool = false
    /// The HTTP version, `1.1`; nil when the head could not be read.
    public var version: String?
    /// The field section.
    public var head: RecordedSection
    /// How many bytes were read of a head that could not be understood; nil for every other.
    public var malformedBytes: Int?

    /// A request from its parts.
    public init(method: String?, target: String?, version: String?, head: RecordedSection = RecordedSection()) {
        self.method = method
        self.target = target
        self.version = version
        self.head = head
    }
}

/// A response's head, interim or final.
public struct RecordedResponse: Equatable, Sendable {
    /// The status code.
    public var status: Int
    /// The reason phrase.
    public var reason: String
    /// Whether `reason` is written as Latin-1 code points.
    public var reasonLatin1: Bool = false
    /// The HTTP version, `1.1`.
    public var version: String
    /// The field section.
    public var head: RecordedSection
    /// Whether hoplens wrote it itself (`"by":"hoplens"`): there is no origin->node point then.
    public var byHoplens: Bool = false

    /// A response from its parts.
    public init(status: Int, reason: String, version: String = "1.1", head: RecordedSection = RecordedSection()) {
        self.status = status
        self.reason = reason
        self.version = version
        self.head = head
    }
}

/// How a body was delimited on the wire (RFC 9112 section 6).
public enum BodyFraming: UInt8, CaseIterable, Sendable {
    /// There was no body.
    case none
    /// Content-Length.
    case length
    /// The chunked transfer coding.
    case chunked
    /// The end of the connection.
    case close
    /// A tunnel after 101 (or CONNECT): bytes of another protocol.
    case tunnel
    /// A word this build does not know.
    case other

    /// The word used in traces and output.
    public var word: String {
        switch self {
        case .none: "none"
        case .length: "length"
        case .chunked: "chunked"
        case .close: "close"
        case .tunnel: "tunnel"
        case .other: "other"
        }
    }
}

/// A body's facts.
public struct RecordedBody: Equatable, Sendable {
    /// How it was delimited.
    public var framing: BodyFraming
    /// How many bytes of content went through, without chunk framing.
    public var bytes: Int64
    /// The beginning of an error body.
    public var sample: RecordedSample?

    /// Body facts from their parts.
    public init(framing: BodyFraming, bytes: Int64, sample: RecordedSample? = nil) {
        self.framing = framing
        self.bytes = bytes
        self.sample = sample
    }
}

/// The beginning of an error body, secrets replaced.
public struct RecordedSample: Equatable, Sendable {
    /// The Content-Type, parameters included; empty when there was none.
    public var type: String
    /// How many bytes of the body the sample was made from.
    public var bytes: Int
    /// The content coding the body came with; nil when there was none.
    public var coding: String?
    /// The text; nil when the body is in a coding that is not read here, or not text.
    public var text: String?
    /// Whether the body went on behind the sample.
    public var truncated: Bool

    /// A sample from its parts.
    public init(type: String, bytes: Int, coding: String? = nil, text: String?, truncated: Bool) {
        self.type = type
        self.coding = coding
        self.bytes = bytes
        self.text = text
        self.truncated = truncated
    }
}

/// How long the phases of an exchange took, in microseconds; nil for a phase that did not happen.
public struct RecordedTiming: Equatable, Sendable {
    /// From the wish to connect to the origin to an open connection.
    public var connect: Int64?
    /// The TLS handshake with the origin.
    public var tls: Int64?
    /// From the begin of the exchange to the first byte of the origin's answer.
    public var firstByte: Int64?
    /// From the begin of the exchange to the last byte of the request.
    public var request: Int64?

    /// A timing from its parts.
    public init(connect: Int64? = nil, tls: Int64? = nil, firstByte: Int64? = nil, request: Int64? = nil) {
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.request = request
    }
}

/// What went wrong in an exchange.
public struct RecordedError: Equatable, Sendable {
    /// Whose side failed: `client`, `origin` or `hoplens`.
    public var side: String
    /// In which phase, as one word with hyphens: connect, tls, request-head, response-body.
    public var phase: String
    /// The cause: an RFC 9209 error type where there is one, with underscores.
    public var cause: String
    /// One sentence for people.
    public var text: String

    /// An error from its parts.
    public init(side: String, phase: String, cause: String, text: String) {
        self.side = side
        self.phase = phase
        self.cause = cause
        self.text = text
    }
}
