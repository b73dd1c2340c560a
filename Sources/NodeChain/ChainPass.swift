// One exchange's way through a chain, as this node knows it. The forwarding core makes one when the request head is whole
// and asks it three things: which lines to add to the request, which lines of the response to keep to itself, and which
// line to add for whoever asked.
//
// Who is who is decided by the trace that came with the request, for each exchange anew:
//   began    none that is ours, fresh and unused came: this node is the outermost. It adds a trace, and what comes back
//            is for it: reports are taken out of the response.
//   relayed  one came: the node passes it on as it is, adds its own report to the response, and passes those from
//            farther in, which it has read as well.
//   silent   a preflight: a browser decides by its answer, so nothing of ours is added to it, there or back. What a cache
//            kept of an earlier report is taken out all the same.
//
// So a response carries a report only when a valid trace asked for it. Fields of the same names that are not signed with
// our key belong to somebody else: they pass like any other and are not believed.

public import Fields
public import Wire

/// An exchange's way through a chain of nodes.
public final class ChainPass {
    /// The part this node plays in the exchange.
    public enum Role: UInt8, Sendable {
        case began, relayed, silent
    }

    /// A report, with what its lines were compared to.
    public struct Read: Equatable, Sendable {
        /// What was said.
        public var report: ChainReport
        /// Its lines as lines of ours: those of the request.
        public var request: [Resolution]
        /// Those of the response.
        public var response: [Resolution]
    }

    /// More reports than this are not read.
    public static let mostReports = 8
    /// All reports of a response together are not longer than this: boxes on the way have room for 4 KiB of a head.
    public static let mostBytes = 3072

    /// The part this node plays.
    public let role: Role
    /// The id of the trace; empty on a preflight.
    public let id: [UInt8]
    /// What came back from farther in.
    public private(set) var reports: [Read] = []
    let membership: ChainMembership
    private var received = ReportedSection()
    private var sent = OwnLines()
    private var removed: [Int] = []
    private var foreignBytes = 0

    private init(_ role: Role, id: [UInt8], _ membership: ChainMembership) {
        self.role = role
        self.id = id
        self.membership = membership
    }

    private var authority: any ChainAuthority { membership.authority }

    // MARK: The request

    /// The pass of a request whose head is whole.
    public static func of(_ bytes: Span<UInt8>, _ head: borrowing RequestHead, _ membership: ChainMembership)
        -> ChainPass
    {
        let isPreflight =
            head.methodKind == .options && head.fields.contains(.accessControlRequestMethod)
            && head.fields.contains(.origin)
        if isPreflight { return ChainPass(.silent, id: [], membership) }
        var looked = 0
        for line in head.fields.lines where isNamed(line, "hoplens-trace", bytes) {
            for member in members(bytes, line.value) {
                looked += 1
                // Each costs a signature; nobody who is one of us sends more than one.
                guard looked <= 4 else { break }
                guard let trace = ChainTrace(member, membership.authority) else { continue }
                let age = membership.authority.seconds - trace.seconds
                guard abs(age) <= ChainTrace.window else {
                    membership.authority.noteSkew(age)
                    continue
                }
                if membership.authority.isFirstUse(of: trace.id, at: membership.place) {
                    return ChainPass(.relayed, id: trace.id, membership)
                }
            }
        }
        return ChainPass(.began, id: membership.authority.random(16), membership)
    }

    /// Adds this node's own lines to a request head that is written up to its empty line, and takes note of it.
    public func request(
        _ bytes: Span<UInt8>, _ fields: borrowing FieldSection, edits: inout [FieldEdit], sent out: inout [UInt8]
    ) {
        guard role != .silent else { return }
        if role == .began {
            // A traceparent of the client's own is left alone: it belongs to its tracing, not to ours.
            if !fields.contains(.traceparent) {
                // Not sampled: whoever collects traces behind here is not to collect more because we look.
                let parent = Array("00-".utf8) + Hex.text(id) + Array("-".utf8) + Hex.text(id.suffix(8))
                add("traceparent", parent + Array("-00".utf8), edits: &edits, to: &out)
            }
            let trace = ChainTrace(id: id, seconds: authority.seconds)
            add(ChainTrace.name, trace.value(authority), edits: &edits, to: &out)
        } else {
            received = SectionReader(membership).section(bytes, fields, edits, sent: out.span)
        }
        sent = OwnLines(bytes, fields.lines, edits, sent: out.span, membership)
    }

