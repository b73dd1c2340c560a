// Which exchanges somebody wants to see. A filter is a value; it knows records and what was found in them, and nothing of
// files or flags. Words of one kind are alternatives, kinds are conditions that must all hold.

public import Diagnosis
public import Trace

/// A choice of exchanges.
public struct TraceFilter: Sendable {
    /// Not before this moment, in microseconds since 1970.
    public var since: Int64?
    /// Before this moment.
    public var until: Int64?
    /// The statuses; empty for all.
    public var statuses = StatusSet()
    /// The methods, as they are spelled on the wire; empty for all.
    public var methods: [String] = []
    /// Patterns for the target; empty for all.
    public var paths: [Glob] = []
    /// What became of fields: all of them must be so.
    public var fates: [FateFilter] = []
    /// Ids of rules, or the words of severities, which stand for themselves and all graver ones; empty for all.
    public var findings: [FindingFilter] = []
    /// Layers held responsible; empty for all.
    public var layers: [Layer] = []
    /// Names of nodes; empty for all.
    public var nodes: [String] = []
    /// Clients: an address, or an address with its port; empty for all.
    public var clients: [String] = []
    /// Beginnings or ends of ids; empty for all.
    public var ids: [String] = []

    /// Everything.
    public init() {}

    /// Whether it looks at findings.
    public var needsJudgement: Bool { !findings.isEmpty || !layers.isEmpty }

    /// Whether it leaves nothing out.
    public var isEverything: Bool {
        since == nil && until == nil && statuses.isEmpty && methods.isEmpty && paths.isEmpty && fates.isEmpty
            && !needsJudgement && nodes.isEmpty && clients.isEmpty && ids.isEmpty
    }

    /// Whether a record fits, as far as it can be told without judging it.
    public func matches(_ record: Record) -> Bool {
        if let since, record.time < since { return false }
        if let until, record.time >= until { return false }
        if !statuses.isEmpty, !statuses.contains(record.response?.status) { return false }
        if !methods.isEmpty, !methods.contains(record.request?.method ?? "") { return false }
        if !nodes.isEmpty, !nodes.contains(record.node) { return false }
        if !ids.isEmpty, !ids.contains(where: { TraceFilter.names($0, record.id) }) { return false }
        if !clients.isEmpty, !clients.contains(where: { TraceFilter.isClient($0, record.client.address) }) {
            return false
        }
        if !paths.isEmpty {
            guard let target = record.request?.target, paths.contains(where: { $0.matches(target) }) else {
                return false
            }
        }
        return fates.allSatisfy { $0.matches(record) }
    }

    /// Whether what was found in a record fits.
    public func matches(_ found: [Finding]) -> Bool {
        if !findings.isEmpty, !found.contains(where: { one in findings.contains { $0.matches(one) } }) { return false }
        if !layers.isEmpty {
            return found.contains { layers.contains($0.layer) || !$0.alsoLayers.allSatisfy { !layers.contains($0) } }
        }
        return true
    }

    /// Whether a shortened id stands for an id: its beginning, or its end, which tells exchanges of one moment apart.
    public static func names(_ short: String, _ id: String) -> Bool { id.hasPrefix(short) || id.hasSuffix(short) }

    private static func isClient(_ wanted: String, _ address: String) -> Bool {
        if wanted == address { return true }
        guard let colon = address.lastIndex(of: ":") else { return false }
        let host = address[..<colon]
        return wanted == host || "[\(wanted)]" == host
    }
}

/// A finding somebody looks for.
public enum FindingFilter: Sendable, Equatable {
    /// One rule's, by its id.
    case rule(String)
    /// Of this severity or graver.
    case severity(Severity)

    /// Reads the id of a rule or the word of a severity; nil when it is neither.
    public init?(_ text: String) {
        if let severity = Severity.allCases.first(where: { $0.word == text }) {
            self = .severity(severity)
        } else if Catalogue.rule(text) != nil {
            self = .rule(text)
        } else {
            return nil
        }
    }

    /// Whether a finding is one.
    public func matches(_ finding: Finding) -> Bool {
        switch self {
        case .rule(let id): finding.rule == id
        case .severity(let least): finding.severity >= least
        }
    }
}
