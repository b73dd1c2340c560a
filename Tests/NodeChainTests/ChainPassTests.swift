// Two and three nodes without a socket: who asks, who answers, and what each makes of what comes back.
import Fields
import Ledger
import NodeChain
import Testing
import Wire

@Suite struct ChainPassTests {
    let authority = TestAuthority()
    private let request = "GET /a HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer abc\r\nX-Foo: 1\r\n\r\n"
    private let response = "HTTP/1.1 200 OK\r\nVary: Origin\r\nContent-Length: 0\r\n\r\n"

    @Test func theOutermostAsksAndTheInnerAnswers() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let first = try outer.request(request)
        #expect(first.pass.role == .began)
        #expect(first.sent.values("Hoplens-Trace").count == 1)
        #expect(first.sent.values("traceparent").count == 1)
        let second = try inner.request(first.sent)
        #expect(second.pass.role == .relayed)
        #expect(second.pass.id == first.pass.id)
        #expect(second.sent == first.sent)
        let back = try inner.response(response, second.pass)
        #expect(back.values("Hoplens-Report").count == 1)
        let end = try outer.response(back, first.pass)
        #expect(end == response)
        let report = try #require(first.pass.reports.first)
        #expect(report.report.node == Array("inner".utf8))
        #expect(report.report.trace == first.pass.id)
        #expect(report.report.status == 200)
        #expect(
            report.report.request.lines.map { String(decoding: $0.name, as: UTF8.self) } == ["Host", "Authorization"])
        #expect(report.request == [.same(0), .same(1)])
        #expect(report.response == [.same(0)])
    }

    @Test func threeNodesAllReportToTheOutermost() throws {
        // Each node has a memory of its own.
        let (one, two, three) = (TestAuthority(), TestAuthority(), TestAuthority())
        let (a, b, c) = (TestNode("outer", one), TestNode("middle", two), TestNode("inner", three))
        let first = try a.request(request)
        let second = try b.request(first.sent)
        let third = try c.request(second.sent)
        let back = try b.response(try c.response(response, third.pass), second.pass)
        #expect(back.values("Hoplens-Report").count == 2)
        #expect(second.pass.reports.map(\.report.node) == [Array("inner".utf8)])
        #expect(try a.response(back, first.pass) == response)
        #expect(first.pass.reports.map { String(decoding: $0.report.node, as: UTF8.self) } == ["inner", "middle"])
    }

    @Test func aLostFieldIsMissingInTheReportAndAnotherValueIsAnother() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let first = try outer.request(request)
        let cut = first.sent.replacing("Authorization: Bearer abc\r\n", with: "").replacing("a.test", with: "b.test")
        let second = try inner.request(cut)
        _ = try outer.response(try inner.response(response, second.pass), first.pass)
        let report = try #require(first.pass.reports.first)
        #expect(report.report.request.lines.count == 1)
        #expect(report.request == [.other])
        #expect(report.report.request.lines[0].shown == Array("b.test".utf8))
    }

    @Test(arguments: [", ", ",", "; "]) func linesThatWereJoinedAreRecognised(_ separator: String) throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let first = try outer.request(
            "GET /a HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic x\r\nAuthorization: Bearer y\r\n\r\n")
        let joined = first.sent.replacing(
            "Authorization: Basic x\r\nAuthorization: Bearer y", with: "Authorization: Basic x\(separator)Bearer y")
        let second = try inner.request(joined)
        _ = try outer.response(try inner.response(response, second.pass), first.pass)
        #expect(first.pass.reports.first?.request == [.same(0), .joined([1, 2], separator: separator)])
    }

    @Test func aTraceIsGoodForOneUseAndForAMinute() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let first = try outer.request(request)
        #expect(try inner.request(first.sent).pass.role == .relayed)
        #expect(try inner.request(first.sent).pass.role == .began)
        let late = try outer.request(request)
        authority.pass(ChainTrace.window + 1)
        #expect(try inner.request(late.sent).pass.role == .began)
        #expect(authority.skews == [ChainTrace.window + 1])
    }

    @Test func aStrangersTraceIsNotBelievedAndPassesAsItCame() throws {
        let stranger = TestNode("stranger", TestAuthority(key: 2))
        let inner = TestNode("inner", authority)
        let theirs = try stranger.request(request)
        let second = try inner.request(theirs.sent)
        #expect(second.pass.role == .began)
        #expect(second.sent.values("Hoplens-Trace").count == 2)
        let back = try inner.response(response, second.pass)
        #expect(back == response)
    }

    @Test func aReportUnderAnotherKeyPassesAndIsNotRead() throws {
        let other = TestAuthority(key: 2)
        let (outer, inner) = (TestNode("o", other), TestNode("i", other))
        let asked = try outer.request(request)
        let theirs = try inner.response(response, try inner.request(asked.sent).pass)
        let node = TestNode("outer", authority)
        let first = try node.request(request)
        #expect(try node.response(theirs, first.pass) == theirs)
        #expect(first.pass.reports.isEmpty)
    }

    @Test func aStoredReportIsToldFromAFreshOne() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let first = try outer.request(request)
        let stored = try inner.response(response, try inner.request(first.sent).pass)
        let second = try outer.request(request)
        #expect(try outer.response(stored, second.pass) == response)
        let report = try #require(second.pass.reports.first)
        #expect(report.report.trace == first.pass.id)
        #expect(report.report.trace != second.pass.id)
    }

    @Test func nothingIsAddedToAPreflightAndAStoredReportIsTakenOut() throws {
        let outer = TestNode("outer", authority)
        let preflight =
            "OPTIONS /a HTTP/1.1\r\nHost: a.test\r\nOrigin: https://b.test\r\nAccess-Control-Request-Method: POST\r\n\r\n"
        let (pass, sent) = try outer.request(preflight)
        #expect(pass.role == .silent)
        #expect(sent == preflight)
        let inner = TestNode("inner", authority)
        let stored = try inner.response(response, try inner.request(try outer.request(request).sent).pass)
        #expect(try outer.response(stored, pass) == response)
        // An OPTIONS that asks for nothing of the kind is a request like any other.
        #expect(try outer.request("OPTIONS /a HTTP/1.1\r\nHost: a.test\r\n\r\n").pass.role == .began)
    }

    @Test func aClientsOwnTraceparentIsLeftAlone() throws {
        let theirs = "GET /a HTTP/1.1\r\nHost: a.test\r\nTraceparent: 00-1-2-01\r\n\r\n"
        let (_, sent) = try TestNode("outer", authority).request(theirs)
        #expect(sent.values("traceparent") == ["00-1-2-01"])
        #expect(sent.values("Hoplens-Trace").count == 1)
    }

    @Test func noMoreThanFourTracesAreLookedAt() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let real = try #require(try outer.request(request).sent.values("Hoplens-Trace").first)
        let bad = (0..<4).map { _ in "Hoplens-Trace: \(String(real.dropLast(4)))0000\r\n" }.joined()
        let behind = "GET /a HTTP/1.1\r\nHost: a\r\n\(bad)Hoplens-Trace: \(real)\r\n\r\n"
        #expect(try inner.request(behind).pass.role == .began)
        let joined = "GET /a HTTP/1.1\r\nHost: a\r\nHoplens-Trace: x, \(real)\r\n\r\n"
        #expect(try inner.request(joined).pass.role == .relayed)
    }

    @Test func ownAnswersReportOnlyToWhoeverAsked() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let first = try outer.request(request)
        #expect(first.pass.lineForOwnAnswer(status: 502, cause: "connection_refused") == nil)
        let second = try inner.request(first.sent)
        let line = try #require(second.pass.lineForOwnAnswer(status: 502, cause: "connection_refused"))
        let answer = "HTTP/1.1 502 Bad Gateway\r\n" + String(decoding: line, as: UTF8.self) + "\r\n"
        _ = try outer.response(answer, first.pass)
        let report = try #require(first.pass.reports.first?.report)
        #expect(report.isOwnAnswer)
        #expect(report.facts == [.init("error", "connection_refused")])
    }

    @Test func reportsAreBoundedAndTheMostImportantLinesStay() throws {
        let (outer, inner) = (TestNode("outer", authority), TestNode("inner", authority))
        let many = (0..<120).map { "X-Forwarded-\($0): \($0)\r\n" }.joined()
        let first = try outer.request(
            "GET /a HTTP/1.1\r\nHost: a.test\r\n\(many)Cookie: a=\(String(repeating: "b", count: 3000))\r\n\r\n")
        let back = try inner.response(response, try inner.request(first.sent).pass)
        let value = try #require(back.values("Hoplens-Report").first)
        #expect(value.utf8.count <= ChainReport.longest)
        _ = try outer.response(back, first.pass)
        let report = try #require(first.pass.reports.first?.report)
        #expect(report.request.cutAt == 2)
        #expect(report.request.lines.contains { $0.name == Array("Cookie".utf8) })
    }

    @Test func theSameFieldsAreFollowedInReportsAndInLedgers() {
        let extra = ["x-mine"]
        for name in FieldName.allCases.map(\.spelling) + ["X-Mine", "X-Other", "Access-Control-New", "X-Forwarded-New"]
        where !name.isEmpty {
            let bytes = Array(name.utf8)
            let id = FieldName.lookup(bytes.span, Extent(0, bytes.count))
            #expect(
                Followed.follows(id, bytes, extra: extra.map { Array($0.utf8) })
                    == (Tracking(extra: extra).follows(name) || extra.contains(name.lowercased())), "\(name)")
        }
    }
}
