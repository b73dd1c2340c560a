// What a real Chromium did, case by case, against what is predicted: every field the oracle's README names, for
// Chromium as observed, and for the standard with the values its `deviation` gives.
//
// Tests/Fixtures/cors-oracle.jsonl is a selection of ../shared/cors-oracle/cases.jsonl (our own measurements, MIT): all
// families, all reason codes, all deviations; console texts left out. The whole is compared too where it is there.

import CORS
import Foundation
import JSON
import Testing

enum Oracle {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    static let selection = root.appendingPathComponent("Fixtures/cors-oracle.jsonl")

    static let whole: URL = {
        let shared = ProcessInfo.processInfo.environment["HOPLENS_SHARED"].map { URL(fileURLWithPath: $0) }
        return (shared ?? root.deletingLastPathComponent().appendingPathComponent("../shared").standardized)
            .appendingPathComponent("cors-oracle/cases.jsonl")
    }()

    static func lines(_ url: URL) throws -> [[UInt8]] {
        [UInt8](try Data(contentsOf: url)).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    static let fields = [
        "preflight_sent", "acrm", "acrh", "preflight_origin", "actual_sent", "actual_method", "actual_origin",
        "authorization_sent", "cookie_sent",
    ]
    static let ends = [
        "resolved", "response_type", "status", "redirected", "final_url", "readable_headers", "reason_code",
        "reason_source",
    ]

    /// What a value says, without where it stands.
    static func text(_ value: JSONValue?) -> String {
        switch value?.content {
        case nil, .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text, _, _): text
        case .string(let text): "'\(text)'"
        case .array(let elements): "[\(elements.map { Self.text($0) }.joined(separator: " "))]"
        case .object: "an object"
        }
    }

    /// The differences between what is predicted for a case and what was observed.
    static func differences(_ line: [UInt8]) throws -> [String] {
        let given = try JSONValue(parsing: line.span)
        var out: [UInt8] = []
        try Evaluation.evaluate(line.span, into: &out)
        let predicted = try JSONValue(parsing: out.span)
        let steps = [given] + (given["then"]?.elements ?? [])
        let predictions = [predicted] + (predicted["then"]?.elements ?? [])
        var found: [String] = []
        if steps.count != predictions.count { found.append("\(predictions.count) of \(steps.count) steps") }
        for (index, (step, prediction)) in zip(steps, predictions).enumerated() {
            let observed = step["observed"]
            compare(observed, prediction["chromium"], fields + ends, "chromium step \(index)", [:], &found)
            // The standard's values are given where they differ; other fields may follow from those.
            var standard: [String: String] = [:]
            for entry in given["deviation"]?["standard"]?.elements ?? []
            where entry["request"]?.integer == Int64(index) {
                let hop = entry["hop"]?.integer.map { "\($0)." } ?? ""
                standard[hop + (entry["field"]?.string ?? "")] = text(entry["value"])
            }
            let names =
                given["deviation"] == nil
                ? fields + ends : ["resolved", "response_type", "status", "readable_headers"]
            compare(observed, prediction, names, "standard step \(index)", standard, &found)
            let hops = observed?["hops"]?.elements ?? []
            for (number, hop) in hops.enumerated() {
                let place = "step \(index) hop \(number)"
                compare(
                    hop, prediction["chromium"]?["hops"]?.elements?[number], ["url"] + fields, "chromium \(place)", [:],
                    &found)
                let names = given["deviation"] == nil ? fields : ["preflight_sent", "acrm", "acrh", "actual_sent"]
                var values: [String: String] = [:]
                for name in names { values[name] = standard["\(number).\(name)"] }
                compare(
                    hop, prediction["hops"]?.elements?[number], names, "standard \(place)", values, &found)
            }
            if hops.isEmpty, given["deviation"] != nil {
                let names = ["preflight_sent", "acrm", "acrh", "actual_sent", "authorization_sent"]
                var values: [String: String] = [:]
                for name in names { values[name] = standard["0.\(name)"] }
                compare(observed, prediction, names, "standard step \(index)", values, &found)
            }
        }
        return found
    }

    private static func compare(
        _ observed: JSONValue?, _ predicted: JSONValue?, _ names: [String], _ place: String,
        _ instead: [String: String], _ found: inout [String]
    ) {
        for name in names {
            let expected = instead[name] ?? text(observed?[name])
            let got = text(predicted?[name])
            if expected != got { found.append("\(place): \(name) is \(got), expected \(expected)") }
        }
    }
}

@Suite("CORS oracle")
struct OracleTests {
    @Test("the selection has every family, every deviation and enough cases")
    func selection() throws {
        var families: Set<String> = []
        var tags: Set<String> = []
        let lines = try Oracle.lines(Oracle.selection)
        for line in lines {
            let given = try JSONValue(parsing: line.span)
            families.insert(try #require(given["family"]?.string))
            tags.formUnion((given["deviation"]?["tags"]?.elements ?? []).compactMap(\.string))
        }
        #expect(lines.count >= 600)
        #expect(families.count == 30)
        #expect(
            tags.isSuperset(of: [
                "client-hints", "authorization-wildcard", "range-overflow", "join-repeated", "max-age-parse",
                "keep-cache", "opaque-no-cache", "empty-location", "userinfo-same-origin",
            ]))
    }

    @Test("every case of the selection is predicted, by the standard and as Chromium does it")
    func selected() throws { try predict(Oracle.selection) }

    @Test(
        "every case of the whole oracle is predicted",
        .enabled(if: FileManager.default.fileExists(atPath: Oracle.whole.path), "../shared/cors-oracle is not there"))
    func whole() throws { try predict(Oracle.whole) }

    private func predict(_ url: URL) throws {
        for line in try Oracle.lines(url) {
            let differences = try Oracle.differences(line)
            if !differences.isEmpty {
                Issue.record(
                    "\(try JSONValue(parsing: line.span)["id"]?.string ?? "?"): \(differences.joined(separator: "; "))")
            }
        }
    }

    @Test("what was observed is never looked at")
    func blind() throws {
        for line in try Oracle.lines(Oracle.selection).prefix(60) {
            let text = String(decoding: line, as: UTF8.self)
            var out: [UInt8] = []
            try Evaluation.evaluate(line.span, into: &out)
            var other: [UInt8] = []
            let cut = Self.withoutObserved(text)
            #expect(cut != text)
            try Evaluation.evaluate(Array(cut.utf8).span, into: &other)
            #expect(out == other)
        }
    }

    /// The line with every `observed` renamed: what nobody knows is ignored.
    private static func withoutObserved(_ text: String) -> String {
        text.replacingOccurrences(of: "\"observed\":", with: "\"something-else\":")
    }
}
