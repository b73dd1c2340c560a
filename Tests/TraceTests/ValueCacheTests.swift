import Testing
import Wire

@testable import Trace

@Suite struct ValueCacheTests {
    private func ask(_ cache: inout ValueCache, _ text: String, _ context: UInt64 = 0) -> String? {
        var out: [UInt8] = []
        let bytes = Array(("--" + text + "--").utf8)
        guard cache.append(bytes.span, Extent(2, bytes.count - 2), context: context, to: &out) else { return nil }
        return String(decoding: out, as: UTF8.self)
    }

    private func learn(_ cache: inout ValueCache, _ text: String, _ output: String, _ context: UInt64 = 0) {
        let (bytes, told) = (Array(text.utf8), Array(output.utf8))
        cache.store(bytes.span, Extent(0, bytes.count), context: context, output: told.span)
    }

    @Test func aValueIsFoundByAllOfItsBytesAndItsContext() {
        var cache = ValueCache()
        learn(&cache, "one", "1")
        learn(&cache, "two", "2")
        for _ in 0..<3 {
            #expect(ask(&cache, "one") == "1")
            #expect(ask(&cache, "two") == "2")
            #expect(ask(&cache, "twp") == nil)
            #expect(ask(&cache, "on") == nil)
            #expect(ask(&cache, "one", 1) == nil)
        }
        learn(&cache, "one", "another", 1)
        #expect(ask(&cache, "one", 1) == "another")
    }

    @Test func manyValuesInAnyOrderAreNeverConfused() {
        var cache = ValueCache()
        var generator = SystemRandomNumberGenerator()
        var found = 0
        for _ in 0..<20_000 {
            let text = "value \(Int.random(in: 0..<600, using: &generator))"
            if let known = ask(&cache, text) {
                found += 1
                #expect(known == "<" + text + ">")
            } else {
                learn(&cache, text, "<" + text + ">")
            }
        }
        #expect(found > 5000)
    }

    @Test func aFullTableBeginsAnew() {
        var cache = ValueCache()
        let long = String(repeating: "x", count: 1000)
        for i in 0..<1000 {
            learn(&cache, "\(i)" + long, "output \(i)")
            #expect(ask(&cache, "\(i)" + long) == "output \(i)")
        }
        #expect(ask(&cache, "0" + long) == nil)
    }
}
