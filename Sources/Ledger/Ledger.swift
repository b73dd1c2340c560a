// The ledger: followed fields × points, with the fate of each field between neighbouring points and the reason of every
// fate that is not `kept`. It is computed from records, never stored. A message's way through its points is a passage;
// request and response, trailers and interim responses have passages of their own, so a row never compares a field of
// the request with one of the response.
//
// Besides fields a passage has rows for facts of the message (status, target, framing, body size …): the same machine
// finds their fates.
//
// Invariants: every row has one cell per point and one crossing between each two neighbours; a crossing that is a
// change has at least one reason.

public import Trace
public import Wire

/// What a passage is the way of.
public enum MessagePart: Equatable, Sendable {
    case request
    case requestTrailers
    /// A 1xx response with this status.
    case interim(Int)
    case response
    case responseTrailers

    /// Whether it goes from the client to the origin.
    public var isRequest: Bool { self == .request || self == .requestTrailers }

    /// The part in words.
    public var words: String {
        switch self {
        case .request: "request"
        case .requestTrailers: "request trailers"
        case .interim(let status): "interim \(status)"
        case .response: "response"
        case .responseTrailers: "response trailers"
        }
    }
}

/// What a row is about.
public enum Subject: Equatable, Sendable {
    /// A field, by its known name.
    case field(FieldName)
    /// The request's method.
    case method
    /// The request target.
    case target
    /// The response's status.
    case status
    /// How the body is delimited.
    case framing
    /// How many bytes the body had.
    case bodySize
    /// The 1xx responses, one a line.
    case interim

    /// Whether it is a field.
    public var isField: Bool {
        if case .field = self { true } else { false }
    }
}

/// One field, or one fact of a message, at every point of a passage.
public struct Row: Equatable, Sendable {
    /// What it is about.
    public var subject: Subject
    /// The field name as first spelled, or the fact in words.
    public var title: String
    /// How much it matters.
    public var importance: Importance
    /// The lines at each point; nil where the point was not observed.
    public var cells: [[RecordedLine]?]
    /// What happened between each two neighbouring points.
    public var crossings: [Crossing]
}

/// One message's way through its points.
public struct Passage: Equatable, Sendable {
    /// Which part of the exchange it is.
    public var part: MessagePart
    /// The points in the order the message met them.
    public var points: [Point]
    /// The rows, the most important first.
    public var rows: [Row]

    /// The row of a field by name.
    public func row(_ name: String) -> Row? {
        let key = name.lowercased()
        return rows.first { $0.subject.isField && $0.title.lowercased() == key }
    }

    /// The row of a fact.
    public func row(_ subject: Subject) -> Row? { rows.first { $0.subject == subject } }
}

/// The followed fields of one exchange at every point where it was seen.
public struct Ledger: Equatable, Sendable {
    /// The passages in order: request, its trailers, interim responses, response, its trailers.
    public var passages: [Passage]
    /// The nodes that the ledger spans, from the client's side to the origin's.
    public var nodes: [String]
    /// Those of them that have no record of the exchange.
    public var unseen: [String]
    /// Whether a record of it was captured without redaction, so that cells may hold secrets.
    public var raw: Bool
    /// The boxes between the nodes that cannot report.
    public var boxes: [Boxes] = []
    var notes = ChainNotes()

    /// The ledger of one node's record.
    public init(_ record: Record, tracking: Tracking = Tracking(), boxes: [Boxes] = []) {
        self.init(joining: [record], tracking: tracking)
        self.boxes = boxes
    }

    /// The passage of a part, when the exchange had it.
    public func passage(_ part: MessagePart) -> Passage? { passages.first { $0.part == part } }

    init(passages: [Passage], nodes: [String], unseen: [String], raw: Bool) {
        self.passages = passages
        self.nodes = nodes
        self.unseen = unseen
        self.raw = raw
    }
}
