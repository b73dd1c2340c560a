import Diagnosis
import Report
import Review
import Testing
import Trace

@Suite("Counts and finds")
struct StatisticsTests {
    @Test("percentiles are at most 3 % off", arguments: [50, 90, 99, 100])
    func percentiles(percent: Int) {
        var histogram = Histogram()
        let values = (1...10_000).map { Int64($0) * Int64($0) / 7 }
        for value in values { histogram.add(value) }
        let exact = Double(values[max(0, 10_000 * percent / 100 - 1)])
        #expect(abs(Double(histogram.percentile(percent)) - exact) <= exact * 0.032)
        #expect(histogram.largest == values.last && histogram.count == 10_000)
    }

    @Test("small, huge and negative values are counted where they belong")
    func edges() {
        var histogram = Histogram()
        #expect(histogram.percentile(50) == 0)
        for value in [-5, 0, 1, 15, 16, 17, .max] as [Int64] { histogram.add(value) }
        #expect(histogram.percentile(1) == 0 && histogram.percentile(50) == 15)
        #expect(histogram.percentile(100) > 1 << 38)
    }

    @Test("routes, statuses and fields are counted")
    func counts() throws {
        var counts = Statistics()
        for n in 0..<3 { counts.add(try Line.make { $0.status = n == 0 ? 200 : 401 }.record(), []) }
        counts.add(try FilterTests.dropped.record(), [])
        counts.add(try Line.make { $0.target = "/wp-json/wp/v2/posts/\(7)" }.record(), [])
        #expect(counts.all.count == 5 && counts.statuses == [200: 1, 401: 4])
        #expect(counts.busiest.map(\.name) == ["GET /wp-json/wp/v2/users/me", "GET /wp-json/wp/v2/posts/*"])
        #expect(counts.news.map { "\($0.key.field) \($0.key.fate) \($0.value)" } == ["Authorization dropped 1"])
        let json = String(decoding: Reporter(Style()).json(counts), as: UTF8.self)
        #expect(
            json.contains(#""statuses":{"200":1,"401":4}"#)
                && json.contains(#""field":"Authorization","fate":"dropped""#))
        let text = String(decoding: Reporter(Style(width: 80)).statistics(counts, most: 1), as: UTF8.self)
        #expect(text.contains("5 exchanges") && text.contains("and 1 on 1 other route"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("memory does not grow with routes")
    func bounded() throws {
        var counts = Statistics()
        for n in 0..<1500 { counts.add(try Line.make { $0.target = "/page-\(n)x" }.record(), []) }
        #expect(counts.routes.count == 1001 && counts.routes[Statistics.other]?.count == 500)
    }

    @Test("an exchange is found by either end of its id, with what belongs to it on both sides")
    func finder() throws {
        let origin = #"{"n":"Host","v":"example.test"},{"n":"Origin","v":"https://app.test"}"#
        let preflight = Line.make {
            $0.id = "38fvtkeje0000aaa"
            $0.method = "OPTIONS"
            $0.status = 200
            $0.fields =
                origin
                + #",{"n":"Access-Control-Request-Method","v":"PUT"},{"n":"Access-Control-Request-Headers","v":"content-type"}"#
            $0.answer =
                #"{"n":"Access-Control-Allow-Origin","v":"https://app.test"},{"n":"Access-Control-Allow-Methods","v":"PUT"},{"n":"Access-Control-Allow-Headers","v":"content-type"}"#
        }
        let actual = Line.make {
            $0.id = "38fvtkeje0000bbb"
            $0.method = "PUT"
            $0.fields = origin + #",{"n":"Content-Type","v":"application/json"}"#
        }
        for (id, relation, other) in [
            ("bbb", Relation.preflight, preflight.id), ("38fvtkeje0000aaa", .actual, actual.id),
        ] {
            var finder = ExchangeFinder(id)
            for line in [preflight, actual] { finder.take(try line.record(), line: line.bytes) }
            let found = try #require(finder.found.first)
            #expect(finder.found.count == 1)
            #expect(found.related.contains { $0.relation == relation && $0.record.id == other }, "\(id)")
        }
        var both = ExchangeFinder("38fvt")
        for line in [preflight, actual] { both.take(try line.record(), line: []) }
        #expect(both.found.count == 2)
    }
}
