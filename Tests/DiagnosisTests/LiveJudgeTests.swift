import Testing
import Trace

@testable import Diagnosis

@Suite("Judging what goes by")
struct LiveJudgeTests {
    private static let refused = """
        > GET /wp-json/wp/v2/users/me HTTP/1.1
        > Host: example.test
        > Authorization: Bearer 0123456789abcdef0123456789abcdef
        < HTTP/1.1 401 Unauthorized
        < Date: Sat, 21 Nov 2026 03:10:18 GMT
        < Content-Type: application/json; charset=UTF-8
        {"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}
        """

    private func record(_ text: String, _ id: Int, after seconds: Int64 = 0) throws -> Record {
        var record = try Example("", text).subject().facts.record
        record.id = "exchange-\(id)"
        record.time += seconds * 1_000_000
        return record
    }

    @Test("An exchange that repeats an earlier one has its findings, under its own id")
    func repeated() throws {
        var live = LiveJudge()
        let first = live.take(try record(Self.refused, 1))
        let second = live.take(try record(Self.refused, 2, after: 1))
        #expect(!first.isRepeated && second.isRepeated)
        #expect(first.findings.contains { $0.rule == "wp-not-logged-in" })
        #expect(second.findings.map(\.rule) == first.findings.map(\.rule))
        #expect(first.findings.allSatisfy { $0.evidence.allSatisfy { $0.exchange == "exchange-1" } })
        #expect(second.findings.allSatisfy { $0.evidence.allSatisfy { $0.exchange == "exchange-2" } })
    }

    @Test(
        "An exchange that differs in anything rules look at, or that evidence may quote, is judged anew",
        arguments: [
            ("401", "403"), ("users/me", "posts"), ("0123456789abcdef0", "1123456789abcdef0"), ("GET", "POST"),
            ("rest_not_logged_in", "rest_forbidden"), ("< Content-Type", "< Age: 3\n< Content-Type"),
            (":18 GMT", ":19 GMT"),
        ])
    func different(from: String, to: String) throws {
        var live = LiveJudge()
        _ = live.take(try record(Self.refused, 1))
        #expect(!live.take(try record(Self.refused.replacing(from, with: to), 2)).isRepeated)
    }

    @Test("Where nothing was found, values that only name the answer do not matter")
    func fleeting() throws {
        var live = LiveJudge()
        let healthy =
            "> GET /a.css HTTP/1.1\n> Host: example.test\n< HTTP/1.1 200 OK\n< CF-Ray: 1\n< Content-Type: text/css"
        #expect(live.take(try record(healthy, 1)).findings.isEmpty)
        #expect(live.take(try record(healthy.replacing("Ray: 1", with: "Ray: 2"), 2)).isRepeated)
        #expect(!live.take(try record(healthy.replacing("200", with: "206"), 3)).isRepeated)
    }

    @Test("A new neighbour makes an exchange be judged anew")
    func neighbours() throws {
        var live = LiveJudge()
        let private1 = """
            > GET /wp-json/wp/v2/posts HTTP/1.1
            > Host: example.test
            > Authorization: Bearer 0123456789abcdef0123456789abcdef
            < HTTP/1.1 200 OK
            < Content-Type: application/json
            < X-Cache: HIT
            @ body 120
            """
        let anonymous = private1.split(separator: "\n").filter { !$0.contains("Authorization") }.joined(separator: "\n")
        #expect(!live.take(try record(private1, 1)).findings.contains { $0.rule == "authorised-equals-anonymous" })
        #expect(live.take(try record(private1, 2)).isRepeated)
        _ = live.take(try record(anonymous, 3))
        let again = live.take(try record(private1, 4))
        #expect(!again.isRepeated)
        #expect(again.findings.contains { $0.rule == "authorised-equals-anonymous" })
        #expect(live.take(try record(private1, 5)).isRepeated)
    }

    @Test("Of a flood of errors those whose bodies were not kept are what the others were")
    func unsampled() throws {
        var live = LiveJudge()
        let first = live.take(try record(Self.refused, 1))
        var second = try record(Self.refused, 2)
        second.responseBody?.sample = nil
        var alone = LiveJudge()
        #expect(!alone.take(second).findings.contains { $0.rule == "wp-not-logged-in" })
        let judgement = live.take(second)
        #expect(judgement.isRepeated && judgement.findings.map(\.rule) == first.findings.map(\.rule))
    }

    @Test("Memory changes no judgement: all examples of all rules, three times over")
    func agreement() throws {
        var live = LiveJudge()
        var near = Neighbourhood()
        let judge = Judge()
        var id = 0
        var repeated = 0
        for round in 0..<3 {
            for example in Catalogue.rules.flatMap({ $0.triggers + $0.quiet }) {
                let subject = try example.subject()
                for facts in subject.related.map(\.facts) + [subject.facts] {
                    id += 1
                    var record = facts.record
                    record.id = "exchange-\(id)"
                    record.time += Int64(round)
                    let judgement = live.take(record)
                    let expected = judge.findings(near.take(record))
                    #expect(judgement.findings.map(\.rule) == expected.map(\.rule), "\(example.title), round \(round)")
                    repeated += judgement.isRepeated ? 1 : 0
                }
            }
        }
        #expect(repeated > id / 10, "\(repeated) of \(id)")
    }

    @Test("Memory is bounded")
    func bounded() throws {
        var live = LiveJudge(capacity: 10)
        for n in 0..<200 {
            _ = live.take(try record(Self.refused.replacing("users/me", with: "things/\(n)"), n))
        }
        #expect(live.take(try record(Self.refused.replacing("users/me", with: "things/199"), 1001)).isRepeated)
        #expect(!live.take(try record(Self.refused.replacing("users/me", with: "things/0"), 1000)).isRepeated)
    }
}
