// A comparison for a terminal: the conclusion first, then one block a difference with both sides beside each other. The
// columns take what width there is, from 40 to 200; values are wrapped within theirs and never cut.

public import Comparison
import Diagnosis

extension Reporter {
    /// A whole comparison.
    ///
    /// - Parameter all: also what hops do as a matter of course, and every request.
    public func comparison(_ result: ComparisonResult, all: Bool) -> [UInt8] {
        var page = Page(style)
        conclusion(result, &page)
        sides(result, &page)
        let rows = ComparisonWords.rows(result, all: all)
        for shared in rows { row(shared, of: result.requests.count, &page) }
        for found in result.bisections {
            page.put("bisect ", .strong)
            page.flow("\(found.request): \(found.text).", indent: 7)
            page.newline()
        }
        if !result.bisections.isEmpty { page.newline() }
        requests(result, all: all, &page)
        page.flow(ComparisonWords.account(result), .dim, indent: 0)
        page.newline()
        let hidden = result.shared.count - rows.count
        if hidden > 0 {
            page.flow(
                "Not shown: \(hidden) that decide nothing or are the same on both sides; --all shows them.", .dim,
                indent: 0)
            page.newline()
        }
        return page.bytes
    }

    private func conclusion(_ result: ComparisonResult, _ page: inout Page) {
        let worst = result.worst ?? .info
        page.flow(result.conclusion.headline, worst > .info ? Reporter.ink(worst) : .good, indent: 0)
        page.newline()
        for sentence in result.conclusion.sentences {
            page.put("  ")
            page.flow(sentence, indent: 2)
            page.newline()
        }
        if let step = result.conclusion.firstStep {
            page.put("  First: ", .strong)
            page.flow(step, indent: 9)
            page.newline()
        }
        for warning in result.warnings {
            page.put("  Note: ", .warn)
            page.flow(warning + ".", indent: 8)
            page.newline()
        }
        page.newline()
    }

    private func sides(_ result: ComparisonResult, _ page: inout Page) {
        pair("origin", "public", .strong, .strong, &page)
        pair(ComparisonWords.side(result.origin), ComparisonWords.side(result.publicSide), .plain, .plain, &page)
        let hops = [result.origin, result.publicSide].map { $0.hops.joined(separator: " → ") }
        if !hops.allSatisfy(\.isEmpty) { pair("behind it: \(hops[0])", "behind it: \(hops[1])", .dim, .dim, &page) }
        page.newline()
    }

    private func row(_ shared: SharedDifference, of total: Int, _ page: inout Page) {
        let row = shared.row
        page.put(row.severity.word, Reporter.ink(row.severity))
        page.put("  ")
        page.flow(ComparisonWords.title(row), .strong, indent: 4)
        page.put("  ")
        page.flow("(\(ComparisonWords.requests(shared.requests, of: total)))", .dim, indent: 4)
        page.newline()
        if row.area != .finding || row.left == nil || row.right == nil {
            pair(
                ComparisonWords.value(row.left), ComparisonWords.value(row.right), ink(row.left), ink(row.right), &page)
        }
        page.put("    ")
        page.flow(row.meaning, indent: 4)
        if let layer = row.layer, layer != .none {
            if page.room > 0 { page.put(" ") }
            page.flow("[\(layer.rawValue)]", .dim, indent: 4)
        }
        page.newline()
        page.newline()
    }

    private func ink(_ value: String?) -> Ink { value == nil ? .dim : .plain }

    /// Two texts beside each other.
    private func pair(_ left: String, _ right: String, _ first: Ink, _ second: Ink, _ page: inout Page) {
        let width = min(style.width, 200)
        let half = (width - 4 - 3) / 2
        let (one, two) = (page.cells(left).wrapped(to: half), page.cells(right).wrapped(to: half))
        for line in 0..<max(one.count, two.count) {
            page.pad(to: 4)
            if line < one.count { page.put(one[line], first) }
            page.pad(to: 4 + half + 1)
            page.put("|", .dim)
            page.pad(to: 4 + half + 3)
            if line < two.count { page.put(two[line], second) }
            page.newline()
        }
    }

    private func requests(_ result: ComparisonResult, all: Bool, _ page: inout Page) {
        let shown = all ? result.requests : result.requests.filter { ($0.worst ?? .info) > .info }
        guard !shown.isEmpty else { return }
        let most = all ? shown.count : 12
        for request in shown.prefix(most) {
            page.flow(request.name, .strong, indent: 4)
            page.put("  ")
            page.flow(request.line, .dim, indent: 4)
            page.newline()
            pair(ComparisonWords.answer(request.left), ComparisonWords.answer(request.right), .plain, .plain, &page)
        }
        if shown.count > most {
            page.put("and \(shown.count - most) more requests that differ; --all shows them", .dim)
            page.newline()
        }
        page.newline()
    }
}
