// The features of the JSON5 specification one by one: accepted as JSON5 with the right value, refused as strict JSON.

import JSON
import Testing

@Suite("JSON5")
struct JSON5Tests {
    @Test(
        "strings may have single quotes, more escapes and continued lines",
        arguments: [
            ("'a\"b'", "a\"b"), ("\"it's\"", "it's"), (#"'\''"#, "'"), (#"'\x41\v\0'"#, "A\u{0B}\0"),
            ("'a\\\nb'", "ab"),
            ("'a\\\r\nb'", "ab"), ("'a\\\rb'", "ab"), ("'a\\\u{2028}b'", "ab"), (#"'\A\C\/\D\C'"#, "AC/DC"),
            ("'tab\there'", "tab\there"), (#"'\é'"#, "é"), ("'\u{2028}'", "\u{2028}"),
        ])
    func strings(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text, as: .json5).string == value)
    }

    @Test(
        "what no string may hold is refused in JSON5 too",
        arguments: [
            "'a\nb'", "'a\rb'", #"'\1'"#, #"'\01'"#, #"'\x4'"#, #"'\u12'"#, "'a", "'a\"",
        ])
    func badStrings(text: String) {
        #expect(failure(text, .json5) != nil)
    }

    @Test(
        "numbers may have a sign, a bare point, hexadecimal digits and names",
        arguments: [
            ("+1", 1, 1), ("-1", -1, -1), (".5", nil, 0.5), ("5.", nil, 5), ("-.25e1", nil, -2.5), ("0x1F", 31, 31),
            ("-0xdecaf", -912_559, -912_559), ("+0XC8", 200, 200), ("Infinity", nil, .infinity),
            ("-Infinity", nil, -.infinity), ("+Infinity", nil, .infinity), ("0xFFFFFFFFFFFFFFFFF", nil, 0x1p68),
            ("5.e1", nil, 50),
        ] as [(String, Int64?, Double)])
    func numbers(text: String, integer: Int64?, double: Double) throws {
        let value = try JSONValue(parsing: text, as: .json5)
        #expect(value.integer == integer)
        #expect(value.double == double)
    }

    @Test("NaN is a number that is not one", arguments: ["NaN", "-NaN", "+NaN"])
    func notANumber(text: String) throws {
        #expect(try JSONValue(parsing: text, as: .json5).double?.isNaN == true)
    }

    @Test(
        "broken numbers are refused",
        arguments: [
            "010", "0x", "0xg", ".", "+", "1_000", "Infinit", "NaNs", "1.2.3", "- 1", "1e", "--1", "0x1.5",
        ])
    func badNumbers(text: String) {
        #expect(failure(text, .json5) != nil)
    }

    @Test(
        "keys may be identifiers",
        arguments: [
            ("{a:1}", "a"), ("{$_b9:1}", "$_b9"), ("{ünïcödé:1}", "ünïcödé"), (#"{\u0061b:1}"#, "ab"),
            ("{'x y':1}", "x y"),
            ("{null:1}", "null"), ("{a\u{200D}b:1}", "a\u{200D}b"), ("{ a /* c */ : 1 }", "a"),
        ])
    func keys(text: String, key: String) throws {
        #expect(try JSONValue(parsing: text, as: .json5).members?.map(\.key) == [key])
    }

    @Test(
        "what is no identifier needs quotes",
        arguments: ["{9a:1}", "{a-b:1}", "{:1}", #"{\u002d:1}"#, "{,}", "{a b:1}"])
    func badKeys(text: String) {
        #expect(failure(text, .json5) != nil)
    }

    @Test(
        "one trailing comma is allowed, and never a lone one",
        arguments: [
            ("[1,]", true), ("{a:1,}", true), ("[1,,]", false), ("[,]", false), ("{a:1,,}", false),
            ("[1 , /* c */ ]", true),
        ])
    func trailingComma(text: String, accepted: Bool) {
        #expect((failure(text, .json5) == nil) == accepted)
    }

    @Test(
        "comments and every Unicode space may stand between values",
        arguments: [
            "// c\n1", "1 // c", "/* a * / */ 1", "/**/1/**/", "\u{FEFF}1",
            "\u{0B}\u{0C}\u{A0}\u{2003}\u{2028}\u{2029}1",
            "// c\u{2028}1", "// c\r1", "//\n1//",
        ])
    func space(text: String) throws {
        #expect(try JSONValue(parsing: text, as: .json5).integer == 1)
    }

    @Test("a comment that does not end is reported with its beginning")
    func openComment() throws {
        let error = try #require(failure("{\n /* a: 1 }", .json5))
        #expect(error.kind == .endOfText)
        #expect(error.expected == "'*/' to end the comment that begins at line 2, column 2")
    }

    @Test("broken comments are refused", arguments: ["/ 1", "/", "1 /", "/* *", "/*/"])
    func badComments(text: String) {
        #expect(failure(text, .json5) != nil)
    }

    @Test("the whole of it together, as a settings file has it")
    func document() throws {
        let text = """
            // comments
            {
              unquoted: 'and you can quote me on that',
              "backwardsCompatible": "with JSON",
              hexadecimal: 0xdecaf, /* inline */ half: .5,
              list: [+1, Infinity,],
              nested: { lines: 'one \\
            two' },
            }
            """
        let tree = try JSONValue(parsing: text, as: .json5)
        #expect(tree.members?.count == 6)
        #expect(tree["hexadecimal"]?.integer == 0xdecaf)
        #expect(tree["list"]?.elements?.count == 2)
        #expect(tree["nested"]?["lines"]?.string == "one two")
    }

    @Test(
        "nothing of this is strict JSON",
        arguments: [
            "'a'", "+1", ".5", "5.", "0x1F", "Infinity", "NaN", "{a:1}", "[1,]", "// c\n1", "\u{FEFF}1", "\u{A0}1",
            #""\x41""#, "\"a\\\nb\"", #""\v""#,
        ])
    func strictRefuses(text: String) throws {
        #expect(failure(text) != nil)
        #expect(failure(text, .json5) == nil)
    }
}
