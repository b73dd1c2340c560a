// Findings on the terminal: behind an exchange in one line each, in whole under `--verbose`, and grouped at the end of a
// run. The colour is that of the severity; the severity's word stands there too, for whoever sees no colours.

public import Diagnosis
public import Ledger
public import Trace

extension Reporter {
    /// More findings than this behind one exchange are left to `--verbose`.
    private static let findingLimit = 3

    /// The findings behind the line of an exchange: those that are told now and are more than worth knowing.
    static func items(_ findings: [ToldFinding]) -> [Item] {
        let told = findings.filter { $0.isTold && $0.finding.severity > .info }
        var items = told.prefix(findingLimit).map { told in
            Item(text: line(told), ink: ink(told.finding.severity), isOnItsOwn: true)
        }
        if told.count > findingLimit {
            let more = Human.count(told.count - findingLimit, "more finding")
            items.append(Item(text: "\(more) (--verbose)", ink: .dim, isOnItsOwn: true))
        }
        return items
    }

    /// A finding in one line: `error wp-not-logged-in ×10: Credential sent, WordPress saw nobody logged in`.
    static func line(_ told: ToldFinding) -> String {
        let finding = told.finding
        let count = told.count > 1 ? " ×\(told.count)\(told.onAllRoutes ? " on all routes" : "")" : ""
        return "\(finding.severity.word) \(finding.rule)\(count): \(finding.title)"
    }

    static func ink(_ severity: Severity) -> Ink {
        switch severity {
        case .error: .bad
        case .warning: .warn
        case .notice: .strong
        case .info: .dim
        }
    }

    /// Whether a finding that is told says what a piece of news says.
    static func explains(_ told: ToldFinding, _ item: NewsItem) -> Bool {
        guard told.isTold, told.finding.severity > .info, let field = told.finding.field,
            field.lowercased() == item.title.lowercased()
        else { return false }
        switch item.kind {
        case .crossing(_, let from, let to, _): return told.finding.gap == Gap(from: from, to: to)
        case .arrivedDoubled(let lines, let point):
            let quoted = told.finding.evidence.filter { piece in
                piece.point == point && piece.text.lowercased().hasPrefix(field.lowercased() + ":")
            }
            return quoted.count >= lines
        case .unseen, .unanswered, .stored: return false
        }
    }

    /// One exchange with its news and its findings: one line, or a few when it has much to tell.
    public func line(_ record: Record, news: [NewsItem], findings: [ToldFinding]) -> [UInt8] {
        page(record, news: news, findings: findings).bytes
    }

    /// The same as a page, which knows where on it the clock and the duration stand.
    func page(_ record: Record, news: [NewsItem], findings: [ToldFinding]) -> Page {
        let untold = news.filter { item in !findings.contains { Reporter.explains($0, item) } }
        var page = Page(style)
        page.exchange(record, items: Reporter.items(record, untold, now: style.now) + Reporter.items(findings))
        return page
    }
}

extension Page {
    /// Who answered, by which way, and what was found.
    mutating func judgement(_ record: Record, _ findings: [ToldFinding]) {
        let facts = Facts(record)
        if record.response != nil { answerer(facts) }
        let hops = facts.hops
        if !hops.hops.isEmpty {
            let before = hops.inFront.map(Page.hop)
            let behind = hops.behind.map(Page.hop)
            labelled("hops", (["client"] + before + [record.node] + behind).joined(separator: " → "))
        }
        for told in findings { finding(told, record) }
    }

    private static func hop(_ hop: PassiveHop) -> String { hop.isPlaced ? hop.name : hop.name + " (place guessed)" }

    private mutating func answerer(_ facts: Facts) {
        let answerer = facts.answerer
        let name = answerer.product ?? answerer.author.rawValue
        let cache = answerer.fromCache.first.map { "; out of a cache (\(shown($0, facts.record)))" } ?? ""
        let why = answerer.evidence.prefix(2).map { shown($0, facts.record) }.joined(separator: "; ")
        let text =
            answerer.author == .unknown
            ? "nobody that can be told"
            : "\(name) (\(answerer.confidence.word)\(why.isEmpty ? "" : ": \(why)"))"
        labelled("author", text + cache)
    }

