// Lines out of pieces of any size, in constant memory: pieces are read into `bytes`, whole lines are handed out as ranges
// of it, and what is left of a line moves to the front before the next piece. LineSplitter does the same for a file that
// is in memory whole.
//
// Invariants: a range that was handed out is good until `makeRoom`; the numbers are those of the lines in the file, empty
// ones included; a line longer than the limit is dropped as a whole, and said once.

public import Trace

/// Splits a stream into lines.
public struct LineStream: Sendable {
    /// No exchange needs a longer line; what is longer is no trace.
    public static let longestLine = 16 << 20

    /// What is in memory: append pieces here.
    public var bytes: [UInt8] = []
    /// The first byte that was not handed out.
    private var at = 0
    /// Up to where no line feed was found.
    private var searched = 0
    /// The number of the last line that was begun.
    private var number = 0
    private var isSkipping = false
    /// The number of a line that was too long and has not been told yet.
    private var tooLong: Int?

    /// A stream at its beginning.
    public init() {}

    /// The next whole line, or nil until more bytes come.
    public mutating func next() -> TraceLine? {
        while let feed = ByteSearch.first(0x0A, in: bytes.span, from: searched) {
            let begin = at
            at = feed + 1
            searched = at
            number += 1
            if isSkipping {
                isSkipping = false
                continue
            }
            let end = feed > begin && bytes[feed - 1] == 0x0D ? feed - 1 : feed
            if end > begin { return TraceLine(number: number, range: begin..<end, isWhole: true) }
        }
        searched = bytes.count
        return nil
    }

    /// What stands behind the last line feed when there is no more to come: a torn line.
    public mutating func rest() -> TraceLine? {
        guard at < bytes.count, !isSkipping else { return nil }
        number += 1
        defer { at = bytes.count }
        return TraceLine(number: number, range: at..<bytes.count, isWhole: false)
    }

    /// Forgets what was handed out; ranges are void from here on.
    public mutating func makeRoom() {
        bytes.removeSubrange(..<at)
        searched -= at
        at = 0
        if isSkipping || bytes.count > LineStream.longestLine {
            if !isSkipping { tooLong = number + 1 }
            isSkipping = true
            bytes.removeAll(keepingCapacity: true)
            searched = 0
        }
    }

    /// The number of a line that was longer than the limit; told once.
    public mutating func takeTooLong() -> Int? {
        defer { tooLong = nil }
        return tooLong
    }
}
