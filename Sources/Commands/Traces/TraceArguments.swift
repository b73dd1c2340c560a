// What was typed behind `hoplens traces …`, and its reading into a filter and a form of output: pure, so that every mistake
// can be tested without a file.

import Diagnosis
package import Report
package import Review
import Settings

/// The flags of the traces commands as they were typed.
package struct TraceArguments: Sendable, Equatable {
    package var since: String?
    package var until: String?
    package var statuses: [String] = []
    package var methods: [String] = []
    package var paths: [String] = []
    package var fates: [String] = []
    package var findings: [String] = []
    package var layers: [String] = []
    package var nodes: [String] = []
    package var clients: [String] = []
    package var columns: String?
    package var sort: String?
    package var isReversed = false
    package var limit: String?
    package var isPlain = false
    package var isFollowing = false
    package var maxDisk: String?
    package var olderThan: String?
    package var isDryRun = false
    package var output: String?
    package var title: String?
    package var skipsSuspicious = false
    package var har = false
    package var curl: String?
    package var markdown: String?
    package var keyFile: String?
    package var to: String?
    package var json = false
    package var ascii = false
    package var color = "auto"

    /// Nothing typed.
    package init() {}

    /// The filter that was typed.
    package func filter(_ moments: MomentText) throws(UsageError) -> TraceFilter {
        var filter = TraceFilter()
        filter.since = try moment("--since", since, moments)
        filter.until = try moment("--until", until, moments)
        for text in statuses where !filter.statuses.add(text) {
            throw UsageError(
                "--status does not know \(Wording.shown(text))",
                hint: "write 404, 4xx, 400-403, none, or several with commas")
        }
        filter.methods = methods.flatMap(TraceArguments.words).map { $0.uppercased() }
        filter.paths = paths.map(Glob.init)
        for text in fates {
            guard let fate = FateFilter(text) else {
                throw UsageError(
                    "--fate does not know \(Wording.shown(text))",
                    hint:
                        "write NAME=FATE; fates are \(FateFilter.choices.joined(separator: ", ")), and * for any change"
                )
            }
            filter.fates.append(fate)
        }
        for text in findings.flatMap(TraceArguments.words) {
            guard let finding = FindingFilter(text) else {
                let near = nearestName(to: text, among: Catalogue.rules.map(\.id) + Severity.allCases.map(\.word))
                throw UsageError(
                    "--finding does not know \(Wording.shown(text))",
                    hint: near.map { "did you mean \($0)?" }
                        ?? "'hoplens rules' lists the rules; error, warning, … work too")
            }
            filter.findings.append(finding)
        }
        filter.layers = layers.compactMap(Layer.init)
        filter.nodes = nodes
        filter.clients = clients
        return filter
    }

    /// The columns that were typed.
    package func listColumns() throws(UsageError) -> [ListColumn] {
        guard let columns else { return isPlain ? ListColumn.standard.filter { $0 != .findings } : ListColumn.standard }
        var chosen: [ListColumn] = []
        for word in TraceArguments.words(columns) {
            guard let column = ListColumn(rawValue: word) else {
                let all = ListColumn.allCases.map(\.rawValue)
                let near = nearestName(to: word, among: all)
                throw UsageError(
                    "--columns does not know \(Wording.shown(word))",
                    hint: near.map { "did you mean \($0)?" } ?? "there are \(all.joined(separator: ", "))")
            }
            chosen.append(column)
        }
        if isPlain, let judged = chosen.first(where: { $0 == .findings || $0 == .layer }) {
            throw UsageError("--plain judges nothing, so there is no column \(judged.rawValue)")
        }
        return chosen
    }

    /// How many exchanges are wanted at most; nil for all.
    package func most() throws(UsageError) -> Int? {
        guard let limit else { return nil }
        guard let number = Int(limit), number > 0 else {
            throw UsageError("--limit is a number of exchanges; found \(Wording.shown(limit))")
        }
        return number
    }

    private func moment(_ flag: String, _ text: String?, _ moments: MomentText) throws(UsageError) -> Int64? {
        guard let text else { return nil }
        if let moment = moments.parse(text) { return moment }
        throw UsageError(
            "\(flag) does not know the moment \(Wording.shown(text))",
            hint: "write 2h (before now), 03:10, 2026-11-28, 2026-11-28T03:10 or 2026-11-28T03:10:00Z")
    }

    private static func words(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}
