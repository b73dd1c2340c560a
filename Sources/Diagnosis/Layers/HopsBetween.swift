// The passive hops laid over the measured points: which of the boxes that only their fields give away stand between which
// two points. A box that signed the request before an inner node saw it, or the answer after that node had passed it on,
// stands in front of that node; one that the inner node's own answer already shows stands behind it.
//
// Invariant: a box is named between two points only when it left a sign on the stretch between them; of a box that leaves
// none nothing is said, so an empty list does not mean that nothing is there.

import Fields
public import Ledger
public import Trace

extension HopList {
    /// The boxes between the points of a record with reports, from the client's side inwards.
    public static func between(_ record: Record) -> [Boxes] {
        let reports = (record.chain?.reports ?? []).reversed().filter { $0.otherTrace == nil }
        let nodes = reports.filter { !$0.isPHP }
        var points: [(name: String, hops: HopList)] = [(record.node, HopList(Facts(record)))]
        for report in nodes {
            var seen = Record(
                id: record.id, node: report.node, time: record.time, client: record.client, end: record.end)
            seen.request = RecordedRequest(
                method: record.request?.method, target: record.request?.target, version: record.request?.version,
                head: report.request)
            if let response = report.response {
                seen.response = RecordedResponse(status: report.status, reason: "", head: response)
            }
            points.append((report.node, HopList(Facts(seen))))
        }
        let own = Set(points.map { $0.name.lowercased() })
        func names(_ hops: [PassiveHop], without others: [PassiveHop]) -> [String] {
            hops.map(\.name).filter { name in
                !own.contains(name.lowercased()) && !others.contains { $0.name.lowercased() == name.lowercased() }
            }
        }
        var result: [Boxes] = []
        for (outer, inner) in zip(points, points.dropFirst()) {
            var found = names(inner.hops.inFront, without: outer.hops.inFront)
            for name in names(outer.hops.behind, without: inner.hops.behind) where !found.contains(name) {
                found.append(name)
            }
            result.append(Boxes(from: outer.name, to: inner.name, names: found))
        }
        if reports.contains(where: \.isPHP), let last = points.last {
            // PHP itself is the point, not a box in front of it.
            result.append(
                Boxes(from: last.name, to: "PHP", names: names(last.hops.behind, without: []).filter { $0 != "PHP" }))
        }
        return result
    }
}
