// A ledger as a table: fields as rows, points as columns. Three layouts, chosen by the room there is:
//   wide     the values stand in the cells; what was kept is not repeated
//   narrow   a sign and a word per cell; the values are listed underneath
//   numbered a sign per cell under numbered columns, for many points on a small screen
// The signs are ASCII in every layout.

import Ledger
import Trace

/// The measures of a passage's table.
private struct Layout {
    enum Kind { case wide, narrow, numbered }

    var kind: Kind
    var names: Int
    var column: Int
    /// Whether cells may hold credentials in the clear.
    var raw: Bool

    static let margin = 2
    /// Nobody reads a wider table, whatever the lines of a file may be.
    static let widest = 400

    init(_ passage: Passage, _ rows: [Row], raw: Bool, width: Int, measure: (String) -> Int) {
        self.raw = raw
        let points = passage.points.count
        let longest = rows.map { measure($0.title) }.max() ?? 0
        names = max(longest, measure(passage.part.words)) + 2
        let room = width - Layout.margin
        if (room - min(names, 40)) / points >= 34 {
            kind = .wide
            names = min(names, 40)
            column = (room - names) / points
        } else if room - points * 12 >= 20 {
            kind = .narrow
            column = min(16, max(12, (room - names) / points))
            names = min(names, room - points * column)
        } else {
            kind = .numbered
            column = 3
            names = max(8, min(names, room - points * column))
        }
    }
}

extension Page {
    /// Every passage as a table.
    mutating func ledger(_ ledger: Ledger) {
        let everything = ledger.everything
        for passage in ledger.passages {
            let rows = passage.rows.filter { $0.subject.isField || $0.crossings.contains { $0.fate.isChange } }
            guard !rows.isEmpty else { continue }
            let layout = Layout(passage, rows, raw: ledger.raw, width: min(style.width, Layout.widest)) { width($0) }
            header(passage, layout, severalNodes: ledger.nodes.count > 1)
            for row in rows {
                let inks = inks(row, passage, everything)
                if layout.kind == .wide {
                    wide(row, layout, inks)
                } else {
                    narrow(row, layout, inks)
                }
            }
            if layout.kind == .numbered { key(passage, rows) }
            if layout.kind != .wide { values(rows, passage, layout, severalNodes: ledger.nodes.count > 1) }
        }
    }

    private func start(_ column: Int, _ layout: Layout) -> Int {
        Layout.margin + layout.names + column * layout.column
    }

    private mutating func header(_ passage: Passage, _ layout: Layout, severalNodes: Bool) {
        pad(to: Layout.margin)
        put(passage.part.words, .strong)
        if layout.kind == .numbered {
            for n in passage.points.indices {
                pad(to: start(n, layout))
                put("\(n + 1)", .strong)
            }
            newline()
            return
        }
        let limit = layout.column - 1
        if severalNodes {
            for (n, point) in passage.points.enumerated() {
                pad(to: start(n, layout))
                put(point.node, shortenedTo: limit, .strong)
            }
            newline()
        }
        for (n, point) in passage.points.enumerated() {
            pad(to: start(n, layout))
            put(point.place.words, shortenedTo: limit, .strong)
        }
        newline()
    }

    /// What the numbers and signs of a numbered table mean.
    private mutating func key(_ passage: Passage, _ rows: [Row]) {
        let points = passage.points.enumerated().map { "\($0.offset + 1) \($0.element.words)" }
        let fates = rows.flatMap { row in row.cells.indices.compactMap { fate(row, $0) } }
        let signs = Fate.allCases.filter(fates.contains).map { "\($0.sign) \($0.word)" }
        for parts in [points, signs] where !parts.isEmpty {
            pad(to: Layout.margin)
            flow(parts.joined(separator: ", "), .dim, indent: Layout.margin + 2)
            newline()
        }
    }

    private func inks(_ row: Row, _ passage: Passage, _ items: [NewsItem]) -> [Ink] {
        [.plain]
            + row.crossings.indices.map { n in
                guard row.crossings[n].fate.isChange else { return .dim }
                let news = items.first { item in
                    guard case .crossing(_, let from, _, _) = item.kind else { return false }
                    return item.part == passage.part && item.title == row.title && from == passage.points[n]
                }
                return news.map(Reporter.ink) ?? .plain
            }
    }

    private mutating func title(_ row: Row, _ layout: Layout) {
        pad(to: Layout.margin)
        put(row.title, shortenedTo: layout.names - 1)
    }

    // MARK: Narrow

    private mutating func narrow(_ row: Row, _ layout: Layout, _ inks: [Ink]) {
        title(row, layout)
        for n in row.cells.indices {
            pad(to: start(n, layout))
            let fate = fate(row, n)
            let text =
                switch fate {
                case nil: presence(row.cells[n], isShort: layout.kind == .numbered)
                case let fate?: layout.kind == .numbered ? fate.sign : "\(fate.sign) \(fate.word)"
                }
            put(text, inks[n])
        }
        newline()
    }

