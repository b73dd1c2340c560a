// The message at the next point. An edit names a line by its position in the section as received, so edits can be
// applied in any order; added lines stand behind all others, in the order they were added. A reader must not trust
// the positions in a file: one that is out of range changes nothing.

import Fields

extension Record {
    /// The lines as sent: `lines` as received with `edits` applied.
    public static func applied(_ lines: [RecordedLine], _ edits: [RecordedEdit]) -> [RecordedLine] {
        guard !edits.isEmpty else { return lines }
        var kept: [RecordedLine?] = lines
        var added: [RecordedLine] = []
        for edit in edits {
            switch edit.operation {
            case .add:
                added.append(edit.line)
            case .drop:
                if let i = edit.index, kept.indices.contains(i) { kept[i] = nil }
            case .replace:
                if let i = edit.index, kept.indices.contains(i) { kept[i] = edit.line }
            }
        }
        return kept.compactMap { $0 } + added
    }
}
