// The table of RecordCheck against configs/trace-v1.schema.json, and faults against lines.

import Foundation
import Review
import Testing
import Trace

@Suite("Records against the schema")
struct RecordCheckTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func schema() throws -> [String: Any] {
        let data = try Data(contentsOf: root.appendingPathComponent("configs/trace-v1.schema.json"))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// Every member of a description as a line: path, kind, whether it is required.
    private static func lines(_ members: [RecordCheck.Member], _ path: String) -> Set<String> {
        var found: Set<String> = []
        for member in members {
            let place = path + member.name
            found.insert("\(place) \(word(member.kind))\(member.isRequired ? "!" : "")")
            found.formUnion(inner(member.kind, place))
        }
        return found
    }

    private static func inner(_ kind: RecordCheck.Kind, _ place: String) -> Set<String> {
        switch kind {
        case .object(let members): lines(members, place + ".")
        case .list(let kind): inner(kind, place + "[]")
        case .text, .moment, .number, .integer, .flag: []
        }
    }

    private static func word(_ kind: RecordCheck.Kind) -> String {
        switch kind {
        case .text, .moment: "string"
        case .number, .integer: "integer"
        case .flag: "boolean"
        case .object: "object"
        case .list: "array"
        }
    }

    private static func lines(_ object: [String: Any], _ defs: [String: Any], _ path: String) -> Set<String> {
        var found: Set<String> = []
        let required = object["required"] as? [String] ?? []
        for (name, value) in object["properties"] as? [String: [String: Any]] ?? [:] {
            var member = value
            if let reference = (member["$ref"] as? String)?.split(separator: "/").last {
                member = defs[String(reference)] as? [String: Any] ?? [:]
            }
            var type = member["type"] as? String ?? "string"
            if member["const"] is NSNumber { type = name == "v" ? "integer" : "boolean" }
            found.insert("\(path)\(name) \(type)\(required.contains(name) ? "!" : "")")
            if type == "object" { found.formUnion(lines(member, defs, path + name + ".")) }
            if type == "array", var items = member["items"] as? [String: Any] {
                if let reference = (items["$ref"] as? String)?.split(separator: "/").last {
                    items = defs[String(reference)] as? [String: Any] ?? [:]
                }
                found.formUnion(lines(items, defs, path + name + "[]."))
            }
        }
        return found
    }

    @Test("the table and the schema have the same members, of the same kinds, equally required")
    func table() throws {
        let schema = try Self.schema()
        let defs = try #require(schema["$defs"] as? [String: Any])
        let record = try #require(defs["record"] as? [String: Any])
        let described = Self.lines(record, defs, "")
        let known = Self.lines(RecordCheck.record, "")
        #expect(described.count > 100)
        #expect(described.subtracting(known).sorted() == [], "the schema has members RecordCheck does not know")
        #expect(known.subtracting(described).sorted() == [], "RecordCheck has members the schema does not know")
    }

    private func faults(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return RecordCheck.faults(bytes.span, 0..<bytes.count).map(\.description)
    }

    @Test("a line as it is written has no fault")
    func fine() { #expect(faults(Line().text) == []) }

    @Test(
        "faults are named with their place",
        arguments: [
            (#""duration_us":591,"#, "", "duration_us: is missing"),
            (#""status":401"#, #""status":99"#, "response.status: is no status"),
            (#""method":"GET""#, #""method":7"#, "request.method: is no text"),
            (#""connection":1,"#, #""connection":-1,"#, "client.connection: is no whole number from 0 on"),
            (
                #""edits":[]},"response""#, #""edits":[{"op":"drop","i":5,"n":"X","why":"y"}]},"response""#,
                "request.edits[0].i: names no line of request.fields"
            ),
            (#"{"n":"Host","v":"example.test"}"#, #"{"n":"Host"}"#, "request.fields[0].v: is missing"),
            (
                #"{"n":"Host","v":"example.test"}"#, #"{"n":"A","v":"b","shape":"jwt"}"#,
                "request.fields[0]: has a shape without len or fp"
            ),
            (#""end":"complete""#, #""end":"complete","end":"x""#, "end: stands there twice"),
            (#""end":"complete""#, #""end":"complete","later":1"#, "later: is a member this version does not know"),
            (#""2026-11-28T03:10:18.000001Z""#, #""2026-11-31T03:10:18.000001Z""#, "time: is no moment"),
        ])
    func fault(old: String, new: String, expected: String) {
        let text = Line().text.replacing(old, with: new)
        #expect(text != Line().text)
        #expect(faults(text) == [expected])
    }
}
