// The byte classes against definitions written down a second time, as sets, and the known field names.
import Testing
import Wire

@Suite struct OctetTests {
    @Test func everyByteIsInTheClassesTheGrammarPutsItIn() {
        let token = Set(bytes("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        let digits = Array("0123456789".utf8)
        let lower = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        let upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let visible = Set(UInt8(0x21)...0x7E)
        let obsolete = Set(UInt8(0x80)...0xFF)
        let content = visible.union(obsolete).union([0x20, 0x09])
        let target = visible.union(obsolete).subtracting(bytes("#"))
        for byte in UInt8.min...UInt8.max {
            #expect(Octet.isToken(byte) == token.contains(byte), "\(byte)")
            #expect(Octet.isFieldContent(byte) == content.contains(byte), "\(byte)")
            #expect(Octet.isTarget(byte) == target.contains(byte), "\(byte)")
            #expect(Octet.isBlank(byte) == (byte == 0x20 || byte == 0x09), "\(byte)")
            #expect(Octet.isDigit(byte) == digits.contains(byte), "\(byte)")
            #expect(Octet.lowercased(byte) == (upper.firstIndex(of: byte).map { lower[$0] } ?? byte), "\(byte)")
            let hex = "0123456789abcdef".utf8.enumerated().first { $1 == Octet.lowercased(byte) }?.offset
            #expect(Octet.hexValue(byte).map(Int.init) == hex, "\(byte)")
        }
    }
}

@Suite struct FieldNameTests {
    private func lookup(_ name: [UInt8]) -> FieldName {
        // Bytes around the name: a lookup must not look at them.
        let padded = [0x58] + name + [0x59]
        return FieldName.lookup(padded.span, Extent(1, 1 + name.count))
    }

    @Test func everyNameIsKnownInEveryCase() {
        var generator = Seeded(state: 1)
        for name in FieldName.allCases where name != .other {
            let spelling = name.spelling
            #expect(lookup(bytes(spelling)) == name)
            #expect(lookup(bytes(spelling.lowercased())) == name)
            #expect(lookup(bytes(spelling.uppercased())) == name)
            let mixed = spelling.map { Bool.random(using: &generator) ? $0.uppercased() : $0.lowercased() }.joined()
            #expect(lookup(bytes(mixed)) == name, "\(mixed)")
        }
    }

    @Test func aNameThatIsOffByAByteIsNotKnown() {
        let known = Set(FieldName.allCases.map { $0.spelling.lowercased() })
        for name in FieldName.allCases where name != .other {
            let spelling = bytes(name.spelling)
            for i in spelling.indices {
                for other in [spelling[i] ^ 0x01, spelling[i] ^ 0x80, 0x5F, 0x2D] {
                    var near = spelling
                    near[i] = other
                    if known.contains(text(near.map(Octet.lowercased))) { continue }
                    #expect(lookup(near) == .other, "\(text(near))")
                }
                // A bit that would only change case in a letter must not matter elsewhere: "-" is not CR.
                var folded = spelling
                folded[i] ^= 0x20
                if !known.contains(text(folded.map(Octet.lowercased))) {
                    #expect(lookup(folded) == .other, "\(text(folded))")
                }
            }
            for near in [spelling + [0x73], Array(spelling.dropLast()), Array(spelling.dropFirst()), [0x58] + spelling]
            {
                if known.contains(text(near.map(Octet.lowercased))) { continue }
                #expect(lookup(near) == .other, "\(text(near))")
            }
        }
    }

    @Test func emptyAndEndlessNamesAreNotKnown() {
        #expect(lookup([]) == .other)
        #expect(lookup(bytes("x")) == .other)
        #expect(lookup([UInt8](repeating: 0x61, count: 100_000)) == .other)
    }

    @Test func spellingsAreTokensAndUnique() {
        let names = FieldName.allCases.filter { $0 != .other }
        #expect(Set(names.map { $0.spelling.lowercased() }).count == names.count)
        #expect(FieldName.allCases.count < 128, "FieldSection keeps one bit a name")
        for name in names {
            for byte in name.spelling.utf8 { #expect(Octet.isToken(byte)) }
        }
    }

    @Test func aSectionKnowsWhichNamesItHolds() {
        for name in FieldName.allCases {
            var section = FieldSection()
            section.append(FieldLine(name: .empty, value: .empty, id: name))
            for other in FieldName.allCases { #expect(section.contains(other) == (other == name)) }
            #expect(section.firstIndex(of: name) == 0)
            section.reset()
            #expect(!section.contains(name) && section.lines.isEmpty && section.firstIndex(of: name) == nil)
        }
    }

    @Test func wordsAreComparedWithAndWithoutCase() {
        let raw = bytes("Chunked chunked chunkeX")
        let span = raw.span
        let upper = span.equals(Extent(0, 7), ignoringCase: "chunked")
        let exact = span.equals(Extent(0, 7), "chunked")
        let lower = span.equals(Extent(8, 15), "chunked")
        let other = span.equals(Extent(16, 23), ignoringCase: "chunked")
        let twice = span.equals(Extent(0, 7), ignoringCase: Extent(8, 15))
        let longer = span.equals(Extent(0, 8), ignoringCase: "chunked")
        #expect([upper, exact, lower, other, twice, longer] == [true, false, true, false, true, false])
    }
}

@Suite struct ExtentTests {
    @Test func extentsCountAndCopy() {
        let raw = bytes("hello world")
        var out = bytes(">")
        out.append(Extent(6, 11), of: raw.span)
        out.append(Extent(3, 3), of: raw.span)
        out.append(text: "!")
        out.append(copying: raw.span)
        #expect(text(out) == ">world!hello world")
        #expect(Extent(6, 11).count == 5 && Extent.empty.isEmpty && Extent(4, 2).isEmpty)
    }
}
