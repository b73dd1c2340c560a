// What a rule says about an exchange. A finding names its evidence by exchange, point and line, so that everything it
// claims can be looked up; it holds no judgement that could not be made again from the records.

public import Ledger

/// Something that was seen, and where.
public struct Evidence: Equatable, Sendable {
    /// The id of the exchange it was seen in.
    public var exchange: String
    /// Where on the way; nil for what belongs to the exchange as a whole.
    public var point: Point?
    /// The field line, the part of the body or the fact, as the record shows it.
    public var text: String

    /// Evidence from its parts.
    public init(exchange: String, point: Point? = nil, text: String) {
        self.exchange = exchange
        self.point = point
        self.text = text
    }
}

/// Two neighbouring points between which something was lost or changed.
public struct Gap: Hashable, Sendable {
    /// The last point where it was still as it had been.
    public var from: Point
    /// The first point where it was not.
    public var to: Point

    /// A gap from its ends.
    public init(from: Point, to: Point) {
        self.from = from
        self.to = to
    }
}

/// A rule's judgement of an exchange, or of an exchange and those that belong to it.
public struct Finding: Equatable, Sendable {
    /// The id of the rule.
    public var rule: String
    /// How grave.
    public var severity: Severity
    /// Which layer is responsible.
    public var layer: Layer
    /// Other layers that the evidence does not tell apart from it.
    public var alsoLayers: [Layer]
    /// How far the evidence carries.
    public var confidence: Confidence
    /// What is the matter, in at most eight words.
    public var title: String
    /// What was seen.
    public var evidence: [Evidence]
    /// The field it is about.
    public var field: String?
    /// Between which points the field was lost or changed.
    public var gap: Gap?
    /// What to change or to look at first.
    public var firstStep: String
    /// What not to touch yet.
    public var notYet: String?
    /// What the evidence does not prove.
    public var notProven: String?
    /// The one test that would tell it from the explanations that compete with it.
    public var separatingTest: String?
}

extension Finding {
    /// The finding as that of another exchange in which the same was seen.
    public func moved(from exchange: String, to other: String) -> Finding {
        var finding = self
        for n in finding.evidence.indices where finding.evidence[n].exchange == exchange {
            finding.evidence[n].exchange = other
        }
        return finding
    }
}
