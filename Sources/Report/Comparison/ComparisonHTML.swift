// A comparison as one page that can be sent on, opened from a disk and printed: no script, nothing fetched.

public import Comparison
import Diagnosis
import Fields

/// Comparisons as HTML.
public enum ComparisonHTML {
    /// The whole page.
    public static func document(_ result: ComparisonResult) -> [UInt8] {
        HTML.page(title: "hoplens compare: \(result.publicSide.url)", style: style) { html in
            html.element("main") { html in
                summary(result, &html)
                sides(result, &html)
                differences(result, &html)
                requests(result, &html)
                html.element(
                    "footer", ["class": "dim"],
                    "hoplens compare, \(moment(result.time)). Secrets are replaced by kind, length and a keyed fingerprint."
                )
            }
        }
    }

    private static func summary(_ result: ComparisonResult, _ html: inout HTML) {
        html.element("section", ["class": "summary " + ComparisonWords.weight(result)]) { html in
            html.element("h1", result.conclusion.headline)
            for sentence in result.conclusion.sentences { html.element("p", sentence) }
            if let step = result.conclusion.firstStep {
                html.element("p") { html in
                    html.element("strong", "First: ")
                    html.text(step)
                }
            }
            html.element("p", ["class": "dim"], ComparisonWords.account(result))
        }
        for warning in result.warnings {
            html.element("p") { html in
                html.element("span", ["class": "badge warning"], "note")
                html.text(" \(warning).")
            }
        }
    }

    private static func sides(_ result: ComparisonResult, _ html: inout HTML) {
        html.element("div", ["class": "pair"]) { html in
            for (name, side) in [("origin", result.origin), ("public", result.publicSide)] {
                html.element("div") { html in
                    html.element("div", ["class": "who"], name)
                    html.element("div", ["class": "mono"], ComparisonWords.side(side))
                    if !side.hops.isEmpty {
                        html.element("div", ["class": "dim"], "behind it: \(side.hops.joined(separator: " → "))")
                    }
                }
            }
        }
    }

    private static func differences(_ result: ComparisonResult, _ html: inout HTML) {
        let telling = ComparisonWords.rows(result, all: false)
        html.element("h2", telling.isEmpty ? "No differences" : "Differences")
        for shared in telling { row(shared, result.requests.count, &html) }
        for found in result.bisections {
            html.element("p") { html in
                html.element("strong", "Bisection of \(found.request): ")
                html.text("\(found.text) (\(found.asked) requests).")
            }
        }
        let others = result.shared.filter { $0.row.severity == .info }
        guard !others.isEmpty else { return }
        html.element("details") { html in
            html.element("summary", "\(others.count) that decide nothing or are the same on both sides")
            for shared in others { row(shared, result.requests.count, &html) }
        }
    }

    private static func row(_ shared: SharedDifference, _ total: Int, _ html: inout HTML) {
        let row = shared.row
        html.element("article") { html in
            html.element("h3") { html in
                badge(row.severity, &html)
                html.text(" " + ComparisonWords.title(row))
            }
            html.element("p", ["class": "dim"], ComparisonWords.requests(shared.requests, of: total, most: 12))
            html.element("div", ["class": "pair"]) { html in
                for (who, value) in [("origin", row.left), ("public", row.right)] {
                    html.element("div") { html in
                        html.element("div", ["class": "who"], who)
                        html.element("div", ["class": value == nil ? "dim" : "mono"], ComparisonWords.value(value))
                    }
                }
            }
            html.element("p") { html in
                html.text(row.meaning)
                if let layer = row.layer, layer != .none {
                    html.element("span", ["class": "dim"], " [\(layer.rawValue)]")
                }
            }
        }
        html.newline()
    }

    private static func badge(_ severity: Severity, _ html: inout HTML) {
        html.element("span", ["class": "badge " + severity.word], severity.word)
    }

    private static func requests(_ result: ComparisonResult, _ html: inout HTML) {
        html.element("h2", "Requests")
        html.element("div", ["class": "scroll"]) { html in
            html.element("table") { html in
                html.element("thead") { html in
                    html.element("tr") { html in
                        for name in ["Request", "Origin", "Public"] { html.element("th", name) }
                    }
                }
                html.element("tbody") { html in
                    for request in result.requests {
                        html.element("tr") { html in
                            html.element("td") { html in
                                if let worst = request.worst, worst > .info {
                                    badge(worst, &html)
                                    html.text(" ")
                                }
                                html.text(request.name)
                                html.element("div", ["class": "dim"], request.line)
                            }
                            answer(request.left, &html)
                            answer(request.right, &html)
                        }
                        html.newline()
                    }
                }
            }
        }
    }

    private static func answer(_ answer: AnswerSummary, _ html: inout HTML) {
        html.element("td") { html in
            html.text(ComparisonWords.answer(answer))
            for step in answer.redirects {
                html.element("div", ["class": "dim"], "\(step.status) to \(step.to)")
            }
        }
    }

    /// A moment as people write it, in UTC.
    private static func moment(_ seconds: Int64) -> String {
        let (days, rest) = Calendar.floored(seconds, 86_400)
        let date = Calendar.date(days)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(rest / 3600)):\(two(rest / 60 % 60)) UTC"
    }

    private static let style = """
        .summary{border-left:4px solid var(--line);background:var(--soft);padding:.7rem 1rem;border-radius:4px;margin:.5rem 0 1rem}
        .summary.error{border-color:var(--bad)}.summary.warning{border-color:var(--warn)}.summary.fine{border-color:var(--good)}
        .summary h1{line-height:1.25}.summary p,article p{margin:.35rem 0;max-width:80ch}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:.9rem}.pair>div{min-width:0}.who{color:var(--dim);font-size:.8rem}
        article{border:1px solid var(--line);border-radius:6px;padding:.5rem .9rem;margin:0 0 .8rem;break-inside:avoid}
        article h3{margin:.1rem 0}tr{break-inside:avoid}h2{break-after:avoid}footer{margin-top:2.5rem;font-size:.85rem}
        @media (max-width:40rem){.pair{grid-template-columns:1fr;gap:.4rem}}

        """
}
