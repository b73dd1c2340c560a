// One exchange of a report: a line that opens, and under it what was found with its evidence, the header × hop matrix, the
// phases, both messages and what belongs to it.

import Diagnosis
import Ledger
import Trace

extension ReportPage {
    func exchange(_ one: ReportedExchange, _ page: inout HTML) {
        let record = one.record
        let status = record.response?.status
        let ledger = Ledger(record)
        let worst = one.findings.map(\.severity).max()
        page.element(
            "details",
            [
                "class": "x", "id": "x-\(record.id)", "data-status": status.map { "\($0 / 100)xx" } ?? "none",
                "data-method": record.request?.method ?? "-", "data-node": record.node,
                "data-severity": Severity.allCases.filter { level in one.findings.contains { $0.severity == level } }
                    .map(\.word).joined(separator: " "),
                "data-fates": ReportPage.fates(ledger),
            ]
        ) { details in
            details.element("summary") { summary in
                summary.element("span", ["class": "when dim"], clock(record.time))
                summary.element(
                    "span", ["class": "badge \(ReportPage.badge(status: status ?? 0))"],
                    status.map { "\($0)" } ?? "none")
                summary.element("strong", record.request?.method ?? "???")
                summary.element("span", ["class": "path"], record.pathText)
                summary.element("span", ["class": "dim"], Human.duration(microseconds: record.durationMicroseconds))
                if let worst, worst > .info {
                    let first = one.findings.first { $0.severity == worst }
                    summary.element("span", ["class": "badge \(worst.word)"], "\(worst.word) \(first?.rule ?? "")")
                }
            }
            details.element("div", ["class": "inside"]) { inside in
                for finding in one.findings { self.finding(finding, record, &inside) }
                news(ledger, &inside)
                for passage in ledger.passages { matrix(passage, ledger, &inside) }
                facts(record, &inside)
                phases(record, &inside)
                messages(record, &inside)
                related(one, &inside)
            }
        }
        page.newline()
    }

    /// What became of fields, as words to search for.
    private static func fates(_ ledger: Ledger) -> String {
        var words: [String] = []
        for row in ledger.passages.flatMap(\.rows) where row.subject.isField {
            for crossing in row.crossings where crossing.fate.isChange {
                let word = "\(row.title.lowercased())=\(crossing.fate.word)"
                if !words.contains(word) { words.append(word) }
            }
        }
        return words.joined(separator: " ")
    }

    private func finding(_ finding: Finding, _ record: Record, _ page: inout HTML) {
        page.element("section", ["class": "finding \(finding.severity.word)"]) { section in
            section.element("h3") { h in
                h.element("span", ["class": "badge \(finding.severity.word)"], finding.severity.word)
                h.text(" \(finding.title) ")
                h.element("code", ["class": "dim"], finding.rule)
            }
            section.element("p") { p in
                p.element("strong", "First: ")
                p.text(finding.firstStep)
            }
            let also =
                finding.alsoLayers.isEmpty ? "" : ", or \(finding.alsoLayers.map(\.rawValue).joined(separator: ", "))"
            var notes = [("Layer", "\(finding.layer.rawValue)\(also) (\(finding.confidence.word))")]
            if let gap = finding.gap {
                notes.append(("Lost", "\(finding.field ?? "it"), between \(gap.from.words) and \(gap.to.words)"))
            }
            if let text = finding.notYet { notes.append(("Not yet", text)) }
            if let text = finding.notProven { notes.append(("Not proven", text)) }
            if let text = finding.separatingTest { notes.append(("Test", text)) }
            section.element("dl") { list in
                for (name, text) in notes {
                    list.element("dt", name)
                    list.element("dd", text)
                }
                list.element("dt", "Evidence")
                for piece in finding.evidence {
                    list.element("dd", ["class": "mono"]) { dd in
                        if let point = piece.point { dd.element("span", ["class": "dim"], point.words + "  ") }
                        dd.text(piece.text)
                        if piece.exchange != record.id {
                            dd.text(" ")
                            dd.element("a", ["href": "#x-\(piece.exchange)"], piece.exchange)
                        }
                    }
                }
            }
        }
    }

    /// What happened on the way, one sentence each, routine last.
    private func news(_ ledger: Ledger, _ page: inout HTML) {
        let items = ledger.everything
        let groups = (items.filter { !$0.isRoutine } + items.filter(\.isRoutine)).grouped
        guard !groups.isEmpty else { return }
        page.element("ul", ["class": "news"]) { list in
            for group in groups {
                let kind = group.isRoutine ? "dim" : group.importance <= .cors ? "bad" : "warn"
                list.element("li", ["class": kind], group.text)
            }
        }
    }

