// A place in a buffer. Parsed messages are extents into the bytes they were read from: nothing is copied, so the
// spelling, order and odd bytes of every field stay what they were (RFC 9110 section 5.3 makes order meaningful).

/// A half-open range of byte offsets into the buffer a message was read from.
public struct Extent: Equatable, Hashable, Sendable {
    /// Offset of the first byte.
    public var start: Int32
    /// Offset behind the last byte.
    public var end: Int32

    /// An extent from one offset up to, not including, another.
    @inlinable
    public init(_ start: Int, _ end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    /// The extent of nothing.
    public static let empty = Extent(0, 0)

    /// The number of bytes.
    @inlinable public var count: Int { Int(end) - Int(start) }

    /// Whether there is no byte in it.
    @inlinable public var isEmpty: Bool { end <= start }

    /// The offsets, for loops.
    @inlinable public var indices: Range<Int> { Int(start)..<Int(end) }
}

extension Array where Element == UInt8 {
    /// Appends the bytes of an extent of a span: one bounds check and one copy, however long.
    @inlinable
    public mutating func append(_ extent: Extent, of bytes: Span<UInt8>) {
        let count = extent.count
        guard count > 0 else { return }
        append(addingCapacity: count) { out in
            for i in extent.indices { out.append(bytes[i]) }
        }
    }

    /// Appends a whole span.
    @inlinable
    public mutating func append(copying bytes: Span<UInt8>) {
        append(Extent(0, bytes.count), of: bytes)
    }

    /// Appends the UTF-8 bytes of text; a literal costs no allocation.
    @inlinable
    public mutating func append(text: String) {
        append(copying: text.utf8Span.span)
    }
}
