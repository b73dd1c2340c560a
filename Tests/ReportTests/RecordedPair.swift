// The answers of an origin and of a CDN in front of it, as `hoplens compare` recorded them (Fixtures/comparison), made
// into a comparison again by the engine itself: only the asking is left out, so that a renderer is given what it is given
// in a run.
import Comparison
import Diagnosis
import Fields
import JSON
import Probes
import Report
import Testing
import Trace

import struct Comparison.ComparisonResult
import struct Foundation.Data
import class Foundation.ProcessInfo
import struct Foundation.URL

/// A pair of servers by the name of its folder.
struct RecordedPair {
    let name: String

    /// All that are kept.
    static let names = [
        "healthy", "vary-lost", "allow-origin-doubled", "redirect", "authorization-stripped", "page-instead",
    ]

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/comparison")

    private func file(_ file: String) -> URL { Self.folder.appendingPathComponent("\(name)/\(file)") }

    /// The comparison of what was recorded.
    func result() throws -> ComparisonResult {
        var set = ProbeSet(userAgent: "hoplens")
        set.credential = .bearer("replaced in the records")
        let probes = set.probes(for: "/wp-json/", token: "0")
        let records = try records()
        func answers(_ port: String) throws -> [[Observation]] {
            let own = records.filter { $0.origin?.url == "http://127.0.0.1:\(port)" }
            // Two rounds, in each every probe in its order.
            try #require(own.count == 2 * probes.count)
            return probes.indices.map { place in
                [own[place], own[place + probes.count]].map { Observation($0, body: body($0)) }
            }
        }
        let (left, right) = (try answers("8001"), try answers("8002"))
        for (probe, answers) in zip(probes, zip(left, right)) {
            for observation in answers.0 + answers.1 {
                try #require(observation.record.request?.method == probe.method)
            }
        }
        let asked = probes.indices.map { place in
            AskedProbe(probes[place], path: "/wp-json/", left: left[place], right: right[place])
        }
        var result = ComparisonResult(
            origin: ComparedSide(url: "http://127.0.0.1:8001"), publicSide: ComparedSide(url: "http://127.0.0.1:8002"),
            requests: Comparison.requests(asked, options: ComparisonOptions()), rounds: 2,
            warnings: Comparison.warnings(asked))
        result.origin.peers = ["127.0.0.1:8001"]
        result.publicSide.peers = ["127.0.0.1:8002"]
        result.origin.hops = Comparison.hops(left.flatMap { $0 })
        result.publicSide.hops = Comparison.hops(right.flatMap { $0 })
        result.time = moment
        result.conclusion = Conclusion(result)
        return result
    }

    private func records() throws -> [Record] {
        let bytes = [UInt8](try Data(contentsOf: file("records.ndjson")))
        var reader = TraceReader()
        return try bytes.split(separator: 10).map { line in
            let line = Array(line)
            return try reader.record(line.span, 0..<line.count)
        }
    }

    /// The samples of these records are whole; where there is none, there was no content.
    private func body(_ record: Record) -> ObservedBody {
        guard let sample = record.responseBody?.sample else { return ObservedBody(shown: [], isWhole: true) }
        return ObservedBody(shown: sample.text.map { Array($0.utf8) }, isWhole: !sample.truncated)
    }

    /// Compares a text with the file that is kept of it.
    ///
    /// With HOPLENS_GOLDEN=write in the environment the file is written instead, to be read in the commit's difference.
    func expect(_ bytes: [UInt8], _ kept: String, _ location: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["HOPLENS_GOLDEN"] == "write" {
            try Data(bytes).write(to: file(kept))
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let expected = String(decoding: try Data(contentsOf: file(kept)), as: UTF8.self)
        guard text != expected else { return }
        let (lines, old) = (
            text.split(separator: "\n", omittingEmptySubsequences: false),
            expected.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let place =
            zip(lines, old).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(lines.count, old.count)
        Issue.record(
            "\(name)/\(kept), line \(place + 1): \(place < lines.count ? lines[place] : "(end)") instead of \(place < old.count ? old[place] : "(end)")",
            sourceLocation: location)
    }
}
