// The browser's HTTP cache, as little of it as a sequence of requests needs to be predicted: fresh GET answers, Vary,
// and the partition by the page's site. No revalidation: an answer that is not fresh is asked for again.

struct BrowserCache {
    private struct Entry {
        var page: Origin
        var url: String
        var varied: [String: [UInt8]?]
        var answer: Answer
        var expires: Int64
    }

    private var entries: [Entry] = []

    /// A fresh answer for a GET of that page.
    func answer(_ url: String, _ request: PageRequest, now: Int64) -> Answer? {
        entries.last {
            $0.url == url && $0.expires > now && SiteRelation($0.page, request.page) != .cross
                && $0.varied.allSatisfy { name, value in Self.sent(name, request) == value }
        }?.answer
    }

    /// Keeps an answer the page was allowed to have.
    mutating func store(_ answer: Answer, _ url: String, _ request: PageRequest, now: Int64) {
        guard answer.status == 200, let seconds = Self.freshness(answer.headers), seconds > 0 else { return }
        var varied: [String: [UInt8]?] = [:]
        let vary = answer.headers.combined("vary") ?? []
        for part in vary.split(separator: 0x2C) {
            let name = Octets.latin1(Octets.lowercased(Octets.trimmed(part)))
            if name == "*" { return }
            varied[name] = .some(Self.sent(name, request))
        }
        entries.removeAll { $0.url == url && SiteRelation($0.page, request.page) != .cross }
        entries.append(
            Entry(page: request.page, url: url, varied: varied, answer: answer, expires: now + seconds * 1000))
    }

    /// What the request carried of a field Vary names; what the browser adds by itself is always the same.
    private static func sent(_ name: String, _ request: PageRequest) -> [UInt8]? {
        name == "origin" ? Array(request.page.serialized.utf8) : request.headers.combined(name)
    }

    /// RFC 9111 section 4.2.1, max-age only.
    private static func freshness(_ headers: HeaderList) -> Int64? {
        var seconds: Int64?
        for part in (headers.combined("cache-control") ?? []).split(separator: 0x2C) {
            let directive = Octets.latin1(Octets.lowercased(Octets.trimmed(part)))
            if directive == "no-store" || directive == "no-cache" { return nil }
            if directive.hasPrefix("max-age=") { seconds = Int64(directive.dropFirst(8)) }
        }
        return seconds
    }
}
