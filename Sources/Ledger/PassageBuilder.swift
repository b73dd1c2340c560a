// From stations to rows. A station is a point with the lines seen there; between two stations lies either a node,
// whose edits are known, or a stretch that nobody observed.

import Fields
import Trace
import Wire

/// A point, and what was seen there; nil when nothing was.
struct Station {
    var point: Point
    var lines: [RecordedLine]?
    var facts: [(Subject, [String])] = []
    /// This node's edits between this station and the next; empty when the next belongs to another node.
    var edits: [RecordedEdit] = []
    /// Which fields it tells of, by name; nil when it tells of all.
    var covers: (@Sendable (String) -> Bool)?

    init(
        point: Point, lines: [RecordedLine]? = nil, facts: [(Subject, [String])] = [], edits: [RecordedEdit] = [],
        covers: (@Sendable (String) -> Bool)? = nil
    ) {
        self.point = point
        self.lines = lines
        self.facts = facts
        self.edits = edits
        self.covers = covers
    }
}

struct PassageBuilder {
    let part: MessagePart
    let stations: [Station]
    let tracking: Tracking

    /// The passage; nil when nothing of the part was seen anywhere.
    func build() -> Passage? {
        guard stations.contains(where: { $0.lines != nil }) else { return nil }
        var rows = fieldRows() + factRows()
        // Stable: within an importance the wire order stays.
        rows = Importance.allCases.flatMap { level in rows.filter { $0.importance == level } }
        return Passage(part: part, points: stations.map(\.point), rows: rows)
    }

    private func fieldRows() -> [Row] {
        let groups = stations.map { $0.lines.map(FieldGroups.init) }
        var keys: [String] = []
        var seen: Set<String> = []
        func want(_ key: String) {
            if seen.insert(key).inserted { keys.append(key) }
        }
        // That the client sent no credential is worth a row; so is the absence of what the user asked for.
        if part == .request { want("authorization") }
        for key in groups.compactMap({ $0?.keys }).joined() where follows(key) { want(key) }
        // Whatever a node of ours did is in the ledger, followed or not.
        for edit in stations.lazy.flatMap(\.edits) { want(edit.line.name.lowercased()) }
        if part == .request || part == .response { tracking.extra.forEach(want) }
        return keys.map { key in
            let cells = groups.enumerated().map { n, group -> [RecordedLine]? in
                guard let lines = group?[key] else { return nil }
                return lines.isEmpty && !(stations[n].covers?(key) ?? true) ? nil : lines
            }
            let name = cells.lazy.compactMap { $0?.first?.name }.first ?? defaultSpelling(key)
            let id = FieldName.named(key)
            return row(.field(id), title: name, Importance(of: id, name: key), cells) { edit in
                edit.line.name.lowercased() == key
            }
        }
    }

    /// Trailers are so few that all of them are followed.
    private func follows(_ key: String) -> Bool {
        part == .requestTrailers || part == .responseTrailers || tracking.follows(key)
    }

    private func defaultSpelling(_ key: String) -> String {
        let known = FieldName.named(key).spelling
        return known.isEmpty ? key : known
    }

    private func factRows() -> [Row] {
        var subjects: [Subject] = []
        for (subject, _) in stations.lazy.flatMap(\.facts) where !subjects.contains(subject) {
            subjects.append(subject)
        }
        return subjects.map { subject in
            let cells = stations.map { station -> [RecordedLine]? in
                guard let fact = station.facts.first(where: { $0.0 == subject }) else { return nil }
                return fact.1.map { RecordedLine(name: subject.words, value: $0) }
            }
            return row(subject, title: subject.words, .rest, cells) { edit in
                guard subject == .framing else { return false }
                // A coding that the other side's version does not have is taken away with its field line.
                return edit.reason == .framing
                    || edit.reason == .version && FieldName.named(edit.line.name) == .transferEncoding
            }
        }
    }

    private func row(
        _ subject: Subject, title: String, _ importance: Importance, _ cells: [[RecordedLine]?],
        concerns: (RecordedEdit) -> Bool
    ) -> Row {
        let crossings = (1..<max(1, cells.count)).map { next -> Crossing in
            guard let before = cells[next - 1], let after = cells[next] else { return Crossing(.notObserved) }
            var crossing = Aligner.cross(before, after)
            if crossing.fate.isChange { crossing.reasons = reasons(from: next - 1, concerns) }
            return crossing
        }
        return Row(subject: subject, title: title, importance: importance, cells: cells, crossings: crossings)
    }

    private func reasons(from start: Int, _ concerns: (RecordedEdit) -> Bool) -> [Reason] {
        let here = stations[start].point
        let next = stations[start + 1].point
        guard here.node == next.node else { return [.between(here, next)] }
        var reasons: [Reason] = []
        for edit in stations[start].edits where concerns(edit) {
            let reason: Reason =
                if let known = edit.reason { .node(here.node, known) } else { .nodeSaying(here.node, word: edit.why) }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        return reasons.isEmpty ? [.unknown] : reasons
    }
}

extension Subject {
    /// The fact in words; empty for a field, whose name is its title.
    var words: String {
        switch self {
        case .field: ""
        case .method: "method"
        case .target: "target"
        case .status: "status"
        case .framing: "body framing"
        case .bodySize: "body size"
        case .interim: "interim responses"
        }
    }
}
