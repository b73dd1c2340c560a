// The lines that are written against configs/trace-v1.schema.json, with a validator of just the keywords the schema
// uses; a keyword it does not know fails the test, so that the schema cannot outgrow it unnoticed.

import Fields
import Foundation
import Testing
import Trace
import Wire

private struct Validator {
    let root: [String: Any]
    var faults: [String] = []

    mutating func check(_ value: Any, _ schema: [String: Any], at path: String) {
        for (keyword, rule) in schema { self.rule(keyword, rule, schema, value, path) }
    }

    private mutating func rule(_ keyword: String, _ rule: Any, _ schema: [String: Any], _ value: Any, _ path: String) {
        let object = value as? [String: Any]
        switch keyword {
        case "$schema", "$id", "$defs", "title", "description", "then", "else": break
        case "$ref":
            let name = (rule as? String)?.split(separator: "/").last.map(String.init) ?? ""
            let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
            check(value, target ?? ["missing": name], at: path)
        case "type": if !isType(value, rule as? String ?? "") { faults.append("\(path): not \(rule)") }
        case "const": if !same(value, rule) { faults.append("\(path): not \(rule)") }
        case "enum":
            if !(rule as? [Any] ?? []).contains(where: { same($0, value) }) {
                faults.append("\(path): none of \(rule)")
            }
        case "pattern":
            if let text = value as? String, text.range(of: rule as? String ?? "", options: .regularExpression) == nil {
                faults.append("\(path): does not match \(rule)")
            }
        case "minLength":
            if let text = value as? String, text.count < rule as? Int ?? 0 { faults.append("\(path): too short") }
        case "minimum":
            if let number = value as? NSNumber, number.int64Value < rule as? Int ?? 0 {
                faults.append("\(path): too small")
            }
        case "maximum":
            if let number = value as? NSNumber, number.int64Value > rule as? Int ?? 0 {
                faults.append("\(path): too large")
            }
        case "required":
            for name in rule as? [String] ?? [] where object != nil && object?[name] == nil {
                faults.append("\(path): \(name) is missing")
            }
        case "properties":
            for (name, sub) in rule as? [String: [String: Any]] ?? [:] {
                if let member = object?[name] { check(member, sub, at: path + "." + name) }
            }
            // The schema lets readers meet members of later versions; what is written now must all be described.
            if path == "$" || !(rule as? [String: Any] ?? [:]).isEmpty, schema["if"] == nil, schema["type"] != nil {
                for name in object?.keys.sorted() ?? [] where (rule as? [String: Any])?[name] == nil {
                    faults.append("\(path): \(name) is not described")
                }
            }
        case "dependentRequired":
            for (name, needed) in rule as? [String: [String]] ?? [:] where object?[name] != nil {
                for other in needed where object?[other] == nil { faults.append("\(path): \(name) without \(other)") }
            }
        case "items":
            for (i, element) in (value as? [Any] ?? []).enumerated() {
                check(element, rule as? [String: Any] ?? [:], at: "\(path)[\(i)]")
            }
        case "oneOf":
            let forms = rule as? [[String: Any]] ?? []
            let fitting = forms.count { holds(value, $0) }
            // The faults of the first form say most: nearly every line is meant to be a record.
            if fitting == 0, let first = forms.first { check(value, first, at: path) }
            if fitting != 1 { faults.append("\(path): \(fitting) forms fit") }
        case "allOf": for sub in rule as? [[String: Any]] ?? [] { check(value, sub, at: path) }
        case "if":
            let branch = holds(value, rule) ? schema["then"] : schema["else"]
            if let branch = branch as? [String: Any] { check(value, branch, at: path) }
        case "not": if holds(value, rule) { faults.append("\(path): must not be \(rule)") }
        default: faults.append("\(path): the schema's \(keyword) is not known here")
        }
    }

