// What the points farther in said, beside the ledger that holds their fields.

import Trace

extension Page {
    /// A labelled line for each report.
    mutating func chain(_ record: Record) {
        guard let chain = record.chain else { return }
        labelled("trace", "\(chain.trace)\(chain.began ? "" : ", made by a node farther out")")
        for report in chain.reports.reversed() {
            if report.otherTrace != nil {
                labelled("stored", "a report of \(report.isPHP ? "PHP" : report.node) about another request", .bad)
            } else if report.isPHP {
                labelled("PHP", report.facts.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
            } else {
                let own = report.isOwnAnswer ? " by itself" : ""
                let cause = report.fact("error").map { " (\($0))" } ?? ""
                labelled(
                    "node", "\(report.node): \(report.status == 0 ? "no answer" : "\(report.status)\(own)")\(cause)")
            }
        }
    }
}
