import Fields
import Ledger
import Testing
import Trace

@Suite("The ledger of several nodes")
struct JoinTests {
    private let via = add("Via", "1.1 outer", .via)

    @Test("orders the points as the message met them, there and back")
    func points() {
        let ledger = Ledger(joining: [record(node: "outer"), record(node: "inner")])
        #expect(
            ledger.passage(.request)?.points.map(\.words) == [
                "outer client→node", "outer node→origin", "inner client→node", "inner node→origin",
            ])
        #expect(
            ledger.passage(.response)?.points.map(\.words) == [
                "inner origin→node", "inner node→client", "outer origin→node", "outer node→client",
            ])
    }

    @Test("says between which nodes a field was lost, with the evidence of both ends")
    func lost() throws {
        let ledger = Ledger(joining: [
            record(node: "outer", request: lines(["Authorization": "Bearer x", "Host": "a"]), requestEdits: [via]),
            record(node: "inner", request: lines(["Host": "a", "Via": "1.1 outer, 1.1 cdn"])),
        ])
        let row = try #require(ledger.passage(.request)?.row("authorization"))
        #expect(row.crossings.map(\.fate) == [.kept, .dropped, .absent])
        #expect(row.crossings[1].reasons == [.between(Point("outer", .nodeToOrigin), Point("inner", .clientToNode))])
        #expect(
            ledger.news.map(\.text) == [
                "Authorization was lost between node outer and node inner"
                    + " (point outer node→origin had it, inner client→node has not)"
            ])
    }

    @Test("finds what was doubled, changed, added and joined on the way back")
    func response() {
        let ledger = Ledger(joining: [
            record(
                node: "outer",
                response: lines([
                    "Access-Control-Allow-Origin": "*", "access-control-allow-origin": "*", "Vary": "Accept-Encoding",
                    "Age": "12", "Cache-Control": "no-cache, private",
                ])),
            record(
                node: "inner",
                response: lines([
                    "Access-Control-Allow-Origin": "*", "Vary": "Origin", "Cache-Control": "no-cache",
                    "cache-control": "private",
                ])),
        ])
        #expect(
            ledger.news.map(\.text) == [
                "Access-Control-Allow-Origin was doubled between node inner and node outer"
                    + " (point inner node→client had 1 line, outer origin→node has 2 lines)",
                "Vary was changed between node inner and node outer"
                    + " (as seen at inner node→client and at outer origin→node)",
                "Cache-Control was merged into fewer lines between node inner and node outer"
                    + " (point inner node→client had 2 lines, outer origin→node has 1 line)",
                "Age was added between node inner and node outer"
                    + " (point inner node→client had none, outer origin→node has it)",
            ])
    }

    @Test("says who answered when a node farther in never saw the request")
    func unseen() throws {
        let ledger = Ledger(
            joining: [record(node: "outer", request: lines(["Origin": "https://a.test"]), status: 405)],
            unseen: ["inner"])
        let row = try #require(ledger.passage(.request)?.row("origin"))
        #expect(row.cells.map { $0?.count } == [1, 1, nil, nil])
        #expect(row.crossings.map(\.fate) == [.kept, .notObserved, .notObserved])
        #expect(ledger.passage(.response)?.points.first == Point("inner", .originToNode))
        #expect(
            ledger.news.map(\.text) == [
                "node inner never saw this request: something between node outer and node inner answered it"
            ])
    }

    @Test("tells when status, target, body, trailers or interim responses differ between nodes")
    func facts() {
        var outer = record(node: "outer", status: 403)
        var inner = record(node: "inner", status: 200)
        outer.request?.target = "/a"
        inner.request?.target = "/b"
        outer.responseBody = RecordedBody(framing: .length, bytes: 10)
        inner.responseBody = RecordedBody(framing: .chunked, bytes: 12)
        inner.interim = [RecordedResponse(status: 103, reason: "")]
        inner.responseTrailers = RecordedSection(lines: lines(["Digest": "x"]))
        let ledger = Ledger(joining: [outer, inner])
        #expect(
            ledger.news.map(\.text) == [
                "interim responses were lost between node inner and node outer"
                    + " (inner node→client: 103, outer origin→node: none)",
                "trailer Digest was lost between node inner and node outer"
                    + " (point inner node→client had it, outer origin→node has not)",
                "target was changed between node outer and node inner (outer node→origin: /a, inner client→node: /b)",
                "status was changed between node inner and node outer"
                    + " (inner node→client: 200, outer origin→node: 403)",
                "body framing was changed between node inner and node outer"
                    + " (inner node→client: chunked, outer origin→node: length)",
                "body size was changed between node inner and node outer"
                    + " (inner node→client: 12 bytes, outer origin→node: 10 bytes)",
            ])
    }

    @Test("names the node, not hoplens, when there are several")
    func ownEdits() {
        let ledger = Ledger(joining: [
            record(node: "outer", request: lines(["Cookie": "a"]), requestEdits: [drop(0, "Cookie", .setting)]),
            record(node: "inner"),
        ])
        #expect(ledger.news.map(\.text) == ["Cookie dropped by node outer: your own setting"])
    }
}
