// What a run amounted to. Counts grow with the traffic, memory does not: kinds of news and causes of failure are kept
// up to a limit, because their words come from the network.

public import Ledger
public import Trace

/// The counts of a run.
public struct RunSummary: Equatable, Sendable {
    /// The counts of all exchanges.
    public private(set) var all = Tally()
    /// The counts of each service, by its name; empty names stand for records without one.
    public private(set) var services: [String: Tally] = [:]

    /// Names of services that are told apart.
    private static let limit = 200

    /// A run in which nothing happened yet.
    public init() {}

    /// Counts an exchange and its news.
    public mutating func add(_ record: Record, news found: [NewsItem]) {
        add(Occurrence(record, news: found), times: 1)
    }

    /// Counts an exchange that was there so many times.
    mutating func add(_ occurrence: Occurrence, times: Int) {
        all.add(occurrence, times)
        let name = occurrence.service
        let isToldApart = services[name] != nil || services.count < RunSummary.limit
        services[isToldApart ? name : "other services", default: Tally()].add(occurrence, times)
    }

    /// Counts an exchange and the news of its ledger.
    public mutating func add(_ record: Record, _ ledger: Ledger) {
        add(record, news: ledger.news)
    }
}

/// What of an exchange a run counts.
struct Occurrence: Sendable {
    /// The service; empty for none.
    var service: String
    /// The final status; nil when there was none.
    var status: Int?
    /// Why hoplens answered itself; nil when it did not.
    var ownCause: String?
    /// How it broke off; nil when it did not.
    var breakage: String?
    var groups: [NewsGroup]

    init(_ record: Record, news: [NewsItem]) {
        service = record.service ?? ""
        status = record.response?.status
        let isOwn = record.response?.byHoplens == true
        if isOwn { ownCause = record.error?.cause ?? "\(record.response?.status ?? 0)" }
        if record.end != .complete, !isOwn { breakage = record.end.sentence }
        groups = news.grouped
    }
}

/// The counts of a run, or of one service in it.
public struct Tally: Equatable, Sendable {
    /// How many exchanges ended.
    public private(set) var exchanges = 0
    /// Final responses by class of status; 1xx stands for an upgrade.
    public private(set) var statusClasses: [Int: Int] = [:]
    /// Exchanges that ended without a final response.
    public private(set) var unanswered = 0
    /// Exchanges that hoplens answered itself, by cause.
    public private(set) var ownAnswers: [String: Int] = [:]
    /// Exchanges that broke off, by how they ended.
    public private(set) var broken: [String: Int] = [:]
    /// News by whom it is about and what happened.
    private(set) var news: [Kind: News] = [:]
    private(set) var otherNews = 0

    struct Kind: Hashable, Sendable {
        var name: String
        var predicate: String
    }

    struct News: Equatable, Sendable {
        var count: Int
        var importance: Importance
    }

    /// Kinds of news, and causes, that are told apart.
    private static let limit = 200

    mutating func add(_ occurrence: Occurrence, _ times: Int) {
        exchanges += times
        if let status = occurrence.status {
            statusClasses[status / 100, default: 0] += times
        } else {
            unanswered += times
        }
        if let cause = occurrence.ownCause { Tally.count(cause, times, in: &ownAnswers) }
        if let breakage = occurrence.breakage { Tally.count(breakage, times, in: &broken) }
        for group in occurrence.groups {
            for (name, item) in zip(group.names, group.items) {
                let kind = Kind(name: name, predicate: group.predicate)
                if news[kind] == nil, news.count >= Tally.limit {
                    otherNews += times
                } else {
                    news[kind, default: News(count: 0, importance: item.importance)].count += times
                }
            }
        }
    }

    private static func count(_ word: String, _ times: Int, in counts: inout [String: Int]) {
        counts[counts[word] == nil && counts.count >= Tally.limit ? "other" : word, default: 0] += times
    }

    /// One sentence of the summary: names with their counts, and what happened to them.
    struct Line {
        var count: Int
        var importance: Importance
        var text: String
    }

    /// Names that stand in one sentence.
    private static let names = 10

