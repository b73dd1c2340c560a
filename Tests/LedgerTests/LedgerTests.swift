import Fields
import Ledger
import Testing
import Trace

@Suite("The ledger of one node")
struct LedgerTests {
    @Test("gives every edit its fate and its reason")
    func editsBecomeFates() throws {
        let ledger = Ledger(
            record(
                request: lines([
                    "Host": "127.0.0.1:8080", "Authorization": "Bearer ‹t›", "Connection": "authorization",
                    "Via": "1.1 a",
                ]),
                requestEdits: [
                    replace(0, "Host", "example.test", .hostPolicy), drop(1, "Authorization", .connectionNominated),
                    drop(2, "Connection", .hopByHop), add("Via", "1.1 hoplens-1a2b", .via),
                ]))
        let request = try #require(ledger.passage(.request))
        #expect(request.points == [Point("hoplens-1a2b", .clientToNode), Point("hoplens-1a2b", .nodeToOrigin)])
        func crossing(_ name: String) -> Crossing? { request.row(name)?.crossings.first }
        #expect(crossing("host")?.fate == .changed)
        #expect(crossing("host")?.reasons == [.node("hoplens-1a2b", .hostPolicy)])
        #expect(crossing("authorization")?.fate == .dropped)
        #expect(crossing("authorization")?.reasons == [.node("hoplens-1a2b", .connectionNominated)])
        #expect(crossing("connection")?.fate == .dropped)
        #expect(crossing("via")?.fate == .added)
        #expect(crossing("via")?.lines == [LineFate(.added, after: [1])])
    }

