// Why a field did not stay what it was. hoplens knows its own reasons exactly, because the node recorded an edit for
// each; what happens between two nodes is seen only from both ends, so there the reason is where, not why.

public import Fields

/// Why something happened to a field between two points.
public enum Reason: Hashable, Sendable {
    /// A node did it, for a reason of its own.
    case node(String, EditReason)
    /// A node did it, for a reason whose word this build does not know.
    case nodeSaying(String, word: String)
    /// It happened on the way between two points that nobody observed.
    case between(Point, Point)
    /// Nothing tells.
    case unknown

    /// The reason in plain words, for a message going from client to origin (`request`) or back.
    public func words(request: Bool, on subject: Subject? = nil) -> String {
        switch self {
        case .node(_, .version) where subject == .framing:
            // RFC 9112 section 6.1.
            "the \(request ? "origin" : "client") speaks HTTP/1.0, which has no chunked coding, RFC 9112 6.1"
        case .node(_, let reason): reason.words(request: request)
        case .nodeSaying(_, let word): word
        case .between(let one, let two): "between \(one.words) and \(two.words)"
        case .unknown: "reason unknown"
        }
    }
}

extension EditReason {
    /// The reason in plain words: the rule, or the setting that asked for it.
    func words(request: Bool) -> String {
        let sender = request ? "client" : "origin"
        return switch self {
        case .hopByHop: "it belongs to one connection only, RFC 9110 7.6.1"
        case .connectionNominated: "the \(sender)'s own Connection field names it, RFC 9110 7.6.1"
        case .hostPolicy: "the origin gets the name that --host asks for"
        case .stayBehind: "so that the browser stays behind hoplens, --host auto"
        case .via: "every intermediary signs with Via, RFC 9110 7.6.3"
        case .forwarded: "asked for with --forwarded"
        case .framing: "one unambiguous framing for the body, RFC 9112 6"
        case .maxForwards: "counted down, RFC 9110 7.6.2"
        case .forbiddenTrailer: "it may not stand in a trailer section, RFC 9110 6.5.1"
        case .upgrade: "the Upgrade handshake is made anew for each connection, RFC 9110 7.8"
        case .persistence: "each connection is kept or closed on its own account, RFC 9112 9.3"
        case .version: "the other side speaks another HTTP version, RFC 9110 2.5"
        case .setting: "your own setting"
        case .chain: "so that the nodes of the chain can report to each other, --chain-key-file"
        }
    }
}
