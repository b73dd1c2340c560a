// Where something stands in a text, as a person would say it. The reader itself only counts bytes; lines and columns
// are worked out when somebody asks (an error, a tree node), so the fast path pays nothing for them.

/// A place in a text: a byte offset and the line and column an editor shows for it.
public struct JSONPosition: Sendable, Equatable, Hashable {
    /// Bytes before the place.
    public var offset: Int
    /// The line, from 1; LF, CR and CRLF each end one line.
    public var line: Int
    /// The column, from 1, counted in Unicode scalars.
    public var column: Int

    /// The beginning of a text.
    public static let start = JSONPosition(offset: 0, line: 1, column: 1)

    /// A place whose line and column are already known.
    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The place of an offset in a text.
    public init(offset: Int, in bytes: Span<UInt8>) {
        self = .start
        advance(to: offset, in: bytes)
    }

    /// Moves forward to an offset; walking from node to node costs one pass over the text in total.
    public mutating func advance(to target: Int, in bytes: Span<UInt8>) {
        let end = min(target, bytes.count)
        var i = offset
        while i < end {
            let byte = bytes[i]
            if byte == Ascii.lf || (byte == Ascii.cr && !(i + 1 < bytes.count && bytes[i + 1] == Ascii.lf)) {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 && byte != Ascii.cr {
                // A scalar is counted at its first byte; the CR of a CRLF belongs to the line break that follows.
                column += 1
            }
            i += 1
        }
        offset = max(offset, end)
    }
}

extension JSONPosition: CustomStringConvertible {
    /// The place in words: `line 3, column 7`.
    public var description: String { "line \(line), column \(column)" }
}
