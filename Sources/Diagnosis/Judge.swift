// All rules over one case, and the order in which their findings are told: what is certain before what is possible,
// what failed before what may fail. A finding whose rule another match makes superfluous is left out, so that two
// findings of one case are two things to know, or two explanations that compete; the latter name the test between them.
//
// Rules are sorted by scope once: a case is shown only to the rules that look at its kind of exchange.

/// Judges cases by a catalogue.
public struct Judge: Sendable {
    private let rules: [Rule]
    /// For each scope a case can have, the positions of the rules that look at it.
    private let byScope: [[UInt16]]

    /// A judge who knows the rules of a catalogue.
    public init(_ rules: [Rule] = Catalogue.rules) {
        self.rules = rules
        byScope = (0...UInt8.max).map { bits in
            rules.indices.filter { Scope(rawValue: bits).isSuperset(of: rules[$0].scope) }.map { UInt16($0) }
        }
    }

    /// What the rules find in a case, the most telling first.
    public func findings(_ subject: Case) -> [Finding] {
        var found: [Finding] = []
        var superseded: Set<String> = []
        for position in byScope[Int(subject.facts.scope.rawValue)] {
            let rule = rules[Int(position)]
            guard let finding = rule.finding(subject) else { continue }
            found.append(finding)
            superseded.formUnion(rule.supersedes)
        }
        guard found.count > 1 else { return found }
        found.removeAll { superseded.contains($0.rule) }
        // A stable sort: rules that are equal keep the catalogue's order, which goes from the client inwards.
        return found.enumerated().sorted { one, two in
            if one.element.severity != two.element.severity { return one.element.severity > two.element.severity }
            if one.element.confidence != two.element.confidence {
                return one.element.confidence > two.element.confidence
            }
            return one.offset < two.offset
        }.map(\.element)
    }
}
