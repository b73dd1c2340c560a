// What a run amounted to. Counts grow with the traffic, memory does not: kinds of news and causes of failure are kept
// up to a limit, because their words come from the network.

public import Ledger
public import Trace

/// The counts of a run.
public struct RunSummary: Equatable, Sendable {
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
    /// News by its words.
    private(set) var news: [String: News] = [:]
    private(set) var otherNews = 0

    struct News: Equatable, Sendable {
        var count: Int
        var importance: Importance
    }

    /// Kinds of news, and causes, that are told apart.
    private static let limit = 200

    /// A run in which nothing happened yet.
    public init() {}

    /// Counts an exchange and its news.
    public mutating func add(_ record: Record, news found: [NewsItem]) {
        exchanges += 1
        if let response = record.response {
            statusClasses[response.status / 100, default: 0] += 1
            if response.byHoplens { RunSummary.count(record.error?.cause ?? "\(response.status)", in: &ownAnswers) }
        } else {
            unanswered += 1
        }
        if record.end != .complete, record.response?.byHoplens != true {
            RunSummary.count(record.end.sentence, in: &broken)
        }
        for item in found {
            if news[item.text] == nil, news.count >= RunSummary.limit {
                otherNews += 1
            } else {
                news[item.text, default: News(count: 0, importance: item.importance)].count += 1
            }
        }
    }

    /// Counts an exchange and the news of its ledger.
    public mutating func add(_ record: Record, _ ledger: Ledger) {
        add(record, news: ledger.news)
    }

    private static func count(_ word: String, in counts: inout [String: Int]) {
        counts[counts[word] == nil && counts.count >= RunSummary.limit ? "other" : word, default: 0] += 1
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
    /// More kinds of news than this are only counted.
    private static let kinds = 10

    /// The end of a run: what came back, the news with counts, and what the capture lost.
    public func summary(_ run: RunSummary, seconds: Int64, capture: CaptureCount? = nil) -> [UInt8] {
        var page = Page(style)
        page.flow("\(Human.count(run.exchanges, "exchange")) in \(Human.span(seconds: seconds))", .strong, indent: 2)
        var classes = run.statusClasses.sorted { $0.key < $1.key }.map { ("\($0.key)xx", $0.value, $0.key) }
        if run.unanswered > 0 { classes.append(("no answer", run.unanswered, 5)) }
        for (n, (name, count, level)) in classes.enumerated() {
            page.put(n == 0 ? ": " : ", ")
            page.flow("\(name) \(count)", level == 2 ? .plain : Reporter.ink(status: level * 100), indent: 2)
        }
        page.newline()
        page.counts("answered by hoplens itself", run.ownAnswers)
        page.counts("broken off", run.broken)
        let news = run.news.sorted { one, two in
            (one.value.importance.rawValue, -one.value.count, one.key)
                < (two.value.importance.rawValue, -two.value.count, two.key)
        }
        for (text, item) in news.prefix(Reporter.kinds) {
            let count = "\(item.count)"
            page.pad(to: max(2, 7 - count.utf8.count))
            page.put("\(count)×", .strong)
            page.pad(to: 9)
            page.flow(text, item.importance == .rest ? .plain : item.importance == .caching ? .warn : .bad, indent: 9)
            page.newline()
        }
        let rest = news.dropFirst(Reporter.kinds).reduce(run.otherNews) { $0 + $1.value.count }
        if rest > 0 {
            page.pad(to: 2)
            page.put("and \(rest) more of other kinds", .dim)
            page.newline()
        }
        if let capture { page.capture(capture) }
        return page.bytes
    }
}

extension Page {
    fileprivate mutating func counts(_ title: String, _ counts: [String: Int]) {
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