    /// A finding in whole.
    private mutating func finding(_ told: ToldFinding, _ record: Record) {
        let finding = told.finding
        labelled("finding", Reporter.line(told), Reporter.ink(finding.severity))
        let others =
            finding.alsoLayers.isEmpty ? "" : ", or " + finding.alsoLayers.map(\.rawValue).joined(separator: ", ")
        labelled("layer", "\(finding.layer.rawValue)\(others) (\(finding.confidence.word))")
        if let gap = finding.gap {
            labelled(
                "lost", "\(finding.field ?? "it"), between \(words(gap.from, record)) and \(words(gap.to, record))")
        }
        for (n, piece) in finding.evidence.enumerated() {
            let place = piece.point.map { words($0, record) + "  " } ?? ""
            let exchange = piece.exchange == record.id ? "" : " (exchange \(piece.exchange))"
            labelled(n == 0 ? "evidence" : "", place + shown(piece, record) + exchange)
        }
        labelled("first", finding.firstStep)
        if let text = finding.notYet { labelled("not yet", text) }
        if let text = finding.notProven { labelled("unproven", text) }
        if let text = finding.separatingTest { labelled("test", text) }
    }

    private func words(_ point: Point, _ record: Record) -> String {
        point.node == record.node ? point.place.words : point.words
    }

    /// Evidence for the eye.
    private func shown(_ piece: Evidence, _ record: Record) -> String {
        record.raw ? piece.masked : piece.text
    }

    /// The findings of a run, grouped by rule.
    mutating func groups(_ groups: [FindingGroup]) {
        guard !groups.isEmpty else { return }
        put("found", .strong)
        newline()
        for group in groups.prefix(Page.groupLimit) {
            let count = "\(group.count)"
            pad(to: max(2, 7 - count.utf8.count))
            put("\(count)×", .strong)
            pad(to: 9)
            flow("\(group.severity.word) \(group.rule): \(group.title)", Reporter.ink(group.severity), indent: 9)
            let routes = group.routes > group.someRoutes.count || group.hasMoreRoutes
            let list = group.someRoutes.joined(separator: ", ")
            let more =
                routes ? " and \(group.hasMoreRoutes ? "over " : "")\(group.routes - group.someRoutes.count) more" : ""
            newline()
            pad(to: 9)
            flow("on \(list)\(more)", .dim, indent: 12)
            newline()
            if group.severity > .info {
                pad(to: 9)
                flow("first: \(group.firstStep)", indent: 12)
                newline()
            }
        }
        let rest = groups.dropFirst(Page.groupLimit)
        if !rest.isEmpty {
            pad(to: 2)
            put("and \(rest.reduce(0) { $0 + $1.count }) more by \(Human.count(rest.count, "other rule"))", .dim)
            newline()
        }
        pad(to: 2)
        flow("'hoplens explain RULE' says why, from which sources, and how to test it", .dim, indent: 4)
        newline()
    }

    /// More groups than this are only counted.
    private static let groupLimit = 12
}

extension Finding {
    /// The finding in its rule's own words, without anything quoted: for raw records, whose values are as they came.
    public var masked: Finding {
        var finding = self
        for n in finding.evidence.indices { finding.evidence[n].text = finding.evidence[n].masked }
        let rule = Catalogue.rule(self.rule)
        finding.title = rule?.title ?? self.rule
        finding.firstStep = rule?.firstStep ?? ""
        finding.separatingTest = rule?.separatingTest
        finding.notProven = nil
        return finding
    }
}

extension Evidence {
    /// The evidence without values: a raw record holds secrets in the clear, and a screen is no place for them.
    var masked: String {
        if let colon = text.firstIndex(of: ":") {
            return text[..<colon] + ": (raw, not shown)"
        }
        return String(text.prefix { $0 != "?" })
    }
}
