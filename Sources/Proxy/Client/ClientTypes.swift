// What a request of our own is, where it goes, and what comes of it: values for commands that ask servers something.
// They know no loop and no thread.
public import Secure
public import Settings
public import Trace

/// Where a request of our own goes, and how it gets there.
public struct AskTarget: Sendable, Hashable {
    /// Whether to speak TLS.
    public var tls: Bool
    /// The name or address; IPv6 without brackets.
    public var host: String
    /// The port.
    public var port: UInt16
    /// Where to connect instead of to the host.
    public var connect: Endpoint?
    /// What SNI says and the certificate must be for, instead of the host; empty for no SNI at all.
    public var sni: String?
    /// PEM certificates trusted instead of the system's.
    public var caFile: String?
    /// Whether the certificate is not verified.
    public var insecure = false

    /// A target from its URL's parts.
    public init(tls: Bool, host: String, port: UInt16) {
        self.tls = tls
        self.host = host
        self.port = port
    }

    /// What Host says: the name, in brackets if it is an IPv6 address, and the port where it is not the scheme's own.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (tls ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The scheme, the name and the port, as records name an origin: `https://example.test:443`.
    public var url: String {
        "\(tls ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// One request of our own.
public struct ClientRequest: Sendable {
    /// Where it goes.
    public var target: AskTarget
    /// The method, as it is sent.
    public var method: String
    /// The request-target in origin form, or `*`.
    public var path: [UInt8]
    /// The field lines in the order in which they are sent; Host and Content-Length are added where they are missing.
    public var fields: [(name: String, value: [UInt8])]
    /// The body; empty for none.
    public var body: [UInt8]
    /// Whether only the head of the answer is wanted; the connection is closed behind it then.
    public var headOnly = false
    /// Whether it carries the trace of the client's chain, where there is one and it is no preflight.
    public var isTraced = true

    /// A request from its parts.
    public init(
        target: AskTarget, method: String = "GET", path: [UInt8], fields: [(name: String, value: [UInt8])] = [],
        body: [UInt8] = []
    ) {
        self.target = target
        self.method = method
        self.path = path
        self.fields = fields
        self.body = body
    }

    /// Whether it is of a kind that changes nothing on a server (RFC 9110 section 9.2.1).
    public var isSafe: Bool { ["GET", "HEAD", "OPTIONS", "TRACE"].contains(method) }
}

/// The answer to a request of our own.
public struct ClientAnswer: Sendable {
    /// The exchange as a node would have recorded it, secrets replaced: the client's side is this program itself.
    public var record: Record
    /// The status code of the final response.
    public var status: Int
    /// Its field lines as bytes, in wire order; they may hold secrets.
    public var lines: [(name: [UInt8], value: [UInt8])]
    /// The content without transfer coding, up to the client's bound; it may hold secrets.
    public var body: [UInt8]
    /// Whether `body` is all of the content.
    public var bodyIsWhole: Bool
    /// The address and port of the server.
    public var peer: String
    /// What is known of the TLS connection; nil for plain TCP.
    public var tls: TLSFacts?
    /// How long its phases took.
    public var timing: RecordedTiming

    /// The values of a field, compared without case, in order.
    public func all(_ name: String) -> [[UInt8]] {
        let wanted = name.lowercased()
        return lines.compactMap { String(decoding: $0.name, as: UTF8.self).lowercased() == wanted ? $0.value : nil }
    }

    /// The first value of a field as text; nil when there is none.
    public func first(_ name: String) -> String? { all(name).first.map { String(decoding: $0, as: UTF8.self) } }
}

/// Why a request of our own brought no answer.
public enum AskError: Error, Sendable, Equatable {
    /// Something is wrong with what was asked for: a file, a name.
    case setup(String)
    /// The target could not be reached, or what it sent is no HTTP: the record of the attempt, which has an error.
    case noAnswer(Record)
    /// It was cancelled, or the time for all requests was over.
    case cancelled

    /// One clause.
    public var text: String {
        switch self {
        case .setup(let text): text
        case .noAnswer(let record): record.error?.text ?? "no answer"
        case .cancelled: "it was given up before there was an answer"
        }
    }

    /// The RFC 9209 word of the cause (`connection_refused`); nil when the network is not the cause.
    public var cause: String? {
        guard case .noAnswer(let record) = self else { return nil }
        return record.error?.cause
    }
}
