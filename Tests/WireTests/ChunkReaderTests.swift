// Chunked bodies: every example is read whole, byte by byte and with a request behind it, and pieces must cover the
// input without a gap. What may be forwarded (framing and data without the junk) must itself be a chunked body with
// the same content.
import Testing
import Wire

/// What reading a chunked body came to.
private struct Body: Equatable {
    var content = ""
    /// The bytes to be forwarded where the coding is kept.
    var plain = ""
    /// Where the trailer section starts, nil when the body is not over.
    var trailersAt: Int?
    var error: WireError?
}

private func readBody(_ pieces: [[UInt8]]) -> Body {
    var reader = ChunkReader()
    var body = Body()
    var offset = 0
    for piece in pieces {
        let span = piece.span
        var at = 0
        while body.trailersAt == nil {
            let found: ChunkReader.Piece
            do throws(WireError) {
                found = try reader.next(span, at: at)
            } catch {
                body.error = error
                return body
            }
            let extent: Extent
            switch found {
            case .needMore:
                #expect(at == piece.count, "bytes are left behind")
                extent = Extent(at, at)
            case .framing(let part):
                extent = part
                body.plain += copy(span, part)
            case .data(let part):
                extent = part
                body.plain += copy(span, part)
                body.content += copy(span, part)
            case .junk(let part): extent = part
            case .trailers(let part):
                extent = part
                body.plain += copy(span, part)
                body.trailersAt = offset + Int(part.end)
            }
            #expect(Int(extent.start) == at, "a gap before a piece")
            if found == .needMore { break }
            #expect(!extent.isEmpty, "an empty piece")
            at = Int(extent.end)
        }
        offset += piece.count
    }
    return body
}

