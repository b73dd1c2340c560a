import JSON
import Testing

@Suite("JSON tree")
struct TreeTests {
    @Test("members keep their order and their duplicates")
    func order() throws {
        let tree = try JSONValue(parsing: #"{"b":1,"a":2,"b":3,"c":4,"a":5}"#)
        #expect(tree.members?.map(\.key) == ["b", "a", "b", "c", "a"])
        #expect(tree["b"]?.integer == 1)
        let duplicates = tree.duplicates
        #expect(duplicates.map(\.again.key) == ["b", "a"])
        #expect(duplicates.map(\.first.value.integer) == [1, 2])
        #expect(duplicates.map(\.again.position.column) == [14, 26])
    }

    @Test("an object without duplicates has none")
    func noDuplicates() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"A":2}"#).duplicates.isEmpty)
        #expect(try JSONValue(parsing: "[1,1]").duplicates.isEmpty)
    }

    @Test("every node knows its line and column")
    func positions() throws {
        let tree = try JSONValue(parsing: "{\n  // ü\n  äb: [1,\r\n    'x'],\n}", as: .json5)
        let member = try #require(tree.members?.first)
        #expect(tree.position == JSONPosition(offset: 0, line: 1, column: 1))
        #expect(member.key == "äb")
        #expect(member.position == JSONPosition(offset: 12, line: 3, column: 3))
        #expect(member.value.position == JSONPosition(offset: 17, line: 3, column: 7))
        let elements = try #require(member.value.elements)
        #expect(
            elements.map(\.position) == [
                JSONPosition(offset: 18, line: 3, column: 8), JSONPosition(offset: 26, line: 4, column: 5),
            ])
    }

    @Test("a position walked to is the position computed")
    func walking() {
        let bytes = Array("a\nü\r\n😀x\ry\n\n".utf8)
        var walked = JSONPosition.start
        for offset in 0...bytes.count {
            walked.advance(to: offset, in: bytes.span)
            #expect(walked == JSONPosition(offset: offset, in: bytes.span))
        }
        #expect(walked.line == 6)
        #expect(walked.column == 1)
    }

    @Test("a number keeps its spelling beside its value")
    func numbers() throws {
        let tree = try JSONValue(parsing: "[1, 1.0, 1e2]")
        #expect(
            tree.elements?.map(\.content) == [
                .number(text: "1", integer: 1, double: 1), .number(text: "1.0", integer: nil, double: 1),
                .number(text: "1e2", integer: nil, double: 100),
            ])
    }

    @Test("each accessor answers for its own kind only")
    func accessors() throws {
        let tree = try JSONValue(parsing: #"[null,true,1,"s",[],{}]"#)
        let elements = try #require(tree.elements)
        #expect(elements.map(\.kind) == [.null, .bool, .number, .string, .array, .object])
        #expect(elements.map { $0.bool != nil } == [false, true, false, false, false, false])
        #expect(elements.map { $0.integer != nil } == [false, false, true, false, false, false])
        #expect(elements.map { $0.double != nil } == [false, false, true, false, false, false])
        #expect(elements.map { $0.string != nil } == [false, false, false, true, false, false])
        #expect(elements.map { $0.elements != nil } == [false, false, false, false, true, false])
        #expect(elements.map { $0.members != nil } == [false, false, false, false, false, true])
    }
}
