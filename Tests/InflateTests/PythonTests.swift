// The same streams through Python's zlib and through ours: Tests/Fixtures/inflate_vectors.py makes and judges them,
// from another seed each time; a failure names the seed.

import Foundation
import Inflate
import Testing

private struct Vector {
    var kind: String
    var stream: [UInt8]
    var how: String
    var output: [UInt8]

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 4 else { return nil }
        kind = String(words[0])
        stream = Vector.bytes(words[1])
        how = String(words[2])
        output = Vector.bytes(words[3])
    }

    private static func bytes(_ hex: Substring) -> [UInt8] {
        guard hex != "-" else { return [] }
        var out: [UInt8] = []
        var high: UInt8?
        for digit in hex.utf8 {
            let value = digit >= 0x61 ? digit - 0x57 : digit - 0x30
            if let first = high {
                out.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return out
    }

    func read() -> Inflated {
        switch kind {
        case "gzip": Inflate.gzip(stream, limit: 1 << 20)
        case "zlib": Inflate.deflate(stream, limit: 1 << 20)
        default: Inflate.blocks(stream, limit: 1 << 20)
        }
    }
}

private func vectors(seed: UInt32) -> [Vector] {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/inflate_vectors.py").path
    guard let pipe = unsafe popen("python3 '\(script)' \(seed) 2>/dev/null", "r") else { return [] }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe fread(&chunk, 1, chunk.count, pipe)
        guard count > 0 else { break }
        bytes += chunk[..<count]
    }
    unsafe pclose(pipe)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Vector($0) }
}

private let hasPython = unsafe system("python3 -c 'import zlib' >/dev/null 2>&1") == 0

@Suite(.enabled(if: hasPython, "python3 is not there")) struct PythonTests {
    @Test func everyStreamIsTakenAsZlibTakesIt() {
        let seed = UInt32.random(in: 0...UInt32.max)
        let all = vectors(seed: seed)
        #expect(all.count == 300 * 3 + 500 * 6 + 1000)
        #expect(all.count { $0.how == "complete" } >= 900)
        #expect(all.count { $0.how == "error" } >= 500)
        #expect(all.count { $0.how == "truncated" } >= 1000)
        var sooner = 0
        for (i, vector) in all.enumerated() {
            let ours = vector.read()
            switch vector.how {
            case "complete": #expect(ours == Inflated(bytes: vector.output, end: .complete), "seed \(seed), line \(i)")
            case "truncated":
                #expect(ours.bytes == vector.output, "seed \(seed), line \(i)")
                // A block whose code of lengths is empty can come to nothing; zlib says so only at its end.
                if ours.end == .damaged(.codes) {
                    sooner += 1
                } else {
                    #expect(ours.end == .truncated, "seed \(seed), line \(i)")
                }
            default:
                // A stream zlib refuses: bare blocks are a second try of ours for what does not begin as zlib does.
                let isSecondTry = vector.kind == "zlib" && ours == Inflate.blocks(vector.stream, limit: 1 << 20)
                if case .damaged = ours.end { continue }
                #expect(isSecondTry, "seed \(seed), line \(i): \(vector.kind) \(ours.end)")
            }
        }
        #expect(sooner < 100)
    }
}
