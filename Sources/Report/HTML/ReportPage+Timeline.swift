// The timeline: the span of the capture in equal steps, each a column of exchanges by class of status. SVG needs no script
// and no style of its own, so the policy of the page holds for it too.

import Trace

extension ReportPage {
    private static let steps = 120
    private static let height = 120

    func timeline(_ page: inout HTML) {
        let times = exchanges.map(\.record.time)
        guard let first = times.min(), let last = times.max() else { return }
        let step = max(1, (last - first) / Int64(ReportPage.steps) + 1)
        var columns = [[Int]](repeating: [0, 0, 0], count: ReportPage.steps)
        for one in exchanges {
            let column = min(ReportPage.steps - 1, Int((one.record.time - first) / step))
            columns[column][ReportPage.level(one.record)] += 1
        }
        let highest = max(1, columns.map { $0.reduce(0, +) }.max() ?? 1)
        // Of a capture of more than a day the date is needed as well.
        let isLong = last - first > 86_400_000_000
        func stamp(_ time: Int64) -> String { isLong ? moment(time) : clock(time) }
        page.element("h2", "Timeline")
        page.element("figure", ["class": "timeline"]) { figure in
            figure.element(
                "svg",
                [
                    "viewBox": "0 0 \(ReportPage.steps * 8) \(ReportPage.height)", "preserveAspectRatio": "none",
                    "role": "img",
                    "aria-label": "Exchanges over time by class of status",
                ]
            ) { svg in
                for (n, column) in columns.enumerated() where column != [0, 0, 0] {
                    let from = stamp(first + Int64(n) * step)
                    let words = zip(["answered", "refused (4xx)", "failed (5xx or none)"], column).filter { $0.1 > 0 }
                        .map { "\($0.1) \($0.0)" }
                    svg.element("g", ["class": "step", "data-from": from]) { g in
                        g.element("title", "\(from): \(words.joined(separator: ", "))")
                        var top = ReportPage.height
                        for (level, count) in column.enumerated() where count > 0 {
                            let size = max(2, count * (ReportPage.height - 4) / highest)
                            top -= size
                            g.begin(
                                "rect",
                                [
                                    "x": "\(n * 8 + 1)", "y": "\(max(0, top))", "width": "6", "height": "\(size)",
                                    "class": ["answered", "refused", "failed"][level],
                                ])
                        }
                    }
                }
            }
            figure.element("figcaption", ["class": "dim"]) { caption in
                caption.element("span", stamp(first))
                caption.element("span", ["class": "legend"]) { legend in
                    for (word, kind) in [("answered", "answered"), ("4xx", "refused"), ("5xx or none", "failed")] {
                        legend.element("span", ["class": "key \(kind)"], "■")
                        legend.text(" \(word)  ")
                    }
                }
                caption.element("span", stamp(last))
            }
        }
    }

    private static func level(_ record: Record) -> Int {
        switch record.response?.status ?? 0 {
        case 100..<400: 0
        case 400..<500: 1
        default: 2
        }
    }

    /// The phases of one exchange as a bar.
    func phases(_ record: Record, _ page: inout HTML) {
        let total = max(1, record.durationMicroseconds)
        let timing = record.timing
        var parts: [(name: String, from: Int64, to: Int64)] = []
        let sent = timing.request ?? 0
        if let connect = timing.connect { parts.append(("connect", 0, connect)) }
        if let tls = timing.tls { parts.append(("tls", timing.connect ?? 0, (timing.connect ?? 0) + tls)) }
        if let first = timing.firstByte {
            parts.append(("wait", max(sent, parts.last?.to ?? 0), first))
            parts.append(("receive", first, total))
        }
        page.element(
            "svg",
            [
                "viewBox": "0 0 1000 14", "preserveAspectRatio": "none", "class": "phases", "role": "img",
                "aria-label": "Phases",
            ]
        ) { svg in
            for part in parts where part.to > part.from {
                let x = part.from * 1000 / total
                svg.begin(
                    "rect",
                    [
                        "x": "\(min(1000, x))", "y": "0", "width": "\(max(2, min(1000, part.to * 1000 / total) - x))",
                        "height": "14",
                        "class": part.name,
                    ])
            }
        }
        let words =
            parts.filter { $0.to > $0.from }.map { "\($0.name) \(Human.duration(microseconds: $0.to - $0.from))" }
            + ["whole \(Human.duration(microseconds: record.durationMicroseconds))"]
        page.element("p", ["class": "dim mono"], words.joined(separator: " · "))
    }
}
