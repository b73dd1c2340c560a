// The one place that turns exchanges into text for people. Pure: records and ledgers in, bytes out. What colour an
// exchange or a piece of news has is decided here, by severity alone.

public import Ledger
public import Trace

/// Renders exchanges for a terminal.
public struct Reporter: Sendable {
    /// How the text is to look.
    public let style: Style

    /// A reporter that writes in a style.
    public init(_ style: Style) {
        self.style = style
    }

    /// One exchange with its news: one line, or a few when it has much to tell.
    public func line(_ record: Record, news: [NewsItem]) -> [UInt8] {
        var page = Page(style)
        page.exchange(record, items: Reporter.items(record, news, now: style.now))
        return page.bytes
    }

    /// One exchange with the news of its ledger.
    public func line(_ record: Record, _ ledger: Ledger) -> [UInt8] {
        line(record, news: ledger.news)
    }

    /// One node's whole ledger (`--verbose`).
    public func matrix(_ record: Record, _ ledger: Ledger) -> [UInt8] {
        matrix(record, ledger, judged: nil)
    }

    /// One node's whole ledger with everything that was found.
    public func matrix(_ record: Record, _ ledger: Ledger, findings: [ToldFinding]) -> [UInt8] {
        matrix(record, ledger, judged: findings)
    }

    private func matrix(_ record: Record, _ ledger: Ledger, judged: [ToldFinding]?) -> [UInt8] {
        var page = Page(style)
        page.exchange(record, items: Reporter.endings(record))
        page.parties(record)
        page.chain(record)
        page.ledger(ledger)
        page.account(ledger)
        page.body(record)
        if let judged { page.judgement(record, judged) }
        page.timing(record)
        page.newline()
        return page.bytes
    }

    /// The ledger of several nodes' records of one exchange, the outermost first, with a sentence for each thing that
    /// happened on the way.
    public func joined(_ records: [Record], _ ledger: Ledger) -> [UInt8] {
        var page = Page(style)
        if let outermost = records.first { page.exchange(outermost, items: Reporter.endings(outermost)) }
        page.nodes(records, unseen: ledger.unseen)
        if records.count == 1, let only = records.first { page.chain(only) }
        page.ledger(ledger)
        page.account(ledger)
        page.newline()
        return page.bytes
    }
}

/// A piece of text that follows the exchange's own line.
struct Item {
    var text: String
    var ink: Ink
    /// Whether it begins a line of its own where lines have an end.
    var isOnItsOwn = false
}

extension Reporter {
    /// More news than this is left to `--verbose`.
    private static let newsLimit = 5
    /// More names than this for one piece of news, too.
    private static let namesLimit = 8

    static func items(_ record: Record, _ news: [NewsItem], now: Int64) -> [Item] {
        var items = endings(record)
        items += credentials(record, now: now).map { Item(text: $0, ink: .plain) }
        var told = 0
        for group in news.grouped {
            guard told < newsLimit else { break }
            // The names of a group are what grows with a message, not its sentence.
            let names = group.names.prefix(namesLimit)
            let more = group.names.count - names.count
            let shown = names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            items.append(
                Item(
                    text: NewsGroup.sentence(shown, group.predicate),
                    ink: ink(group.importance, isRoutine: group.isRoutine)))
            told += 1
        }
        let rest = news.grouped.dropFirst(told).reduce(0) { $0 + $1.items.count }
        if rest > 0 { items.append(Item(text: "and \(rest) more (--verbose)", ink: .dim)) }
        return items
    }

    /// What must be said of an exchange that hoplens answered itself, that broke off, or that became a tunnel.
    static func endings(_ record: Record) -> [Item] {
        var items: [Item] = []
        let why = record.error.map { ": \($0.text)" } ?? ""
        if let response = record.response, response.byHoplens {
            items.append(Item(text: "hoplens answered \(response.status)\(why)", ink: .bad))
        } else if record.end != .complete {
            // Of a shutdown the ending says all there is to say.
            let cause = record.end == .shutdown ? "" : why
            items.append(Item(text: record.end.sentence + progress(record) + cause, ink: .bad))
        } else if let error = record.error {
            items.append(Item(text: error.text, ink: .warn))
        }
        if let body = record.responseBody, body.framing == .tunnel {
            let sent = record.requestBody.map { Human.size($0.bytes) } ?? "nothing"
            items.append(
                Item(text: "tunnel: \(sent) from the client, \(Human.size(body.bytes)) from the origin", ink: .plain))
        }
        return items
    }

    private static func progress(_ record: Record) -> String {
        guard let body = record.responseBody, body.bytes > 0, body.framing != .tunnel else { return "" }
        return " after \(Human.size(body.bytes)) of the answer"
    }

    /// What the client carried to prove who it is.
    static func credentials(_ record: Record, now: Int64) -> [String] {
        var texts: [String] = []
        var cookies = 0
        for line in record.request?.head.lines ?? [] {
            switch line.name.lowercased() {
            case "authorization", "x-wp-nonce": texts.append(ShapeText.value(line, now: now, raw: record.raw))
            case "proxy-authorization", "x-api-key":
                texts.append("\(line.name): \(ShapeText.value(line, now: now, raw: record.raw))")
            case "cookie": cookies += line.value.utf8.reduce(1) { $0 + ($1 == 0x3B ? 1 : 0) }
            default: break
            }
        }
        if cookies > 0 { texts.append(Human.count(cookies, "cookie")) }
        return texts
    }

    /// The colour of news: what touches access is red, what touches caching is yellow.
    static func ink(_ item: NewsItem) -> Ink { ink(item.importance, isRoutine: item.isRoutine) }

    static func ink(_ importance: Importance, isRoutine: Bool) -> Ink {
        if isRoutine { return .dim }
        switch importance {
        case .credentials, .cors: return .bad
        case .caching: return .warn
        case .rest: return .plain
        }
    }

    static func ink(status: Int) -> Ink {
        switch status {
        case 200..<300: .good
        case 400..<500: .warn
        case 500...: .bad
        default: .plain
        }
    }
}

extension Ending {
    /// The ending as a sentence without a full stop.
    var sentence: String {
        switch self {
        case .complete: "complete"
        case .clientAborted: "the client went away"
        case .originAborted: "the origin broke off"
        case .timeout: "timed out"
        case .refused: "refused by hoplens"
        case .shutdown: "cut off because hoplens was stopped"
        case .other: "ended for a reason this version does not know"
        }
    }
}

extension Reporter {
    /// A text made safe for the terminal, in one line without its end.
    public func plain(_ text: String) -> [UInt8] {
        var page = Page(style)
        page.put(text)
        return page.bytes
    }
}
