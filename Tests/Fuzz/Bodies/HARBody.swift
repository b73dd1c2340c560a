// HAR logs from anywhere: entries come out one by one, each as a record whose trace line is one line that reads back as
// that record; an unusable entry harms no other; bounds are kept; a password in the right place is never shown.
import Fields
import HAR
import JSON
import Trace

enum HARBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        var limits = HARLimits()
        limits.entries = 5
        limits.lines = 20
        limits.notes = 8
        limits.depth = 16
        limits.entryBytes = 1500
        var reader = HARReader(fingerprinting: PlainFingerprints(), limits: limits)
        var records = 0
        var errors = 0
        while true {
            do throws(HARError) {
                guard let record = try reader.next(in: bytes.span) else { break }
                records += 1
                check(record, reader.line, &promises)
            } catch {
                errors += 1
                promises.expect(!error.description.isEmpty, "an error has no text")
                promises.expect(
                    (0...bytes.count).contains(error.position.offset),
                    "an error stands at \(error.position), which is nowhere")
                if error.kind != .entry {
                    promises.expect((try? reader.next(in: bytes.span)) == nil, "reading goes on behind a final error")
                    break
                }
            }
            guard records + errors <= limits.entries + 1 else {
                promises.expect(false, "more entries are read than the limit allows")
                break
            }
        }
        promises.expect(reader.notes.count <= limits.notes, "more notes are kept than the limit allows")
        promises.expect(reader.entries <= limits.entries && records <= reader.entries, "entries are counted wrong")
        return promises.broken
    }

    private static func check(_ record: Record, _ line: [UInt8], _ promises: inout Promises) {
        promises.expect(line.last == 0x0A && !line.dropLast().contains { $0 < 0x20 }, "a record is not one line")
        var reader = TraceReader()
        let again = try? reader.record(line.span, 0..<max(0, line.count - 1))
        promises.expect(again == record, "the line of a record reads as another: \(shown(line))")
    }
}
