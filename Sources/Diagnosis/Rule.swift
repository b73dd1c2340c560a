// One rule of the catalogue: data for people (title, rationale, sources, first step), examples, and one pure function.
// Each rule stands in a file of its own as a static constant of this type; the catalogue lists them, `hoplens rules`
// and the rules page print them, and one test runs every example of every rule. A rule knows nothing of the others,
// but for the ids of those it makes superfluous.

/// A rule of the catalogue.
public struct Rule: Sendable {
    /// The stable name, lower case with hyphens: `wp-not-logged-in`.
    public let id: String
    /// What is the matter, in at most eight words.
    public let title: String
    /// Why the evidence proves it, in a few sentences.
    public let rationale: String
    /// Where that is known from: a standard's section, a function of WordPress core, a server's manual, a measurement.
    public let sources: [String]
    /// How grave, unless a match says otherwise.
    public let severity: Severity
    /// Which layer is responsible, unless a match says otherwise.
    public let layer: Layer
    /// What to change or to look at first.
    public let firstStep: String
    /// What not to touch yet.
    public let notYet: String?
    /// The one test that would tell it from competing explanations.
    public let separatingTest: String?
    /// Files of configs/fixes that hold the change, one for each kind of server; each has been seen to repair its fault, or
    /// says itself that it could not be tried.
    public let fixes: [String]
    /// What kind of exchange it looks at; empty for every kind.
    public let scope: Scope
    /// Ids of more general rules that say nothing new when this one has matched.
    public let supersedes: [String]
    /// Exchanges it must find something in.
    public let triggers: [Example]
    /// Exchanges it must find nothing in; the near misses.
    public let quiet: [Example]
    /// Looks at a case.
    let match: @Sendable (Case) -> Match?

    /// A rule from its parts.
    public init(
        id: String, title: String, severity: Severity, layer: Layer, rationale: String, sources: [String],
        firstStep: String, notYet: String? = nil, separatingTest: String? = nil, supersedes: [String] = [],
        scope: Scope = [], fixes: [String] = [],
        triggers: [Example], quiet: [Example], match: @escaping @Sendable (Case) -> Match?
    ) {
        self.id = id
        self.title = title
        self.rationale = rationale
        self.sources = sources
        self.severity = severity
        self.layer = layer
        self.firstStep = firstStep
        self.notYet = notYet
        self.separatingTest = separatingTest
        self.supersedes = supersedes
        self.scope = scope
        self.fixes = fixes
        self.triggers = triggers
        self.quiet = quiet
        self.match = match
    }

    /// What the rule finds in a case.
    public func finding(_ subject: Case) -> Finding? {
        guard subject.facts.scope.isSuperset(of: scope), let match = match(subject) else { return nil }
        return Finding(
            rule: id, severity: match.severity ?? severity, layer: match.layer ?? layer,
            alsoLayers: match.alsoLayers, confidence: match.confidence, title: match.title ?? title,
            evidence: match.evidence, field: match.field, gap: match.gap, firstStep: match.firstStep ?? firstStep,
            notYet: notYet, notProven: match.notProven, separatingTest: match.separatingTest ?? separatingTest)
    }
}

/// What a rule's function returns: the evidence, and what differs from the rule's own words this time.
public struct Match: Sendable {
    /// What was seen; never empty.
    public var evidence: [Evidence]
    /// How far it carries.
    public var confidence: Confidence
    /// The field it is about.
    public var field: String?
    /// Between which points that field was lost or changed.
    public var gap: Gap?
    /// A more exact title.
    public var title: String?
    /// Another severity than the rule's.
    public var severity: Severity?
    /// Another layer than the rule's.
    public var layer: Layer?
    /// Layers that cannot be told apart from it.
    public var alsoLayers: [Layer]
    /// A more exact first step.
    public var firstStep: String?
    /// What the evidence does not prove.
    public var notProven: String?
    /// A more exact separating test.
    public var separatingTest: String?

    /// A match from its evidence.
    public init(
        _ evidence: [Evidence], _ confidence: Confidence = .certain, field: String? = nil, gap: Gap? = nil,
        title: String? = nil, severity: Severity? = nil, layer: Layer? = nil, alsoLayers: [Layer] = [],
        firstStep: String? = nil, notProven: String? = nil, separatingTest: String? = nil
    ) {
        self.evidence = evidence
        self.confidence = confidence
        self.field = field
        self.gap = gap
        self.title = title
        self.severity = severity
        self.layer = layer
        self.alsoLayers = alsoLayers
        self.firstStep = firstStep
        self.notProven = notProven
        self.separatingTest = separatingTest
    }
}
