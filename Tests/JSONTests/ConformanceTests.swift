// Every file of the JSON parsing test suite, read by the tree and by the pull reader. The suite lives beside the
// repository (or where HOPLENS_SHARED says) and is not copied into it.

import Foundation
import JSON
import Testing

enum Suite {
    static let folder: URL = {
        if let shared = ProcessInfo.processInfo.environment["HOPLENS_SHARED"] {
            return URL(fileURLWithPath: shared).appendingPathComponent("json-test-suite/test_parsing")
        }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("../shared/json-test-suite/test_parsing").standardized
    }()

    static let files: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".json") }
        .sorted()

    static var isPresent: Bool { !files.isEmpty }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func named(_ prefix: String) -> [String] { files.filter { $0.hasPrefix(prefix) } }
}

/// Reads past a whole text with the pull reader alone.
func skipAll(_ bytes: [UInt8], _ dialect: JSONDialect = .strict) throws(JSONError) {
    var reader = JSONReader(dialect)
    try reader.skip(in: bytes.span)
    try reader.finish(in: bytes.span)
}

@Suite("JSON parsing test suite", .enabled(if: Suite.isPresent, "../shared/json-test-suite is not there"))
struct ConformanceTests {
    @Test("the suite has its three kinds of files")
    func suiteIsWhole() {
        #expect(Suite.named("y_").count >= 90)
        #expect(Suite.named("n_").count >= 180)
        #expect(Suite.named("i_").count >= 30)
    }

    @Test("a text that is JSON is accepted", arguments: Suite.named("y_"))
    func accepts(name: String) throws {
        let bytes = try Suite.bytes(name)
        _ = try JSONValue(parsing: bytes.span)
        try skipAll(bytes)
    }

    @Test("a text that is not JSON is refused with a place inside it", arguments: Suite.named("n_"))
    func refuses(name: String) throws {
        let bytes = try Suite.bytes(name)
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: bytes.span) }
        #expect(error.position.offset >= 0 && error.position.offset <= bytes.count)
        #expect(error.position.line >= 1 && error.position.column >= 1)
        #expect(!error.expected.isEmpty && !error.found.isEmpty)
        #expect(error.position == JSONPosition(offset: error.position.offset, in: bytes.span))
        let pulled = try #require(throws: JSONError.self) { try skipAll(bytes) }
        #expect(pulled == error)
    }

    @Test("a text the standard leaves open ends in a value or an error", arguments: Suite.named("i_"))
    func survives(name: String) throws {
        let bytes = try Suite.bytes(name)
        let tree = Result { try JSONValue(parsing: bytes.span) }
        let pulled = Result { try skipAll(bytes) }
        switch (tree, pulled) {
        case (.success, .success), (.failure, .failure): break
        default: Issue.record("the tree and the pull reader disagree")
        }
    }

    @Test("what is JSON is also JSON5", arguments: Suite.named("y_"))
    func json5IsASuperset(name: String) throws {
        let bytes = try Suite.bytes(name)
        let strict = try JSONValue(parsing: bytes.span)
        let json5 = try JSONValue(parsing: bytes.span, as: .json5)
        #expect(strict == json5)
    }

    @Test("a text that is cut off anywhere is refused or whole, and never crashes", arguments: Suite.named("y_"))
    func cutTexts(name: String) throws {
        let bytes = try Suite.bytes(name)
        for length in 0..<min(bytes.count, 400) {
            let part = Array(bytes[..<length])
            guard
                let error = #expect(
                    throws: (any Error).self, "\(length) bytes", performing: { try acceptsOnlyShorter(part) })
            else { continue }
            if let error = error as? JSONError { #expect(error.position.offset <= length) }
        }
    }

    /// Throws the reader's error, or `Whole` when the part is a text of its own (numbers and trailing space are).
    private func acceptsOnlyShorter(_ part: [UInt8]) throws {
        struct Whole: Error {}
        _ = try JSONValue(parsing: part.span)
        throw Whole()
    }
}