    private func holds(_ value: Any, _ rule: Any) -> Bool {
        var other = Validator(root: root)
        other.check(value, rule as? [String: Any] ?? [:], at: "")
        return other.faults.isEmpty
    }

    private func same(_ a: Any, _ b: Any) -> Bool { (a as? NSObject) == (b as? NSObject) }

    private func isType(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "integer": (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
        case "boolean": value is Bool
        default: false
        }
    }
}

@Suite struct SchemaTests {
    private func faults(_ line: String) throws -> [String] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("configs/trace-v1.schema.json")
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        var validator = Validator(root: schema)
        validator.check(try JSONSerialization.jsonObject(with: Data(line.utf8)), schema, at: "$")
        return validator.faults
    }

    @Test func whatIsWrittenIsWhatTheSchemaDescribes() throws {
        var script = Script()
        script.ask("Host", "h")
        script.request.append(("X-Odd", [0xFF]))
        script.ask("Authorization", "Bearer " + jwt(#"{"exp":1,"iat":2,"nbf":3,"iss":"https://a.example"}"#))
        script.ask("Authorization", "Basic " + base64("editor:") + " x")
        script.answer("Set-Cookie", "a=b")
        script.answer("Content-Type", "text/html")
        script.reason = [0xFC]
        script.status = 404
        script.body = "no"
        script.interim = [("Link", "</a>")]
        script.trailers = [("A", "b")]
        script.error = RecordedError(side: "origin", phase: "connect", cause: "dns_error", text: "x")
        #expect(try faults(write(script)) == [])
    }

    @Test func editsAreDescribed() throws {
        let head = Section([("Host", Array("a".utf8)), ("Connection", Array("close".utf8))])
        var sent = Section([])
        sent.add("Via", Array("1.1 n".utf8))
        let edits = [
            FieldEdit(.drop, .hopByHop, id: .connection, index: 1),
            FieldEdit(.replace, .hostPolicy, id: .host, index: 0, name: sent.lines[0].name, value: sent.lines[0].value),
            FieldEdit(.add, .via, id: .via, index: -1, name: sent.lines[0].name, value: sent.lines[0].value),
        ]
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        let id = Array("x".utf8)
        recorder.begin(
            &r, id: id.span, wallMicroseconds: 0, service: [], clientAddress: [], connection: 1, exchange: 1,
            clientTLS: nil)
        recorder.trailers(&r, side: .request, head.bytes.span, lines: head.lines, edits: edits, sent: sent.bytes.span)
        recorder.end(
            &r, .timeout, durationMicroseconds: 1, timing: RecordedTiming(), requestBody: nil, responseBody: nil,
            error: nil)
        var batch: [UInt8] = []
        recorder.append(r, to: &batch)
        #expect(try faults(String(decoding: batch, as: UTF8.self)) == [])
    }

    @Test func linesThatAreNoRecordsAreDescribed() throws {
        let header = #"{"v":1,"raw":{"until":"2026-11-21T00:33:01Z"}}"#
        let gap =
            #"{"v":1,"gap":{"from":"2026-11-21T00:33:01.123456Z","to":"2026-11-21T00:33:02.000001Z","lost":3,"why":"No space left on device"}}"#
        for line in [header, gap] {
            #expect(try faults(line) == [])
            #expect(try !faults(line.replacingOccurrences(of: #""v":1"#, with: #""v":2"#)).isEmpty)
            #expect(try !faults(line.replacingOccurrences(of: "2026", with: "x")).isEmpty)
        }
    }

    @Test func theSchemaRefusesWhatIsNoRecord() throws {
        let line = write(Script())
        #expect(try !faults(line.replacingOccurrences(of: #""v":1"#, with: #""v":3"#)).isEmpty)
        #expect(try !faults(line.replacingOccurrences(of: #""status":200"#, with: #""status":"200""#)).isEmpty)
        #expect(try !faults(line.replacingOccurrences(of: #""end":"#, with: #""fin":"#)).isEmpty)
    }
}
