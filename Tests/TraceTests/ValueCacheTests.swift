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

    @Test func asManyValuesOfOneHashAsHaveAPlaceStandBesideEachOther() throws {
        func group(_ text: String) -> Int {
            let bytes = Array(text.utf8)
            return ValueCache.slot(bytes.span, Extent(0, bytes.count), 0) / ValueCache.ways
        }
        let alike = (0..<20_000).lazy.map { "value \($0)" }.filter { group($0) == group("value 0") }
        let some = Array(alike.prefix(ValueCache.ways + 1))
        try #require(some.count == ValueCache.ways + 1)
        var cache = ValueCache()
        for text in some.dropLast() { learn(&cache, text, "<\(text)>") }
        // The second is used last, the first longest ago when the others were used again.
        for text in some.dropFirst().dropLast() { #expect(ask(&cache, text) == "<\(text)>") }
        learn(&cache, some[ValueCache.ways], "new")
        #expect(ask(&cache, some[0]) == nil)
        for text in some.dropFirst().dropLast() { #expect(ask(&cache, text) == "<\(text)>") }
        #expect(ask(&cache, some[ValueCache.ways]) == "new")
    }
}
