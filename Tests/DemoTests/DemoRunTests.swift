import Report
import Testing

@testable import Demo

/// The demo as the user runs it, with two whole proxies.
struct DemoRunTests {
    @Test func `the demo runs, finds every fault, and ends by itself`() {
        var bytes: [UInt8] = []
        let code = Demo.run(write: { bytes.append(contentsOf: $0) }, style: Style(width: 80, now: 1_790_000_000))
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(code == 0)
        #expect(words.contains("Authorization was lost between node outer and node inner"))
        #expect(words.contains("Access-Control-Allow-Origin was doubled between node inner and node outer"))
        #expect(words.contains("node inner never saw this request"))
        #expect(words.contains("which carried Cookie and X-WP-Nonce"))
    }

    @Test func `no secret of a run is shown, in whole or in part`() throws {
        let secrets = DemoSecrets(now: 1_790_000_000)
        let style = Style(width: 400, now: 1_790_000_000)
        var bytes: [UInt8] = []
        let code = withoutActuallyEscaping({ (piece: [UInt8]) in bytes.append(contentsOf: piece) }) { write in
            Demo.run(
                Paper(style, write: write), style, secrets: secrets,
                makeNode: ProxyNode.maker(key: [UInt8](repeating: 9, count: 32)))
        }
        #expect(code == 0)
        let text = String(decoding: bytes, as: UTF8.self)
        var pieces = [secrets.nonce, secrets.basic, secrets.cookieValue, secrets.applicationPassword]
        pieces += secrets.jwt.split(separator: ".").map(String.init)
        pieces += secrets.cookieValue.split(separator: "%").suffix(2).map { String($0.dropFirst(2)) }
        for piece in pieces {
            #expect(!text.contains(piece))
            #expect(!text.contains(piece.prefix(10)))
        }
        #expect(text.contains("user=editor"))
        #expect(text.contains("jwt HS256"))
    }
}
