import Fields
import Ledger
import Testing
import Trace

@Suite("The news of a ledger")
struct NewsTests {
    @Test("leaves out what any intermediary does on any day")
    func routine() {
        let ledger = Ledger(
            record(
                request: lines([
                    "Host": "127.0.0.1:8080", "Connection": "keep-alive", "Keep-Alive": "5", "Max-Forwards": "3",
                ]),
                requestEdits: [
                    replace(0, "Host", "example.test", .hostPolicy), drop(1, "Connection", .hopByHop),
                    drop(2, "Keep-Alive", .connectionNominated), replace(3, "Max-Forwards", "2", .maxForwards),
                    add("Via", "1.1 h", .via), add("X-Forwarded-For", "::1", .forwarded),
                ],
                response: lines(["Connection": "close"]), responseEdits: [drop(0, "Connection", .persistence)]))
        #expect(ledger.news.isEmpty)
        #expect(ledger.everything.count == 7)
        #expect(ledger.everything.allSatisfy { $0.isRoutine })
    }

    @Test("tells loudly that Connection named a credential")
    func nominated() {
        let ledger = Ledger(
            record(
                request: lines(["Authorization": "Bearer x"]),
                requestEdits: [drop(0, "Authorization", .connectionNominated)]))
        #expect(
            ledger.news.map(\.text) == [
                "Authorization dropped: the client's own Connection field names it, RFC 9110 7.6.1"
            ])
    }

    @Test("blames the origin when the origin's Connection named a field")
    func nominatedByOrigin() {
        let ledger = Ledger(
            record(response: lines(["Vary": "Origin"]), responseEdits: [drop(0, "Vary", .connectionNominated)]))
        #expect(
            ledger.news.map(\.text) == [
                "Vary dropped by hoplens: the origin's own Connection field names it, RFC 9110 7.6.1"
            ])
    }

    @Test("tells together what happened to several fields in the same way for the same reason")
    func together() {
        let ledger = Ledger(
            record(
                request: lines(["Location": "a"]), requestEdits: [replace(0, "Location", "x", .setting)],
                response: lines(["Set-Cookie": "a", "Location": "b", "Refresh": "c", "Vary": "d"]),
                responseEdits: [
                    replace(0, "Set-Cookie", "x", .stayBehind), replace(1, "Location", "x", .stayBehind),
                    replace(2, "Refresh", "x", .stayBehind), drop(3, "Vary", .setting),
                ]))
        #expect(
            ledger.news.grouped.map(\.text) == [
                "Set-Cookie, Location, Refresh changed by hoplens: so that the browser stays behind hoplens, --host auto",
                "Vary dropped by hoplens: your own setting", "Location changed by hoplens: your own setting",
            ])
        #expect(ledger.news.grouped.first?.importance == .credentials)
    }

    @Test("never calls a touched credential routine")
    func credentials() {
        let ledger = Ledger(
            record(
                request: lines(["Proxy-Authorization": "Basic x"]),
                requestEdits: [drop(0, "Proxy-Authorization", .hopByHop)]))
        #expect(
            ledger.news.map(\.text) == [
                "Proxy-Authorization dropped by hoplens: it belongs to one connection only, RFC 9110 7.6.1"
            ])
    }

    @Test("puts credentials first, then CORS, caching and the rest, and losses before their equals")
    func order() {
        let ledger = Ledger(
            record(
                request: lines(["Allow": "a", "Origin": "b", "Cookie": "c", "Authorization": "d"]),
                requestEdits: [
                    drop(0, "Allow", .setting), replace(1, "Origin", "x", .setting),
                    replace(2, "Cookie", "x", .setting),
                    drop(3, "Authorization", .setting),
                ],
                response: lines(["Vary": "Origin"]), responseEdits: [drop(0, "Vary", .setting)]))
        #expect(ledger.news.map(\.title) == ["Authorization", "Cookie", "Origin", "Vary", "Allow"])
    }

    @Test("counts the lines when not all of them shared the fate")
    func partly() {
        let ledger = Ledger(
            record(
                response: lines(["Set-Cookie": "a", "set-cookie": "b", "Set-Cookie ": "z"]),
                responseEdits: [drop(1, "Set-Cookie", .setting)]))
        #expect(ledger.news.map(\.text) == ["1 of 2 Set-Cookie lines dropped by hoplens: your own setting"])
    }

    @Test("names who sent a field twice that can stand only once")
    func doubled() {
        let ledger = Ledger(
            record(
                request: lines(["Authorization": "a", "authorization": "b", "Authorization ": "c"]),
                response: lines([
                    "Access-Control-Allow-Origin": "*", "access-control-allow-origin": "*", "Vary": "a", "vary": "b",
                    "ACCESS-CONTROL-ALLOW-ORIGIN": "*",
                ])))
        #expect(
            ledger.news.map(\.text) == [
                "the client sent Authorization twice", "the origin sent Access-Control-Allow-Origin 3 times",
            ])
    }

    /// The invariant of the short way.
    @Test("is the same by the short way, for random records", arguments: 0..<300)
    func shortWay(seed: Int) {
        var dice = Dice(state: UInt64(seed) &+ 7)
        let names = [
            "Host", "Authorization", "Connection", "Keep-Alive", "Via", "Vary", "X-Other", "Set-Cookie", "Location",
            "Transfer-Encoding", "Access-Control-Allow-Origin",
        ]
        func section() -> RecordedSection {
            let found = (0..<Int.random(in: 0...5, using: &dice)).map { n in
                RecordedLine(name: names.randomElement(using: &dice) ?? "", value: "\(n)")
            }
            let edits = (0..<Int.random(in: 0...3, using: &dice)).map { _ in
                let operation = [FieldEdit.Operation.drop, .replace, .add].randomElement(using: &dice) ?? .add
                let index = Int.random(in: 0...5, using: &dice)
                // Mostly the name that stands there, as a node writes it; now and then another.
                let name =
                    found.indices.contains(index) && Int.random(in: 0..<5, using: &dice) > 0
                    ? found[index].name : names.randomElement(using: &dice) ?? ""
                let why = EditReason.allCases.randomElement(using: &dice)?.word ?? ""
                return RecordedEdit(
                    operation, index: operation == .add ? nil : index,
                    line: RecordedLine(name: name, value: "new"), why: why)
            }
            return RecordedSection(lines: found, edits: edits)
        }
        var record = record()
        record.request?.head = section()
        record.response?.head = section()
        record.responseBody = RecordedBody(framing: .chunked, bytes: 1)
        if Bool.random(using: &dice) { record.requestTrailers = section() }
        if Bool.random(using: &dice) { record.interim = [RecordedResponse(status: 103, reason: "", head: section())] }
        #expect(Ledger.news(of: record) == Ledger(record).news)
    }

    @Test("has a short way that is taken by an ordinary exchange")
    func ordinary() {
        let ordinary = record(
            request: lines(["Host": "127.0.0.1", "Cookie": "a"]),
            requestEdits: [replace(0, "Host", "example.test", .hostPolicy), add("Via", "1.1 h", .via)])
        #expect(Ledger.news(of: ordinary).isEmpty)
    }
}
