// The prefilter may only leave out what the full filter leaves out, whoever wrote the line.

import Review
import Testing
import Trace

@Suite("Prefilter")
struct PrefilterTests {
    /// Lines as this program writes them, and as others might.
    static let lines: [String] = {
        var lines: [String] = []
        for status in [nil, 200, 204, 301, 400, 401, 404, 499, 500, 503] as [Int?] {
            for (method, node) in [("GET", "outer"), ("POST", "inner"), ("GETTER", "out"), ("OPTIONS", "outer\\\"x")] {
                for second in ["00", "18", "59"] {
                    lines.append(
                        Line.make {
                            $0.status = status
                            $0.method = method
                            $0.node = node
                            $0.time = "2026-11-28T03:10:\(second).000001Z"
                            if method == "POST" {
                                $0.fields += #",{"n":"Authorization","v":"x"},{"n":"Connection","v":"authorization"}"#
                                $0.edits =
                                    #"{"op":"drop","i":1,"n":"Authorization","why":"connection-nominated"},{"op":"add","n":"Via","v":"1.1 x","why":"via"},{"op":"replace","i":0,"n":"Host","v":"y","why":"host-policy"}"#
                            }
                            $0.answer = #"{"n":"X","v":"\"status\":401 \"method\":\"POST\""},{"n":"status","v":"node"}"#
                            if second == "59" {
                                $0.interim =
                                    #","interim":[{"status":103,"reason":"","version":"1.1","fields":[],"edits":[]}]"#
                            }
                        }.text)
                }
            }
        }
        return lines
            + lines.flatMap { line -> [String] in
                [
                    line.replacing(":", with: ": ").replacing(#": "/"#, with: #":"/"#),
                    line.replacing(#""status":"#, with: "\"status\" :\t"),
                    line.replacing(#""status""#, with: #""st\u0061tus""#),
                    line.replacing(#""GET""#, with: #""\u0047ET""#),
                    line.replacing(#""node":"outer""#, with: #""node":"oute\u0072""#),
                    line.replacing(#"{"v":1,"#, with: #"{ "v":1,"#),
                    line.replacing(
                        #","end":"complete""#, with: #","time":"2026-11-28T03:10:30.000000Z","end":"complete""#),
                    line.replacing(#","end":"complete""#, with: #","response":{"status":404},"end":"complete""#),
                    line.replacing(#"{"v":1,"#, with: #"{"v":1,"x":{"time":"2020-01-01T00:00:00.000000Z"},"#),
                    String(line.dropLast(40)),
                ]
            }
    }()

    static let filters: [TraceFilter] = {
        var filters: [TraceFilter] = []
        func add(_ change: (inout TraceFilter) -> Void) {
            var filter = TraceFilter()
            change(&filter)
            filters.append(filter)
        }
        for text in ["4xx", "401", "200,5xx", "none", "none,404", "400-403", "103", "1xx"] {
            add { _ = $0.statuses.add(text) }
        }
        for methods in [["GET"], ["POST", "PUT"], ["GETTER"], [""]] { add { $0.methods = methods } }
        for nodes in [["outer"], ["inner"], ["outer\"x"], ["nobody"]] { add { $0.nodes = nodes } }
        for text in ["authorization=dropped", "via=added", "vary=*", "authorization=kept", "x=absent", "host=changed"] {
            add { $0.fates = FateFilter(text).map { [$0] } ?? [] }
        }
        let moment = Timestamp.parse(Array("2026-11-28T03:10:18.000001Z".utf8)) ?? 0
        add { $0.since = moment }
        add { $0.until = moment }
        add { ($0.since, $0.until) = (moment, moment + 1) }
        add { ($0.since, $0.methods) = (moment + 1, ["POST"]) }
        return filters
    }()

    @Test("it never leaves out what the full filter lets through", arguments: filters.indices)
    func agreement(number: Int) {
        let filter = Self.filters[number]
        let prefilter = Prefilter(filter)
        for text in Self.lines {
            let bytes = Array(text.utf8)
            var reader = TraceReader()
            let fits = (try? reader.record(bytes.span, 0..<bytes.count)).map(filter.matches) ?? false
            let mayFit = prefilter.mayFit(bytes.span, 0..<bytes.count)
            #expect(!fits || mayFit, "\(text)")
        }
    }

    @Test("it leaves out most of what does not fit")
    func usefulness() throws {
        var filter = TraceFilter()
        _ = filter.statuses.add("4xx")
        for (text, may) in [(Line.make { $0.status = 200 }.text, false), (Line().text, true)] {
            let bytes = Array(text.utf8)
            let mayFit = Prefilter(filter).mayFit(bytes.span, 0..<bytes.count)
            #expect(mayFit == may)
        }
        var late = TraceFilter()
        late.since = try Line().record().time + 1
        let bytes = Line().bytes
        let mayFit = Prefilter(late).mayFit(bytes.span, 0..<bytes.count)
        #expect(!mayFit)
        #expect(!Prefilter(TraceFilter()).isUseful)
    }
}