/// Reads whole, byte by byte and with a request behind; the results must agree (of a bad body: the error).
private func readThreeWays(_ example: String, sourceLocation: SourceLocation = #_sourceLocation) -> Body {
    let whole = bytes(example)
    let first = readBody([whole])
    let split = readBody(whole.map { [$0] })
    if first.error == nil {
        #expect(split == first, sourceLocation: sourceLocation)
        let trailed = readBody([whole + bytes("GET /behind HTTP/1.1\r\n\r\n")])
        if first.trailersAt != nil { #expect(trailed == first, sourceLocation: sourceLocation) }
    } else {
        #expect(split.error == first.error, sourceLocation: sourceLocation)
        #expect(split.trailersAt == nil && first.trailersAt == nil, sourceLocation: sourceLocation)
    }
    return first
}

@Suite struct ChunkReaderTests {
    @Test(arguments: [
        ("0\r\n", "", "0\r\n"), ("5\r\nHELLO\r\n0\r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("00000005\r\nHELLO\r\n000\r\n", "HELLO", "00000005\r\nHELLO\r\n000\r\n"),
        ("000000000000000a\r\nHELLOWORLD\r\n0\r\n", "HELLOWORLD", "000000000000000a\r\nHELLOWORLD\r\n0\r\n"),
        ("A\r\nHELLOWORLD\r\n0\r\n", "HELLOWORLD", "A\r\nHELLOWORLD\r\n0\r\n"),
        ("1\r\na\r\n2\r\nbc\r\n0\r\n", "abc", "1\r\na\r\n2\r\nbc\r\n0\r\n"),
        ("5;ext\r\nHELLO\r\n0;a=b\r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("5;a=\"q;r\"\r\nHELLO\r\n0\r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("5;a=\"q\\\";r\";b\r\nHELLO\r\n0\r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("5 ; a = b\r\nHELLO\r\n0\r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("5 \t\r\nHELLO\r\n0 \r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("5;\r\nHELLO\r\n0\r\n", "HELLO", "5\r\nHELLO\r\n0\r\n"),
        ("6\r\n0\r\n\r\nX\r\n0\r\n", "0\r\n\r\nX", "6\r\n0\r\n\r\nX\r\n0\r\n"),
    ])
    func aGoodBodyIsForwardedInItsPlainForm(_ example: String, _ content: String, _ plain: String) {
        let body = readThreeWays(example)
        #expect(body.error == nil)
        #expect(body.content == content)
        #expect(body.plain == plain)
        #expect(body.trailersAt == example.utf8.count)
        #expect(readBody([bytes(plain)]).content == content)
    }

    @Test(arguments: [
        ("0x5\r\nHELLO\r\n0\r\n", WireError.badChunkSize), ("+5\r\nHELLO\r\n0\r\n", .badChunkSize),
        ("-5\r\nHELLO\r\n0\r\n", .badChunkSize), ("0_5\r\nHELLO\r\n", .badChunkSize),
        ("5x\r\nHELLO\r\n", .badChunkSize),
        ("5.0\r\nHELLO\r\n", .badChunkSize), (" 5\r\nHELLO\r\n", .badChunkSize), ("\t5\r\nHELLO\r\n", .badChunkSize),
        ("5 abc\r\nHELLO\r\n", .badChunkSize), ("5\u{0}\r\nHELLO\r\n", .badChunkSize), ("5\u{B}\r\n", .badChunkSize),
        ("5\u{A0}\r\nHELLO\r\n", .badChunkSize), ("5,5\r\nHELLO\r\n", .badChunkSize), ("\"5\"\r\n", .badChunkSize),
        ("z\r\n", .badChunkSize), ("\u{EF}\u{BC}\u{95}\r\n", .badChunkSize), ("\r\nHELLO", .badChunkSize),
        (";\r\nHELLO", .badChunkSize), ("10000000000000005\r\nHELLO\r\n0\r\n", .badChunkSize),
        ("00000000000000005\r\nHELLO\r\n0\r\n", .badChunkSize), ("ffffffffffffffff\r\nHELLO", .badChunkSize),
        ("8000000000000005\r\nHELLO\r\n0\r\n", .badChunkSize), ("INVALID!!!\r\n", .badChunkSize),
        // Line ends.
        ("5\nHELLO\r\n0\r\n", .bareLineFeed), ("\nHELLO", .bareLineFeed), ("5\rHELLO\r\n", .bareCarriageReturn),
        ("5\r\r;ABCD\r\n", .bareCarriageReturn), ("0\n\n", .bareLineFeed), ("2;\nxx\r\n0\r\n", .bareLineFeed),
        ("5;a=\nb\r\nHELLO\r\n", .bareLineFeed), ("5 \nHELLO\r\n", .bareLineFeed),
        // Extensions.
        ("5;a=\u{0}b\r\nHELLO\r\n", .badChunkExtension), ("5;a=\u{1}b\r\n", .badChunkExtension),
        ("5;a=\u{7F}b\r\n", .badChunkExtension), ("5;a=\rb\r\nHELLO\r\n", .bareCarriageReturn),
        ("5;a\r\r\nHELLO\r\n", .bareCarriageReturn), ("5;a=\"q\r\nHELLO\r\n", .badChunkExtension),
        ("5;a=\"q\\\"\r\nHELLO\r\n", .badChunkExtension), ("0;\"\r\n\r\n", .badChunkExtension),
        // What follows the data.
        ("5\r\nHELLO0\r\n", .badChunkEnd), ("5\r\nHELLO\n0\r\n", .bareLineFeed), ("5\r\nHELLO\r0\r\n", .badChunkEnd),
        ("5\r\nHELLOXX0\r\n", .badChunkEnd), ("5\r\nHELLOWORLD\r\n0\r\n", .badChunkEnd),
        ("5\r\nHELLO\r\n\r\n0\r\n", .badChunkSize), ("5\r\nHELLO\r\n-0\r\n", .badChunkSize),
    ])
    func aBadBodyIsNamed(_ example: String, _ error: WireError) {
        #expect(readThreeWays(example).error == error)
    }

    @Test(arguments: [
        "", "5", "5\r", "5\r\n", "5\r\nHEL", "5\r\nHELLO", "5\r\nHELLO\r", "5\r\nHELLO\r\n", "5;a", "0", "0\r",
    ])
    func aCutBodyIsNeverOver(_ example: String) {
        let body = readThreeWays(example)
        #expect(body.error == nil)
        #expect(body.trailersAt == nil)
    }

    @Test func theLargestSizeIsTakenAtItsWord() {
        let body = readThreeWays("7fffffffffffffff\r\nHELLO")
        #expect(body.error == nil)
        #expect(body.content == "HELLO")
        #expect(body.trailersAt == nil)
    }

    @Test func aSizeLineHasALimitThatCountsAllOfIt() {
        let most = ChunkReader.maximumLine
        // "1" and what follows it up to the CR.
        #expect(readThreeWays("1;" + String(repeating: "e", count: most - 2) + "\r\nx\r\n0\r\n").error == nil)
        #expect(
            readThreeWays("1;" + String(repeating: "e", count: most - 1) + "\r\nx\r\n0\r\n").error == .chunkLineTooLong)
        #expect(readThreeWays("1" + String(repeating: " ", count: most - 1) + "\r\nx\r\n0\r\n").error == nil)
        #expect(
            readThreeWays("1" + String(repeating: " ", count: most) + "\r\nx\r\n0\r\n").error == .chunkLineTooLong)
    }

    @Test func theNumberOfChunksHasALimitThatGrowsWithTheContent() {
        /// How many chunks of a size are read before the body is refused; nil when all were.
        func refused(after size: Int, of count: Int, most: Int) -> Int? {
            var reader = ChunkReader(mostChunks: most)
            let chunk = bytes(String(size, radix: 16) + "\r\n" + String(repeating: "x", count: size) + "\r\n")
            for number in 1...count {
                var at = 0
                while at < chunk.count {
                    guard let piece = try? reader.next(chunk.span, at: at) else { return number }
                    switch piece {
                    case .framing(let part), .data(let part): at = Int(part.end)
                    default: return -1
                    }
                }
            }
            return nil
        }
        // 64 one-byte chunks pay for one more.
        #expect(refused(after: 1, of: 1000, most: 100) == 102)
        #expect(refused(after: 64, of: 10_000, most: 1) == nil)
        #expect(refused(after: 32, of: 10_000, most: 100) == 200)
    }

    @Test func allExtensionsTogetherHaveALimit() {
        let one = "1;" + String(repeating: "e", count: 1023) + "\r\nx\r\n"
        let most = ChunkReader.maximumExtensions / 1024
        #expect(readBody([bytes(String(repeating: one, count: most) + "0\r\n")]).error == nil)
        #expect(readBody([bytes(String(repeating: one, count: most) + "0;\r\n")]).error == .chunkLineTooLong)
    }
}
