// Every case of the HTTP working group's tests for Structured Fields: reading, refusing, and the canonical text. The
// data lives beside the repository (or where HOPLENS_SHARED says) and is not copied into it.

import Foundation
import JSON
import StructuredFields
import Testing

enum Suite {
    static let folder: URL = {
        if let shared = ProcessInfo.processInfo.environment["HOPLENS_SHARED"] {
            return URL(fileURLWithPath: shared).appendingPathComponent("structured-field-tests")
        }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("../shared/structured-field-tests").standardized
    }()

    static func files(_ sub: String = "") -> [String] {
        let path = folder.appendingPathComponent(sub).path
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasSuffix(".json") }
            .map { sub.isEmpty ? $0 : sub + "/" + $0 }.sorted()
    }

    static var isPresent: Bool { !files().isEmpty }

    static func cases(_ file: String) throws -> [JSONValue] {
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
        return try JSONValue(parsing: bytes.span).elements ?? []
    }
}

/// A field of any of the three kinds.
enum Field: Equatable {
    case item(StructuredItem)
    case list(StructuredList)
    case dictionary(StructuredDictionary)

    init(kind: String, lines: [String]) throws {
        let lines = lines.map { Array($0.utf8) }
        switch kind {
        case "item": self = .item(try StructuredItem(lines: lines))
        case "list": self = .list(try StructuredList(lines: lines))
        default: self = .dictionary(try StructuredDictionary(lines: lines))
        }
    }

    /// The value a case expects, from its JSON.
    init?(kind: String, expected: JSONValue) {
        switch kind {
        case "item":
            guard let item = Field.item(expected) else { return nil }
            self = .item(item)
        case "list":
            guard let members = expected.elements else { return nil }
            self = .list(StructuredList(members.compactMap(Field.member)))
        default:
            guard let pairs = expected.elements else { return nil }
            self = .dictionary(
                StructuredDictionary(
                    pairs.compactMap { pair in
                        guard let parts = pair.elements, parts.count == 2, let key = parts[0].string,
                            let member = Field.member(parts[1])
                        else { return nil }
                        return (key, member)
                    }))
        }
    }

    func serialised() throws -> String {
        let bytes =
            switch self {
            case .item(let item): try item.serialised()
            case .list(let list): try list.serialised()
            case .dictionary(let dictionary): try dictionary.serialised()
            }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func member(_ json: JSONValue) -> StructuredMember? {
        guard let pair = json.elements, pair.count == 2 else { return nil }
        if let items = pair[0].elements {
            return .innerList(StructuredInnerList(items.compactMap(item), parameters(pair[1])))
        }
        return item(json).map { .item($0) }
    }

    private static func item(_ json: JSONValue) -> StructuredItem? {
        guard let pair = json.elements, pair.count == 2, let value = bareItem(pair[0]) else { return nil }
        return StructuredItem(value, parameters(pair[1]))
    }

    private static func parameters(_ json: JSONValue) -> StructuredParameters {
        StructuredParameters(
            (json.elements ?? []).compactMap { pair in
                guard let parts = pair.elements, parts.count == 2, let key = parts[0].string,
                    let value = bareItem(parts[1])
                else { return nil }
                return (key, value)
            })
    }

    private static func bareItem(_ json: JSONValue) -> BareItem? {
        switch json.content {
        case .object:
            let text = json["value"]?.string ?? ""
            switch json["__type"]?.string {
            case "token": return .token(text)
            case "binary": return .bytes(base32(text))
            case "date": return json["value"]?.integer.map { .date($0) }
            case "displaystring": return .displayString(text)
            default: return nil
            }
        case .string(let text): return .string(text)
        case .bool(let value): return .boolean(value)
        case .number(let text, let integer, let double):
            if let integer, !text.contains(".") { return .integer(integer) }
            // One with too many digits is made by hand, so that writing it is what fails.
            return .decimal(
                StructuredDecimal(rounding: double) ?? StructuredDecimal(thousandths: Int64(double * 1000)))
        case .null, .array: return nil
        }
    }

    private static func base32(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        var (bits, held): (UInt64, UInt64) = (0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            let digit = byte >= 0x41 ? byte - 0x41 : byte - 0x32 + 26
            bits = bits << 5 | UInt64(digit)
            held += 5
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> held))
            }
        }
        return out
    }
}

@Suite("Structured field test suite", .enabled(if: Suite.isPresent, "../shared/structured-field-tests is not there"))
struct ConformanceTests {
    @Test("the suite has all its cases")
    func suiteIsWhole() throws {
        #expect(try Suite.files().map { try Suite.cases($0).count }.reduce(0, +) >= 1500)
        #expect(try Suite.files("serialisation-tests").map { try Suite.cases($0).count }.reduce(0, +) >= 400)
    }

    @Test("a field is read as the suite says, or refused where it says so", arguments: Suite.files())
    func reads(file: String) throws {
        for test in try Suite.cases(file) {
            let name = "\(file): \(test["name"]?.string ?? "")"
            let kind = try #require(test["header_type"]?.string)
            let lines = try #require(test["raw"]?.elements).compactMap(\.string)
            let found = Result { try Field(kind: kind, lines: lines) }
            if test["must_fail"]?.bool == true {
                guard case .failure(let error) = found else {
                    Issue.record("\(name) was read")
                    continue
                }
                let offset = (error as? StructuredFieldError)?.offset ?? -1
                let length = lines.joined(separator: ", ").utf8.count
                #expect(offset >= 0 && offset <= length, "\(name) fails at a place outside of it")
                continue
            }
            let expected = try #require(test["expected"].flatMap { Field(kind: kind, expected: $0) }, "\(name)")
            switch found {
            case .failure(let error):
                if test["can_fail"]?.bool != true { Issue.record("\(name) was refused: \(error)") }
            case .success(let field):
                #expect(field == expected, "\(name)")
                let canonical = (test["canonical"]?.elements?.compactMap(\.string) ?? lines).joined(separator: ", ")
                #expect(try field.serialised() == canonical, "\(name)")
            }
        }
    }

    @Test("a value is written as the suite says, or refused", arguments: Suite.files("serialisation-tests"))
    func writes(file: String) throws {
        for test in try Suite.cases(file) {
            let name = "\(file): \(test["name"]?.string ?? "")"
            let kind = try #require(test["header_type"]?.string)
            let field = try #require(test["expected"].flatMap { Field(kind: kind, expected: $0) }, "\(name)")
            if test["must_fail"]?.bool == true {
                #expect(throws: StructuredFieldError.self, "\(name)") { try field.serialised() }
            } else {
                let canonical = (test["canonical"]?.elements ?? []).compactMap(\.string).joined(separator: ", ")
                #expect(try field.serialised() == canonical, "\(name)")
            }
        }
    }
}
