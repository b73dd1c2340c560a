// The bytes of traces and reports: what is written is read, and nothing else is.
import Fields
import NodeChain
import Testing

@Suite struct ReportTests {
    let authority = TestAuthority()

    private var report: ChainReport {
        var report = ChainReport(
            kind: .node, node: Array("inner".utf8), trace: [UInt8](repeating: 7, count: 16), seconds: 1_764_367_201)
        report.request.lines = [
            ReportedLine(name: Array("Host".utf8), length: 6, fingerprint: 0xDEAD_BEEF, shown: Array("a.test".utf8)),
            ReportedLine(
                name: Array("Authorization".utf8), length: 9000, fingerprint: 1, shown: Array("Bearer ‹x›".utf8)),
        ]
        report.request.edits = [
            ReportedEdit(
                operation: .replace, reason: .hostPolicy, index: 0,
                line: ReportedLine(name: Array("Host".utf8), length: 1, fingerprint: 2, shown: Array("b".utf8))),
            ReportedEdit(
                operation: .add, reason: .via, index: nil,
                line: ReportedLine(name: Array("Via".utf8), length: 9, fingerprint: 3, shown: Array("1.1 inner".utf8))),
        ]
        report.response = ReportedSection()
        report.response?.lines = [ReportedLine(name: Array("Vary".utf8), length: 6, fingerprint: 4)]
        report.status = 404
        report.extra = [Array("x-mine".utf8)]
        report.facts = [.init("error", "x")]
        return report
    }

    @Test func whatIsWrittenIsRead() {
        let value = report.value(authority)
        #expect(value.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2C })
        #expect(ChainReport(value, authority) == report)
    }

    @Test func nobodyElseReadsIt() {
        let value = report.value(authority)
        #expect(ChainReport(value, TestAuthority(key: 2)) == nil)
        // Neither names nor shown values can be seen in it, encoded or not.
        #expect(!String(decoding: value, as: UTF8.self).contains("inner"))
    }

    @Test func aChangedByteIsNoticed() {
        let value = report.value(authority)
        for n in value.indices {
            var other = value
            other[n] = other[n] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(ChainReport(other, authority) == nil)
        }
        for count in 0..<value.count { #expect(ChainReport(Array(value.prefix(count)), authority) == nil) }
        #expect(ChainReport(value + Array("AAAA".utf8), authority) == nil)
    }

    @Test func twoReportsOfTheSameLookDifferent() {
        #expect(report.value(authority) != report.value(authority))
    }

    @Test(arguments: [300, 640, 1000, 2048]) func itStaysWithinItsLimit(_ limit: Int) {
        var large = report
        large.request.lines = (0..<300).map {
            ReportedLine(
                name: Array("X-Forwarded-\($0)".utf8), length: 5, fingerprint: UInt32($0), shown: Array("value".utf8))
        }
        large.request.lines[299].name = Array("Cookie".utf8)
        let value = large.value(authority, limit: limit)
        #expect(value.count <= limit)
        let read = ChainReport(value, authority)
        #expect(read?.request.cutAt == 2)
        #expect(read?.request.lines.contains { $0.name == Array("Cookie".utf8) } ?? false)
    }

    @Test func traces() throws {
        let trace = ChainTrace(id: [UInt8](0..<16), seconds: 1_764_367_201)
        let value = trace.value(authority)
        #expect(
            String(decoding: value, as: UTF8.self).hasPrefix("1.1764367201.000102030405060708090a0b0c0d0e0f."))
        #expect(ChainTrace(value, authority) == trace)
        #expect(ChainTrace(value, TestAuthority(key: 2)) == nil)
        for n in value.indices {
            var other = value
            other[n] = other[n] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            #expect(ChainTrace(other, authority) == nil)
        }
        for text in [
            "", "1.", "1....", String(repeating: "1.", count: 39),
            "2" + String(decoding: value.dropFirst(), as: UTF8.self),
        ] {
            #expect(ChainTrace(Array(text.utf8), authority) == nil)
        }
    }
}
