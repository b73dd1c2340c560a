// The points farther in that cannot show a record but reported what they saw. A report tells of the followed fields only,
// so its stations say which fields they cover: where one does not, nothing was observed, which is not the same as nothing
// being there.

import Trace

/// The boxes between two nodes that cannot report, as far as their fields give them away.
public struct Boxes: Equatable, Sendable {
    /// The node on the client's side of them.
    public var from: String
    /// The node on the origin's side of them.
    public var to: String
    /// Their names, from the client's side inwards.
    public var names: [String]

    /// Boxes from their parts.
    public init(from: String, to: String, names: [String]) {
        self.from = from
        self.to = to
        self.names = names
    }
}

/// What is known of a chain beside the points themselves.
struct ChainNotes: Equatable, Sendable {
    /// The node that asked for reports and got none; nil when it got one, or asked for none.
    var unanswered: String?
    /// Nodes whose report in the answer is that of an earlier request, and by how many seconds, in words.
    var stored: [(node: String, age: Int64)] = []
    /// What PHP says of a field it has in another place than programs look for it, by lower-case name.
    var php: [String: String] = [:]

    static func == (one: ChainNotes, other: ChainNotes) -> Bool {
        one.unanswered == other.unanswered && one.php == other.php
            && one.stored.elementsEqual(other.stored) { $0.node == $1.node && $0.age == $1.age }
    }
}

extension RecordedReport {
    /// The name of the point's node: PHP has no other.
    var pointName: String { isPHP ? "PHP" : node }

    func requestStations() -> [Station] {
        let covers: @Sendable (String) -> Bool = { [self] in self.covers($0, request: true) }
        if isPHP {
            return [Station(point: Point(pointName, .php), lines: request.lines, covers: covers)]
        }
        return [
            Station(
                point: Point(pointName, .clientToNode), lines: request.lines, edits: request.edits, covers: covers),
            Station(
                point: Point(pointName, .nodeToOrigin), lines: wasSent ? request.sent() : nil, covers: covers),
        ]
    }

    /// Whether the request can have gone on from there.
    private var wasSent: Bool { !isOwnAnswer }

    func responseStations() -> [Station] {
        guard !isPHP else { return [] }
        let (here, next) = (Point(pointName, .originToNode), Point(pointName, .nodeToClient))
        guard let response else { return [Station(point: here), Station(point: next)] }
        let covers: @Sendable (String) -> Bool = { [self] in self.covers($0, request: false) }
        let facts = [(Subject.status, ["\(status)"])]
        if isOwnAnswer { return [Station(point: here), Station(point: next, facts: facts)] }
        return [
            Station(point: here, lines: response.lines, facts: facts, edits: response.edits, covers: covers),
            Station(point: next, lines: response.sent(), facts: facts, covers: covers),
        ]
    }
}

extension Ledger {
    /// The reports that add points to those of the records: about this exchange, and from nobody who has a record of it;
    /// from the outermost to the innermost.
    static func reports(of records: [Record]) -> [RecordedReport] {
        let known = Set(records.map(\.node))
        var nodes: [RecordedReport] = []
        var php: [RecordedReport] = []
        for record in records {
            // The innermost speaks first, so the last report is the next point.
            for report in (record.chain?.reports ?? []).reversed() where report.otherTrace == nil {
                if report.isPHP {
                    if php.isEmpty { php.append(report) }
                } else if !known.contains(report.node), !nodes.contains(where: { $0.node == report.node }) {
                    nodes.append(report)
                }
            }
        }
        return nodes + php
    }

    /// What a chain tells beside the points.
    static func notes(of records: [Record], _ reports: [RecordedReport], unseen: [String]) -> ChainNotes {
        var notes = ChainNotes()
        guard let outermost = records.first else { return notes }
        if let chain = outermost.chain {
            for report in chain.reports where report.otherTrace != nil {
                let name = report.pointName
                let isHere = records.contains { $0.node == name } || reports.contains { $0.pointName == name }
                guard !isHere, !notes.stored.contains(where: { $0.node == name }) else { continue }
                notes.stored.append((name, max(0, outermost.time / 1_000_000 - report.seconds)))
            }
            if chain.began, records.count == 1, reports.isEmpty, notes.stored.isEmpty, unseen.isEmpty,
                outermost.response.map({ !$0.byHoplens }) ?? false
            {
                notes.unanswered = outermost.node
            }
        }
        for report in reports where report.isPHP {
            if report.fact("authorization") == "getallheaders" {
                notes.php["authorization"] = "getallheaders() has it, but $_SERVER has not"
            }
        }
        return notes
    }

    /// What is to be said of the chain itself.
    var chainNews: [NewsItem] {
        var items: [NewsItem] = []
        func add(_ kind: NewsItem.Kind, _ text: String) {
            items.append(
                NewsItem(
                    kind: kind, part: .request, subject: .target, title: "request", importance: .credentials,
                    isRoutine: false, text: text))
        }
        if let node = notes.unanswered {
            add(
                .unanswered(node: node),
                "no point behind node \(node) reported: something on the way answered, or took Hoplens-Trace or"
                    + " Hoplens-Report away, or nothing there has the chain's key; what is known ends at \(node)")
        }
        for (node, age) in notes.stored {
            let seer = nodes.last { name in !unseen.contains(name) && !notes.stored.contains { $0.node == name } } ?? ""
            let ago = age == 0 ? "of this second" : "\(age) s old"
            add(
                .stored(node: node, by: seer),
                "\(node == "PHP" ? "PHP" : "node \(node)") never saw this request: the report in the answer is that of"
                    + " another request, \(ago), so a cache between \(seer) and \(node) answered")
        }
        return items
    }
}
