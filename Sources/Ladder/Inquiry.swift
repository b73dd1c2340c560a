// One request to be sent, and what came of it. A probe is its own name: two that are equal are the same question, and the
// answer to one is the answer to the other. To ask the same again on purpose, it has a number.

public import Diagnosis
public import JSON
public import Trace

/// A request to be sent.
public struct Inquiry: Hashable, Sendable {
    /// Where a probe goes.
    public enum Side: Hashable, Sendable {
        /// The public address.
        case front
        /// The origin, asked for the public name.
        case origin
        /// Where a redirect led.
        case elsewhere(Site)
    }

    /// What our own probes say they are.
    ///
    /// Firewalls count a request without it as odd.
    public static let agent = "hoplens (diagnose)"

    /// Where it goes.
    public var side: Side
    /// What Host says.
    public var authority: String
    /// The method.
    public var method: String
    /// The target in origin form.
    public var path: String
    /// The field lines behind Host.
    public var fields: [SentField]
    /// The body; nil for none.
    public var body: [UInt8]?
    /// Which time the same is asked.
    public var turn = 0
    /// Whether points farther in are asked with it, when there is a key to ask them with.
    public var isTraced = true

    /// A probe from its parts; User-Agent and Accept are added where they are missing, as every client sends them.
    init(
        _ side: Side, _ authority: String, _ method: String, _ path: String, _ fields: [SentField] = [],
        body: [UInt8]? = nil
    ) {
        self.side = side
        self.authority = authority
        self.method = method
        self.path = path
        self.body = body
        var lines = fields.filter { $0.name.lowercased() != "host" }
        if !lines.contains(where: { $0.name.lowercased() == "accept" }) {
            lines.insert(SentField("Accept", "*/*"), at: 0)
        }
        if !lines.contains(where: { $0.name.lowercased() == "user-agent" }) {
            lines.insert(SentField("User-Agent", Inquiry.agent), at: 0)
        }
        self.fields = lines
    }

    /// The same without a line.
    func without(_ name: String) -> Inquiry {
        var fields = fields
        fields.removeAll { $0.name.lowercased() == name.lowercased() }
        return Inquiry(side, authority, method, path, fields, body: body)
    }

    /// The same with a line more, or with another value.
    func with(_ name: String, _ value: String) -> Inquiry {
        var probe = self
        probe.fields.removeAll { $0.name.lowercased() == name.lowercased() }
        probe.fields.append(SentField(name, value))
        return probe
    }

    /// The same at another place.
    func at(_ side: Side) -> Inquiry {
        var probe = self
        probe.side = side
        return probe
    }

    /// The same without asking points farther in.
    func untraced() -> Inquiry {
        var probe = self
        probe.isTraced = false
        return probe
    }

    /// The same with a query no cache knows.
    func busted() -> Inquiry {
        var probe = self
        probe.path += (path.contains("?") ? "&" : "?") + "hoplens=fresh"
        return probe
    }

    /// The same with another method, and without what belongs to a body.
    func asMethod(_ method: String) -> Inquiry {
        var probe = without("content-type")
        probe.method = method
        probe.body = nil
        return probe
    }
}

/// Why there was no answer.
public struct Silence: Hashable, Sendable {
    /// What kind of failure it was.
    public enum Kind: String, Sendable {
        /// Nothing listens there, or the way is closed.
        case unreachable
        /// The name has no address.
        case unknownName = "unknown-name"
        /// It took too long.
        case slow
        /// The certificate was refused.
        case certificate
        /// The TLS handshake failed for another reason.
        case handshake
        /// What came was no HTTP/1.1.
        case notHTTP = "not-http"
        /// What came was the beginning of HTTP/2.
        case http2
        /// The connection ended before an answer.
        case cut
    }

    /// The kind.
    public var kind: Kind
    /// One clause.
    public var text: String

    /// A silence from its parts.
    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

/// An answer that was heard: its record, and its content.
public final class Heard {
    /// The exchange as rules see it.
    public let facts: Facts
    /// The content, as far as it was kept.
    public let body: [UInt8]
    /// The cookies it sets, `NAME=VALUE`; to be sent back, never to be shown.
    let cookies: [String]
    /// The content as JSON; nil when it is none.
    public private(set) lazy var json = Heard.document(body)
    /// The content as text, as far as it is.
    public private(set) lazy var text = String(decoding: body, as: UTF8.self)

    /// An answer from its record and its content.
    public init(_ record: Record, body: [UInt8], cookies: [String] = []) {
        facts = Facts(record)
        self.body = body
        self.cookies = cookies
    }

    private static func document(_ body: [UInt8]) -> JSONValue? {
        do throws(JSONError) { return try JSONValue(parsing: body.span) } catch { return nil }
    }

    /// The status code.
    var status: Int { facts.status ?? 0 }
    /// The code of a WordPress error object.
    var code: String? { json?["code"]?.string ?? facts.body.code }
    /// The message of a WordPress error object.
    var message: String? { json?["message"]?.string ?? facts.body.message }
    /// Whether WordPress' REST server wrote it.
    var isREST: Bool { facts.wordpress.answered || (status >= 400 && code != nil) }
    /// Whether WordPress wrote it, REST answer or page.
    var isWordPress: Bool { isREST || facts.answerer.author == .wordpress }
    /// Where it sends the client; nil when it does not.
    var location: String? { (300..<400).contains(status) && status != 304 ? facts.answered.first("location") : nil }
    /// Whether it came out of a cache.
    var isHit: Bool { facts.cache.isHit }
    /// The id of the user the answer is about, when it is about one.
    var user: Int64? { json?["slug"] != nil ? json?["id"]?.integer : nil }
    /// Whether it is an answer with content that a REST client can use.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// What it was, in a few words.
    var words: String {
        var text = "\(status)"
        if let code { text += " \(code)" } else if let author { text += " from \(author)" }
        if isHit { text += ", out of a cache" }
        return text
    }

    private var author: String? {
        let answerer = facts.answerer
        return answerer.product ?? (answerer.author == .unknown ? nil : answerer.author.rawValue)
    }
}

/// What came of a probe.
public enum Reply {
    /// An answer.
    case heard(Heard)
    /// None.
    case silent(Silence)

    /// The answer; nil when there was none.
    var heard: Heard? { if case .heard(let heard) = self { heard } else { nil } }
    /// Why there was none.
    var silence: Silence? { if case .silent(let silence) = self { silence } else { nil } }

    /// What it was, in a few words.
    var words: String {
        switch self {
        case .heard(let heard): heard.words
        case .silent(let silence): silence.text
        }
    }
}
