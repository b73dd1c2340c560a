// Seeded mutation of heads and chunked bodies. Invariants: nothing traps; reading in two pieces gives the same head as
// reading at once; every extent lies inside the bytes read and holds no byte that could end a line.
import Testing
import Wire

private let examples: [(Kind, String)] = [
    (.request, "GET /a?b=c HTTP/1.1\r\nHost: h.test\r\nCookie: a=b; c=d\r\nX-E:\r\nConnection: close\r\n\r\n"),
    (.request, "POST http://h.test:80/x HTTP/1.0\r\nHost: h.test:80\r\nContent-Length: 12\r\nTE: trailers\r\n\r\n"),
    (.request, "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\nVia: 1.1 a, 1.0 b\r\n\r\n"),
    (.response, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Domain=h.test\r\nContent-Length: 5, 5\r\nDate: x\r\n\r\n"),
    (.response, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
    (.trailers, "X-T: v\r\nContent-MD5: x\r\nx-u:\t y \r\n\r\n"),
]

private let odd: [[UInt8]] = [
    [0x00], [0x0A], [0x0D], [0x0D, 0x0A], [0x20], [0x09], [0x3A], [0x2C], [0x7F], [0x80], [0xFF], [0x5F], [0x22],
    [0x0D, 0x0A, 0x0D, 0x0A], [0x0D, 0x0A, 0x20], [0x30], [0x3B], [0x2A], [0x2F],
]

private func mutate(_ original: [UInt8], _ generator: inout Seeded) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let at = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.insert(contentsOf: odd.randomElement(using: &generator) ?? [], at: at)
        case 1: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &generator) }
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...4, using: &generator)))
        case 3:
            let from = Int.random(in: 0...bytes.count, using: &generator)
            bytes.insert(contentsOf: bytes[min(from, at)..<max(from, at)].prefix(40), at: at)
        default: bytes.removeSubrange(at...)
        }
        if bytes.isEmpty { bytes = [0x0D] }
    }
    return bytes
}

@Suite struct MutationTests {
    @Test(arguments: 0..<8)
    func mutatedHeadsAreReadTheSameInAnyPieces(_ seed: Int) {
        var generator = Seeded(state: UInt64(seed))
        let limits = HeadLimits(line: 200, head: 400, fields: 12)
        for _ in 0..<1500 {
            guard let (kind, example) = examples.randomElement(using: &generator) else { continue }
            let raw = mutate(bytes(example), &generator)
            let whole = read(kind, pieces: [raw], limits: limits)
            let cut = Int.random(in: 0...raw.count, using: &generator)
            let halves = read(
                kind, pieces: [Array(raw[..<cut]), Array(raw[cut...])].filter { !$0.isEmpty }, limits: limits)
            let single = read(kind, pieces: raw.map { [$0] }, limits: limits)
            switch whole {
            case .read(let head):
                #expect(halves == whole && single == whole, "\(text(raw).debugDescription) cut at \(cut)")
                check(head, raw)
            case .needsMore:
                #expect(halves == .needsMore && single == .needsMore, "\(text(raw).debugDescription)")
            case .fails:
                // In pieces a fault may be seen later, or another one first, but no head ever comes of it.
                #expect(halves.head == nil && single.head == nil, "\(text(raw).debugDescription)")
            }
        }
    }

    private func check(_ head: Read, _ raw: [UInt8]) {
        #expect(head.consumed <= raw.count)
        let end = raw[..<head.consumed].suffix(2)
        #expect(Array(end) == [0x0D, 0x0A])
        for part in [head.first, head.second, head.authority, head.path] + head.lines.flatMap({ [$0.name, $0.value] }) {
            #expect(!part.unicodeScalars.contains { $0 == "\r" || $0 == "\n" || $0.value == 0 })
        }
        for line in head.lines {
            #expect(
                !line.name.isEmpty
                    && line.name.unicodeScalars.allSatisfy { Octet.isToken(UInt8(truncatingIfNeeded: $0.value)) })
            #expect(line.value.unicodeScalars.first != " " && line.value.unicodeScalars.last != " ")
        }
    }

    @Test(arguments: 0..<4)
    func mutatedChunkedBodiesNeverTrapAndKeepTheirPieces(_ seed: Int) {
        var generator = Seeded(state: 1000 + UInt64(seed))
        let example = bytes("5\r\nHELLO\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n3 \r\nxyz\r\n0\r\n")
        for _ in 0..<2000 {
            let raw = mutate(example, &generator)
            let whole = content(of: [raw])
            let single = content(of: raw.map { [$0] })
            let cut = Int.random(in: 0...raw.count, using: &generator)
            let halves = content(of: [Array(raw[..<cut]), Array(raw[cut...])])
            #expect(whole == single && whole == halves, "\(text(raw).debugDescription) cut at \(cut)")
        }
    }

    /// The content, and whether the last chunk came or a fault.
    private func content(of pieces: [[UInt8]]) -> String {
        var reader = ChunkReader()
        var found = ""
        for piece in pieces {
            let span = piece.span
            var at = 0
            reading: while true {
                let next: ChunkReader.Piece
                do throws(WireError) { next = try reader.next(span, at: at) } catch { return found + "|\(error)" }
                switch next {
                case .needMore: break reading
                case .framing(let part), .junk(let part): at = Int(part.end)
                case .data(let part):
                    found += copy(span, part)
                    at = Int(part.end)
                case .trailers: return found + "|end"
                }
            }
        }
        return found + "|more"
    }
}
