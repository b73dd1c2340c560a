import Foundation
import Proxy
import Testing

@Suite struct CaptureRawTests {
    private let scratch = Scratch()
    private let files = ScriptedFiles()
    private let events = Events()

    private let raw = #"{"v":1,"id":"1","node":"n1","time":"t","raw":true,"request":{"target":"/?token=secret"}}"#
    private let redacted = #"{"v":1,"id":"2","node":"n1","time":"t","request":{"target":"/?x=\"raw\":true"}}"#
    private let header = "{\"v\":1,\"raw\":{\"until\":\"2026-11-21T01:33:01Z\"}}\n"

    /// A writer in the first moment of an hour of raw records.
    private func writer(segmentBytes: Int = 1 << 20, directory: String? = nil) throws -> CaptureWriter {
        let events = events
        return try CaptureWriter(
            CaptureSettings(
                directory: directory ?? scratch.path, node: "n1", segmentBytes: segmentBytes, segmentAge: 86_400,
                raw: RawPeriod(milliseconds: 3_600_000, wall: files.wall, monotonic: files.monotonic)), files: files
        ) { events.add($0) }
    }

    /// The texts of the segments whose names promise that they hold no secrets.
    private var promised: String { scratch.names.filter { !$0.contains("-raw-") }.map(scratch.text).joined() }

    @Test func aRawSegmentSaysUntilWhenItMayExistAndGoesThen() throws {
        let writer = try writer()
        writer.write(lines(raw))
        #expect(scratch.names == ["hoplens-n1-20261121T003301Z-raw-0001.ndjson"])
        #expect(scratch.everything == header + raw + "\n")
        #expect(events.list == [.startedRaw(scratch.file(scratch.names[0]), until: 1_795_224_781)])
        #expect(events.list[0].text.hasSuffix("it is deleted at 2026-11-21T01:33:01Z"))
        files.pass(seconds: 3599)
        writer.tick()
        #expect(scratch.names.count == 1)
        files.pass(seconds: 1)
        writer.tick()
        #expect(scratch.names.isEmpty)
        #expect(events.list.last == .rawEnded(deleted: 1, left: []))
    }

    @Test func everySegmentOfARunHasTheSameEndAndGoesWithIt() throws {
        let writer = try writer(segmentBytes: 120)
        for _ in 0..<3 {
            writer.write(lines(raw))
            files.pass(seconds: 1000)
        }
        #expect(scratch.names.count == 3)
        #expect(scratch.names.allSatisfy { $0.contains("-raw-") && scratch.text($0).hasPrefix(header) })
        files.pass(seconds: 600)
        writer.write(lines(redacted))
        #expect(scratch.names == ["hoplens-n1-20261121T013301Z-0004.ndjson"])
        #expect(scratch.everything == redacted + "\n")
        #expect(events.list.last == .rawEnded(deleted: 3, left: []))
        files.pass(seconds: 100_000)
        writer.write(lines(redacted))
        #expect(scratch.names.allSatisfy { !$0.contains("-raw-") })
        #expect(events.list.count { if case .rawEnded = $0 { true } else { false } } == 1)
    }

    @Test func rawLinesThatComeAfterTheEndAreLostAndNotWrittenAnywhere() throws {
        let writer = try writer()
        writer.write(lines(raw, redacted))
        #expect(scratch.everything == header + raw + "\n" + redacted + "\n")
        files.pass(seconds: 3600)
        writer.write(lines(raw, redacted, raw, redacted))
        writer.write(lines(raw))
        writer.write(lines(redacted))
        let gaps = promised.split(separator: "\n").filter { $0.hasPrefix(#"{"v":1,"gap""#) }
        #expect(gaps.count == 2)
        #expect(gaps[0].contains(#""lost":2,"why":"begun as raw records"#))
        #expect(promised.split(separator: "\n").filter { $0 == redacted }.count == 3)
        #expect(!scratch.everything.contains("secret"))
        #expect(writer.written == 5)
        #expect(writer.lost == 3)
    }

    @Test func eitherClockEndsIt() throws {
        for moves in [(wall: true, monotonic: false), (wall: false, monotonic: true)] {
            let writer = try writer()
            writer.write(lines(raw))
            if moves.wall { files.wall += 3_600_000_000 }
            if moves.monotonic { files.monotonic += 3_600_000_000 }
            writer.write(lines(raw, redacted))
            writer.close()
            #expect(!scratch.everything.contains("secret"))
            #expect(scratch.names.allSatisfy { !$0.contains("-raw-") })
        }
    }

    @Test func itEndsWhileNothingCanBeWritten() throws {
        let writer = try writer()
        writer.write(lines(raw))
        files.broken = ENOSPC
        writer.write(lines(raw))
        #expect(writer.isSuspended)
        files.pass(seconds: 3600)
        writer.tick()
        #expect(scratch.names.isEmpty)
        files.broken = nil
        files.pass(seconds: 1)
        writer.write(lines(raw, redacted))
        #expect(promised.hasSuffix(redacted + "\n"))
        #expect(!scratch.everything.contains("secret"))
    }

    @Test func atTheCloseItIsSaidWhatStaysAndTheNextRunDeletesIt() throws {
        let first = try writer()
        first.write(lines(raw))
        let path = scratch.file(scratch.names[0])
        files.pass(seconds: 10)
        first.close()
        #expect(events.list.last == .rawStays([path], until: 1_795_224_781))
        #expect(events.list.last?.text.contains("\(path): the next start") == true)
        #expect(events.list.last?.text.contains("after 2026-11-21T01:33:01Z") == true)
        files.pass(seconds: 3590)
        let second = try CaptureWriter(CaptureSettings(directory: scratch.path, node: "n1"), files: files) { _ in }
        second.close()
        #expect(scratch.names.isEmpty)
    }

    @Test func aCloseAfterTheEndDeletesAtOnceAndAnUnusedRawSegmentIsNotSpokenOf() throws {
        let writer = try writer()
        writer.write(lines(raw))
        files.pass(seconds: 3600)
        writer.close()
        #expect(scratch.names.isEmpty)
        #expect(events.list.last == .rawEnded(deleted: 1, left: []))
        let unused = try self.writer()
        unused.close()
        #expect(scratch.names.isEmpty)
        #expect(events.list.count == 3)
    }

    @Test func wheneverTheEndComesNoSegmentWithoutTheWordHoldsARawLine() throws {
        var random = SystemRandomNumberGenerator()
        for turn in 0..<30 {
            let scratch = Scratch()
            let files = ScriptedFiles()
            let writer = try CaptureWriter(
                CaptureSettings(
                    directory: scratch.path, node: "n", segmentBytes: 300,
                    raw: RawPeriod(milliseconds: 10_000, wall: files.wall, monotonic: files.monotonic)), files: files
            ) { _ in }
            var given = 0
            for _ in 0..<40 {
                let batch = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                    (Bool.random(using: &random) ? raw : redacted) + "\n"
                }
                given += batch.count
                if turn % 2 == 1, Int.random(in: 0..<4, using: &random) == 0 { files.writes = [.fail(ENOSPC)] }
                writer.write(Array(batch.joined().utf8))
                files.pass(seconds: Double.random(in: 0...1, using: &random))
                for name in scratch.names where !name.contains("-raw-") {
                    #expect(!scratch.text(name).contains("secret"))
                }
            }
            files.writes = []
            files.pass(seconds: 11)
            writer.close()
            #expect(writer.written + writer.lost == given)
            #expect(scratch.names.allSatisfy { !$0.contains("-raw-") })
        }
    }
}
