// The short way to the news, for the live output. Most exchanges have none, and that can be seen without building
// a ledger: no edit but routine ones, and no field twice that stands once.
//
// Invariant: a record that `isQuiet` has a ledger without news (the reverse need not hold).

import Fields
public import Trace
import Wire

extension Ledger {
    /// The news of one node's record; the same as `Ledger(record).news`, and cheap when there is none.
    ///
    /// - Parameters:
    ///   - tracking: which fields are followed from node to node; what this node did itself is told of all.
    ///   - boxes: asked for the boxes between nodes when there is something to tell between them.
    public static func news(
        of record: Record, tracking: Tracking = Tracking(), boxes: (Record) -> [Boxes] = { _ in [] }
    ) -> [NewsItem] {
        if record.isQuiet { return [] }
        return Ledger(record, tracking: tracking, boxes: record.chain?.reports.isEmpty ?? true ? [] : boxes(record))
            .news
    }
}

extension Record {
    fileprivate var isQuiet: Bool {
        if let chain, chain.began || !chain.reports.isEmpty { return false }
        guard request?.head.isQuiet ?? true, response?.head.isQuiet ?? true else { return false }
        guard requestTrailers?.isQuiet ?? true, responseTrailers?.isQuiet ?? true else { return false }
        return interim.allSatisfy { $0.head.isQuiet }
    }
}

extension RecordedSection {
    fileprivate var isQuiet: Bool {
        var seen: InlineArray<256, Bool> = .init(repeating: false)
        for line in lines {
            let id = FieldName.named(line.name)
            guard id.standsOnce else { continue }
            if seen[Int(id.rawValue)] { return false }
            seen[Int(id.rawValue)] = true
        }
        return edits.allSatisfy(isRoutine)
    }

    private func isRoutine(_ edit: RecordedEdit) -> Bool {
        let id = FieldName.named(edit.line.name)
        // A change of framing is told in a row of its own, whatever field it took.
        guard let reason = edit.reason, reason != .framing, id != .transferEncoding, reason.isRoutine(on: id)
        else { return false }
        if Importance(of: id, name: edit.line.name) == .credentials { return false }
        guard let index = edit.index, lines.indices.contains(index) else { return true }
        // An edit that puts a field in the place of another is no routine of any kind.
        return FieldName.named(lines[index].name) == id && id != .other
    }
}

extension EditReason {
    /// Whether a node that touches a field for this reason does what any intermediary does on any day.
    func isRoutine(on id: FieldName) -> Bool {
        switch self {
        case .via, .forwarded, .chain, .persistence, .upgrade, .version, .maxForwards: true
        case .hopByHop, .connectionNominated, .framing: id.isHopByHop
        case .hostPolicy: id == .host
        case .stayBehind, .forbiddenTrailer, .setting: false
        }
    }
}
