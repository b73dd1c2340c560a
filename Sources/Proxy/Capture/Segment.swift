// One open segment file. It grows by whole lines only: when the system takes just a part, the torn end is cut off again,
// so that whatever happens to the process a segment's last line is whole unless the crash fell into a write itself.
import Glibc

/// An open segment.
struct Segment {
    let descriptor: Int32
    let path: String
    /// Monotonic microseconds.
    let openedAt: Int64
    /// Unix seconds at which a raw segment must be gone; nil for a redacted one.
    let rawUntil: Int64?
    /// Bytes of whole lines in the file; nothing else is in it.
    var size = 0
    /// Lines in it, without a header.
    var lines = 0

    /// What appending came to.
    struct Outcome {
        /// The index behind the last line that is wholly in the file.
        var end: Int
        /// Lines written.
        var lines: Int
        /// Why not all of them were written; nil when they were.
        var failure: FileFailure?
        /// The file ends in a torn line that could not be cut off: nothing more may be appended to it.
        var isTorn = false
    }

    /// Appends a range of whole lines.
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>, _ files: any CaptureFiles) -> Outcome {
        var done = range.lowerBound
        var failure: FileFailure?
        while done < range.upperBound, failure == nil {
            do throws(FileFailure) {
                let count = try files.write(descriptor, bytes, done..<range.upperBound)
                // A short write is no error by itself: the next one says why, or goes on.
                if count == 0 { failure = FileFailure(EIO) }
                done += count
            } catch {
                failure = error
            }
        }
        guard let failure else {
            let count = Lines.count(bytes, range)
            size += range.count
            lines += count
            return Outcome(end: done, lines: count, failure: nil)
        }
        let whole = Lines.endOfLast(bytes, range.lowerBound..<done)
        var outcome = Outcome(end: whole, lines: Lines.count(bytes, range.lowerBound..<whole), failure: failure)
        size += whole - range.lowerBound
        lines += outcome.lines
        if done > whole {
            do throws(FileFailure) {
                try files.truncate(descriptor, to: size)
            } catch {
                outcome.isTorn = true
            }
        }
        return outcome
    }
}

/// Counting and cutting lines.
enum Lines {
    /// The number of line ends in a range.
    static func count(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, !range.isEmpty else { return 0 }
            var at = range.lowerBound
            var count = 0
            // A record is a kilobyte or two: memchr skips it in a few dozen nanoseconds.
            while at < range.upperBound, let found = unsafe memchr(base + at, 0x0A, range.upperBound - at) {
                at = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
                count += 1
            }
            return count
        }
    }

    /// The index behind the last line end in a range; its start when there is none.
    static func endOfLast(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1] != 0x0A { end -= 1 }
        return end
    }

    /// The index behind the first line end in a range; its end when there is none.
    static func endOfFirst(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var end = range.lowerBound
        while end < range.upperBound {
            end += 1
            if bytes[end - 1] == 0x0A { break }
        }
        return end
    }
}
