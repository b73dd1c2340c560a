// One thing in which two answers differ by meaning, what was seen on either side, and what it means for access. Rows are
// told by area and name, so the same difference in several requests is one row with several requests behind it.

public import Diagnosis

/// What a difference is about; the order is the order in which rows of equal severity are told.
public enum DifferenceArea: String, CaseIterable, Sendable {
    /// Whether there is an answer at all.
    case reach
    /// The status code.
    case status
    /// Who wrote the answer.
    case answerer
    /// Who the answer takes the caller for.
    case identity
    /// Where the answer sends the client.
    case redirect
    /// What a browser makes of it.
    case cors
    /// A field of the answer.
    case field
    /// A cookie that is set.
    case cookie
    /// The content.
    case body
    /// The content coding.
    case coding
    /// A rule that finds something on one side.
    case finding
    /// Whether a side answers the same request in the same way.
    case stability
}

/// A difference between two sides.
public struct Difference: Equatable, Sendable {
    /// What it is about.
    public var area: DifferenceArea
    /// Which field, cookie, place in the body, rule.
    public var name: String
    /// What the one side (the origin) shows; nil for nothing.
    public var left: String?
    /// What the other side (the public address) shows; nil for nothing.
    public var right: String?
    /// How grave it is; what intermediaries do as a matter of course is `info`.
    public var severity: Severity
    /// What it means for access, in a sentence or two.
    public var meaning: String
    /// The layer it points to, where it points to one.
    public var layer: Layer?
    /// What to do first, where something can be said.
    public var firstStep: String?

    /// A difference from its parts.
    public init(
        _ area: DifferenceArea, _ name: String, left: String?, right: String?, severity: Severity, meaning: String,
        layer: Layer? = nil, firstStep: String? = nil
    ) {
        self.area = area
        self.name = name
        self.left = left
        self.right = right
        self.severity = severity
        self.meaning = meaning
        self.layer = layer
        self.firstStep = firstStep
    }

    /// Graver first, then by area, then by name: the order in which rows are told.
    public static func isBefore(_ one: Difference, _ two: Difference) -> Bool {
        if one.severity != two.severity { return one.severity > two.severity }
        let (first, second) = (order(one.area), order(two.area))
        if first != second { return first < second }
        return (one.name, one.left ?? "", one.right ?? "") < (two.name, two.left ?? "", two.right ?? "")
    }

    private static func order(_ area: DifferenceArea) -> Int { DifferenceArea.allCases.firstIndex(of: area) ?? 0 }
}
