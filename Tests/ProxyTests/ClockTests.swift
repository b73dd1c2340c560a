// A clock that is set while hoplens runs: what names things by time must stay unique and in order.
import Foundation
import Proxy
import Testing

@Suite struct ClockTests {
    private let start: Int64 = 1_795_221_181_000_000

    /// Ids made at moments of both clocks, given in microseconds from the start.
    private func ids(_ moments: [(wall: Int64, monotonic: Int64)]) -> [String] {
        let source = ExchangeIDSource(loop: 0, salt: 7)
        return moments.map { moment in
            source.advance(wall: start + moment.wall, monotonic: 5_000_000 + moment.monotonic)
            return String(decoding: source.text, as: UTF8.self)
        }
    }

    private func areInOrderAndDifferent(_ ids: [String]) -> Bool { zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 } }

    @Test func idsStayInOrderWhenTheClockIsSetBack() {
        let hour: Int64 = 3_600_000_000
        #expect(areInOrderAndDifferent(ids((0..<50).map { ($0 < 20 ? $0 * 900 : $0 * 900 - hour, $0 * 900) })))
    }

    @Test func idsFollowAClockThatIsSetForwardAndThenBack() {
        let day: Int64 = 86_400_000_000
        let made = ids([(0, 0), (day, 1000), (day + 2000, 3000), (4000, 4000), (5000, 5000)])
        #expect(areInOrderAndDifferent(made))
        #expect(ids([(day, 0)])[0].prefix(8) == made[1].prefix(8))
    }

    @Test func whileTheClockIsBehindIdsGoOnAtThePaceOfTime() {
        let second: Int64 = 1_000_000
        let behind = ids([(0, 0), (-60 * second, 10 * second)])
        let straight = ids([(0, 0), (10 * second, 10 * second)])
        #expect(behind == straight)
    }

    @Test func moreIdsInOneMillisecondThanTheCounterHoldsAreStillInOrder() {
        #expect(areInOrderAndDifferent(ids([(Int64, Int64)](repeating: (0, 0), count: 200_000).map { ($0.0, $0.1) })))
    }

    @Test func segmentsStayInOrderWhenTheClockIsSetBack() throws {
        let (scratch, files) = (Scratch(), ScriptedFiles())
        let writer = try CaptureWriter(
            CaptureSettings(directory: scratch.path, node: "n", segmentBytes: 100, maxDisk: 1000), files: files,
            report: { _ in })
        let line = [UInt8](repeating: 0x61, count: 89)
        for number in 0..<30 {
            if number == 15 { files.wall -= 3_600_000_000 }
            writer.write(line + Array(String(1_000_000_000 + number).utf8) + [0x0A])
            files.pass(seconds: 1)
        }
        writer.close()
        // The oldest went, in the order of time, not in that of the clock.
        let kept = scratch.everything.split(separator: "\n").compactMap { Int($0.suffix(10)) }
        #expect(kept == Array((1_000_000_030 - kept.count)..<1_000_000_030))
        #expect((5...10).contains(kept.count))
    }

    @Test func aGapIsNotTurnedAroundByAClockThatIsSetBack() throws {
        let (scratch, files) = (Scratch(), ScriptedFiles())
        let writer = try CaptureWriter(
            CaptureSettings(directory: scratch.path, node: "n"), files: files, report: { _ in })
        writer.noteLost(3, why: "a test")
        files.wall -= 3_600_000_000
        writer.close()
        #expect(
            scratch.everything.contains(#""from":"2026-11-21T00:33:01.123456Z","to":"2026-11-21T00:33:01.123456Z""#))
    }

    @Test func otherBoundsHoldFromTheNextLineOn() throws {
        let (scratch, files) = (Scratch(), ScriptedFiles())
        let writer = try CaptureWriter(
            CaptureSettings(directory: scratch.path, node: "n"), files: files, report: { _ in })
        let line = [UInt8](repeating: 0x61, count: 99) + [0x0A]
        for _ in 0..<5 { writer.write(line) }
        #expect(scratch.names.count == 1)
        writer.adopt(CaptureBounds(segmentBytes: 100, segmentAge: 3600, maxDisk: nil))
        for _ in 0..<5 { writer.write(line) }
        #expect(scratch.names.count == 6)
        writer.adopt(CaptureBounds(segmentBytes: 100, segmentAge: 3600, maxDisk: 300))
        #expect(scratch.names.count <= 3)
        writer.close()
    }
}
