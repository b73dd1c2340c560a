// Files of every version of the format there was, kept as they were written: whatever the format becomes, they are read, and
// judged by the rules of the day. A new version adds a file here and takes none away.

import Diagnosis
import Foundation
import Review
import Testing
import Trace

@Suite("Kept traces")
struct KeptTracesTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/traces")

    @Test("the file of version 1 is read whole and judged by today's rules")
    func versionOne() throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent("v1.ndjson")))
        var walk = TraceWalk(judging: true)
        var stream = LineStream()
        stream.bytes = bytes
        var found: [(status: Int?, rules: [String])] = []
        var notices: [TraceNotice] = []
        while let line = stream.next() {
            switch walk.take(stream.bytes.span, line) {
            case .exchange(let one): found.append((one.record.response?.status, one.findings.map(\.rule)))
            case .notice(let notice): notices.append(notice)
            case .left, .damaged: Issue.record("line \(line.number) is not read")
            }
        }
        #expect(found.map(\.status) == [200, 200, 200, 200, 401, 401, 400])
        #expect(found[4].rules.contains("wp-not-logged-in"))
        #expect(found[5].rules.contains("jwt-expired"))
        #expect(found[..<4].allSatisfy { !$0.rules.contains { Catalogue.rule($0)?.severity == .error } })
        #expect(notices.count == 1)
    }

    @Test("there is a file for every version this build reads")
    func everyVersion() throws {
        for version in 1...Record.currentVersion {
            #expect(
                FileManager.default.fileExists(atPath: Self.folder.appendingPathComponent("v\(version).ndjson").path))
        }
    }
}
