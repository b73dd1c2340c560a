// The news of a ledger: what happened to the message that is not the plain routine of an intermediary, the most
// important first. Routine (Via signed, hop-by-hop fields handled, Host rewritten by the user's own policy) is news
// only for somebody who asks for everything. News says what happened and who did it; it passes no judgement.

import Fields
import Trace
import Wire

/// One thing that happened on the way.
public struct NewsItem: Equatable, Sendable {
    /// What kind of thing it is.
    public enum Kind: Equatable, Sendable {
        /// A field, or a fact, did not stay what it was.
        case crossing(Fate, from: Point, to: Point, [Reason])
        /// A field that has one value arrived in several lines.
        case arrivedDoubled(lines: Int, at: Point)
        /// A node farther in has no record of the exchange.
        case unseen(node: String, by: String)
        /// A node asked those farther in for reports, and none came.
        case unanswered(node: String)
        /// A node farther in has not seen the exchange: the answer, with its report in it, is a stored one.
        case stored(node: String, by: String)
    }

    /// What happened.
    public var kind: Kind
    /// Which part of the exchange.
    public var part: MessagePart
    /// What the row is about.
    public var subject: Subject
    /// The field's name, or the fact in words.
    public var title: String
    /// How much the field matters.
    public var importance: Importance
    /// Whether it is what any intermediary does on any day.
    public var isRoutine: Bool
    /// The news in one sentence without a full stop.
    public var text: String
    /// How the sentence begins and goes on, when it can be told of several names at once.
    var shared: Shared?

    /// A sentence in two parts: whom it is about, and what happened.
    struct Shared: Equatable, Sendable {
        var name: String
        var predicate: String
    }
}

extension Ledger {
    /// What happened, without routine.
    public var news: [NewsItem] { everything.filter { !$0.isRoutine } }

    /// All that happened, routine included.
    public var everything: [NewsItem] {
        var items: [NewsItem] = []
        for node in unseen where !notes.stored.contains(where: { $0.node == node }) {
            let seer = nodes.last { !unseen.contains($0) } ?? ""
            items.append(
                NewsItem(
                    kind: .unseen(node: node, by: seer), part: .request, subject: .target, title: "request",
                    importance: .credentials, isRoutine: false,
                    text: "node \(node) never saw this request: something between node \(seer) and node \(node)"
                        + " answered it"))
        }
        items += chainNews
        for passage in passages {
            for row in passage.rows { items += NewsWriter(self, passage, row).items() }
        }
        return Importance.allCases.flatMap { level in
            let same = items.filter { $0.importance == level }
            return same.filter(\.isLoss) + same.filter { !$0.isLoss }
        }
    }
}

extension NewsItem {
    /// Whether something that was there is gone; such news stands before its equals.
    public var isLoss: Bool {
        switch kind {
        case .crossing(let fate, _, _, _): fate == .dropped
        case .unseen, .stored: true
        case .arrivedDoubled, .unanswered: false
        }
    }
}

/// Writes the news of one row.
private struct NewsWriter {
    let ledger: Ledger
    let passage: Passage
    let row: Row

    init(_ ledger: Ledger, _ passage: Passage, _ row: Row) {
        self.ledger = ledger
        self.passage = passage
        self.row = row
    }

    func items() -> [NewsItem] {
        var items: [NewsItem] = []
        if case .field(let id) = row.subject, id.standsOnce, let first = row.cells.firstIndex(where: { $0 != nil }),
            let lines = row.cells[first], lines.count > 1
        {
            // Whoever is farther out than the first point that was seen cannot be named.
            let point = passage.points[first]
            let times = lines.count == 2 ? "twice" : "\(lines.count) times"
            items.append(
                item(
                    .arrivedDoubled(lines: lines.count, at: point), isRoutine: false,
                    text: first == 0
                        ? "\(sender) sent \(name) \(times)" : "\(name) stood there \(times) at \(point.words)"))
        }
        for (n, crossing) in row.crossings.enumerated() where crossing.fate.isChange {
            let (from, to) = (passage.points[n], passage.points[n + 1])
            let kind = NewsItem.Kind.crossing(crossing.fate, from: from, to: to, crossing.reasons)
            let isRoutine = isRoutine(crossing, between: from.node != to.node)
            if from.node != to.node {
                let text =
                    way(n, crossing.fate)
                    + betweenNodes(crossing.fate, from, to, row.cells[n] ?? [], row.cells[n + 1] ?? [])
                    + boxes(from, to, crossing.fate)
                items.append(item(kind, isRoutine: isRoutine, text: text))
            } else {
                let shared = sentence(n, crossing)
                items.append(
                    item(kind, isRoutine: isRoutine, text: "\(shared.name) \(shared.predicate)", shared: shared))
            }
        }
        return items
    }

    private func item(
        _ kind: NewsItem.Kind, isRoutine: Bool, text: String, shared: NewsItem.Shared? = nil
    ) -> NewsItem {
        NewsItem(
            kind: kind, part: passage.part, subject: row.subject, title: row.title, importance: row.importance,
            isRoutine: isRoutine, text: text, shared: shared)
    }

    private var sender: String { passage.part.isRequest ? "the client" : "the origin" }

    /// The name with what tells it from a field of the same name in another part.
    private var name: String {
        switch passage.part {
        case .request, .response: row.title
        case .requestTrailers, .responseTrailers: "trailer \(row.title)"
        case .interim(let status): "\(row.title) of the \(status)"
        }
    }

    // MARK: Routine

