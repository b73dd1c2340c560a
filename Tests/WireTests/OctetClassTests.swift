import Testing

@testable import Wire

@Suite struct OctetClassTests {
    @Test func theTableSaysWhatTheFunctionsSay() {
        for byte in UInt8.min...UInt8.max {
            #expect(OctetClass.contains(byte, OctetClass.token) == Octet.isToken(byte), "\(byte)")
            #expect(OctetClass.contains(byte, OctetClass.fieldContent) == Octet.isFieldContent(byte), "\(byte)")
            #expect(OctetClass.contains(byte, OctetClass.target) == Octet.isTarget(byte), "\(byte)")
        }
    }

    @Test func aRunEndsAtTheFirstByteOfAnotherClass() {
        let bytes = Array("ab-c: d\u{7f}".utf8)
        #expect(OctetClass.end(OctetClass.token, bytes.span, from: 0) == 4)
        #expect(OctetClass.end(OctetClass.token, bytes.span, from: 4) == 4)
        #expect(OctetClass.end(OctetClass.fieldContent, bytes.span, from: 5) == 7)
        #expect(OctetClass.end(OctetClass.fieldContent, bytes.span, from: 8) == 8)
    }

    @Test func aNameIsKnownByAllOfItsBytesAndInAnyCase() {
        for name in FieldName.allCases where name != .other {
            let spelling = Array(name.spelling.utf8)
            let upper = Array(name.spelling.uppercased().utf8)
            let whole = Extent(0, spelling.count)
            #expect(FieldName.lookup(spelling.span, whole) == name)
            #expect(FieldName.lookup(upper.span, whole) == name)
            for i in spelling.indices {
                for bit in 0..<8 {
                    var other = spelling
                    other[i] ^= 1 << UInt8(bit)
                    let isOtherCase = Octet.lowercased(other[i]) == Octet.lowercased(spelling[i])
                    #expect((FieldName.lookup(other.span, whole) == name) == isOtherCase, "\(name) \(i) \(bit)")
                }
            }
        }
    }
}