    @Test("finds exactly the names a node edited, for random sections and edits", arguments: 0..<200)
    func editsAndAlignerAgree(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &+ 99)
        let names = ["Host", "Cookie", "Vary", "Link", "Age", "Allow", "Origin", "Referer"]
        let section = names.flatMap { name in
            (0..<Int.random(in: 0...2, using: &dice)).map { RecordedLine(name: name, value: "\($0)") }
        }
        var edits: [RecordedEdit] = []
        var edited: Set<String> = []
        for (n, line) in section.enumerated() where Int.random(in: 0..<3, using: &dice) == 0 {
            edits.append(
                Bool.random(using: &dice)
                    ? drop(n, line.name, .setting) : replace(n, line.name, "new \(n)", .stayBehind))
            edited.insert(line.name)
        }
        if Bool.random(using: &dice) {
            edits.append(add("Via", "1.1 x", .via))
            edited.insert("Via")
        }
        let passage = try #require(Ledger(record(request: section, requestEdits: edits)).passage(.request))
        let changed = passage.rows.filter { $0.crossings[0].fate.isChange }
        #expect(Set(changed.map(\.title)) == edited)
        #expect(changed.allSatisfy { !$0.crossings[0].reasons.isEmpty && !$0.crossings[0].reasons.contains(.unknown) })
        #expect(passage.rows.filter { !$0.crossings[0].fate.isChange }.allSatisfy { $0.crossings[0].reasons.isEmpty })
    }

    @Test("follows credentials, Access-Control-*, X-Forwarded-* and what the user names, in any case")
    func tracking() throws {
        let head = lines([
            "access-control-new": "1", "X-FORWARDED-Client": "2", "x-trace": "3", "X-Other": "4", "X-API-Key": "5",
        ])
        let ledger = Ledger(record(request: head), tracking: Tracking(extra: ["X-Trace", "X-Missing"]))
        let request = try #require(ledger.passage(.request))
        #expect(
            request.rows.filter(\.subject.isField).map(\.title)
                == ["Authorization", "X-API-Key", "access-control-new", "X-FORWARDED-Client", "x-trace", "x-missing"])
        #expect(request.row("Authorization")?.crossings == [Crossing(.absent)])
    }

    @Test("shows a field that a node touched even when nobody follows it")
    func editedFieldsAreRows() {
        let ledger = Ledger(
            record(response: lines(["Keep-Alive": "5"]), responseEdits: [drop(0, "Keep-Alive", .hopByHop)]))
        #expect(ledger.passage(.response)?.row("keep-alive")?.crossings.first?.fate == .dropped)
    }

    @Test("says not observed for points that no message reached")
    func unreached() throws {
        var refused = record(
            request: lines(["Host": "a"]), status: 502, response: lines(["Content-Type": "text/plain"]))
        refused.origin?.connection = nil
        refused.response?.byHoplens = true
        let ledger = Ledger(refused)
        let host = try #require(ledger.passage(.request)?.row("host"))
        #expect(host.cells[1] == nil)
        #expect(host.crossings == [Crossing(.notObserved)])
        let type = try #require(ledger.passage(.response)?.row("content-type"))
        #expect(type.cells[0] == nil)
        #expect(type.cells[1]?.count == 1)
        #expect(ledger.news.isEmpty)

        var broken = record(request: lines(["Host": "a"]))
        broken.error = RecordedError(side: "origin", phase: "tls", cause: "tls_certificate_error", text: "expired")
        #expect(Ledger(broken).passage(.request)?.row("host")?.cells[1] == nil)
    }

    @Test("has no passage for a message that was not seen at all")
    func nothing() {
        var record = record()
        record.request = RecordedRequest(method: nil, target: nil, version: nil)
        record.response = nil
        #expect(Ledger(record).passages.isEmpty)
    }

    @Test("gives trailers and interim responses passages of their own")
    func parts() {
        var record = record(response: lines(["Trailer": "Digest"]))
        record.interim = [
            RecordedResponse(
                status: 103, reason: "",
                head: RecordedSection(lines: lines(["Link": "</a>"]), edits: [drop(0, "Link", .setting)]))
        ]
        record.responseTrailers = RecordedSection(
            lines: lines(["Digest": "x", "Host": "y"]), edits: [drop(1, "Host", .forbiddenTrailer)])
        let ledger = Ledger(record)
        #expect(ledger.passages.map(\.part) == [.request, .interim(103), .response, .responseTrailers])
        #expect(ledger.passage(.responseTrailers)?.row("digest")?.crossings.first?.fate == .kept)
        #expect(
            ledger.news.map(\.text) == [
                "Link of the 103 dropped by hoplens: your own setting",
                "trailer Host dropped by hoplens: it may not stand in a trailer section, RFC 9110 6.5.1",
            ])
    }

    @Test("tells when the chunked coding was taken away")
    func framing() {
        var record = record(
            response: lines(["Transfer-Encoding": "chunked"]), responseEdits: [drop(0, "Transfer-Encoding", .framing)])
        record.responseBody = RecordedBody(framing: .chunked, bytes: 12)
        #expect(
            Ledger(record).news.map(\.text) == [
                "body framing changed by hoplens (chunked → close): one unambiguous framing for the body, RFC 9112 6"
            ])
    }

    @Test("says that HTTP/1.0 has no chunked coding when that is why it was taken away")
    func olderClient() {
        var record = record(
            response: lines(["Transfer-Encoding": "chunked"]), responseEdits: [drop(0, "Transfer-Encoding", .version)])
        record.responseBody = RecordedBody(framing: .chunked, bytes: 12)
        #expect(
            Ledger(record).news.map(\.text) == [
                "body framing changed by hoplens (chunked → close): the client speaks HTTP/1.0, which has no chunked coding, RFC 9112 6.1"
            ])
        #expect(Ledger.news(of: record) == Ledger(record).news)
    }

    @Test("keeps a reason whose word this build does not know")
    func foreignReason() {
        var edit = drop(0, "Cookie", .setting)
        edit.why = "moon-phase"
        let news = Ledger(record(request: lines(["Cookie": "a"]), requestEdits: [edit])).news
        #expect(news.map(\.text) == ["Cookie dropped by hoplens: moon-phase"])
    }
}
