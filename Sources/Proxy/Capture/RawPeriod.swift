// The time in which secrets are kept as they are. It is fixed when the run starts; the loops, which make the records,
// and the writer, which chooses the segment, ask the same value and so need no word from each other about its end.
//
// It ends when either clock says so: the wall clock, by which people were told when it ends and which goes on while a
// machine sleeps, or the monotonic one, which nobody can set back.

/// One absolute end for raw records.
public struct RawPeriod: Equatable, Sendable {
    /// Microseconds since the start of 1970.
    public let wallEnd: Int64
    /// The same moment on the monotonic clock, in microseconds.
    public let monotonicEnd: Int64

    /// A period that begins at this moment, given by both clocks in microseconds.
    public init(milliseconds: Int, wall: Int64, monotonic: Int64) {
        wallEnd = wall + Int64(milliseconds) * 1000
        monotonicEnd = monotonic + Int64(milliseconds) * 1000
    }

    /// The second in which raw segments must go, since the start of 1970.
    var until: Int64 { wallEnd / 1_000_000 }

    /// Whether the period has ended at this moment, given by both clocks in microseconds.
    func isOver(wall: Int64, monotonic: Int64) -> Bool { wall >= wallEnd || monotonic >= monotonicEnd }
}

/// Tells raw records from others by the member the recorder gives them.
///
/// Inside a JSON string a quote is escaped, so these bytes in a line are always a member; and a raw record always has it,
/// because the recorder writes it with the opening, before anything that could be secret.
enum RawRecord {
    private static let marker = Array(#""raw":true"#.utf8)

    /// Whether a line is a raw record.
    static func isOne(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
        var at = line.lowerBound
        while at + marker.count <= line.upperBound {
            if bytes[at] == marker[0], bytes[at..<at + marker.count].elementsEqual(marker) { return true }
            at += 1
        }
        return false
    }

    /// Whole lines without the raw ones, and how many those were.
    static func removed(from lines: [UInt8]) -> (rest: [UInt8], count: Int) {
        guard isOne(lines, 0..<lines.count) else { return (lines, 0) }
        var rest: [UInt8] = []
        var count = 0
        var at = 0
        while at < lines.count {
            let end = Lines.endOfFirst(lines, at..<lines.count)
            if isOne(lines, at..<end) {
                count += 1
            } else {
                rest += lines[at..<end]
            }
            at = end
        }
        return (rest, count)
    }
}
