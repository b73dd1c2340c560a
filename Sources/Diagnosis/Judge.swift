// All rules over one case, and the order in which their findings are told: what is certain before what is possible,
// what failed before what may fail. A finding whose rule another match makes superfluous is left out, so that two
// findings of one case are two things to know, or two explanations that compete; the latter name the test between them.

/// Judges cases by a catalogue.
public struct Judge: Sendable {
    private let rules: [Rule]

    /// A judge who knows the rules of a catalogue.
    public init(_ rules: [Rule] = Catalogue.rules) {
        self.rules = rules
    }

    /// What the rules find in a case, the most telling first.
    public func findings(_ subject: Case) -> [Finding] {
        var found: [Finding] = []
        var superseded: Set<String> = []
        for rule in rules {
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
