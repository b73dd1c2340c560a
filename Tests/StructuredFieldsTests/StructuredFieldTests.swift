import StructuredFields
import Testing

@Suite struct StructuredFieldTests {
    @Test func anErrorNamesItsPlaceAndWhatWouldBeRight() {
        let error = #expect(throws: StructuredFieldError.self) { try StructuredList("a, b, c=1") }
        #expect(error?.description == "byte 7: expected ',' or the end after a member")
        let trailing = #expect(throws: StructuredFieldError.self) { try StructuredList("a,") }
        #expect(trailing?.description == "byte 2: expected another member after ','")
    }

    @Test func aNameGivenAgainReplacesTheValueInItsPlace() throws {
        let dictionary = try StructuredDictionary("a=1, b=2, a=3;x;y=1;x=2")
        #expect(dictionary.pairs.map(\.key) == ["a", "b"])
        #expect(dictionary["a"]?.value == .integer(3))
        #expect(dictionary["a"]?.parameters.pairs.map(\.key) == ["x", "y"])
        #expect(dictionary["a"]?.parameters["x"] == .integer(2))
    }

    @Test func linesAreReadAsOneList() throws {
        let list = try StructuredList(lines: [Array("a".utf8), Array("b;p".utf8)])
        #expect(list.members.map(\.value) == [.token("a"), .token("b")])
        #expect(throws: StructuredFieldError.self) { try StructuredList(lines: [Array("a".utf8), []]) }
    }

    @Test func everyByteIsReadOrRefusedWithoutATrap() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("()\"\\:;=,?@%*-.0123456789aZ~ \t\u{0}\u{7F}".utf8) + [0x80, 0xE2, 0xFF]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            for field in [
                try? StructuredItem(lines: [text]).serialised(), try? StructuredList(lines: [text]).serialised(),
                try? StructuredDictionary(lines: [text]).serialised(),
            ] {
                // What was read can be written, and is then read as the same.
                guard let field, let list = try? StructuredList(lines: [field]) else { continue }
                #expect((try? list.serialised()) == field)
            }
        }
    }

    @Test func manyNamesTakeLinearTime() throws {
        let text = (0..<50_000).map { "k\($0)=1" }.joined(separator: ",")
        let clock = ContinuousClock()
        let dictionary = try StructuredDictionary(text)
        #expect(dictionary.pairs.count == 50_000)
        let time = try clock.measure { _ = try StructuredDictionary(text) }
        #expect(time < .seconds(20))
    }

    @Test func decimalsAreExact() throws {
        #expect(try StructuredItem("1.5").value == .decimal(StructuredDecimal(thousandths: 1500)))
        #expect(try StructuredItem("-0.001").value == .decimal(StructuredDecimal(thousandths: -1)))
        #expect(StructuredDecimal(rounding: .nan) == nil)
        #expect(StructuredDecimal(rounding: 1e12) == nil)
    }
}
