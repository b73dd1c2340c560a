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
        let route: String
        var count = 0
        var next = 10
        /// What it said, as hashes.
        var said: [Int] = []
    }

    private struct Chapter: Equatable, Sendable {
        var group: FindingGroup
        var toldRoutes = 0
        var next = 10

        mutating func note(_ finding: Finding) {
            group.count += 1
            group.severity = max(group.severity, finding.severity)
            group.layer = finding.layer
            group.title = finding.title
            group.firstStep = finding.firstStep
        }
    }

    /// Routes on which a rule is told one by one.
    private static let routesTold = 5
    /// Different things a rule may say on one route before it is only counted.
    private static let wordings = 4
    private static let rulesKept = 200
    private static let routesNamed = 3
    private let capacity: Int

    private var pages: [Page] = []
    private var places: [Place: Int] = [:]
    private var chapters: [Chapter] = []
    private var rules: [String: Int] = [:]

    /// A book without entries that tells so many routes apart.
    public init(capacity: Int = 1000) {
        self.capacity = capacity
    }

    /// Enters the findings of one exchange.
    public mutating func take(_ findings: [Finding], route: String) -> [ToldFinding] {
        findings.map { finding in enter(finding, at: place(of: finding, route: route)) }
    }

    /// What was found, the gravest and most frequent first.
    public var groups: [FindingGroup] {
        chapters.map(\.group).sorted { one, two in
            if one.severity != two.severity { return one.severity > two.severity }
            return (two.count, one.rule) < (one.count, two.rule)
        }
    }

    /// Where a finding is entered, looked up once for all the times it comes again: nothing is ever taken out of the book.
    struct Entrance: Sendable {
        fileprivate var chapter: Int?
        fileprivate var page: Int?
        fileprivate var wording: Int
    }

    /// Where a finding on a route is entered.
    mutating func place(of finding: Finding, route: String) -> Entrance {
        var entrance = Entrance(wording: finding.wording)
        entrance.chapter = rules[finding.rule]
        if entrance.chapter == nil, chapters.count < FindingBook.rulesKept {
            entrance.chapter = chapters.count
            rules[finding.rule] = chapters.count
            chapters.append(
                Chapter(
                    group: FindingGroup(
                        rule: finding.rule, severity: finding.severity, layer: finding.layer, title: finding.title,
                        firstStep: finding.firstStep, count: 0, routes: 0, hasMoreRoutes: false, someRoutes: [])))
        }
        guard entrance.chapter != nil else { return entrance }
        let place = Place(rule: finding.rule, route: route)
        entrance.page = places[place]
        if entrance.page == nil, places.count < capacity {
            entrance.page = pages.count
            places[place] = pages.count
            pages.append(Page(route: route))
        }
        return entrance
    }

    /// Enters a finding where it belongs.
    mutating func enter(_ finding: Finding, at entrance: Entrance) -> ToldFinding {
        let (count, onAllRoutes, isTold) = count(finding, entrance)
        return ToldFinding(finding: finding, count: count, onAllRoutes: onAllRoutes, isTold: isTold)
    }

    private mutating func count(
        _ finding: Finding, _ entrance: Entrance
    ) -> (count: Int, onAllRoutes: Bool, isTold: Bool) {
        guard let chapter = entrance.chapter else { return (1, true, false) }
        chapters[chapter].note(finding)
        guard let page = entrance.page else {
            chapters[chapter].group.hasMoreRoutes = true
            return onAllRoutes(chapter)
        }
        if pages[page].count == 0 {
            chapters[chapter].group.routes += 1
            if chapters[chapter].group.someRoutes.count < FindingBook.routesNamed {
                chapters[chapter].group.someRoutes.append(pages[page].route)
            }
        }
        pages[page].count += 1
        let isNew = pages[page].said.count < FindingBook.wordings && !pages[page].said.contains(entrance.wording)
        if isNew { pages[page].said.append(entrance.wording) }
        if pages[page].count == 1 {
            guard chapters[chapter].toldRoutes < FindingBook.routesTold else { return onAllRoutes(chapter) }
            chapters[chapter].toldRoutes += 1
            return (1, false, true)
        }
        let hasGrown = pages[page].count >= pages[page].next
        if hasGrown { pages[page].next *= 10 }
        return (pages[page].count, false, isNew || hasGrown)
    }

    /// A finding on one of too many routes.
    private mutating func onAllRoutes(_ chapter: Int) -> (count: Int, onAllRoutes: Bool, isTold: Bool) {
        let count = chapters[chapter].group.count
        let hasGrown = count >= chapters[chapter].next
        while chapters[chapter].next <= count { chapters[chapter].next *= 10 }
        return (count, true, hasGrown)
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
