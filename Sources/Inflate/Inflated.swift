// The result of taking the compression off a copy of a body, or of its beginning. What could be read is kept however
// it ended: the beginning of an error page is enough to recognise it.

/// Decompressed bytes, and how far they go.
public struct Inflated: Equatable, Sendable {
    /// How the decompression ended.
    public enum End: Equatable, Sendable {
        /// The stream is whole and its checksum is right.
        case complete
        /// The input ended before the stream.
        case truncated
        /// The output reached its limit.
        case limit
        /// The input is no such stream, or a damaged one.
        case damaged(Damage)
    }

    /// What is wrong with a stream.
    public enum Damage: String, CaseIterable, Sendable {
        /// It does not begin as it must.
        case header
        /// It needs a preset dictionary, which HTTP has none of.
        case dictionary
        /// A block of the reserved type, or a stored one whose lengths contradict each other.
        case block
        /// Codes that cannot be.
        case codes
        /// A symbol that stands for nothing, or a copy from before the beginning.
        case symbol
        /// The checksum or the length is wrong.
        case checksum
    }

    /// The bytes.
    public var bytes: [UInt8]
    /// How it ended.
    public var end: End

    /// Bytes and how they ended.
    public init(bytes: [UInt8], end: End) {
        self.bytes = bytes
        self.end = end
    }
}

/// Takes compression off copies of bodies (content codings of RFC 9110 section 8.4.1).
public enum Inflate {
    /// Whether a content coding can be read here; br and zstd cannot.
    public static func reads(_ coding: String) -> Bool {
        ["gzip", "x-gzip", "deflate"].contains {
            $0.utf8.elementsEqual(coding.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 })
        }
    }

    /// The bytes under a coding; nil when it cannot be read here.
    ///
    /// - Parameter limit: how many bytes may come out; the time is bounded by it and the length of the input.
    public static func decode(_ bytes: [UInt8], coding: String, limit: Int) -> Inflated? {
        guard reads(coding) else { return nil }
        return coding.utf8.count == 7 ? deflate(bytes, limit: limit) : gzip(bytes, limit: limit)
    }
}
