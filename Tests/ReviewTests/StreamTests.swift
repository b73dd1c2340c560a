import Review
import Testing
import Trace

@Suite("Lines of a stream")
struct StreamTests {
    /// Every line of a text that comes in pieces of a size, with numbers.
    static func lines(_ text: String, _ size: Int) -> [String] {
        var stream = LineStream()
        var found: [String] = []
        let bytes = Array(text.utf8)
        func show(_ line: TraceLine) {
            found.append(
                "\(line.number)\(line.isWhole ? "" : "!"):" + String(decoding: stream.bytes[line.range], as: UTF8.self))
        }
        for start in stride(from: 0, to: bytes.count, by: size) {
            stream.makeRoom()
            stream.bytes += bytes[start..<min(bytes.count, start + size)]
            while let line = stream.next() { show(line) }
        }
        if let line = stream.rest() { show(line) }
        return found
    }

    @Test(
        "are the same whatever the pieces are",
        arguments: ["a\n\nbc\r\nd", "a\n", "", "\n\n", "x", String(repeating: "y", count: 200) + "\nz\n"])
    func pieces(text: String) {
        var expected: [String] = []
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (n, part) in parts.enumerated() {
            let isLast = n == parts.count - 1
            let shown = !isLast && part.hasSuffix("\r") ? part.dropLast() : part
            if !shown.isEmpty { expected.append("\(n + 1)\(isLast ? "!" : ""):\(shown)") }
        }
        // Characters join CR and LF, so the reference splits scalars.
        if text.contains("\r\n") { expected = ["1:a", "3:bc", "4!:d"] }
        for size in [1, 2, 3, 64, 65, 1000] { #expect(Self.lines(text, size) == expected) }
    }

    @Test("a line without end is dropped, told once, and the next one is read")
    func endless() {
        var stream = LineStream()
        var told: [Int] = []
        stream.bytes = Array("first\n".utf8)
        while stream.next() != nil {}
        for _ in 0..<5 {
            stream.makeRoom()
            if let number = stream.takeTooLong() { told.append(number) }
            stream.bytes += Array(repeating: 0x78, count: LineStream.longestLine / 2)
            #expect(stream.next() == nil)
            #expect(stream.bytes.count <= LineStream.longestLine * 2)
        }
        stream.makeRoom()
        stream.bytes += Array("tail\nnext\n".utf8)
        let line = stream.next()
        #expect(told == [2] && line?.number == 3)
    }

    @Test("the best of a stream are the first of the sorted whole", arguments: [1, 2, 7, 100])
    func best(limit: Int) {
        var seed: UInt64 = 42
        let values = (0..<200).map { _ -> Int64 in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1
            return Int64(seed >> 58)
        }
        for descending in [false, true] {
            var best = BestOf<Int>(limit, descending: descending)
            for (n, value) in values.enumerated() { best.offer(.number(value), n) }
            let sorted = values.indices.sorted {
                values[$0] == values[$1] ? $0 < $1 : descending ? values[$0] > values[$1] : values[$0] < values[$1]
            }
            #expect(best.sorted() == Array(sorted.prefix(limit)))
            #expect(best.leftOut == 200 - min(200, limit))
        }
    }
}