    /// The fate shown in a cell: nil where there is nothing before it to compare with.
    private func fate(_ row: Row, _ n: Int) -> Fate? {
        guard row.cells[n] != nil else { return .notObserved }
        guard n > 0, row.cells[n - 1] != nil else { return nil }
        return row.crossings[n - 1].fate
    }

    private func presence(_ lines: [RecordedLine]?, isShort: Bool) -> String {
        guard let lines, !lines.isEmpty else { return isShort ? "." : ". none" }
        if isShort { return lines.count < 10 ? "\(lines.count)" : "9+" }
        return Human.count(lines.count, "line")
    }

    /// The values that a narrow table has no room for: at the first point, and wherever they became others.
    private mutating func values(_ rows: [Row], _ passage: Passage, _ layout: Layout, severalNodes: Bool) {
        for row in rows {
            let isSteady = !row.crossings.contains { $0.fate.isChange || $0.fate == .notObserved }
            for (n, lines) in row.cells.enumerated() {
                guard let lines, fate(row, n)?.isChange ?? true else { continue }
                let point = severalNodes ? passage.points[n].words : passage.points[n].place.words
                for (i, line) in lines.enumerated() where lineFate(row, n, i) != .kept {
                    pad(to: Layout.margin + 2)
                    flow("\(line.name)\(isSteady ? "" : " at \(point)"):", .dim, indent: Layout.margin + 4)
                    pad(to: column + 1)
                    flow(text(row, line, raw: layout.raw), indent: Layout.margin + 4)
                    newline()
                }
            }
        }
    }

    /// What became of a line on its way to this point; nil when there is nothing to compare it with.
    private func lineFate(_ row: Row, _ n: Int, _ line: Int) -> Fate? {
        guard fate(row, n) != nil else { return nil }
        return row.crossings[n - 1].lines.first { $0.after.contains(line) }?.fate ?? .kept
    }

    private func text(_ row: Row, _ line: RecordedLine, raw: Bool) -> String {
        if row.subject == .bodySize { return Int64(line.value).map(Human.size) ?? line.value }
        return ShapeText.value(line, now: style.now, raw: raw)
    }

    // MARK: Wide

    private mutating func wide(_ row: Row, _ layout: Layout, _ inks: [Ink]) {
        let columns = row.cells.indices.map { n in block(row, n, layout) }
        let height = columns.map(\.count).max() ?? 0
        for line in 0..<height {
            if line == 0 { title(row, layout) }
            for (n, block) in columns.enumerated() where line < block.count {
                pad(to: start(n, layout))
                put(block[line], inks[n])
            }
            newline()
        }
    }

    /// The lines of a cell.
    private func block(_ row: Row, _ n: Int, _ layout: Layout) -> [Cells] {
        let fate = fate(row, n)
        if let fate, !fate.isChange || fate == .dropped && (row.cells[n] ?? []).isEmpty {
            return [cells("\(fate.sign) \(fate.word)")]
        }
        guard let lines = row.cells[n], !lines.isEmpty else { return [cells(". none")] }
        var block: [Cells] = []
        for (i, line) in lines.enumerated() {
            let sign = lineFate(row, n, i).map { $0.sign + " " } ?? ""
            block += cells(sign + text(row, line, raw: layout.raw)).wrapped(to: layout.column - 2)
        }
        let gone = n == 0 ? 0 : row.crossings[n - 1].lines.reduce(0) { $0 + ($1.fate == .dropped ? 1 : 0) }
        if gone > 0 { block.insert(cells("- \(Human.count(gone, "line"))"), at: 0) }
        let limit = 6
        if block.count > limit {
            block.removeSubrange((limit - 1)...)
            block.append(cells("…"))
        }
        return block
    }

    // MARK: Account

    /// What happened, one sentence each, routine last.
    mutating func account(_ ledger: Ledger) {
        let items = ledger.everything
        for group in (items.filter { !$0.isRoutine } + items.filter(\.isRoutine)).grouped {
            let ink = Reporter.ink(group.importance, isRoutine: group.isRoutine)
            pad(to: Layout.margin)
            put(group.isRoutine ? "." : "*", ink)
            put(" ")
            flow(group.text, ink, indent: Layout.margin + 2)
            newline()
        }
    }
}

extension Fate {
    /// The fate as one ASCII sign.
    var sign: String {
        switch self {
        case .kept: "="
        case .caseChanged: "a"
        case .reordered: "%"
        case .added: "+"
        case .merged: "&"
        case .duplicated: "x"
        case .changed: "~"
        case .dropped: "-"
        case .absent: "."
        case .notObserved: "?"
        }
    }
}
