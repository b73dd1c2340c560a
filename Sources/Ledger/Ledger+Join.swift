// One ledger out of the records of several nodes that saw the same exchange. The request meets the nodes from the
// outermost to the innermost, the response on its way back the other way round.
//
// Fingerprints compare only between records made with the same key; who joins records sees to that.

public import Trace

extension Ledger {
    /// The ledger of one exchange seen by several nodes, the one nearest to the client first.
    ///
    /// `unseen` names nodes farther in that have no record of it: something in between answered.
    public init(joining records: [Record], unseen: [String] = [], tracking: Tracking = Tracking()) {
        let looks = records.map(Look.init)
        // A node that is said to have no record may have reported all the same.
        let reports = Ledger.reports(of: records)
        let notes = Ledger.notes(of: records, reports, unseen: unseen)
        let unseen =
            unseen.filter { name in !reports.contains { $0.pointName == name } }
            + notes.stored.map(\.node).filter { name in name != "PHP" && !unseen.contains(name) }
        let blind = unseen.map { ($0, [Place.clientToNode, .nodeToOrigin], [Place.originToNode, .nodeToClient]) }
        func passage(
            _ part: MessagePart, _ stations: (Look) -> [Station]
        ) -> Passage? {
            let further: [Station] =
                switch part {
                case .request: reports.flatMap { $0.requestStations() }
                case .response: reports.reversed().flatMap { $0.responseStations() }
                case .requestTrailers, .responseTrailers, .interim: []
                }
            let seen =
                part.isRequest
                ? looks.flatMap(stations) + further : further + looks.reversed().flatMap(stations)
            let missing =
                part.isRequest
                ? blind.flatMap { node, request, _ in request.map { Station(point: Point(node, $0)) } }
                : blind.reversed().flatMap { node, _, response in response.map { Station(point: Point(node, $0)) } }
            let all = part.isRequest ? seen + missing : missing + seen
            return PassageBuilder(part: part, stations: all, tracking: tracking).build()
        }
        var passages = [passage(.request) { $0.request() }]
        if records.contains(where: { $0.requestTrailers != nil }) {
            passages.append(passage(.requestTrailers) { $0.trailers($0.record.requestTrailers, request: true) })
        }
        // Interim responses can be told apart only when every node saw the same ones; the row of the response
        // says when some were lost.
        let statuses = records.map { $0.interim.map(\.status) }
        if let first = statuses.first, statuses.allSatisfy({ $0 == first }) {
            for (n, status) in first.enumerated() {
                passages.append(passage(.interim(status)) { $0.interim(n) })
            }
        }
        passages.append(passage(.response) { $0.response() })
        if records.contains(where: { $0.responseTrailers != nil }) {
            passages.append(passage(.responseTrailers) { $0.trailers($0.record.responseTrailers, request: false) })
        }
        self.init(
            passages: passages.compactMap { $0 }, nodes: records.map(\.node) + reports.map(\.pointName) + unseen,
            unseen: unseen,
            raw: records.contains(where: \.raw))
        self.notes = notes
    }
}

/// A record turned into stations.
private struct Look {
    let record: Record

    func request() -> [Station] {
        let (here, next) = points(request: true)
        guard let request = record.request, let target = request.target else {
            return [Station(point: here), Station(point: next)]
        }
        let facts: [(Subject, [String])] = [
            (.method, [request.method ?? ""]), (.target, [target]),
        ]
        return pair(request.head, here, next, facts, body: record.requestBody, isSent: wasSent)
    }

    /// Whether any of the request can have reached the origin.
    private var wasSent: Bool {
        record.origin?.connection != nil && !["resolve", "connect", "tls"].contains(record.error?.phase)
    }

    func response() -> [Station] {
        let (here, next) = points(request: false)
        guard let response = record.response else { return [Station(point: here), Station(point: next)] }
        let facts: [(Subject, [String])] = [
            (.status, ["\(response.status)"]), (.interim, record.interim.map { "\($0.status)" }),
        ]
        var stations = pair(response.head, here, next, facts, body: record.responseBody, isSent: true)
        if response.byHoplens {
            stations[0].lines = nil
            stations[0].facts = []
        }
        return stations
    }

    func interim(_ n: Int) -> [Station] {
        let (here, next) = points(request: false)
        return pair(record.interim[n].head, here, next, [], body: nil, isSent: true)
    }

    func trailers(_ section: RecordedSection?, request: Bool) -> [Station] {
        let (here, next) = points(request: request)
        // A message that was seen whole and had no trailers is an observation too: of an empty section.
        let wasSeen = request ? record.request?.target != nil : record.response != nil
        guard wasSeen else { return [Station(point: here), Station(point: next)] }
        return pair(section ?? RecordedSection(), here, next, [], body: nil, isSent: !request || wasSent)
    }

    private func points(request: Bool) -> (Point, Point) {
        request
            ? (Point(record.node, .clientToNode), Point(record.node, .nodeToOrigin))
            : (Point(record.node, .originToNode), Point(record.node, .nodeToClient))
    }

    private func pair(
        _ section: RecordedSection, _ here: Point, _ next: Point, _ facts: [(Subject, [String])],
        body: RecordedBody?, isSent: Bool
    ) -> [Station] {
        let sent = section.sent()
        var first = Station(point: here, lines: section.lines, facts: facts, edits: section.edits)
        var second = Station(point: next, lines: isSent ? sent : nil, facts: isSent ? facts : [])
        if let body {
            let size = (Subject.bodySize, ["\(body.bytes)"])
            first.facts += [(.framing, [body.framing.word]), size]
            if isSent { second.facts += [(.framing, [framing(of: body, section, sent).word]), size] }
        }
        return [first, second]
    }

    /// How the body went on: as it came, unless this node took the chunked coding away.
    private func framing(
        of body: RecordedBody, _ section: RecordedSection, _ sent: [RecordedLine]
    ) -> BodyFraming {
        func has(_ name: String, _ lines: [RecordedLine]) -> Bool { lines.contains { $0.name.lowercased() == name } }
        guard body.framing == .chunked, has("transfer-encoding", section.lines), !has("transfer-encoding", sent)
        else { return body.framing }
        return has("content-length", sent) ? .length : .close
    }
}
