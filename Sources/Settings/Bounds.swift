// Limits and time-outs: names, defaults, what is allowed and what each is for, in one table each, because the flag, the
// settings file, the help text and the error message all need the same.

/// A bound on what a peer may send or hold, by the name it has on `--limit` and in the settings file.
public enum LimitName: String, Sendable, CaseIterable {
    /// The request line or status line, and each field line.
    case line
    /// The whole head.
    case head
    /// The number of fields in a head.
    case fields
    /// Client connections of the process.
    case connections
    /// Connections of one client address.
    case clientConnections = "client-connections"
    /// Connections to one origin.
    case originConnections = "origin-connections"
    /// Bytes waiting in one direction before reading stops.
    case buffer
    /// Bytes of pipelined requests waiting behind the current one.
    case pipeline
    /// Chunks of a body, besides those that carry content worth the name.
    case chunks
    /// Bytes a second that a client must send of a body or take of an answer.
    case rate

    /// Whether it counts bytes, so that `64k` is a way to write it.
    public var isSize: Bool {
        switch self {
        case .line, .head, .buffer, .pipeline, .rate: true
        case .fields, .connections, .clientConnections, .originConnections, .chunks: false
        }
    }

    /// The values it may have: small enough to be held in memory, large enough to let any exchange pass.
    public var allowed: ClosedRange<Int> {
        switch self {
        case .line: 256...16 << 20
        case .head: 1024...16 << 20
        case .fields: 1...10_000
        case .connections, .clientConnections, .originConnections: 1...1_000_000
        case .buffer: 4096...1 << 30
        case .pipeline: 1024...16 << 20
        case .chunks: 1...1_000_000_000
        case .rate: 1...1 << 30
        }
    }

    /// What it bounds, and what happens beyond it.
    public var summary: String {
        switch self {
        case .line: "request, status or field line; beyond it 414, 431 for a field (502)"
        case .head: "all fields of a message; beyond it 431 (502 from the origin)"
        case .fields: "number of fields in a message; beyond it 431 (502)"
        case .connections: "client connections; beyond it no more are accepted"
        case .clientConnections: "connections of one client address, per thread; beyond it 503"
        case .originConnections: "connections to origins, per thread; beyond it requests wait"
        case .buffer: "bytes of a body waiting in one direction; beyond it reading pauses"
        case .pipeline: "bytes of requests sent ahead; beyond it reading pauses"
        case .chunks: "chunks of a body, plus one for each 64 bytes of it; beyond it 413 (a cut)"
        case .rate: "bytes a second, on average, from a client's body and of answers to it"
        }
    }
}

/// Bounds on what a peer may send or hold.
public struct Limits: Sendable, Equatable {
    /// Bytes of a request line, status line or field line.
    public var line = 16 << 10
    /// Bytes of a head.
    public var head = 64 << 10
    /// Fields in a head.
    public var fields = 200
    /// Client connections.
    public var connections = 10_000
    /// Connections of one client address.
    public var clientConnections = 10_000
    /// Connections to one origin.
    public var originConnections = 512
    /// Bytes waiting in one direction.
    public var buffer = 256 << 10
    /// Bytes of pipelined requests waiting.
    public var pipeline = 16 << 10
    /// Chunks of a body, besides one for each 64 bytes of content.
    public var chunks = 1_000_000
    /// Bytes a second of a body, on average, once it has used up the time `body`.
    public var rate = 100

    /// The defaults.
    public init() {}

    /// The bound of a name.
    public subscript(name: LimitName) -> Int {
        get { self[keyPath: Self.path(name)] }
        set { self[keyPath: Self.path(name)] = newValue }
    }

    private static func path(_ name: LimitName) -> WritableKeyPath<Limits, Int> {
        switch name {
        case .line: \.line
        case .head: \.head
        case .fields: \.fields
        case .connections: \.connections
        case .clientConnections: \.clientConnections
        case .originConnections: \.originConnections
        case .buffer: \.buffer
        case .pipeline: \.pipeline
        case .chunks: \.chunks
        case .rate: \.rate
        }
    }
}

/// A step that may only take so long, by the name it has on `--timeout` and in the settings file.
public enum TimeoutName: String, Sendable, CaseIterable {
    /// Connecting to one address of the origin.
    case connect
    /// A TLS handshake, on either side.
    case tls
    /// Receiving a request head.
    case head
    /// A pause in a body.
    case body
    /// The response head, after the request was sent.
    case response
    /// An idle connection.
    case keepalive
    /// Ending: open exchanges after SIGTERM.
    case drain
    /// A tunnel without traffic.
    case tunnel

    /// The values it may have, in milliseconds.
    public var allowed: ClosedRange<Int> { 1...7 * 24 * 3_600_000 }

    /// What must happen in time, and what happens if it does not.
    public var summary: String {
        switch self {
        case .connect: "connecting to one address of the origin; then the next one"
        case .tls: "a TLS handshake; then the connection is closed (504)"
        case .head: "receiving a whole request head; then 408"
        case .body: "a pause in a request body, or in taking an answer; then 408 or the end"
        case .response: "the answer, and then each next piece of it; then 504, or the end"
        case .keepalive: "an idle connection; then it is closed"
        case .drain: "open exchanges after SIGTERM; then they are cut"
        case .tunnel: "a tunnel without traffic; then it is closed"
        }
    }
}

/// How long each step may take, in milliseconds.
public struct Timeouts: Sendable, Equatable {
    /// Connecting to one address.
    public var connect = 5_000
    /// A TLS handshake.
    public var tls = 5_000
    /// Receiving a request head.
    public var head = 15_000
    /// A pause in a body.
    public var body = 30_000
    /// The response head.
    public var response = 300_000
    /// An idle connection.
    public var keepalive = 75_000
    /// Draining.
    public var drain = 10_000
    /// A tunnel without traffic.
    public var tunnel = 3_600_000

    /// The defaults.
    public init() {}

    /// The time of a name, in milliseconds.
    public subscript(name: TimeoutName) -> Int {
        get { self[keyPath: Self.path(name)] }
        set { self[keyPath: Self.path(name)] = newValue }
    }

    private static func path(_ name: TimeoutName) -> WritableKeyPath<Timeouts, Int> {
        switch name {
        case .connect: \.connect
        case .tls: \.tls
        case .head: \.head
        case .body: \.body
        case .response: \.response
        case .keepalive: \.keepalive
        case .drain: \.drain
        case .tunnel: \.tunnel
        }
    }
}