    private func isRoutine(_ crossing: Crossing, between nodes: Bool) -> Bool {
        guard case .field(let id) = row.subject else { return false }
        // A credential that is touched is never routine, not even when a rule demands it.
        if nodes, crossing.fate == .caseChanged {
            // Names are the same in any case (RFC 9110 section 5.1), and half of all boxes respell them.
            return true
        }
        if row.importance == .credentials { return false }
        if nodes { return id.isHopByHop || id == .via }
        return crossing.reasons.allSatisfy { reason in
            if case .node(_, let why) = reason { why.isRoutine(on: id) } else { false }
        }
    }

    // MARK: Sentences

    /// What this node did, in two parts.
    private func sentence(_ n: Int, _ crossing: Crossing) -> NewsItem.Shared {
        let from = passage.points[n]
        let before = row.cells[n] ?? []
        let after = row.cells[n + 1] ?? []
        let name = quantity(crossing, before)
        let why = crossing.reasons.map { $0.words(request: passage.part.isRequest, on: row.subject) }
            .joined(separator: "; ")
        if row.importance == .credentials, crossing.reasons == [.node(from.node, .connectionNominated)] {
            // The one case where hoplens obeys an order of the sender: the order is the news, not the obedience.
            return NewsItem.Shared(name: name, predicate: "\(verb(crossing.fate)): \(why)")
        }
        let who = ledger.nodes.count > 1 ? "node \(from.node)" : "hoplens"
        return NewsItem.Shared(
            name: name, predicate: "\(verb(crossing.fate)) by \(who)\(change(before, after)): \(why)")
    }

    /// The name, or how many of its lines, when not all of them shared the fate.
    private func quantity(_ crossing: Crossing, _ before: [RecordedLine]) -> String {
        let gone = crossing.lines.filter { $0.fate == .dropped }.count
        guard crossing.fate == .dropped, gone < before.count else { return name }
        return "\(gone) of \(before.count) \(name) lines"
    }

    /// Both values of a fact; those of a field are too long for a sentence.
    private func change(_ before: [RecordedLine], _ after: [RecordedLine]) -> String {
        guard !row.subject.isField else { return "" }
        return " (\(values(before)) → \(values(after)))"
    }

    private func values(_ lines: [RecordedLine]) -> String {
        if lines.isEmpty { return "none" }
        let unit = row.subject == .bodySize ? " bytes" : ""
        return lines.map { $0.value + unit }.joined(separator: ", ")
    }

    private func betweenNodes(
        _ fate: Fate, _ from: Point, _ to: Point, _ before: [RecordedLine], _ after: [RecordedLine]
    ) -> String {
        let evidence =
            switch fate {
            case _ where !row.subject.isField:
                "\(from.words): \(values(before)), \(to.words): \(values(after))"
            case .dropped where after.isEmpty: "point \(from.words) had it, \(to.words) has not"
            case .added where before.isEmpty: "point \(from.words) had none, \(to.words) has it"
            case .dropped, .added, .duplicated, .merged:
                "point \(from.words) had \(lines(before.count)), \(to.words) has \(lines(after.count))"
            case .kept, .caseChanged, .reordered, .changed, .absent, .notObserved:
                "as seen at \(from.words) and at \(to.words)"
            }
        let verb = fate == .dropped ? "lost" : self.verb(fate)
        let plural = row.subject == .interim
        return "\(name) \(plural ? "were" : "was") \(verb) between \(named(from)) and \(named(to)) (\(evidence))"
    }

    private func named(_ point: Point) -> String { point.place == .php ? point.node : "node \(point.node)" }

    /// How far a field came before it was lost, when there are points enough to make a way of it: `Authorization left
    /// outer, reached inner, never reached PHP: `.
    private func way(_ n: Int, _ fate: Fate) -> String {
        guard fate == .dropped, row.subject.isField, passage.part.isRequest, ledger.nodes.count > 2,
            row.cells[n + 1]?.isEmpty ?? false
        else { return "" }
        var nodes: [String] = []
        for m in 0...n where !(row.cells[m] ?? []).isEmpty && nodes.last != passage.points[m].node {
            nodes.append(passage.points[m].node)
        }
        guard let first = nodes.first, let last = passage.points.last?.node else { return "" }
        let reached = nodes.dropFirst().map { ", reached \($0)" }.joined()
        return "\(name) left \(first)\(reached), never reached \(last): "
    }

    /// The boxes that stand where something happened, and what PHP has to say.
    private func boxes(_ from: Point, _ to: Point, _ fate: Fate) -> String {
        var text = ""
        let (outer, inner) = passage.part.isRequest ? (from.node, to.node) : (to.node, from.node)
        if let found = ledger.boxes.first(where: { $0.from == outer && $0.to == inner }), !found.names.isEmpty {
            text += "; between them, by what their fields tell: \(found.names.joined(separator: ", "))"
        }
        if fate == .dropped, to.place == .php, let remark = ledger.notes.php[row.title.lowercased()] {
            text += "; \(remark)"
        }
        return text
    }

    private func lines(_ n: Int) -> String { n == 1 ? "1 line" : "\(n) lines" }

    private func verb(_ fate: Fate) -> String {
        switch fate {
        case .kept, .absent, .notObserved: fate.word
        case .caseChanged: "spelled differently"
        case .reordered: "put in another order"
        case .added: "added"
        case .merged: "merged into fewer lines"
        case .duplicated: "doubled"
        case .changed: "changed"
        case .dropped: "dropped"
        }
    }
}
