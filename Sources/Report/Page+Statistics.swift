// The counts of a capture as text and as JSON.

import Diagnosis
import JSON

extension Reporter {
    /// The counts as text.
    ///
    /// - Parameter most: how many routes are shown.
    public func statistics(_ counts: Statistics, most: Int) -> [UInt8] {
        var page = Page(style)
        guard let span = counts.span else {
            page.put("no exchanges")
            page.newline()
            return page.bytes
        }
        page.span(counts, span)
        page.statuses(counts)
        page.routes(counts, most: most)
        page.fieldNews(counts)
        page.groups(counts.findings)
        return page.bytes
    }

    /// The counts as one JSON object.
    public func json(_ counts: Statistics) -> [UInt8] {
        var out: [UInt8] = []
        var json = JSONWriter()
        func object(_ counts: [(String, Int)]) {
            json.beginObject(&out)
            for (name, count) in counts {
                json.key(name, &out)
                json.integer(count, &out)
            }
            json.endObject(&out)
        }
        func tally(_ tally: Statistics.Tally) {
            json.key("exchanges", &out)
            json.integer(tally.count, &out)
            json.key("classes", &out)
            object(tally.classes.sorted { $0.key < $1.key }.map { ($0.key == 0 ? "none" : "\($0.key)xx", $0.value) })
            json.key("faults", &out)
            json.integer(tally.faults, &out)
            json.key("duration_us", &out)
            json.beginObject(&out)
            for percent in [50, 90, 99] {
                json.key("p\(percent)", &out)
                json.integer(tally.durations.percentile(percent), &out)
            }
            json.key("max", &out)
            json.integer(tally.durations.largest, &out)
            json.endObject(&out)
        }
        json.beginObject(&out)
        tally(counts.all)
        json.key("statuses", &out)
        object(counts.statuses.sorted { $0.key < $1.key }.map { ($0.key == 0 ? "none" : "\($0.key)", $0.value) })
        json.key("nodes", &out)
        object(counts.nodes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        json.key("endings", &out)
        object(counts.endings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        json.key("routes", &out)
        json.beginArray(&out)
        for route in counts.busiest {
            json.beginObject(&out)
            json.key("route", &out)
            json.string(route.name, &out)
            tally(route.tally)
            json.endObject(&out)
        }
        json.endArray(&out)
        json.key("fields", &out)
        json.beginArray(&out)
        for (news, count) in counts.news.sorted(by: Page.isMoreFrequent) {
            json.beginObject(&out)
            for (name, text) in [
                ("field", news.field), ("fate", news.fate), ("from", news.from), ("to", news.to), ("why", news.why),
            ] {
                json.key(name, &out)
                json.string(text, &out)
            }
            json.key("exchanges", &out)
            json.integer(count, &out)
            json.endObject(&out)
        }
        json.endArray(&out)
        json.key("findings", &out)
        json.beginArray(&out)
        for group in counts.findings {
            json.beginObject(&out)
            for (name, text) in [
                ("rule", group.rule), ("severity", group.severity.word), ("layer", group.layer.rawValue),
                ("title", group.title), ("first_step", group.firstStep),
            ] {
                json.key(name, &out)
                json.string(text, &out)
            }
            json.key("exchanges", &out)
            json.integer(group.count, &out)
            json.key("routes", &out)
            json.integer(group.routes, &out)
            json.endObject(&out)
        }
        json.endArray(&out)
        json.endObject(&out)
        out.append(UInt8(ascii: "\n"))
        return out
    }
}

extension Page {
    private static let mostNews = 20

    static func isMoreFrequent(
        _ one: Dictionary<Statistics.FieldNews, Int>.Element, _ two: Dictionary<Statistics.FieldNews, Int>.Element
    ) -> Bool {
        one.value != two.value
            ? one.value > two.value
            : (one.key.field, one.key.fate, one.key.from) < (two.key.field, two.key.fate, two.key.from)
    }

    private func moment(_ microseconds: Int64) -> String {
        Human.date(microseconds: microseconds, utcOffset: style.utcOffset) + " "
            + Human.clock(microseconds: microseconds, utcOffset: style.utcOffset)
    }

    fileprivate mutating func span(_ counts: Statistics, _ span: ClosedRange<Int64>) {
        flow(
            "\(Human.count(counts.all.count, "exchange")), \(moment(span.lowerBound)) to \(moment(span.upperBound))",
            .strong, indent: 2)
        newline()
        let nodes = counts.nodes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        labelled("nodes", nodes.joined(separator: ", "))
        if !counts.endings.isEmpty {
            let endings = counts.endings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            labelled("ended", endings.joined(separator: ", "), .bad)
        }
    }

    fileprivate mutating func statuses(_ counts: Statistics) {
        let parts = counts.statuses.sorted { $0.key < $1.key }.map {
            "\($0.key == 0 ? "none" : "\($0.key)"): \($0.value)"
        }
        labelled("statuses", parts.joined(separator: ", "))
        let times = counts.all.durations
        labelled(
            "durations",
            [50, 90, 99].map { "\($0) % within \(Human.duration(microseconds: times.percentile($0)))" }
                .joined(separator: ", ") + ", the longest \(Human.duration(microseconds: times.largest))")
    }

    /// Columns behind the route: count, 4xx, 5xx and none, faults, and three percentiles.
    private static let columns: [(title: String, width: Int)] = [
        ("count", 8), ("4xx", 6), ("5xx/-", 6), ("found", 6), ("p50", 8), ("p99", 8),
    ]

    fileprivate mutating func routes(_ counts: Statistics, most: Int) {
        let busiest = counts.busiest
        let right = Page.columns.reduce(0) { $0 + $1.width }
        let longest = busiest.prefix(most).map { width($0.name) }.max() ?? 0
        let names = max(12, min(style.width - right - 1, max(longest, 6)))
        put("routes", .strong)
        row(Page.columns.map(\.title), names, .dim)
        for (name, tally) in busiest.prefix(most) {
            put(name, shortenedTo: names)
            let cells = [
                "\(tally.count)", "\(tally.classes[4] ?? 0)", "\((tally.classes[5] ?? 0) + (tally.classes[0] ?? 0))",
                "\(tally.faults)", Human.duration(microseconds: tally.durations.percentile(50)),
                Human.duration(microseconds: tally.durations.percentile(99)),
            ]
            row(cells.map { $0 == "0" ? "." : $0 }, names, .plain)
        }
        let rest = busiest.dropFirst(most)
        if !rest.isEmpty {
            put(
                "and \(rest.reduce(0) { $0 + $1.tally.count }) on \(Human.count(rest.count, "other route")) (--limit N)",
                .dim)
            newline()
        }
    }

    private mutating func row(_ cells: [String], _ names: Int, _ ink: Ink) {
        var end = names
        for (cell, column) in zip(cells, Page.columns) {
            end += column.width
            pad(to: end - width(cell))
            put(cell, ink)
        }
        newline()
    }

    fileprivate mutating func fieldNews(_ counts: Statistics) {
        guard !counts.news.isEmpty else { return }
        put("fields", .strong)
        newline()
        let sorted = counts.news.sorted(by: Page.isMoreFrequent)
        for (news, count) in sorted.prefix(Page.mostNews) {
            let number = "\(count)"
            pad(to: max(2, 7 - number.utf8.count))
            put("\(number)×", .strong)
            pad(to: 9)
            let why = news.why.isEmpty ? "" : ": \(news.why)"
            flow("\(news.field) \(news.fate), \(news.from) to \(news.to)\(why)", indent: 11)
            newline()
        }
        let rest = sorted.dropFirst(Page.mostNews).reduce(counts.otherNews) { $0 + $1.value }
        if rest > 0 {
            pad(to: 2)
            put("and \(rest) more of other kinds", .dim)
            newline()
        }
    }
}
