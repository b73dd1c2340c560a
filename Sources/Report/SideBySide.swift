// Two things beside each other: a row for each respect in which they differ, with a word about what it means. Who found the
// differences is not known here.

public import Diagnosis

/// A respect in which two things differ.
public struct SideRow: Equatable, Sendable {
    /// What it is about.
    public var title: String
    /// What the left one shows; nil for nothing.
    public var left: String?
    /// What the right one shows; nil for nothing.
    public var right: String?
    /// What it means; may be empty.
    public var note: String
    /// How grave it is.
    public var severity: Severity

    /// A row from its parts.
    public init(_ title: String, left: String?, right: String?, note: String = "", severity: Severity) {
        self.title = title
        self.left = left
        self.right = right
        self.note = note
        self.severity = severity
    }
}

extension Reporter {
    /// Rows of two columns under their headings.
    public func sideBySide(_ left: String, _ right: String, _ rows: [SideRow]) -> [UInt8] {
        var page = Page(style)
        let width = min(style.width, 160)
        let titles = min(24, max(10, rows.map { page.width($0.title) }.max() ?? 0)) + 2
        let column = (width - titles - 2) / 2
        page.pad(to: titles)
        page.put(left, shortenedTo: column - 2, .strong)
        page.pad(to: titles + column)
        page.put(right, shortenedTo: column, .strong)
        page.newline()
        for row in rows {
            let ink = Reporter.ink(row.severity)
            let texts = [row.title, row.left ?? "-", row.right ?? "-"].map(page.cells)
            let blocks = zip(texts, [titles - 2, column - 2, column]).map { $0.wrapped(to: $1) }
            for line in 0..<(blocks.map(\.count).max() ?? 0) {
                for (n, start) in [0, titles, titles + column].enumerated() where line < blocks[n].count {
                    page.pad(to: start)
                    page.put(blocks[n][line], n == 0 ? ink : .plain)
                }
                page.newline()
            }
            if !row.note.isEmpty {
                page.pad(to: titles)
                page.flow(row.note, .dim, indent: titles)
                page.newline()
            }
        }
        return page.bytes
    }
}
