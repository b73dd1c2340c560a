// A whole comparison: two sides, the requests that were asked of both, what each answered, and the rows. It is what every
// renderer is given; nothing is asked or judged behind it.

public import Diagnosis
import Trace

/// One side of a comparison.
public struct ComparedSide: Equatable, Sendable {
    /// Its URL, scheme, name and port.
    public var url: String
    /// Where it was dialled instead; nil when its name was.
    public var connect: String?
    /// The addresses that answered, each once.
    public var peers: [String] = []
    /// The TLS version; nil for plain HTTP.
    public var tls: String?
    /// Whether its certificate was verified; true for plain HTTP.
    public var isVerified = true
    /// The file its certificate was verified by; nil for the system's roots.
    public var caFile: String?
    /// The boxes in front of the application that give themselves away, from the outside inwards.
    public var hops: [String] = []

    /// A side that was not asked yet.
    public init(url: String, connect: String? = nil) {
        self.url = url
        self.connect = connect
    }
}

/// What a side answered to a request, in short.
public struct AnswerSummary: Equatable, Sendable {
    /// The statuses of all rounds, each once; empty without an answer.
    public var statuses: [Int]
    /// Who wrote the answer.
    public var answerer: String?
    /// Its media type.
    public var type: String?
    /// How many bytes of content came over the wire.
    public var bytes: Int64?
    /// Whether a round came out of a cache.
    public var isFromCache: Bool
    /// Why there was no answer.
    public var error: String?
    /// Milliseconds to the first byte, the least of all rounds.
    public var milliseconds: Int64?
    /// The redirects behind it.
    public var redirects: [RedirectStep]

    /// A summary of a series.
    public init(_ series: Series) {
        statuses = series.statuses
        answerer = series.status == nil ? nil : series.answerer.map { VerdictComparison.shown($0) }
        type = series.answered.last?.values("content-type").first.map { trimmed($0.prefix { $0 != ";" }).lowercased() }
        bytes = series.answered.last?.record.responseBody?.bytes
        isFromCache = series.isFromCache
        error = series.error?.text
        milliseconds = series.answered.compactMap(\.record.timing.firstByte).min().map { $0 / 1000 }
        redirects = series.answered.last.map { RedirectComparison.steps($0) } ?? []
    }
}

/// One request, as both sides answered it.
public struct ComparedRequest: Equatable, Sendable {
    /// Its name, unique within its path.
    public var name: String
    /// The path it belongs to; the first thing rows are sorted by when they are printed request by request.
    public var path: String
    /// The request line, secrets replaced.
    public var line: String
    /// The origin's answer.
    public var left: AnswerSummary
    /// The public side's answer.
    public var right: AnswerSummary
    /// The differences.
    public var rows: [Difference]

    /// The gravest difference; nil when there is none.
    public var worst: Severity? { rows.map(\.severity).max() }
}

/// A difference and the requests in which it was seen.
public struct SharedDifference: Equatable, Sendable {
    /// The difference.
    public var row: Difference
    /// The requests, in the order in which they were asked.
    public var requests: [String]
}

/// A finding of a bisection: the fewest field lines without which, or with which, the outcome changes.
public struct BisectionResult: Equatable, Sendable {
    /// The request.
    public var request: String
    /// The side that fails.
    public var side: String
    /// The names of the lines; empty when no subset changes the outcome.
    public var fields: [String]
    /// What was found, in a sentence.
    public var text: String
    /// How many requests it took.
    public var asked: Int

    /// A result from its parts.
    public init(request: String, side: String, fields: [String], text: String, asked: Int) {
        self.request = request
        self.side = side
        self.fields = fields
        self.text = text
        self.asked = asked
    }
}

/// A comparison.
public struct ComparisonResult: Equatable, Sendable {
    /// The origin.
    public var origin: ComparedSide
    /// The public address.
    public var publicSide: ComparedSide
    /// The requests, in the order in which they were asked.
    public var requests: [ComparedRequest]
    /// How often each was asked of each side.
    public var rounds: Int
    /// What the reader must know before believing anything.
    public var warnings: [String]
    /// Requests that were not sent because they may change something.
    public var leftOut: [String] = []
    /// Whether it was ended before every request had its answers.
    public var isPartial = false
    /// What a bisection found; empty when none was asked for.
    public var bisections: [BisectionResult] = []
    /// The conclusion.
    public var conclusion = Conclusion(headline: "", sentences: [])
    /// When it was made, in seconds since 1970.
    public var time: Int64 = 0

    /// A comparison from its parts.
    public init(
        origin: ComparedSide, publicSide: ComparedSide, requests: [ComparedRequest], rounds: Int,
        warnings: [String] = []
    ) {
        self.origin = origin
        self.publicSide = publicSide
        self.requests = requests
        self.rounds = rounds
        self.warnings = warnings
    }

    /// All rows, equal ones once, graver first, with the requests they were seen in.
    public var shared: [SharedDifference] {
        var found: [SharedDifference] = []
        for request in requests {
            let name = requests.contains { $0.path != request.path } ? "\(request.path) \(request.name)" : request.name
            for row in request.rows {
                if let place = found.firstIndex(where: { $0.row == row }) {
                    found[place].requests.append(name)
                } else {
                    found.append(SharedDifference(row: row, requests: [name]))
                }
            }
        }
        // Stable: equal rows keep the order of the requests.
        return found.enumerated().sorted { one, two in
            if Difference.isBefore(one.element.row, two.element.row) { return true }
            if Difference.isBefore(two.element.row, one.element.row) { return false }
            return one.offset < two.offset
        }.map(\.element)
    }

    /// The gravest difference; nil when there is none.
    public var worst: Severity? { requests.compactMap(\.worst).max() }

    /// How many differences there are of at least a severity, equal ones once.
    public func count(atLeast severity: Severity) -> Int { shared.filter { $0.row.severity >= severity }.count }
}
