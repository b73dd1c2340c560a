// gzip (RFC 1952) in pieces and in constant memory: input is given as it comes, output is taken as it is made, and only the
// 32 KiB that later copies may refer to are kept. The blocks are read by the same code as those of a body.
//
// A file may have several members, which is what `cat a.gz b.gz` makes; they are one stream.

/// Takes the compression off a stream.
public struct GzipStream {
    /// What reading came to.
    public enum Step: Equatable, Sendable {
        /// It needs more input.
        case hungry
        /// There is output to be taken, and perhaps more behind it.
        case output
        /// The stream ended; `complete` when it is whole.
        case ended(Inflated.End)
    }

    private static let window = 32 * 1024
    private static let piece = 256 * 1024

    private var waiting: [UInt8] = []
    private var blocks: BlockReader?
    private var sum = CRC32()
    private var length: UInt32 = 0
    /// Where in the reader's output the sum has not gone yet.
    private var summed = 0
    private var isWhole = false
    private var members = 0
    private var ended: Inflated.End?

    /// A stream at its beginning.
    public init() {}

    /// Whether bytes begin a gzip stream.
    public static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 8]) }

    /// Gives it input.
    public mutating func take(_ bytes: ArraySlice<UInt8>) {
        if blocks != nil { blocks?.input.take(bytes) } else { waiting += bytes }
    }

    /// Says that no more input will come.
    public mutating func finish() { isWhole = true }

    /// Reads on; what was made is appended.
    public mutating func read(into out: inout [UInt8]) -> Step {
        if let ended { return .ended(ended) }
        if blocks == nil {
            switch header() {
            case .output: break
            case let other: return other
            }
        }
        guard let end = blocks?.run(isWhole: isWhole, enough: summed + GzipStream.piece) else {
            return flush(into: &out, keeping: GzipStream.window) || isWhole ? .output : .hungry
        }
        _ = flush(into: &out, keeping: 0)
        guard end == .complete else { return stop(end) }
        return trailer()
    }

    /// Gives out what was made; whether there was anything.
    private mutating func flush(into out: inout [UInt8], keeping window: Int) -> Bool {
        guard var reader = blocks else { return false }
        blocks = nil
        let made = reader.output[summed...]
        sum.add(made)
        length &+= UInt32(truncatingIfNeeded: made.count)
        out += made
        let hasMade = !made.isEmpty
        _ = reader.takeOutput(keeping: window)
        summed = reader.output.count
        blocks = reader
        return hasMade
    }

    private mutating func header() -> Step {
        // The header is short unless it names a file; more than this is no header.
        if !isWhole, waiting.count < 4096 { return .hungry }
        if waiting.isEmpty, members > 0 { return stop(.complete) }
        var at = 0
        switch Inflate.gzipHeader(waiting, &at) {
        case .complete: break
        case let end:
            // Zeros or other filling behind a whole member are not a fault.
            if members > 0, case .damaged = end { return stop(.complete) }
            return stop(end)
        }
        blocks = BlockReader(BitReader(waiting, at: at), output: [], limit: .max)
        waiting = []
        sum = CRC32()
        length = 0
        summed = 0
        return .output
    }

    /// The checksum and the length behind a member.
    private mutating func trailer() -> Step {
        guard let reader = blocks else { return .hungry }
        guard reader.input.left >= 8 else {
            return isWhole ? stop(.truncated) : .hungry
        }
        let (bytes, at) = (reader.input.bytes, reader.input.at)
        guard Inflate.number(bytes, at, 4) == sum.value, Inflate.number(bytes, at + 4, 4) == length else {
            return stop(.damaged(.checksum))
        }
        waiting = Array(bytes[(at + 8)...])
        blocks = nil
        members += 1
        return .output
    }

    private mutating func stop(_ end: Inflated.End) -> Step {
        ended = end
        return .ended(end)
    }
}
