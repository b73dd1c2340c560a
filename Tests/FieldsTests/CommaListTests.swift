import Fields
import Testing
import Wire

@Suite struct CommaListTests {
    private func members(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        var cursor = 0
        while let member = CommaList.next(bytes.span, in: Extent(0, bytes.count), from: &cursor, comments: true) {
            found.append(String(decoding: bytes[member.indices], as: UTF8.self))
        }
        return found
    }

    @Test(arguments: [
        ("", [String]()), (" , ,,", []), ("close", ["close"]),
        ("keep-alive, Authorization", ["keep-alive", "Authorization"]),
        ("a\t,\tb ,c", ["a", "b", "c"]), ("a=\"x,y\", b", ["a=\"x,y\"", "b"]),
        ("a=\"x\\\",y\",b", ["a=\"x\\\",y\"", "b"]),
        ("1.1 a (one, two), 1.1 b", ["1.1 a (one, two)", "1.1 b"]), ("\"open, end", ["\"open, end"]),
        ("a\"\\", ["a\"\\"]), ("a=‹jwt,9,#00c0ffee›, b", ["a=‹jwt,9,#00c0ffee›", "b"]), ("‹a,b", ["‹a", "b"]),
    ])
    func membersAreSplitAtCommasOutsideQuotes(_ text: String, _ expected: [String]) {
        #expect(members(text) == expected)
    }

    @Test func parenthesesAreCommentsOnlyWhereAFieldHasThem() {
        let bytes = Array("a(b, c)".utf8)
        var cursor = 0
        let first = CommaList.next(bytes.span, in: Extent(0, bytes.count), from: &cursor)
        #expect(first == Extent(0, 3))
    }

    @Test func wordsAreFoundInAnyCase() {
        let bytes = Array("Keep-Alive, AUTHORIZATION".utf8)
        let hasName = CommaList.contains(bytes.span, Extent(0, bytes.count), word: "authorization")
        let hasClose = CommaList.contains(bytes.span, Extent(0, bytes.count), word: "close")
        #expect(hasName && !hasClose)
    }
}
