// What a run is told to do, checked: every value here is one the proxy can act on without asking again. Nothing here
// knows whether it came from a flag, a file or a default; RawSettings knows that, and only until it has been checked.

/// Everything one process is told.
public struct ProxySettings: Sendable, Equatable {
    /// The node's name in Via, Proxy-Status and traces; nil lets the process make one up.
    public var node: String?
    /// Event loops, one thread each.
    public var threads: Int
    /// What is forwarded where.
    public var services: [Service]
    /// The file with the key that the nodes of a chain share; nil for a node that is in no chain.
    public var chainKeyFile: String?
    /// Where exchanges are recorded, if they are.
    public var capture: Capture?
    /// Field names to follow beside the usual ones.
    public var track: [String]
    /// Names of fields and parameters whose values are secret although the names do not sound like it.
    public var secretNames: [String]
    /// How exchanges are shown.
    public var output: Output
    /// Bounds on what a peer may send or hold.
    public var limits: Limits
    /// How long each step may take.
    public var timeouts: Timeouts
    /// Whether Via is added to requests (RFC 9110 section 7.6.3 asks for it).
    public var via: Bool
    /// Whether one harmless request is sent directly and through the node at the start, to see that the node does not
    /// change the answer.
    public var instrumentCheck: Bool

    /// The settings of a process that forwards these services and leaves everything else as it is by default.
    public init(services: [Service]) {
        self.services = services
        node = nil
        threads = 1
        chainKeyFile = nil
        capture = nil
        track = []
        secretNames = []
        output = Output()
        limits = Limits()
        timeouts = Timeouts()
        via = true
        instrumentCheck = true
    }
}

/// One origin and the addresses it is offered on.
public struct Service: Sendable, Equatable {
    /// The name in traces and messages.
    public var name: String
    /// Where clients connect.
    public var listen: [Endpoint]
    /// Whom requests are forwarded to.
    public var origin: OriginURL
    /// Where the connection is made instead, with Host, SNI and verification still the origin's.
    public var connect: Endpoint?
    /// Which Host the origin is told.
    public var host: HostPolicy
    /// The name asked for in the TLS handshake, if not the origin's.
    public var sni: String?
    /// What is added about the client.
    public var forwarded: ForwardedPolicy
    /// The certificate shown to clients, if they speak TLS.
    public var tls: ListenerTLS?
    /// A file of certificates to trust instead of the system's.
    public var caFile: String?
    /// Whether the origin's certificate is not verified.
    public var insecure: Bool

    /// A service with everything else as it is by default.
    public init(name: String = "main", listen: [Endpoint] = [.defaultListener], origin: OriginURL) {
        self.name = name
        self.listen = listen
        self.origin = origin
        connect = nil
        host = .auto
        sni = nil
        forwarded = .none
        tls = nil
        caFile = nil
        insecure = false
    }
}

/// Which Host the origin is told.
public enum HostPolicy: Sendable, Equatable {
    /// The origin's own name when the client named the listener, else what the client said.
    case auto
    /// Always the origin's own name.
    case origin
    /// Always what the client said.
    case client
    /// Always this name.
    case name(String)
}

/// What is added to a request about the client it came from.
public enum ForwardedPolicy: String, Sendable, Equatable, CaseIterable {
    /// Nothing; fields that are there pass as they came.
    case none
    /// X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host.
    case x
    /// Forwarded (RFC 7239).
    case rfc7239
}

/// The files a TLS listener needs.
public struct ListenerTLS: Sendable, Equatable {
    /// PEM file: the certificate, then its intermediates.
    public var certificate: String
    /// PEM file: the private key.
    public var key: String

    /// A certificate and its key.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// Where and how exchanges are recorded.
public struct Capture: Sendable, Equatable {
    /// The folder of the segments.
    public var directory: String
    /// A segment that has grown to this many bytes is closed.
    public var segmentBytes: Int
    /// A segment that is this many seconds old is closed.
    public var segmentAge: Int
    /// The oldest segments are removed when all together are larger than this many bytes.
    public var maxDisk: Int?
    /// How many bytes of an error's body are kept.
    public var sampleBytes: Int
    /// The key of the fingerprints; nil stands for a file in the folder.
    public var keyFile: String?
    /// For how many milliseconds from the start secrets are written as they are; nil, as they should be, for never.
    public var rawMilliseconds: Int?

    /// Whether secrets are written as they are for a while.
    public var raw: Bool { rawMilliseconds != nil }

    /// A capture with everything else as it is by default.
    public init(directory: String) {
        self.directory = directory
        segmentBytes = 64 << 20
        segmentAge = 3600
        maxDisk = nil
        sampleBytes = 4096
        keyFile = nil
        rawMilliseconds = nil
    }
}

/// How exchanges are shown.
public struct Output: Sendable, Equatable {
    /// How much of an exchange is shown.
    public enum Mode: String, Sendable, Equatable, CaseIterable {
        /// One line, with the news only.
        case lines
        /// The whole ledger.
        case verbose
        /// The trace record.
        case json
        /// Nothing.
        case quiet
    }

    /// When colours are used.
    public enum Color: String, Sendable, Equatable, CaseIterable {
        /// On a terminal, unless NO_COLOR is set.
        case auto
        /// Always.
        case always
        /// Never.
        case never
    }

    /// How much is shown.
    public var mode: Mode
    /// When colours are used.
    public var color: Color
    /// Whether only ASCII is printed.
    public var ascii: Bool

    /// One line an exchange, colours on a terminal.
    public init(mode: Mode = .lines, color: Color = .auto, ascii: Bool = false) {
        self.mode = mode
        self.color = color
        self.ascii = ascii
    }
}

extension ProxySettings {
    /// What a person should know before it starts: each a sentence, none of them an error.
    public var warnings: [String] {
        var result: [String] = []
        for service in services {
            for endpoint in service.listen where !endpoint.isLoopback {
                result.append("\(endpoint) can be reached from other machines; everyone there can use this proxy")
            }
            if service.insecure {
                result.append(
                    "the certificate of \(service.origin) is not verified; anyone in between can answer for it")
            }
        }
        if let capture, let duration = capture.rawMilliseconds {
            result.append(
                "secrets are written as they are to \(capture.directory) for \(Quantity.text(milliseconds: duration))")
        }
        return result
    }
}
