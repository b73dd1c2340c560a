// The exchanges of a report, with what belongs to each on both sides. Everything is counted; only so many are kept.

import Diagnosis
public import Report
import Trace

/// Gathers what a report shows.
public struct ReportCollector {
    private static let mostRelated = 8

    private let most: Int
    private var neighbourhood = Neighbourhood(capacity: 2000)
    private var places: [String: Int] = [:]
    /// What is kept.
    public private(set) var exchanges: [ReportedExchange] = []
    /// What everything amounts to.
    public private(set) var counts = Statistics()

    /// Keeps at most so many.
    public init(most: Int) { self.most = most }

    /// Takes the next exchange.
    public mutating func add(_ one: Reviewed) {
        counts.add(one.record, one.findings)
        guard exchanges.count < most else { return }
        let subject = neighbourhood.take(one.record)
        var kept = ReportedExchange(record: one.record, findings: one.findings)
        for (relation, other) in subject.related.prefix(ReportCollector.mostRelated) {
            kept.related.append((relation.words, other.record.id, other.record.oneLine))
            guard let inverse = relation.inverse, let place = places[other.record.id],
                exchanges[place].related.count < ReportCollector.mostRelated
            else { continue }
            exchanges[place].related.append((inverse.words, one.record.id, one.record.oneLine))
        }
        places[one.record.id] = exchanges.count
        exchanges.append(kept)
    }
}

extension Record {
    /// Status, method and path.
    fileprivate var oneLine: String {
        "\(response.map { "\($0.status)" } ?? "---") \(request?.method ?? "???") \(request?.target ?? "-")"
    }
}
