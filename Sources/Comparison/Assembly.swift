// From answers to compared requests: which answers of a side belong to each other is told by the roles of the probes, so
// that the rules see what they need; and what can only be seen over several requests becomes a row of its own.

import Diagnosis
public import Probes
import Trace

/// A probe and what both sides answered to it, round by round.
public struct AskedProbe: Sendable {
    /// The probe.
    public var probe: Probe
    /// The path it belongs to.
    public var path: String
    /// The origin's answers.
    public var left: [Observation]
    /// The public side's answers.
    public var right: [Observation]

    /// A probe with its answers.
    public init(_ probe: Probe, path: String, left: [Observation], right: [Observation]) {
        self.probe = probe
        self.path = path
        self.left = left
        self.right = right
    }

    /// Whether a server could know who asks.
    var isAuthorised: Bool { probe.hasCredential && probe.role != .wrongCredential }
}

extension Comparison {
    /// Compares everything that was asked of one path, or of several; those without any answer or attempt are left out.
    public static func requests(_ asked: [AskedProbe], options: ComparisonOptions) -> [ComparedRequest] {
        var result: [ComparedRequest] = []
        for path in unique(asked.map(\.path)) {
            let group = asked.filter { $0.path == path && !$0.left.isEmpty && !$0.right.isEmpty }
            for one in group {
                let left = series(one, group, isLeft: true)
                let right = series(one, group, isLeft: false)
                var rows = compare(left, right, options: options)
                if one.probe.role == .authorised, let row = identity(group, options) { rows.append(row) }
                let request = one.left.first?.record.request
                result.append(
                    ComparedRequest(
                        name: one.probe.name, path: path,
                        line: "\(request?.method ?? one.probe.method) \(request?.target ?? "")",
                        left: AnswerSummary(left), right: AnswerSummary(right),
                        rows: rows.sorted(by: Difference.isBefore)))
            }
        }
        return result
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    private static func series(_ one: AskedProbe, _ group: [AskedProbe], isLeft: Bool) -> Series {
        func answers(_ asked: AskedProbe) -> [Observation] { isLeft ? asked.left : asked.right }
        var related: [(relation: Relation, observation: Observation)] = []
        for other in group {
            guard let observation = answers(other).last else { continue }
            if other.probe.name == one.probe.name {
                if let first = answers(one).first, answers(one).count > 1 { related.append((.again, first)) }
            } else if let relation = relation(of: other.probe, to: one.probe) {
                related.append((relation, observation))
            }
        }
        if !isLeft, let origin = one.left.last { related.append((.atOrigin, origin)) }
        return Series(answers(one), isAuthorised: one.isAuthorised, related: related)
    }

    /// How another probe belongs to this one; nil when it does not.
    private static func relation(of other: Probe, to one: Probe) -> Relation? {
        switch (one.role, other.role) {
        case (_, .preflight): return other.preflightOf == one.name ? .preflight : nil
        case (.anonymous, .authorised): return .authorised
        case (.authorised, .anonymous): return .anonymous
        case (.anonymous, .wrongCredential), (.authorised, .wrongCredential): return .wrongCredential
        case (.anonymous, .busted): return .busted
        case (.anonymous, .otherRoute): return .otherRoute
        case (.page, .otherPage), (.otherPage, .page): return .otherOrigin
        default: return nil
        }
    }

    /// Whether a credential makes a difference at the origin and none on the public side.
    private static func identity(_ group: [AskedProbe], _ options: ComparisonOptions) -> Difference? {
        guard let anonymous = group.first(where: { $0.probe.role == .anonymous }),
            let authorised = group.first(where: { $0.probe.role == .authorised })
        else { return nil }
        let same = [true, false].map { isLeft in
            saysTheSame(
                series(anonymous, group, isLeft: isLeft), series(authorised, group, isLeft: isLeft), options)
        }
        // Who is sent elsewhere was not asked for a credential yet.
        let isRedirected = (300..<400).contains(authorised.right.last?.status ?? 0)
        guard !same[0], same[1], !isRedirected else { return nil }
        let isKept = series(authorised, group, isLeft: false).isFromCache
        return Difference(
            .identity, "credential", left: "makes a difference", right: "makes none", severity: .error,
            meaning: isKept
                ? "The public side answers from a cache as if nobody had asked."
                : "The public side answers as if nobody had asked: the credential is lost or replaced in front of the origin, or the answer comes from a cache.",
            layer: isKept ? .cdnCache : .publicProxy,
            firstStep: isKept
                ? "Let the cache pass requests with Authorization or a login cookie."
                : "Look where Authorization ends: put hoplens proxy between the public side and the origin, or ask the CDN's log."
        )
    }

    /// What the reader must know before believing the rows: the origin may be the CDN itself.
    public static func warnings(_ asked: [AskedProbe]) -> [String] {
        var warnings: [String] = []
        func edges(_ observations: [Observation]) -> Set<String> {
            Set(
                observations.flatMap { Facts($0.record).hops.behind }
                    .filter { $0.layer == .cdnCache || $0.layer == .waf }.map(\.name))
        }
        let both = edges(asked.flatMap(\.left)).intersection(edges(asked.flatMap(\.right))).sorted()
        if !both.isEmpty {
            warnings.append(
                "the origin's answers carry the marks of \(both.joined(separator: ", ")) as well: \"origin\" leads through the CDN, so the two sides may be the same; dial the origin's address with --origin-connect HOST:PORT"
            )
        }
        let peers = { (observations: [Observation]) in Set(observations.compactMap(\.record.origin?.address)) }
        let common = peers(asked.flatMap(\.left)).intersection(peers(asked.flatMap(\.right))).sorted()
        if both.isEmpty, let address = common.first {
            warnings.append("both sides were answered by \(address), so they may be the same server")
        }
        return warnings
    }

    /// The names of the boxes that answers give away, from the outside inwards.
    public static func hops(_ observations: [Observation]) -> [String] {
        unique(observations.flatMap { Facts($0.record).hops.behind.map(\.name) })
    }
}