    /// Fields × points.
    private func matrix(_ passage: Passage, _ ledger: Ledger, _ page: inout HTML) {
        let rows = passage.rows.filter { $0.subject.isField || $0.crossings.contains { $0.fate.isChange } }
        guard !rows.isEmpty else { return }
        page.element("div", ["class": "scroll"]) { scroll in
            scroll.element("table", ["class": "matrix"]) { table in
                table.element("thead") { head in
                    head.element("tr") { tr in
                        tr.element("th", ["scope": "col"], passage.part.words)
                        for point in passage.points {
                            tr.element("th", ["scope": "col"], ledger.nodes.count > 1 ? point.words : point.place.words)
                        }
                    }
                }
                table.element("tbody") { body in
                    for row in rows {
                        body.element("tr") { tr in
                            tr.element("th", ["scope": "row"], row.title)
                            for n in row.cells.indices { cell(row, n, raw: ledger.raw, &tr) }
                        }
                    }
                }
            }
        }
    }

    private func cell(_ row: Row, _ n: Int, raw: Bool, _ page: inout HTML) {
        guard let lines = row.cells[n] else { return page.element("td", ["class": "dim"], "? not seen") }
        let fate: Fate? = n > 0 && row.cells[n - 1] != nil ? row.crossings[n - 1].fate : nil
        let kind = fate.map { $0.isChange ? (row.importance <= .cors ? "bad" : "warn") : "dim" } ?? "first"
        page.element("td", ["class": kind]) { td in
            if let fate { td.text("\(fate.sign) \(fate.word)") }
            if fate == nil && lines.isEmpty { td.element("span", ["class": "dim"], ". none") }
            guard fate?.isChange ?? true else { return }
            for line in lines.prefix(6) {
                if fate != nil { td.begin("br") }
                td.element(
                    "span", ["class": "value"],
                    row.subject.isField ? ShapeText.value(line, now: style.now, raw: raw) : line.value)
                if fate == nil { td.begin("br") }
            }
            if lines.count > 6 { td.text("… \(lines.count) lines") }
        }
    }

    private func facts(_ record: Record, _ page: inout HTML) {
        var parts = [
            ("Exchange", "\(record.id) at node \(record.node)"),
            ("Client", record.client.address + (record.client.tls.map { ", \($0)" } ?? "")),
        ]
        if let origin = record.origin {
            parts.append(
                (
                    "Origin",
                    [origin.url, origin.address.map { "at \($0)" }, origin.tls].compactMap { $0 }.joined(
                        separator: ", ")
                ))
        }
        if let sample = record.responseBody?.sample, let text = sample.text { parts.append(("Answer", text)) }
        for item in Reporter.endings(record) { parts.append(("Ended", item.text)) }
        page.element("dl", ["class": "facts"]) { list in
            for (name, text) in parts {
                list.element("dt", name)
                list.element("dd", ["class": "mono"], text)
            }
        }
    }

    private func messages(_ record: Record, _ page: inout HTML) {
        page.element("details", ["class": "messages"]) { details in
            details.element("summary", "Both messages as they came, and what was changed")
            func message(_ first: String, _ section: RecordedSection, request: Bool) {
                details.element("pre") { pre in
                    pre.element("strong", first)
                    for line in section.shown(now: style.now, raw: record.raw, request: request) {
                        pre.newline()
                        let text =
                            "\(line.mark.rawValue) \(line.name): \(line.value)\(line.why.map { "  (\($0))" } ?? "")"
                        if line.mark == .passed { pre.text(text) } else { pre.element("span", ["class": "warn"], text) }
                    }
                }
            }
            if let request = record.request {
                message("\(request.method ?? "???") \(record.pathText)", request.head, request: true)
            }
            for answer in record.interim + [record.response].compactMap({ $0 }) {
                message("HTTP/\(answer.version) \(answer.status) \(answer.reason)", answer.head, request: false)
            }
        }
    }

    private func related(_ one: ReportedExchange, _ page: inout HTML) {
        guard !one.related.isEmpty else { return }
        page.element("dl", ["class": "facts"]) { list in
            for other in one.related {
                list.element("dt", other.words)
                list.element("dd", ["class": "mono"]) { dd in
                    dd.element("a", ["href": "#x-\(other.id)"], other.id)
                    dd.text("  \(other.text)")
                }
            }
        }
    }
}