    /// The news as sentences, the most important first, and how often names happened that no sentence has.
    func sentences() -> (lines: [Line], left: Int) {
        var groups: [String: [(name: String, news: News)]] = [:]
        for (kind, item) in news {
            // What cannot be told of several names stands alone.
            let key = kind.predicate.isEmpty ? "\u{0}" + kind.name : kind.predicate
            groups[key, default: []].append((kind.name, item))
        }
        var left = 0
        var lines: [Line] = []
        for (key, members) in groups {
            let sorted = members.sorted { one, two in
                (one.news.importance.rawValue, -one.news.count, one.name)
                    < (two.news.importance.rawValue, -two.news.count, two.name)
            }
            guard let first = sorted.first else { continue }
            var last = first.news.count
            var names = first.name
            for (name, item) in sorted.dropFirst().prefix(Tally.names - 1) {
                // A count holds for every name up to the next count.
                names += item.count == last ? ", \(name)" : ", \(item.count)× \(name)"
                last = item.count
            }
            left += sorted.dropFirst(Tally.names).reduce(0) { $0 + $1.news.count }
            let isAlone = key.utf8.first == 0
            lines.append(
                Line(
                    count: first.news.count, importance: first.news.importance,
                    text: NewsGroup.sentence(names, isAlone ? "" : key)))
        }
        lines.sort { one, two in
            (one.importance.rawValue, -one.count, one.text) < (two.importance.rawValue, -two.count, two.text)
        }
        return (lines, left + otherNews)
    }
}

/// What became of the records of a run.
public struct CaptureCount: Equatable, Sendable {
    /// Records on disk.
    public var written: Int
    /// Records that could not be written.
    public var lost: Int
    /// Why they could not, as far as known.
    public var reason: String?

    /// Counts from their parts.
    public init(written: Int, lost: Int, reason: String? = nil) {
        self.written = written
        self.lost = lost
        self.reason = reason
    }
}

extension Reporter {
    /// The end of a run: what came back, the news with counts, and what the capture lost.
    ///
    /// With several services, each has its own counts under the sum of all.
    public func summary(
        _ run: RunSummary, seconds: Int64, findings: [FindingGroup] = [], capture: CaptureCount? = nil
    ) -> [UInt8] {
        var page = Page(style)
        page.flow(
            "\(Human.count(run.all.exchanges, "exchange")) in \(Human.span(seconds: seconds))", .strong, indent: 2)
        page.classes(run.all)
        if style.namesServices {
            for (name, tally) in run.services.sorted(by: { $0.key < $1.key }) {
                page.put("\(name.isEmpty ? "no service" : name), ", .strong)
                page.put(Human.count(tally.exchanges, "exchange"), .strong)
                page.classes(tally)
                page.tally(tally)
            }
        } else {
            page.tally(run.all)
        }
        page.groups(findings)
        if let capture { page.capture(capture) }
        return page.bytes
    }
}

extension Page {
    /// More kinds of news than this are only counted.
    private static let kinds = 10

    /// The counts by class of status, behind what stands on the line already.
    fileprivate mutating func classes(_ tally: Tally) {
        var classes = tally.statusClasses.sorted { $0.key < $1.key }.map { ("\($0.key)xx", $0.value, $0.key) }
        if tally.unanswered > 0 { classes.append(("no answer", tally.unanswered, 5)) }
        for (n, (name, count, level)) in classes.enumerated() {
            put(n == 0 ? ": " : ", ")
            flow("\(name) \(count)", level == 2 ? .plain : Reporter.ink(status: level * 100), indent: 2)
        }
        newline()
    }

    fileprivate mutating func tally(_ tally: Tally) {
        counts("answered by hoplens itself", tally.ownAnswers)
        counts("broken off", tally.broken)
        let (lines, left) = tally.sentences()
        for line in lines.prefix(Page.kinds) {
            let count = "\(line.count)"
            pad(to: max(2, 7 - count.utf8.count))
            put("\(count)×", .strong)
            pad(to: 9)
            flow(line.text, Reporter.ink(line.importance, isRoutine: false), indent: 9)
            newline()
        }
        let rest = lines.dropFirst(Page.kinds).reduce(left) { $0 + $1.count }
        if rest > 0 {
            pad(to: 2)
            put("and \(rest) more of other kinds", .dim)
            newline()
        }
    }

    private mutating func counts(_ title: String, _ counts: [String: Int]) {
        guard !counts.isEmpty else { return }
        let parts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
        pad(to: 2)
        flow("\(title): \(parts.joined(separator: ", "))", .bad, indent: 4)
        newline()
    }

    fileprivate mutating func capture(_ capture: CaptureCount) {
        pad(to: 2)
        if capture.lost == 0 {
            flow("capture: \(Human.count(capture.written, "record")) written, none lost", .dim, indent: 4)
        } else {
            let why = capture.reason.map { ": \($0)" } ?? ""
            flow(
                "capture: \(Human.count(capture.written, "record")) written, \(capture.lost) lost\(why)", .bad,
                indent: 4)
        }
        newline()
    }
}
