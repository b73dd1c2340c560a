// Which findings of a run are told, and how often they were there. A fault repeats itself with every request, so a
// finding is told when it is new on its route, when it says something else there than before, and then each time its
// count has grown tenfold. A rule that finds something on one route after the other is told on the first few, and after
// that each time the count of all of them has grown tenfold.
//
// Memory is bounded: so many pairs of rule and route; beyond them only rules are counted, and there are only so many.

public import Diagnosis
import Ledger

/// A finding of one exchange, and whether it is to be told now.
public struct ToldFinding: Equatable, Sendable {
    /// The finding.
    public var finding: Finding
    /// How often it was there so far: on this route, or, with `onAllRoutes`, on all.
    public var count: Int
    /// Whether the count is that of all routes.
    public var onAllRoutes: Bool
    /// Whether it is told now, or was told before and is only counted.
    public var isTold: Bool
}

/// What a rule found in a run.
public struct FindingGroup: Equatable, Sendable {
    /// The rule's id.
    public var rule: String
    /// The gravest it was.
    public var severity: Severity
    /// The layer it held responsible the last time.
    public var layer: Layer
    /// What was the matter the last time.
    public var title: String
    /// What to do first, as it was said the last time.
    public var firstStep: String
    /// How often it was there.
    public var count: Int
    /// On how many routes, as far as they were told apart.
    public var routes: Int
    /// Whether there were more routes than were told apart.
    public var hasMoreRoutes: Bool
    /// The routes themselves, the first few.
    public var someRoutes: [String]
}

/// Remembers what was found in a run.
public struct FindingBook: Equatable, Sendable {
    private struct Place: Hashable, Sendable {
        var rule: String
        var route: String
    }

    private struct Page: Equatable, Sendable {
        var count = 0
        var next = 10
        /// What it said, as hashes.
        var said: [Int] = []
    }

    private struct Chapter: Equatable, Sendable {
        var group: FindingGroup
        var toldRoutes = 0
        var next = 10
    }

    /// Routes on which a rule is told one by one.
    private static let routesTold = 5
    /// Different things a rule may say on one route before it is only counted.
    private static let wordings = 4
    private static let rulesKept = 200
    private static let routesNamed = 3
    private let capacity: Int

    private var places: [Place: Page] = [:]
    private var chapters: [String: Chapter] = [:]

    /// A book without entries that tells so many routes apart.
    public init(capacity: Int = 1000) {
        self.capacity = capacity
    }

    /// Enters the findings of one exchange.
    public mutating func take(_ findings: [Finding], route: String) -> [ToldFinding] {
        findings.map { take($0, route) }
    }

    /// What was found, the gravest and most frequent first.
    public var groups: [FindingGroup] {
        chapters.values.map(\.group).sorted { one, two in
            if one.severity != two.severity { return one.severity > two.severity }
            return (two.count, one.rule) < (one.count, two.rule)
        }
    }

    private mutating func take(_ finding: Finding, _ route: String) -> ToldFinding {
        let isKnownRule = chapters[finding.rule] != nil
        guard isKnownRule || chapters.count < FindingBook.rulesKept else {
            return ToldFinding(finding: finding, count: 1, onAllRoutes: true, isTold: false)
        }
        var chapter =
            chapters[finding.rule]
            ?? Chapter(
                group: FindingGroup(
                    rule: finding.rule, severity: finding.severity, layer: finding.layer, title: finding.title,
                    firstStep: finding.firstStep, count: 0, routes: 0, hasMoreRoutes: false, someRoutes: []))
        chapter.group.count += 1
        chapter.group.severity = max(chapter.group.severity, finding.severity)
        chapter.group.layer = finding.layer
        chapter.group.title = finding.title
        chapter.group.firstStep = finding.firstStep
        defer { chapters[finding.rule] = chapter }

        let place = Place(rule: finding.rule, route: route)
        guard var page = places[place] ?? (places.count < capacity ? Page() : nil) else {
            chapter.group.hasMoreRoutes = true
            return onAllRoutes(finding, &chapter)
        }
        if page.count == 0 {
            chapter.group.routes += 1
            if chapter.group.someRoutes.count < FindingBook.routesNamed { chapter.group.someRoutes.append(route) }
        }
        page.count += 1
        defer { places[place] = page }

        let wording = finding.wording
        let isNew = !page.said.contains(wording) && page.said.count < FindingBook.wordings
        if isNew { page.said.append(wording) }
        if page.count == 1 {
            guard chapter.toldRoutes < FindingBook.routesTold else { return onAllRoutes(finding, &chapter) }
            chapter.toldRoutes += 1
            return ToldFinding(finding: finding, count: 1, onAllRoutes: false, isTold: true)
        }
        let hasGrown = page.count >= page.next
        if hasGrown { page.next *= 10 }
        return ToldFinding(finding: finding, count: page.count, onAllRoutes: false, isTold: isNew || hasGrown)
    }

    /// A finding on one of too many routes.
    private func onAllRoutes(_ finding: Finding, _ chapter: inout Chapter) -> ToldFinding {
        let hasGrown = chapter.group.count >= chapter.next
        while chapter.next <= chapter.group.count { chapter.next *= 10 }
        return ToldFinding(finding: finding, count: chapter.group.count, onAllRoutes: true, isTold: hasGrown)
    }
}

extension Finding {
    /// What it says apart from the values it quotes.
    fileprivate var wording: Int {
        var hasher = Hasher()
        hasher.combine(severity)
        hasher.combine(layer)
        hasher.combine(confidence)
        hasher.combine(title)
        hasher.combine(field)
        hasher.combine(gap)
        for piece in evidence {
            hasher.combine(piece.point?.place)
            hasher.combine(piece.text.prefix { $0 != ":" })
        }
        return hasher.finalize()
    }
}
