// The answers of one side to one request, in the order of the rounds. What differs between two of them is volatile on this
// side, whatever the other side does.

public import Diagnosis
import Meaning
public import Trace

/// How a comparison is made.
public struct ComparisonOptions: Sendable, Equatable {
    /// Names of fields, `set-cookie:NAME` for one cookie, or places in JSON (`$.items[*].id`), that are not compared.
    public var ignored: [String]

    /// Options.
    public init(ignored: [String] = []) { self.ignored = ignored.map { $0.hasPrefix("$") ? $0 : $0.lowercased() } }

    func ignores(field name: String) -> Bool { ignored.contains(name) }
    var ignoredPlaces: [JSONPlacePattern] { ignored.filter { $0.hasPrefix("$") }.map { JSONPlacePattern($0) } }
}

/// What one side answered to one request, round by round.
public struct Series: Sendable {
    /// The answers in the order of the rounds.
    public var observations: [Observation]
    /// Whether the request says who asks, with a credential a server could know.
    public var isAuthorised: Bool
    /// Answers of this side that belong to it, for the rules.
    public var related: [(relation: Relation, observation: Observation)]

    /// A series.
    public init(
        _ observations: [Observation], isAuthorised: Bool = false,
        related: [(relation: Relation, observation: Observation)] = []
    ) {
        self.observations = observations
        self.isAuthorised = isAuthorised
        self.related = related
    }

    /// Sorting the catalogue costs more than judging by it.
    private static let judge = Judge()

    /// Those that are answers.
    var answered: [Observation] { observations.filter { $0.status != nil } }

    /// Whether its last answer sends the client elsewhere.
    var isRedirected: Bool {
        answered.last.map { (300..<400).contains($0.status ?? 0) && !$0.values("location").isEmpty } ?? false
    }

    /// The statuses of all rounds, each once, in order.
    public var statuses: [Int] {
        var seen: Set<Int> = []
        return answered.compactMap(\.status).filter { seen.insert($0).inserted }
    }

    /// The status of the last answer, where all rounds agree on it or not.
    public var status: Int? { answered.last?.status }

    /// What a field says in all rounds, or that it says not always the same.
    func normal(_ name: String) -> (value: String?, isVolatile: Bool) {
        let said = answered.map { answer -> String? in
            let values = answer.values(name)
            return values.isEmpty ? nil : FieldMeaning.normal(name, values, time: answer.record.time)
        }
        guard let last = said.last else { return (nil, false) }
        return (last, said.contains { $0 != last })
    }

    /// A field as it was shown in the last round that had it.
    func shown(_ name: String) -> String? {
        for answer in answered.reversed() {
            let values = answer.values(name)
            if !values.isEmpty { return values.joined(separator: values.count > 1 ? " | " : "") }
        }
        return nil
    }

    /// How many lines of a name the last answer has.
    func lines(_ name: String) -> Int { answered.last?.values(name).count ?? 0 }

    var cacheControl: CacheControl { CacheControl(answered.last?.values("cache-control") ?? []) }

    /// What the rules find in any round, each rule once.
    public var findings: [Finding] {
        var found: [Finding] = []
        for observation in observations {
            let subject = Case(
                Facts(observation.record), related: related.map { ($0.relation, Facts($0.observation.record)) })
            for finding in Series.judge.findings(subject) where !found.contains(where: { $0.rule == finding.rule }) {
                found.append(finding)
            }
        }
        return found
    }

    /// Who wrote the last answer.
    public var answerer: Answerer? { observations.last.map { Facts($0.record).answerer } }

    /// Whether any round came out of a cache.
    public var isFromCache: Bool { observations.contains { Facts($0.record).cache.isHit } }

    /// Why there was no answer, when there was none in any round.
    public var error: RecordedError? { answered.isEmpty ? observations.last?.record.error : nil }
}
