// What a scene's records say: the ledger of the exchange, what happened on the way and between which points, and what
// that means for the client. It is computed from the records alone; it knows neither how the middle hop is configured
// nor which scene is played, so with the fault switched off the same code finds nothing.

import JSON
import Ledger
import Trace

/// One request of a scene and what became of it.
struct Exchange: Sendable {
    /// The answer as the client got it.
    var response: Response
    /// The records of the nodes that saw it, the outermost first.
    var records: [Record]
    /// The nodes that have no record of it.
    var unseen: [String]
}

/// The reading of one exchange, and of those before it in the scene.
struct Story {
    let exchange: Exchange
    let earlier: [Exchange]
    /// The ledger over all nodes.
    let ledger: Ledger

    init(_ exchange: Exchange, earlier: [Exchange] = []) {
        self.exchange = exchange
        self.earlier = earlier
        ledger = Ledger(joining: exchange.records, unseen: exchange.unseen)
    }

    /// The ledger with the rows that tell the story: those in focus, and those with news.
    func essentials(_ focus: [String]) -> Ledger {
        let names = Set(focus.map { $0.lowercased() })
        let news = ledger.news
        var essential = ledger
        for n in essential.passages.indices {
            let part = essential.passages[n].part
            essential.passages[n].rows.removeAll { row in
                guard part == .request || part == .response else { return false }
                let isNews = news.contains { $0.part == part && $0.subject == row.subject && $0.title == row.title }
                return !isNews && !names.contains(row.title.lowercased())
            }
        }
        return essential
    }

    /// How many rows `essentials` leaves out.
    func leftOut(_ focus: [String]) -> Int {
        func count(_ ledger: Ledger) -> Int { ledger.passages.reduce(0) { $0 + $1.rows.count } }
        return count(ledger) - count(essentials(focus))
    }

    /// What happened to the message on the way, each in one sentence: what, and between which points.
    var events: [String] { ledger.news.map(\.text) }

    /// What the client got, in one line.
    var answer: String {
        let status = "\(exchange.response.status)"
        guard let code = errorCode else {
            let isWordPress = exchange.response.fields.all("Link").contains { $0.contains("https://api.w.org/") }
            return isWordPress ? "\(status), written by WordPress" : "\(status), not written by WordPress"
        }
        return "\(status) \(code), written by WordPress"
    }

    /// What that means, in plain sentences; empty when there is nothing to say.
    var meaning: [String] {
        let found = [lostCredential, doubledAllowOrigin, refusedPreflight, sharedAnswer].compactMap { $0 }
        if found.isEmpty, events.isEmpty {
            return ["Apart from routine such as Via, nothing was lost, changed, added or doubled, there and back."]
        }
        return found
    }

    // MARK: Readings

    private var errorCode: String? {
        guard let value = try? JSONValue(parsing: exchange.response.body.span) else { return nil }
        return value["code"]?.string
    }

    /// A credential that the client sent and WordPress, which says that nobody is logged in, did not get.
    private var lostCredential: String? {
        for item in ledger.news where item.part == .request && item.importance == .credentials {
            guard case .crossing(.dropped, let from, let to, _) = item.kind, from.node != to.node else { continue }
            let consequence =
                exchange.response.status == 401
                ? " WordPress says 401, which means that it saw nobody: it never got to judge the credential." : ""
            return "The client did send \(item.title).\(consequence)"
                + " Look at what stands between \(from.node) and \(to.node), not at the password."
        }
        return nil
    }

    /// Two lines where a browser wants one.
    private var doubledAllowOrigin: String? {
        let name = "Access-Control-Allow-Origin"
        guard let row = ledger.passage(.response)?.row(name), let atClient = row.cells.last ?? nil else { return nil }
        guard atClient.count > 1 else { return nil }
        return "A browser that finds \(name) \(atClient.count) times takes it for none and keeps the answer"
            + " (status \(exchange.response.status)) from the page. curl does not look at it."
    }

    /// A preflight that WordPress would have answered and was never asked.
    private var refusedPreflight: String? {
        guard let request = exchange.records.first?.request, request.method == "OPTIONS" else { return nil }
        let isPreflight = request.head.lines.contains { $0.name.lowercased() == "access-control-request-method" }
        let status = exchange.response.status
        guard isPreflight, !(200..<300).contains(status), !exchange.unseen.isEmpty else { return nil }
        return "A browser goes on only after a 2xx answer to its preflight; this one is \(status), and WordPress was"
            + " never asked. The real request will not be sent."
    }

    /// An answer that was written for somebody else: no node farther in saw this request, and an earlier exchange, with
    /// credentials that this one has not, got the same answer.
    private var sharedAnswer: String? {
        guard !exchange.unseen.isEmpty, let here = exchange.records.first, let response = here.response else {
            return nil
        }
        let mine = credentials(here)
        for other in earlier where other.unseen.isEmpty {
            guard let there = other.records.first, let original = there.response else { continue }
            let theirs = credentials(there).filter { !mine.contains($0) }
            guard there.request?.target == here.request?.target, !theirs.isEmpty else { continue }
            guard original.status == response.status, lasting(original) == lasting(response) else { continue }
            guard other.response.body == exchange.response.body else { continue }
            let age = exchange.response.fields["Age"].map { " (Age: \($0))" } ?? ""
            let who = mine.isEmpty ? "a client that sent none" : "a client without them"
            return "This is the answer to an earlier request\(age), which carried \(theirs.joined(separator: " and "));"
                + " it went to \(who). Whatever keeps answers between \(here.node) and"
                + " \(exchange.unseen.joined(separator: ", ")) must not keep those of logged-in users."
        }
        return nil
    }

    /// The names of the credentials a request arrived with.
    private func credentials(_ record: Record) -> [String] {
        var names: [String] = []
        for line in record.request?.head.lines ?? [] {
            switch line.name.lowercased() {
            case "authorization", "cookie", "x-wp-nonce": if !names.contains(line.name) { names.append(line.name) }
            default: break
            }
        }
        return names
    }

    /// The fields that an answer keeps while it lies in a cache.
    private func lasting(_ response: RecordedResponse) -> [RecordedLine] {
        response.head.lines.filter { !["age", "date", "connection", "via"].contains($0.name.lowercased()) }
    }
}
