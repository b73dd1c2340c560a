// What a capture amounts to: by route, by status, by what happened to fields, by what was found, and how long it took.
// Memory is constant: routes and kinds of news are told apart up to a limit, and beyond it are counted together.

public import Diagnosis
import Ledger
public import Trace

/// The counts of a capture.
public struct Statistics: Equatable, Sendable {
    /// One route, or everything.
    public struct Tally: Equatable, Sendable {
        /// How many exchanges.
        public fileprivate(set) var count = 0
        /// Final responses by class of status; 0 stands for none.
        public fileprivate(set) var classes: [Int: Int] = [:]
        /// How long exchanges took, in microseconds.
        public fileprivate(set) var durations = Histogram()
        /// How many of them had an error or a warning.
        public fileprivate(set) var faults = 0

        fileprivate mutating func add(_ record: Record, _ isFault: Bool) {
            count += 1
            classes[(record.response?.status ?? 0) / 100, default: 0] += 1
            durations.add(record.durationMicroseconds)
            if isFault { faults += 1 }
        }
    }

    /// What happened to a field, and where.
    public struct FieldNews: Hashable, Sendable {
        /// The field, or the fact.
        public let field: String
        /// What became of it.
        public let fate: String
        /// The point before.
        public let from: String
        /// The point behind.
        public let to: String
        /// Why, in words; empty for what happened where nobody saw it.
        public let why: String
    }

    /// The name of what there was no room to tell apart.
    public static let other = "(other routes)"
    private static let mostRoutes = 1000
    private static let mostNews = 500

    /// All exchanges.
    public private(set) var all = Tally()
    /// The exchanges of each route.
    public private(set) var routes: [String: Tally] = [:]
    /// The exchanges of each status; 0 stands for none.
    public private(set) var statuses: [Int: Int] = [:]
    /// What happened to fields that is more than routine.
    public private(set) var news: [FieldNews: Int] = [:]
    /// News there was no room to tell apart.
    public private(set) var otherNews = 0
    /// The exchanges of each node.
    public private(set) var nodes: [String: Int] = [:]
    /// How exchanges ended that were not complete.
    public private(set) var endings: [String: Int] = [:]
    /// The first and the last moment at which one began, in microseconds since 1970.
    public private(set) var span: ClosedRange<Int64>?
    private var book = FindingBook()

    /// Nothing counted.
    public init() {}

    /// What was found, the gravest and most frequent first.
    public var findings: [FindingGroup] { book.groups }

    /// The routes, the busiest first.
    public var busiest: [(name: String, tally: Tally)] {
        routes.map { ($0.key, $0.value) }.sorted { ($1.tally.count, $0.name) < ($0.tally.count, $1.name) }
    }

    /// Counts an exchange and what was found in it.
    public mutating func add(_ record: Record, _ findings: [Finding]) {
        let isFault = findings.contains { $0.severity >= .warning }
        let route = Route.name(record.shownRequestLine)
        all.add(record, isFault)
        let name = routes[route] != nil || routes.count < Statistics.mostRoutes ? route : Statistics.other
        routes[name, default: Tally()].add(record, isFault)
        statuses[record.response?.status ?? 0, default: 0] += 1
        let node = nodes[record.node] != nil || nodes.count < 100 ? record.node : "(other nodes)"
        nodes[node, default: 0] += 1
        if record.end != .complete { endings[record.end.word, default: 0] += 1 }
        span =
            span.map { min($0.lowerBound, record.time)...max($0.upperBound, record.time) } ?? record.time...record.time
        _ = book.take(record.raw ? findings.map(\.masked) : findings, route: route)
        for item in Ledger.news(of: record) { add(item) }
    }

    private mutating func add(_ item: NewsItem) {
        guard !item.isRoutine, case .crossing(let fate, let from, let to, let reasons) = item.kind else { return }
        let why = reasons.map { $0.words(request: item.part.isRequest) }.joined(separator: "; ")
        let kind = FieldNews(field: item.title, fate: fate.word, from: from.words, to: to.words, why: why)
        if news[kind] == nil, news.count >= Statistics.mostNews {
            otherNews += 1
        } else {
            news[kind, default: 0] += 1
        }
    }
}
