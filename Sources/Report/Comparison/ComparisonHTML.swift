// A comparison as one page that can be sent on, opened from a disk and printed: no script, nothing fetched.

public import Comparison
import Diagnosis
import Fields

/// Comparisons as HTML.
public enum ComparisonHTML {
    /// The whole page.
    public static func document(_ result: ComparisonResult) -> [UInt8] {
        var html = HTML()
        html.begin(title: "hoplens compare: \(result.publicSide.url)")
        summary(result, &html)
        sides(result, &html)
        let telling = ComparisonWords.rows(result, all: false)
        html.element("h2", telling.isEmpty ? "No differences" : "Differences")
        for shared in telling { row(shared, result.requests.count, &html) }
        let others = result.shared.filter { $0.row.severity == .info }
        if !others.isEmpty {
            html.raw("<details><summary>")
            html.text("\(others.count) that decide nothing or are the same on both sides")
            html.raw("</summary>")
            for shared in others { row(shared, result.requests.count, &html) }
            html.raw("</details>")
        }
        for found in result.bisections {
            html.open("p")
            html.element("strong", "Bisection of \(found.request): ")
            html.text("\(found.text) (\(found.asked) requests).")
            html.close("p")
        }
        requests(result, &html)
        html.end(
            "hoplens compare, \(moment(result.time)). Secrets are replaced by kind, length and a keyed fingerprint.")
        return html.bytes
    }

    private static func summary(_ result: ComparisonResult, _ html: inout HTML) {
        switch ComparisonWords.weight(result) {
        case "error": html.raw("<section class=\"summary error\">")
        case "warning": html.raw("<section class=\"summary warning\">")
        case "notice": html.raw("<section class=\"summary notice\">")
        default: html.raw("<section class=\"summary fine\">")
        }
        html.element("h1", result.conclusion.headline)
        for sentence in result.conclusion.sentences { html.element("p", sentence) }
        if let step = result.conclusion.firstStep {
            html.raw("<p><strong>First:</strong> ")
            html.text(step)
            html.raw("</p>")
        }
        html.element("p", ComparisonWords.account(result), class: "dim")
        html.raw("</section>")
        for warning in result.warnings {
            html.raw("<p><span class=\"tag warning\">note</span>")
            html.text(warning + ".")
            html.raw("</p>")
        }
    }

    private static func sides(_ result: ComparisonResult, _ html: inout HTML) {
        html.raw("<table class=\"sides\"><thead><tr><th>Origin</th><th>Public</th></tr></thead><tbody><tr>")
        for side in [result.origin, result.publicSide] {
            html.raw("<td><span class=\"value\">")
            html.text(ComparisonWords.side(side))
            html.raw("</span>")
            if !side.hops.isEmpty {
                html.raw("<br><span class=\"dim\">behind it: ")
                html.text(side.hops.joined(separator: " → "))
                html.raw("</span>")
            }
            html.raw("</td>")
        }
        html.raw("</tr></tbody></table>")
    }

    private static func row(_ shared: SharedDifference, _ total: Int, _ html: inout HTML) {
        let row = shared.row
        html.raw("<article class=\"row\"><h3>")
        tag(row.severity, &html)
        html.text(ComparisonWords.title(row))
        html.raw("</h3><p class=\"dim\">")
        html.text(ComparisonWords.requests(shared.requests, of: total, most: 12))
        html.raw("</p><div class=\"pair\">")
        for (who, value) in [("origin", row.left), ("public", row.right)] {
            html.raw("<div>")
            html.element("span", who, class: "who")
            html.raw("<br>")
            if let value {
                html.element("span", value, class: "value")
            } else {
                html.raw("<span class=\"dim\">nothing</span>")
            }
            html.raw("</div>")
        }
        html.raw("</div><p>")
        html.text(row.meaning)
        if let layer = row.layer, layer != .none {
            html.raw(" <span class=\"dim\">[")
            html.text(layer.rawValue)
            html.raw("]</span>")
        }
        html.raw("</p></article>\n")
    }

    private static func tag(_ severity: Severity, _ html: inout HTML) {
        switch severity {
        case .error: html.raw("<span class=\"tag error\">error</span>")
        case .warning: html.raw("<span class=\"tag warning\">warning</span>")
        case .notice: html.raw("<span class=\"tag notice\">notice</span>")
        case .info: html.raw("<span class=\"tag info\">info</span>")
        }
    }

    private static func requests(_ result: ComparisonResult, _ html: inout HTML) {
        html.element("h2", "Requests")
        html.raw(
            "<div class=\"scroll\"><table><thead><tr><th>Request</th><th>Origin</th><th>Public</th></tr></thead><tbody>"
        )
        for request in result.requests {
            html.raw("<tr><td>")
            if let worst = request.worst, worst > .info { tag(worst, &html) }
            html.text(request.name)
            html.raw("<br><span class=\"value dim\">")
            html.text(request.line)
            html.raw("</span></td>")
            for answer in [request.left, request.right] {
                html.raw("<td>")
                html.text(ComparisonWords.answer(answer))
                for step in answer.redirects {
                    html.raw("<br><span class=\"value dim\">")
                    html.text("\(step.status) to \(step.to)")
                    html.raw("</span>")
                }
                html.raw("</td>")
            }
            html.raw("</tr>\n")
        }
        html.raw("</tbody></table></div>")
    }

    /// A moment as people write it, in UTC.
    private static func moment(_ seconds: Int64) -> String {
        let (days, rest) = Calendar.floored(seconds, 86_400)
        let date = Calendar.date(days)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(rest / 3600)):\(two(rest / 60 % 60)) UTC"
    }
}
