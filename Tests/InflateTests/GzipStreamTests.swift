// gzip in pieces against gzip at once, on streams of every kind: stored, fixed and dynamic blocks, several members, filling
// behind the end, damage and truncation at every place.

import Foundation
import Inflate
import Testing

@Suite("gzip in pieces")
struct GzipStreamTests {
    static func inPieces(_ bytes: [UInt8], _ size: Int) -> Inflated {
        var stream = GzipStream()
        var out: [UInt8] = []
        var at = 0
        while true {
            switch stream.read(into: &out) {
            case .output: break
            case .ended(let end): return Inflated(bytes: out, end: end)
            case .hungry:
                if at == bytes.count {
                    stream.finish()
                } else {
                    let end = min(bytes.count, at + size)
                    stream.take(bytes[at..<end])
                    at = end
                }
            }
        }
    }

    /// Streams made by Python: levels 0, 1 and 9 over text that repeats itself from far away, and two members.
    static let streams: [[UInt8]] = {
        let script = """
            import gzip, random
            random.seed(7)
            words = [bytes(random.choices(range(32, 127), k=random.randrange(3, 40))) for _ in range(400)]
            text = bytes().join(random.choice(words) for _ in range(4000))
            noise = random.randbytes(70000)
            for level in (0, 1, 9): print(gzip.compress(text, level, mtime=0).hex())
            print((gzip.compress(noise, 9, mtime=0) + gzip.compress(text[:5000], mtime=0)).hex())
            print((gzip.compress(bytes(300000), mtime=0) + bytes(64)).hex())
            print(gzip.compress(bytes(), mtime=0).hex())
            """
        guard let pipe = unsafe popen("python3 -c '\(script)' 2>/dev/null", "r") else { return [] }
        defer { unsafe _ = pclose(pipe) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, pipe)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes.split(separator: 0x0A).map { line in
            stride(from: line.startIndex, to: line.endIndex - 1, by: 2).map { i in
                func value(_ digit: UInt8) -> UInt8 { digit >= 0x61 ? digit - 0x57 : digit - 0x30 }
                return value(line[i]) << 4 | value(line[i + 1])
            }
        }
    }()

    @Test("is the same as at once", arguments: [1, 1000, 4096, 1 << 20])
    func pieces(size: Int) {
        #expect(Self.streams.count == 6)
        for stream in Self.streams where size > 1 || stream.count < 5000 {
            let whole = Inflate.gzip(stream, limit: .max)
            #expect(whole.end == .complete)
            #expect(Self.inPieces(stream, size) == whole)
        }
    }

    @Test("a stream that is cut or damaged anywhere gives what came before, and says so")
    func damage() throws {
        let stream = try #require(Self.streams.dropFirst(2).first)
        for place in stride(from: 0, to: stream.count - 1, by: max(1, stream.count / 12)) {
            let cut = Array(stream[..<place])
            let whole = Inflate.gzip(cut, limit: .max)
            #expect(Self.inPieces(cut, 3000) == whole && whole.end == .truncated)
            var bad = stream
            bad[place] ^= 0x10
            let once = Inflate.gzip(bad, limit: .max)
            let pieces = Self.inPieces(bad, 3000)
            #expect(pieces.bytes == once.bytes)
            #expect((pieces.end == .complete) == (once.end == .complete))
        }
    }
}
