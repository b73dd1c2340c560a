// The report of a capture as one HTML page: what it amounts to, a timeline, what was found, and every exchange with its
// ledger, its messages and its timings. Everything stands in the page as text, so it can be read, searched and printed
// without the script, which only filters and moves about.

public import Diagnosis
public import Trace

/// An exchange of a report.
public struct ReportedExchange {
    /// The record.
    public var record: Record
    /// What was found.
    public var findings: [Finding]
    /// Exchanges that belong to it: what they are to it, their ids, and a line about each.
    public var related: [(words: String, id: String, text: String)]

    /// An exchange from its parts.
    public init(record: Record, findings: [Finding], related: [(words: String, id: String, text: String)] = []) {
        self.record = record
        self.findings = findings
        self.related = related
    }
}

/// Writes reports.
public struct ReportPage {
    let style: Style
    let exchanges: [ReportedExchange]
    private let counts: Statistics
    private let title: String

    /// A report.
    ///
    /// - Parameter counts: the counts of everything, also of exchanges there is no room for.
    public init(_ style: Style, title: String, _ exchanges: [ReportedExchange], counts: Statistics) {
        self.style = style
        self.title = title
        self.exchanges = exchanges
        self.counts = counts
    }

    /// The page.
    public func render() -> [UInt8] {
        HTML.page(title: title, style: ReportPage.look, script: ReportScript.text) { page in
            page.element("header") { header(&$0) }
            page.element("main") { main in
                timeline(&main)
                found(&main)
                controls(&main)
                main.element("div", ["id": "list"]) { list in
                    for one in exchanges { exchange(one, &list) }
                }
                let left = counts.all.count - exchanges.count
                if left > 0 {
                    main.element(
                        "p", ["class": "dim"],
                        "\(left) more exchanges are counted above and have no room here; a filter brings those you want."
                    )
                }
            }
        }
    }

    func moment(_ microseconds: Int64) -> String {
        Human.date(microseconds: microseconds, utcOffset: style.utcOffset) + " " + clock(microseconds)
    }

    func clock(_ microseconds: Int64) -> String { Human.clock(microseconds: microseconds, utcOffset: style.utcOffset) }

    private func header(_ page: inout HTML) {
        page.element("h1", title)
        page.element("p", ["class": "dim"]) { p in
            let span = counts.span.map { "\(moment($0.lowerBound)) to \(moment($0.upperBound))" } ?? "nothing"
            let nodes = counts.nodes.keys.sorted().joined(separator: ", ")
            p.text("\(Human.count(counts.all.count, "exchange")), \(span), seen by \(nodes)")
        }
        page.element("p") { p in
            for (status, count) in counts.statuses.sorted(by: { $0.key < $1.key }) {
                p.element(
                    "span", ["class": "badge \(ReportPage.badge(status: status))"],
                    "\(status == 0 ? "no answer" : "\(status)") × \(count)")
                p.text(" ")
            }
        }
        let times = counts.all.durations
        page.element(
            "p", ["class": "dim"],
            [50, 90, 99].map { "\($0) % within \(Human.duration(microseconds: times.percentile($0)))" }.joined(
                separator: ", ")
                + ", the longest \(Human.duration(microseconds: times.largest))")
    }

    /// What was found, grouped, with the first step of each.
    private func found(_ page: inout HTML) {
        let groups = counts.findings
        page.element("h2", "Findings")
        guard !groups.isEmpty else { return page.element("p", ["class": "dim"], "Nothing was found.") }
        page.element("div", ["class": "groups"]) { list in
            for group in groups {
                list.element("section", ["class": "group \(group.severity.word)"]) { one in
                    one.element("h3") { h in
                        h.element(
                            "span", ["class": "badge \(group.severity.word)"], "\(group.severity.word) × \(group.count)"
                        )
                        h.text(" \(group.title) ")
                    }
                    one.element("p") { p in
                        p.element("strong", "First: ")
                        p.text(group.firstStep)
                    }
                    one.element("p", ["class": "dim"]) { p in
                        let more = group.hasMoreRoutes || group.routes > group.someRoutes.count ? " and others" : ""
                        p.text("Layer \(group.layer.rawValue); on \(group.someRoutes.joined(separator: ", "))\(more). ")
                        p.element(
                            "button", ["type": "button", "class": "screen pick", "data-q": group.rule],
                            "Show \(group.rule)")
                    }
                }
            }
        }
    }

    private func controls(_ page: inout HTML) {
        page.element("h2", "Exchanges")
        page.element("form", ["class": "screen controls", "role": "search", "id": "controls"]) { form in
            form.begin(
                "input",
                [
                    "id": "q", "type": "search", "aria-label": "Search exchanges", "autocomplete": "off",
                    "placeholder": "Search: path, id, field, value, rule, authorization=dropped",
                ])
            choice("Status", "status", ["1xx", "2xx", "3xx", "4xx", "5xx", "none"], &form)
            choice("Found", "severity", ["error", "warning", "notice", "info"], &form)
            choice("Method", "method", Set(exchanges.compactMap { $0.record.request?.method }).sorted(), &form)
            choice("Node", "node", Set(exchanges.map(\.record.node)).sorted(), &form)
            form.element("button", ["type": "reset"], "Clear")
        }
        page.element("p", ["class": "dim"]) { p in
            p.element(
                "span", ["id": "count", "role": "status", "aria-live": "polite"],
                Human.count(exchanges.count, "exchange"))
            p.element("span", ["class": "screen keys"]) { keys in
                keys.text(" · keys: ")
                for (key, what) in [
                    ("/", "search"), ("j k", "next, previous"), ("o", "open"), ("e", "errors only"), ("Esc", "clear"),
                ] {
                    keys.element("kbd", key)
                    keys.text(" \(what)  ")
                }
            }
        }
    }

    private func choice(_ label: String, _ name: String, _ words: [String], _ page: inout HTML) {
        page.element("label") { l in
            l.text("\(label) ")
            l.element("select", ["data-key": name]) { select in
                select.element("option", ["value": "*"], "all")
                for word in words.prefix(60) { select.element("option", ["value": word], word) }
            }
        }
    }

    static func badge(status: Int) -> String {
        switch status {
        case 200..<400: "ok"
        case 400..<500: "warning"
        case 100..<200: ""
        default: "error"
        }
    }
}