    // MARK: The response

    /// Reads what a response head holds of the chain.
    public func response(_ bytes: Span<UInt8>, _ fields: borrowing FieldSection) {
        reports.removeAll()
        removed.removeAll()
        foreignBytes = 0
        var found: [ChainReport] = []
        for (n, line) in fields.lines.enumerated() where ChainPass.isNamed(line, "hoplens-report", bytes) {
            var isOurs = true
            for member in ChainPass.members(bytes, line.value) {
                guard found.count < ChainPass.mostReports else { break }
                if let report = ChainReport(member, authority) {
                    found.append(report)
                } else {
                    isOurs = false
                }
            }
            if isOurs, role != .relayed { removed.append(n) } else { foreignBytes += line.value.count }
        }
        guard !found.isEmpty else { return }
        let came = OwnLines(bytes, fields.lines, [], sent: bytes, membership)
        reports = found.map { report in
            Read(
                report: report, request: report.request.lines.map { self.sent.resolve($0) },
                response: (report.response?.lines ?? []).map { came.resolve($0) })
        }
    }

    /// Whether a line of the response is this node's to take.
    public func removes(_ index: Int) -> Bool { removed.contains(index) }

    /// Adds this node's report to a response head that is written up to its empty line.
    public func report(
        _ bytes: Span<UInt8>, _ fields: borrowing FieldSection, status: Int, edits: inout [FieldEdit],
        sent out: inout [UInt8]
    ) {
        guard role == .relayed else { return }
        var report = draft(status: status)
        report.response = SectionReader(membership).section(bytes, fields, edits, sent: out.span, signs: true)
        let limit = max(640, min(ChainReport.longest, ChainPass.mostBytes - foreignBytes))
        add(ChainReport.name, report.value(authority, limit: limit), edits: &edits, to: &out)
    }

    /// The report as a line for an answer of our own; nil when nobody asked.
    public func lineForOwnAnswer(status: Int, cause: String?) -> [UInt8]? {
        guard role == .relayed else { return nil }
        var report = draft(status: status)
        report.isOwnAnswer = true
        report.response = ReportedSection()
        if let cause { report.facts.append(.init("error", cause)) }
        return Array("\(ChainReport.name): ".utf8) + report.value(authority) + Array("\r\n".utf8)
    }

    private func draft(status: Int) -> ChainReport {
        var report = ChainReport(kind: .node, node: membership.node, trace: id, seconds: authority.seconds)
        report.request = received
        report.status = status
        report.extra = membership.extra
        return report
    }

    private func add(_ name: String, _ value: [UInt8], edits: inout [FieldEdit], to out: inout [UInt8]) {
        let start = out.count
        out.append(text: name)
        let nameEnd = out.count
        out.append(text: ": ")
        let valueStart = out.count
        out.append(copying: value.span)
        let id: FieldName = name == "traceparent" ? .traceparent : .other
        edits.append(
            FieldEdit(
                .add, .chain, id: id, index: -1, name: Extent(start, nameEnd), value: Extent(valueStart, out.count)))
        out.append(text: "\r\n")
    }

    /// - Parameter name: in lower case.
    private static func isNamed(_ line: FieldLine, _ name: String, _ bytes: Span<UInt8>) -> Bool {
        line.id == .other && bytes.equals(line.name, ignoringCase: name)
    }

    /// The members of a value that some box may have joined into a list.
    private static func members(_ bytes: Span<UInt8>, _ value: Extent) -> [[UInt8]] {
        var members: [[UInt8]] = [[]]
        for i in value.indices {
            if bytes[i] == Octet.comma {
                guard members.count < mostReports else { break }
                members.append([])
            } else if !Octet.isBlank(bytes[i]) {
                members[members.count - 1].append(bytes[i])
            }
        }
        return members
    }
}
