// The line of an exchange: time, service if there are several, status, method, path, duration, and behind them, or on lines of their own, what there
// is to tell. The path gives way first: it is shortened in the middle; status, duration and news never are.

import Trace

extension Page {
    /// Where the lines under an exchange begin: under its method.
    static let indent = 13

    mutating func exchange(_ record: Record, items: [Item]) {
        let status = record.response.map { "\($0.status)" } ?? "---"
        var start = bytes.count
        put(Human.clock(microseconds: record.time, utcOffset: style.utcOffset), .dim)
        clock = start..<bytes.count
        put(" ")
        if style.namesServices, let service = record.service {
            put(service, shortenedTo: 16, .strong)
            put(" ")
        }
        put(status, record.response.map { Reporter.ink(status: $0.status) } ?? .bad)
        put(" ")
        put(record.request?.method ?? "???", shortenedTo: 16, .strong)
        put(" ")
        let duration = Human.duration(microseconds: record.durationMicroseconds)
        put(record.pathText, shortenedTo: max(8, room - width(duration) - 1))
        put(" ")
        start = bytes.count
        put(duration, .dim)
        self.duration = start..<bytes.count
        follow(items)
        newline()
    }

    /// Items behind the exchange as far as they fit there whole, the rest on lines of their own.
    private mutating func follow(_ items: [Item]) {
        var isFirstLine = true
        for (n, item) in items.enumerated() {
            let isLast = n + 1 == items.count || items[n + 1].isOnItsOwn && style.width < Style.unlimited
            let text = item.text + (isLast ? "" : ";")
            if item.isOnItsOwn, style.width < Style.unlimited {
                isFirstLine = false
                newline()
                pad(to: Page.indent)
            } else if isFirstLine {
                let gap = n == 0 ? 2 : 1
                if gap + width(text) <= room {
                    pad(to: column + gap)
                    put(text, item.ink)
                    continue
                }
                isFirstLine = false
                newline()
                pad(to: Page.indent)
            } else {
                pad(to: column + 1)
            }
            flow(text, item.ink, indent: Page.indent)
        }
    }
}

extension Record {
    /// The path for the eye, or what stands for it when the head could not be read.
    var pathText: String {
        if let target = request?.target { return target }
        if let bytes = request?.malformedBytes { return "(unreadable head, \(Human.size(Int64(bytes))))" }
        return "(no request)"
    }
}
