// Healthy traffic, captured for real (Fixtures/README.md says how), is judged as the live view judges it: whoever raises a
// warning there cries wolf. What faults look like stands in the rules' own examples.

import Meaning
import Testing
import Trace

@testable import Diagnosis

struct HealthyTests {
    /// The judged exchanges of a fixture, in the order in which they ended.
    private func judged(_ name: String) throws -> [(facts: Facts, findings: [Finding])] {
        let bytes = try Fixture.bytes("healthy-\(name).ndjson")
        var reader = TraceReader()
        var near = Neighbourhood()
        let judge = Judge()
        var result: [(Facts, [Finding])] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let subject = near.take(try reader.record(bytes.span, start..<end))
            result.append((subject.facts, judge.findings(subject)))
            start = end + 1
        }
        return result
    }

    @Test("No rule warns in a healthy session", arguments: ["editing", "app", "crawl-varnish", "crawl-nginx"])
    func noWolf(name: String) throws {
        for (facts, findings) in try judged(name) {
            let loud = findings.filter { $0.severity >= .warning }
            let what = "\(facts.method) \(facts.target.path) \(facts.status ?? 0)"
            #expect(loud.isEmpty, "\(what): \(loud.map(\.rule))")
        }
    }

    @Test("The sessions hold what they are kept for")
    func substance() throws {
        let editing = try judged("editing").map(\.facts)
        #expect(editing.contains { $0.method == "POST" && $0.target.path.hasSuffix("/autosaves") && $0.hasNonce })
        #expect(editing.contains { $0.target.path == "/wp-json/wp/v2/media" && $0.status == 201 })
        #expect(editing.contains { $0.target.path == "/wp-admin/admin-ajax.php" })
        let app = try judged("app")
        #expect(app.contains { $0.facts.method == "OPTIONS" && $0.facts.received.has("access-control-request-method") })
        #expect(
            app.contains { $0.facts.credential?.isBasic == true } && app.contains { $0.facts.credential?.token == .jwt }
        )
        #expect(app.contains { $0.facts.status == 404 } && app.contains { $0.facts.status == 401 })
        for crawl in ["crawl-varnish", "crawl-nginx"] {
            let facts = try judged(crawl).map(\.facts)
            #expect(facts.contains { $0.cache.isHit } && facts.contains { $0.status == 304 })
            #expect(facts.contains { $0.status == 301 } && facts.contains { $0.status == 404 && !$0.target.isREST })
            #expect(facts.contains { $0.method == "HEAD" } && facts.contains { $0.status == 206 })
        }
    }
}
