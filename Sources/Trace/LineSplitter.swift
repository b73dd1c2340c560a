// A trace file into lines. A file is written line by line with one write each, so a crash can leave one torn line at the
// end; a full disk can leave one in the middle, with the next line right behind it. Neither may stop the reading of the
// rest: the splitter gives ranges and numbers, and says of the last line whether its line feed is there.

/// One line of a trace file.
public struct TraceLine: Equatable, Sendable {
    /// Its number, from 1.
    public var number: Int
    /// Its bytes, without the line feed and a carriage return before it.
    public var range: Range<Int>
    /// False for bytes at the end of the file that no line feed follows: a line torn by a crash.
    public var isWhole: Bool

    /// A line from its parts.
    public init(number: Int, range: Range<Int>, isWhole: Bool) {
        self.number = number
        self.range = range
        self.isWhole = isWhole
    }
}

/// Splits the bytes of a trace file; empty lines are counted and skipped.
public struct LineSplitter {
    private var offset = 0
    private var number = 0

    /// A splitter at the beginning.
    public init() {}

    /// Where the next line feed stands.
    public static func lineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int? { bytes.lineFeed(from: start) }

    /// The next line, or nil at the end of the bytes.
    public mutating func next(in bytes: Span<UInt8>) -> TraceLine? {
        while offset < bytes.count {
            let begin = offset
            offset = bytes.lineFeed(from: begin) ?? bytes.count
            let isWhole = offset < bytes.count
            var end = offset
            if isWhole {
                offset += 1
                if end > begin, bytes[end - 1] == 0x0D { end -= 1 }
            }
            number += 1
            if end > begin { return TraceLine(number: number, range: begin..<end, isWhole: isWhole) }
        }
        return nil
    }
}

/// A line of a trace file that is no record.
public struct DamagedLine: Equatable, Sendable {
    /// Its number, from 1.
    public var number: Int
    /// Whether it is the torn last line of a file (a crash, or a file that is still being written).
    public var isTorn: Bool
    /// What is wrong with it.
    public var error: TraceError

    /// A damaged line from its parts.
    public init(number: Int, isTorn: Bool, error: TraceError) {
        self.number = number
        self.isTorn = isTorn
        self.error = error
    }
}

extension TraceReader {
    /// Reads every record of a file; lines that are none are given to `damaged`, notices of the capture to `noticed`,
    /// and reading goes on.
    public mutating func records(
        _ bytes: Span<UInt8>, damaged: (DamagedLine) -> Void, noticed: (TraceNotice, TraceLine) -> Void = { _, _ in },
        _ body: (Record, TraceLine) -> Void
    ) {
        var splitter = LineSplitter()
        while let line = splitter.next(in: bytes) {
            do throws(TraceError) {
                // A torn line that happens to be complete JSON lost nothing but its line feed.
                switch try entry(bytes, line.range) {
                case .record(let record): body(record, line)
                case .notice(let notice): noticed(notice, line)
                }
            } catch {
                damaged(DamagedLine(number: line.number, isTorn: !line.isWhole, error: error))
            }
        }
    }
}
