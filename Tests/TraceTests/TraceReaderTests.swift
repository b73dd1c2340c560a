import Fields
import Foundation
import JSON
import Testing
import Trace

@Suite struct TraceReaderTests {
    private let minimal =
        #"{"v":1,"id":"a","node":"n","time":"2026-11-21T00:33:01.123456Z","client":{"address":"x","connection":1,"exchange":1},"end":"complete"}"#

    @Test func unknownMembersAreSkipped() throws {
        let line = minimal.replacingOccurrences(of: #""end":"#, with: #""later":{"a":[1,{"b":null}]},"end":"#)
        #expect(try read(line) == (try read(minimal)))
    }

    @Test func unknownWordsAreOther() throws {
        #expect(try read(minimal.replacingOccurrences(of: "complete", with: "vanished")).end == .other)
    }

    @Test(arguments: ["v", "id", "node", "time", "client", "end"])
    func whatEveryRecordHasMustBeThere(_ key: String) {
        let line = minimal.replacingOccurrences(of: "\"\(key)\":", with: "\"x\(key)\":")
        #expect { try read(line) } throws: { ($0 as? TraceError)?.kind == .missing && "\($0)".contains("\"\(key)\"") }
    }

    @Test func aLaterVersionIsRefusedByName() {
        #expect { try read(minimal.replacingOccurrences(of: "\"v\":1", with: "\"v\":2")) } throws: {
            ($0 as? TraceError)?.kind == .version
        }
    }

    @Test func errorsSayWhere() {
        let line = minimal.replacingOccurrences(of: #""node":"n""#, with: #""node":7"#)
        #expect { try read(line) } throws: { error in
            guard let error = error as? TraceError else { return false }
            return error.kind == .json && error.position.column == 24 && error.message.contains("a string")
        }
    }

    @Test(arguments: [
        "2026-02-29T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z", "2026-11-21T24:00:00.000000Z",
        "2026-11-21 00:00:00.000000Z", "2026-11-21T00:00:00Z", "",
    ])
    func momentsThatDoNotExistAreRefused(_ text: String) {
        #expect { try read(minimal.replacingOccurrences(of: "2026-11-21T00:33:01.123456Z", with: text)) } throws: {
            ($0 as? TraceError)?.kind == .value
        }
    }

    @Test func everyCutOfALineIsAnErrorAndNotATrap() throws {
        var script = Script()
        script.ask("Authorization", "Bearer abc")
        script.reason = [0xFF]
        let line = Array(write(script).utf8.dropLast())
        var reader = TraceReader()
        for end in 0..<line.count {
            #expect(throws: TraceError.self) { try reader.record(line.span, 0..<end) }
        }
        _ = try reader.record(line.span, 0..<line.count)
    }

    @Test func damagedLinesAreNumberedAndTheRestIsRead() {
        let file = Array((minimal + "\n\n{\"v\":1,\n" + minimal + "\r\n" + minimal + "\n" + minimal.prefix(40)).utf8)
        var reader = TraceReader()
        var damaged: [Int] = []
        var torn: [Bool] = []
        var read: [Int] = []
        reader.records(
            file.span,
            damaged: {
                damaged.append($0.number); torn.append($0.isTorn)
            }, { read.append($1.number) })
        #expect(read == [1, 4, 5])
        #expect(damaged == [3, 6])
        #expect(torn == [false, true])
    }

    @Test func noticesOfTheCaptureAreNoDamage() {
        let header = #"{"v":1,"raw":{"until":"2026-11-21T00:33:01Z"}}"#
        let gap =
            #"{"v":1,"gap":{"from":"1970-01-01T00:00:00.000001Z","to":"1970-01-01T00:00:00.000002Z","lost":3,"why":"full"}}"#
        let lines = [
            header, minimal, gap, gap.replacingOccurrences(of: "\"lost\":3,", with: ""), String(gap.dropLast()),
        ]
        let file = Array(lines.joined(separator: "\n").utf8)
        var reader = TraceReader()
        var damaged: [Int] = []
        var notices: [TraceNotice] = []
        var read: [Int] = []
        reader.records(
            file.span, damaged: { damaged.append($0.number) }, noticed: { notice, _ in notices.append(notice) },
            { read.append($1.number) })
        #expect(read == [2])
        #expect(damaged == [4, 5])
        #expect(notices == [.raw(until: "2026-11-21T00:33:01Z"), .gap(from: 1, to: 2, lost: 3, why: "full")])
    }

    @Test func positionsOfEditsAreNotTrusted() {
        let lines = [RecordedLine(name: "A", value: "1")]
        let edits = [
            RecordedEdit(.drop, index: 7, line: RecordedLine(name: "A", value: ""), why: "x"),
            RecordedEdit(.replace, index: -3, line: RecordedLine(name: "A", value: "2"), why: "x"),
            RecordedEdit(.drop, index: nil, line: RecordedLine(name: "A", value: ""), why: "x"),
        ]
        #expect(Record.applied(lines, edits) == lines)
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (1_795_221_181_123_456, "2026-11-21T00:33:01.123456Z"), (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
        (-1, "1969-12-31T23:59:59.999999Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func momentsAreWrittenAndReadBack(_ microseconds: Int64, _ text: String) {
        var out: [UInt8] = []
        Timestamp.append(microseconds, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == text)
        #expect(Timestamp.parse(text.utf8) == microseconds)
    }

    @Test func momentsAgreeWithFoundation() {
        let formatter = ISO8601DateFormatter()
        for _ in 0..<500 {
            let seconds = Int64.random(in: 0..<10_000_000_000)
            var out: [UInt8] = []
            Timestamp.append(seconds * 1_000_000, to: &out)
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            #expect(String(decoding: out, as: UTF8.self) == expected.replacingOccurrences(of: "Z", with: ".000000Z"))
        }
    }
}

@Suite struct ExchangeIDTests {
    private func id(_ milliseconds: Int64, _ loop: Int = 1, _ counter: UInt32 = 1, _ salt: UInt32 = 1) -> String {
        var out: [UInt8] = []
        ExchangeID.append(milliseconds: milliseconds, loop: loop, counter: counter, salt: salt, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test func idsSortByTime() {
        let times: [Int64] = [0, 1, 31, 32, 1_000, 1_795_221_181_123, 1_795_221_181_124, 1 << 43]
        let ids = times.map { id($0, 255, 65_535, 4_095) }
        #expect(ids == ids.sorted())
        #expect(
            ids.allSatisfy {
                $0.count == ExchangeID.length && $0.allSatisfy { "0123456789abcdefghjkmnpqrstvwxyz".contains($0) }
            })
    }

    @Test func everyPartMakesADifference() {
        #expect(Set([id(1), id(2), id(1, 2), id(1, 1, 2), id(1, 1, 1, 2)]).count == 5)
        #expect(id(1) == id(1))
        #expect(id(0, 0, 0, 0) == "0000000000000000")
        #expect(id(0xFFF_FFFF_FFFF, 255, 65_535, 4_095) == "zzzzzzzzzzzzzzzz")
    }
}
