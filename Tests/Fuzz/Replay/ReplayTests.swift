// Replays what the fuzzer found: every input of the corpora and every crash there ever was, through the same functions
// the fuzzer calls. A trap ends the test run; scripts/fuzz TARGET FILE then says which input it was.
import Exchange
import Foundation
import Testing

@Suite struct ReplayTests {
    /// Tests/Fuzz, found beside this file.
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    private static func inputs(_ name: String, _ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let folder = folder.appending(path: name).appending(path: target.name)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
            .map {
                ($0, Array(try Data(contentsOf: folder.appending(path: $0))))
            }
    }

    @Test(arguments: FuzzTarget.all)
    func everyInputOfTheCorpusKeepsAllPromises(_ target: FuzzTarget) throws {
        let inputs = try Self.inputs("Corpora", target)
        #expect(inputs.count >= 10, "the corpus of \(target) is missing or nearly empty")
        for input in inputs {
            #expect(input.bytes.count <= target.longest, "\(target)/\(input.name) is longer than the fuzzer makes it")
            #expect(target.run(input.bytes) == [], "Corpora/\(target)/\(input.name)")
        }
    }

    @Test(arguments: FuzzTarget.all)
    func everySeedWrittenByHandKeepsAllPromises(_ target: FuzzTarget) throws {
        // Not every target needs seeds; a folder that is there must not be empty.
        guard let inputs = try? Self.inputs("Seeds", target) else { return }
        #expect(!inputs.isEmpty, "Seeds/\(target) is empty")
        for input in inputs { #expect(target.run(input.bytes) == [], "Seeds/\(target)/\(input.name)") }
    }

    @Test(arguments: FuzzTarget.all)
    func whatOnceBrokeAPromiseKeepsItNow(_ target: FuzzTarget) throws {
        // Not every target has broken one; again, a folder that is there must not be empty.
        guard let inputs = try? Self.inputs("Regressions", target) else { return }
        #expect(!inputs.isEmpty, "Regressions/\(target) is empty")
        for input in inputs { #expect(target.run(input.bytes) == [], "Regressions/\(target)/\(input.name)") }
    }

    @Test func everyFolderBelongsToATarget() throws {
        let names = Set(FuzzTarget.all.map(\.name))
        #expect(names.count == FuzzTarget.all.count)
        for folder in ["Corpora", "Seeds", "Regressions"] {
            let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: folder).path)
            #expect(Set(found).subtracting(names) == [], "\(folder) has folders that no target reads")
        }
        for target in FuzzTarget.all {
            let path = Self.folder.appending(path: "Dictionaries/\(target.dictionary).dict").path
            #expect(FileManager.default.fileExists(atPath: path), "\(target) has no dictionary")
        }
    }

    @Test func theSecondReaderSeesWhatTheGrammarSays() {
        // The promises are worth as much as the reader that checks them.
        let head = bytes("POST /a HTTP/1.1\r\nHost: a\r\nX:\t b \r\n\r\n")
        let read = StrictReader.request(head, from: 0)
        #expect(read?.first == [bytes("POST"), bytes("/a"), bytes("HTTP/1.1")])
        #expect(
            read?.lines == [
                StrictLine(name: bytes("Host"), value: bytes("a")), StrictLine(name: bytes("X"), value: bytes("b")),
            ])
        #expect(read?.end == head.count)
        for bad in [
            "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\n A: b\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nA: b\0\r\n\r\n", "GET /  HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\r\n",
        ] {
            #expect(StrictReader.request(bytes(bad), from: 0) == nil, "\(bad.debugDescription)")
        }
        #expect(StrictReader.response(bytes("HTTP/1.1 099 x\r\n\r\n"), from: 0) == nil)
        #expect(StrictReader.response(bytes("HTTP/1.1 200\r\n\r\n"), from: 0)?.first[1] == bytes("200"))
        let plain = bytes("3\r\nabc\r\n0\r\nX: y\r\n\r\n")
        #expect(
            StrictReader.chunked(plain, from: 0, strict: true)
                == .whole(content: bytes("abc"), trailers: [StrictLine(name: bytes("X"), value: bytes("y"))], end: 19))
        #expect(StrictReader.chunked(bytes("3;a\r\nabc\r\n0\r\n\r\n"), from: 0, strict: true) == .bad(content: []))
        #expect(StrictReader.chunked(bytes("3\r\nabcd"), from: 0, strict: true) == .bad(content: bytes("abc")))
        #expect(StrictReader.chunked(bytes("3\r\nab"), from: 0, strict: true) == .partial(content: bytes("ab")))
    }

    @Test func aScriptIsReadAsItIsWritten() {
        let script = ExchangeScript(
            bytes("AA") + [0xFE] + bytes("cab") + [0xFE, 0xFE] + bytes("c") + [0xFE] + bytes("E"))
        #expect(script.steps == [.bytes(.client, bytes("ab") + [0xFE] + bytes("c")), .end(.origin)])
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
