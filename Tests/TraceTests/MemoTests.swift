import Testing

@testable import Trace

@Suite struct MemoTests {
    /// Reads numbers in brackets through a memo, as the reader does; says how many came out of it.
    private func read(_ text: String, _ memo: inout Memo<Int>) -> (values: [Int], known: Int) {
        let bytes = Array(text.utf8)
        var (values, known, offset) = ([Int](), 0, 0)
        memo.restart()
        while offset < bytes.count {
            if let found = memo.find(bytes.span, at: offset) {
                values.append(found.value)
                known += 1
                offset += found.count
                continue
            }
            let end = bytes[offset...].firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? bytes.count
            let value = Int(String(decoding: bytes[(offset + 1)..<(end - 1)], as: UTF8.self)) ?? -1
            memo.store(bytes.span, offset..<end, value)
            values.append(value)
            offset = end
        }
        return (values, known)
    }

    @Test func aSequenceThatComesAgainIsKnown() {
        var memo = Memo<Int>()
        #expect(read("[1][2][3]", &memo) == ([1, 2, 3], 0))
        #expect(read("[1][2][3]", &memo) == ([1, 2, 3], 3))
        #expect(read("[1][2][4]", &memo) == ([1, 2, 4], 2))
        #expect(read("[1][2][3]", &memo) == ([1, 2, 3], 3))
        #expect(read("[1][2][4]", &memo) == ([1, 2, 4], 3))
    }

    @Test func whateverComesIsReadAsItStands() {
        var memo = Memo<Int>()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let numbers = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                Int.random(in: 0...120, using: &generator)
            }
            #expect(read(numbers.map { "[\($0)]" }.joined(), &memo).values == numbers)
        }
    }

    @Test func aFullMemoryBeginsAnew() {
        var memo = Memo<Int>()
        for number in 0..<10_000 { #expect(read("[\(number)]", &memo).values == [number]) }
        #expect(read("[9999]", &memo).known == 1)
    }

    @Test func aReaderThatHasReadMuchReadsWhatAFreshOneReads() throws {
        var generator = SystemRandomNumberGenerator()
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        var warm = TraceReader()
        let names = ["Authorization", "Cookie", "X-WP-Nonce", "User-Agent", "Referer", "Host", "X-Debug", "\u{e9}"]
        let values = ["Bearer abc", "a=b; c=d", "8f3a1c2b4d", "curl/8", "http://h/", "\"quoted\"", "\u{fc}", "", "12"]
        for _ in 0..<300 {
            var script = Script()
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                script.ask(
                    names.randomElement(using: &generator) ?? "A", values.randomElement(using: &generator) ?? "")
                script.answer(
                    names.randomElement(using: &generator) ?? "A", values.randomElement(using: &generator) ?? "")
            }
            let line = write(script, &recorder, &r)
            var fresh = TraceReader()
            let expected = try fresh.record(line.span, 0..<(line.count - 1))
            #expect(try warm.record(line.span, 0..<(line.count - 1)) == expected)
        }
    }
}
