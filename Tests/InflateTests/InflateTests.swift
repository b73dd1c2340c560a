import Inflate
import Testing

@Suite struct InflateTests {
    /// `hello hello hello hello` by zlib, in each wrapping.
    private let raw: [UInt8] = [0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0x01]
    private var text: [UInt8] { Array("hello hello hello hello".utf8) }
    private var zlib: [UInt8] { [0x78, 0x9C] + raw + [0x68, 0x03, 0x08, 0xB1] }
    private var gzip: [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + raw + [0xE3, 0x51, 0x3D, 0x8D, 23, 0, 0, 0]
    }

    @Test func codingsAreKnownByName() {
        #expect(Inflate.reads("GZip") && Inflate.reads("x-gzip") && Inflate.reads("deflate"))
        #expect(!Inflate.reads("br") && !Inflate.reads("zstd") && !Inflate.reads(""))
        #expect(Inflate.decode([], coding: "br", limit: 10) == nil)
        #expect(Inflate.decode(gzip, coding: "X-GZIP", limit: 99) == Inflate.gzip(gzip, limit: 99))
        #expect(Inflate.decode(zlib, coding: "Deflate", limit: 99) == Inflate.deflate(zlib, limit: 99))
    }

    @Test func everyWrappingIsTakenOff() {
        #expect(Inflate.blocks(raw, limit: 100) == Inflated(bytes: text, end: .complete))
        #expect(Inflate.gzip(gzip, limit: 100) == Inflated(bytes: text, end: .complete))
        #expect(Inflate.deflate(zlib, limit: 100) == Inflated(bytes: text, end: .complete))
        // Some servers send bare blocks for deflate.
        #expect(Inflate.deflate(raw, limit: 100) == Inflated(bytes: text, end: .complete))
    }

    @Test func membersThatFollowAreOneStream() {
        #expect(Inflate.gzip(gzip + gzip, limit: 100) == Inflated(bytes: text + text, end: .complete))
        #expect(Inflate.gzip(gzip + [0, 0, 0], limit: 100) == Inflated(bytes: text, end: .complete))
    }

    @Test func theOutputIsBounded() {
        for limit in 0..<23 {
            #expect(Inflate.gzip(gzip, limit: limit) == Inflated(bytes: Array(text[..<limit]), end: .limit))
        }
        #expect(Inflate.gzip(gzip, limit: 23).end == .complete)
    }

    @Test func aBeginningIsReadAsFarAsItGoes() {
        for count in 0..<gzip.count {
            let part = Inflate.gzip(Array(gzip[..<count]), limit: 100)
            #expect(part.end == .truncated)
            #expect(text.starts(with: part.bytes))
        }
        #expect(Inflate.gzip(Array(gzip[..<15]), limit: 100).bytes.starts(with: "hell".utf8))
    }

    @Test func whatIsDamagedIsNamed() {
        func damage(_ change: (inout [UInt8]) -> Void, _ base: [UInt8]) -> Inflated.End {
            var bytes = base
            change(&bytes)
            return base.first == 0x1F ? Inflate.gzip(bytes, limit: 100).end : Inflate.deflate(bytes, limit: 100).end
        }
        #expect(damage({ $0[0] = 0 }, gzip) == .damaged(.header))
        #expect(damage({ $0[2] = 7 }, gzip) == .damaged(.header))
        #expect(damage({ $0[3] = 0x80 }, gzip) == .damaged(.header))
        #expect(damage({ $0[20] ^= 1 }, gzip) == .damaged(.checksum))
        #expect(damage({ $0[24] ^= 1 }, gzip) == .damaged(.checksum))
        #expect(damage({ $0[12] ^= 1 }, zlib) == .damaged(.checksum))
        #expect(Inflate.deflate([0x78, 0xBB, 0, 0], limit: 9).end == .damaged(.dictionary))
        #expect(Inflate.blocks([0x07], limit: 9).end == .damaged(.block))
        #expect(Inflate.blocks([0x01, 1, 0, 0, 0], limit: 9).end == .damaged(.block))
        // A copy before anything was written.
        #expect(Inflate.blocks([0x03, 0x02], limit: 9).end == .damaged(.symbol))
    }

    @Test func namesAndCommentsOfFilesAreSteppedOver() {
        let head: [UInt8] = [0x1F, 0x8B, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9] + Array("a.txt\0why\0".utf8)
        #expect(Inflate.gzip(head + gzip[10...], limit: 100) == Inflated(bytes: text, end: .complete))
        #expect(Inflate.gzip(head, limit: 100).end == .truncated)
        #expect(Inflate.gzip([0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF], limit: 1).end == .truncated)
        #expect(Inflate.gzip([0x1F, 0x8B, 8, 2, 0, 0, 0, 0, 0, 3, 0, 0], limit: 1).end == .damaged(.header))
    }

    @Test func randomBytesNeverTrap() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            for result in [
                Inflate.blocks(bytes, limit: 4096), Inflate.deflate(bytes, limit: 4096),
                Inflate.gzip(bytes, limit: 4096),
            ] {
                #expect(result.bytes.count <= 4096)
            }
        }
    }
}
