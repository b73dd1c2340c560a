// What became of a field, as something to look for: `authorization=dropped`, `vary=changed`, `cookie=absent`, or
// `authorization=*` for anything that is not `kept`. The ledger decides, so a filter can never disagree with what is shown.

import Ledger
public import Trace

/// A field and what became of it somewhere on the way.
public struct FateFilter: Sendable, Equatable {
    /// The field's name in lower case.
    public let field: String
    /// The fate; nil for any change.
    let fate: Fate?

    /// Reads `NAME=FATE`; nil when it is none.
    public init?(_ text: String) {
        guard let sign = text.lastIndex(of: "="), sign != text.startIndex else { return nil }
        field = text[..<sign].lowercased()
        let word = text[text.index(after: sign)...].lowercased()
        if word == "*" || word == "any" {
            fate = nil
        } else {
            guard let known = FateFilter.words.first(where: { $0.word == word }) else { return nil }
            fate = known.fate
        }
    }

    /// Every word for a fate: those of tables, and those somebody might type instead.
    private static let words: [(word: String, fate: Fate)] =
        Fate.allCases.map { ($0.word.replacing(" ", with: "-"), $0) } + [
            ("duplicated", .duplicated), ("lost", .dropped), ("case-changed", .caseChanged),
            ("not-observed", .notObserved),
        ]

    /// The words for help texts.
    public static var choices: [String] { Fate.allCases.map { $0.word.replacing(" ", with: "-") } }

    /// Whether the field had this fate between any two points of the exchange.
    public func matches(_ record: Record) -> Bool {
        if (fate?.isChange ?? true) && !isTouched(record) { return false }
        let ledger = Ledger(record, tracking: Tracking(extra: [field]))
        let rows = ledger.passages.compactMap { $0.row(field) }
        switch fate {
        case nil: return rows.contains { $0.crossings.contains { $0.fate.isChange } }
        case .absent?:
            // A field without a row stands nowhere in the exchange.
            return rows.isEmpty || rows.allSatisfy { $0.cells.allSatisfy { $0?.isEmpty ?? true } }
        case let wanted?:
            return rows.contains { row in
                row.crossings.contains { crossing in
                    crossing.fate == wanted || crossing.lines.contains { $0.fate == wanted }
                }
            }
        }
    }

    /// The operations of which a record must hold one to fit; nil when it may fit without any edit.
    var operations: [String]? {
        switch fate {
        case .kept, .absent, .notObserved: nil
        case .dropped: ["drop", "replace"]
        case .added: ["add", "replace"]
        case nil, .caseChanged, .reordered, .merged, .duplicated, .changed: ["drop", "replace", "add"]
        }
    }

    /// Whether this node changed anything about the field: where it did not, no ledger need be made.
    private func isTouched(_ record: Record) -> Bool {
        // Others farther in may have.
        if !(record.chain?.reports.isEmpty ?? true) { return true }
        let sections = [
            record.request?.head, record.requestTrailers, record.response?.head, record.responseTrailers,
        ]
        return (sections.compactMap { $0 } + record.interim.map(\.head)).contains { section in
            section.edits.contains { edit in
                if edit.line.name.lowercased() == field { return true }
                guard let index = edit.index, section.lines.indices.contains(index) else { return false }
                return section.lines[index].name.lowercased() == field
            }
        }
    }
}
