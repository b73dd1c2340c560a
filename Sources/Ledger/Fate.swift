// What became of a field between two neighbouring points, line by line and for the field as a whole. A fate says what,
// a Reason says why; the two are found independently of each other.

/// What became of a field between two neighbouring points.
public enum Fate: UInt8, CaseIterable, Sendable {
    /// It is the same at both points.
    case kept
    /// The name is spelled in other letter case; the values are the same.
    case caseChanged
    /// The same lines stand in another order.
    case reordered
    /// A line is there that was not.
    case added
    /// Several lines were joined into one.
    case merged
    /// A value stands there more often than it did.
    case duplicated
    /// A value is another one.
    case changed
    /// A line is gone.
    case dropped
    /// It is at neither point.
    case absent
    /// One of the two points was not seen.
    case notObserved

    /// The fate in a word for tables.
    public var word: String {
        switch self {
        case .kept: "kept"
        case .caseChanged: "case"
        case .reordered: "reordered"
        case .added: "added"
        case .merged: "merged"
        case .duplicated: "doubled"
        case .changed: "changed"
        case .dropped: "dropped"
        case .absent: "absent"
        case .notObserved: "not seen"
        }
    }

    /// Whether anything happened to the field.
    public var isChange: Bool {
        switch self {
        case .kept, .absent, .notObserved: false
        case .caseChanged, .reordered, .added, .merged, .duplicated, .changed, .dropped: true
        }
    }
}

/// What became of single lines of a field.
public struct LineFate: Equatable, Sendable {
    /// What happened.
    public var fate: Fate
    /// Positions among the field's lines at the earlier point.
    public var before: [Int]
    /// Positions among the field's lines at the later point.
    public var after: [Int]

    /// A line fate from its parts.
    public init(_ fate: Fate, before: [Int] = [], after: [Int] = []) {
        self.fate = fate
        self.before = before
        self.after = after
    }
}

/// What became of a field between two neighbouring points, and why.
public struct Crossing: Equatable, Sendable {
    /// The gravest of the lines' fates.
    public var fate: Fate
    /// Every line that was not kept.
    public var lines: [LineFate]
    /// Why; empty exactly when nothing changed.
    public var reasons: [Reason]

    /// A crossing from its parts.
    public init(_ fate: Fate, lines: [LineFate] = [], reasons: [Reason] = []) {
        self.fate = fate
        self.lines = lines
        self.reasons = reasons
    }
}
