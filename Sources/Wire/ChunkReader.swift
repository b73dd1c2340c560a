// The chunked transfer coding (RFC 9112 section 7.1), read so that it can be forwarded without copying: the reader
// cuts the input into pieces that are framing (size lines and CRLFs, to be forwarded as they are), data, and junk (chunk
// extensions and blanks after the size, which a recipient may drop and on which readers differ). What is forwarded is
// then always the plain form. The trailer section is the caller's (HeadParser.trailers).
//
//   size ──CR──> sizeLF ──LF──> data ──all read──> dataCR ──CR──> dataLF ──LF──> size
//    └─";" or blank─> extensions ──> sizeCR ──> sizeLF     └─ size was 0: trailers
//
// Invariants: 1. pieces are in order and cover the input without a gap; 2. a size has at most 16 digits and never wraps;
// 3. a size line with its extensions is at most `maximumLine` bytes, all extensions together `maximumExtensions`;
// 4. there are at most `mostChunks` chunks more than one for every 64 bytes of content, so a body of any length may pass
// but none that is all framing.

/// An incremental reader of a chunked body.
public struct ChunkReader: Equatable, Sendable {
    /// One piece of a chunked body.
    public enum Piece: Equatable, Sendable {
        /// Nothing more can be said about the bytes at hand.
        case needMore
        /// Size lines and line ends, to be forwarded as they are where the coding is kept.
        case framing(Extent)
        /// Content.
        case data(Extent)
        /// Bytes to be left out.
        case junk(Extent)
        /// The line of the last chunk was read; the trailer section starts behind it.
        case trailers(Extent)
    }

    /// The longest chunk size line, extensions included.
    public static let maximumLine = 4096
    /// The most bytes of extensions in one body.
    public static let maximumExtensions = 65_536
    /// The bytes of content that pay for one more chunk.
    private static let contentPerChunk: Int64 = 64

    private enum State: UInt8 {
        case size, extensions, sizeCR, sizeLF, data, dataCR, dataLF, trailers
    }

    private var state = State.size
    private var digits: UInt8 = 0
    /// Bytes of the size line so far, without its CRLF.
    private var line = 0
    /// Whether the ";" of the first extension was seen.
    private var isInExtension = false
    /// Whether a quoted string of an extension is open, and whether a backslash stands before the next byte.
    private var isQuoted = false
    private var isEscaped = false
    private var extensionBytes = 0
    private var remaining: UInt64 = 0
    /// What is left to pay chunks with, in bytes of content.
    private var credit: Int64

    /// A reader in front of the first chunk.
    ///
    /// - Parameter mostChunks: how many chunks the body may have besides one for every 64 bytes of its content.
    public init(mostChunks: Int = 1_000_000) {
        credit = Int64(clamping: mostChunks) &* Self.contentPerChunk
    }

    /// Reads the next piece at an offset.
    public mutating func next(_ bytes: Span<UInt8>, at start: Int) throws(WireError) -> Piece {
        var i = start
        while i < bytes.count {
            let byte = bytes[i]
            switch state {
            case .size:
                if let value = Octet.hexValue(byte) {
                    digits += 1
                    guard digits <= 16, remaining >> 59 == 0 else { throw .badChunkSize }
                    remaining = remaining << 4 | UInt64(value)
                    line += 1
                    i += 1
                } else if digits == 0 {
                    throw byte == Octet.lineFeed ? .bareLineFeed : .badChunkSize
                } else if byte == Octet.carriageReturn {
                    state = .sizeLF
                    i += 1
                } else if byte == Octet.semicolon || Octet.isBlank(byte) {
                    state = .extensions
                    if i > start { return .framing(Extent(start, i)) }
                } else {
                    throw byte == Octet.lineFeed ? .bareLineFeed : .badChunkSize
                }
            case .extensions:
                if byte == Octet.carriageReturn {
                    // A quoted string that is still open would, for some readers, go on over the line end.
                    guard !isQuoted else { throw .badChunkExtension }
                    state = .sizeCR
                    if i > start { return .junk(Extent(start, i)) }
                    continue
                }
                // Before a ";" only blanks may stand (RFC 9112 section 7.1.1, BWS).
                if !isInExtension, !Octet.isBlank(byte) {
                    guard byte == Octet.semicolon else {
                        throw byte == Octet.lineFeed ? .bareLineFeed : .badChunkSize
                    }
                    isInExtension = true
                }
                noteQuotes(byte)
                guard Octet.isFieldContent(byte) else {
                    throw byte == Octet.lineFeed ? .bareLineFeed : .badChunkExtension
                }
                line += 1
                extensionBytes += 1
                guard line <= Self.maximumLine, extensionBytes <= Self.maximumExtensions else {
                    throw .chunkLineTooLong
                }
                i += 1
            case .sizeCR:
                // Only reached with a CR at hand: the extensions end before it.
                state = .sizeLF
                i += 1
            case .sizeLF:
                guard byte == Octet.lineFeed else { throw .bareCarriageReturn }
                i += 1
                digits = 0
                line = 0
                isInExtension = false
                credit &-= Self.contentPerChunk
                guard credit >= 0 else { throw .tooManyChunks }
                if remaining == 0 {
                    state = .trailers
                    return .trailers(Extent(start, i))
                }
                state = .data
                return .framing(Extent(start, i))
            case .data:
                let count = min(UInt64(bytes.count - i), remaining)
                remaining -= count
                credit &+= Int64(truncatingIfNeeded: count)
                if remaining == 0 { state = .dataCR }
                return .data(Extent(i, i + Int(count)))
            case .dataCR:
                guard byte == Octet.carriageReturn else {
                    throw byte == Octet.lineFeed ? .bareLineFeed : .badChunkEnd
                }
                state = .dataLF
                i += 1
            case .dataLF:
                guard byte == Octet.lineFeed else { throw .badChunkEnd }
                state = .size
                i += 1
            case .trailers:
                return .needMore
            }
        }
        if i > start {
            if state == .extensions { return .junk(Extent(start, i)) }
            return .framing(Extent(start, i))
        }
        return .needMore
    }

    /// Keeps track of quoted strings in extensions (RFC 9112 section 7.1.1, RFC 9110 section 5.6.4).
    private mutating func noteQuotes(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == 0x22 {
            isQuoted.toggle()
        } else if isQuoted, byte == 0x5C {
            isEscaped = true
        }
    }
}
