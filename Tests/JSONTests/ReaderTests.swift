import JSON
import Testing

/// The error a text ends in, or nil when it is accepted.
func failure(_ text: String, _ dialect: JSONDialect = .strict, depth: Int = 128) -> JSONError? {
    do {
        _ = try JSONValue(parsing: text, as: dialect, maximumDepth: depth)
        return nil
    } catch { return error }
}

@Suite("JSON reader")
struct ReaderTests {
    @Test("a trace line is read key by key without building anything")
    func pull() throws {
        let line = Array(
            #"{"v":1,"id":"0k3v9","timing":{"connect_us":120},"fields":[{"n":"Host","v":"a\u00e9"}],"r":1.5}"#.utf8)
        let span = line.span
        let names = JSONNames(["v", "id", "fields", "r"])
        var reader = JSONReader()
        var version: Int64 = 0
        var id = ""
        var values: [String] = []
        var ratio = 0.0
        try reader.enterObject(in: span)
        while let key = try reader.nextKey(in: span) {
            switch names.index(of: key, in: span) {
            case 0: version = try reader.readInteger(in: span)
            case 1: id = try reader.readString(in: span)
            case 2:
                try reader.enterArray(in: span)
                while try reader.nextElement(in: span) {
                    try reader.enterObject(in: span)
                    while let inner = try reader.nextKey(in: span) {
                        if inner.equals("v", in: span) {
                            values.append(try reader.readString(in: span))
                        } else {
                            try reader.skip(in: span)
                        }
                    }
                }
            case 3: ratio = try reader.readDouble(in: span)
            default: try reader.skip(in: span)
            }
        }
        try reader.finish(in: span)
        #expect(version == 1)
        #expect(id == "0k3v9")
        #expect(values == ["aé"])
        #expect(ratio == 1.5)
        #expect(reader.depth == 0)
    }

    @Test(
        "an error names line, column, what was expected and what stands there",
        arguments: [
            ("{\"a\":1,\n \"b\" 2}", 2, 6, "':' after the key", "'2'"),
            ("[1,\r\n2,\r3 4]", 3, 3, "',' or ']' after a value", "'4'"),
            ("{\"a\":tru}", 1, 6, "'true'", "'tru'"),
            ("[\"äöü\",x]", 1, 8, "a value", "'x'"),
            ("[\"😀\" 1]", 1, 6, "',' or ']' after a value", "'1'"),
            ("{\"a\":1,}", 1, 8, "another key after ',' (JSON has no trailing comma)", "'}'"),
            ("[1,]", 1, 4, "another value after ',' (JSON has no trailing comma)", "']'"),
            ("{a:1}", 1, 2, "a key in double quotes", "'a'"),
            ("[01]", 1, 2, "a number without leading zeros", "'01'"),
            ("[1.]", 1, 4, "a digit after the decimal point", "']'"),
            ("[1e]", 1, 4, "a digit in the exponent", "']'"),
            ("[\"a\tb\"]", 1, 4, "text (control characters are written as \\u escapes)", "a tab"),
            ("[\"\\u12g4\"]", 1, 7, "four hexadecimal digits after \\u", "'g4'"),
            ("[\"\\q\"]", 1, 4, "one of \" \\ / b f n r t u after the backslash", "'q'"),
            ("[1] 2", 1, 5, "the end of the text", "'2'"),
            ("\u{FEFF}{}", 1, 1, "a value", "U+FEFF"),
            ("", 1, 1, "a value", "the end of the text"),
            ("[1,2", 1, 5, "',' or ']' after a value", "the end of the text"),
            ("[]]", 1, 3, "the end of the text", "']'"),
            ("['a']", 1, 2, "a value (JSON strings stand in double quotes)", "a single quote"),
        ])
    func messages(text: String, line: Int, column: Int, expected: String, found: String) throws {
        let error = try #require(failure(text))
        #expect(error.position.line == line)
        #expect(error.position.column == column)
        #expect(error.expected == expected)
        #expect(error.found == found)
    }

    @Test("an unfinished string is reported at the end and says where it began")
    func unfinishedString() throws {
        let error = try #require(failure("{\n  \"a\": \"bc"))
        #expect(error.kind == .endOfText)
        #expect(error.expected == "'\"' to end the string that begins at line 2, column 8")
        #expect(error.position.column == 11)
    }

    @Test(
        "a text that stops early is told apart from a wrong one",
        arguments: [
            ("{\"a\":", true), ("{\"a\":nul", true), ("[1,", true), ("[\"a", true), ("[-", true), ("{\"a\"", true),
            ("{\"a\":nux", false), ("[1;", false), ("{]", false),
        ])
    func endOfText(text: String, early: Bool) throws {
        let error = try #require(failure(text))
        #expect((error.kind == .endOfText) == early)
    }

    @Test(
        "bytes that are not UTF-8 are an error of their own",
        arguments: [
            [0x22, 0xFC, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0x22, 0x80, 0x22], [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0xFF],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) throws {
        let error = try #require(throws: JSONError.self) { _ = try JSONValue(parsing: bytes.span) }
        #expect(error.kind == .encoding)
        #expect(error.found.contains("which is not UTF-8"))
    }

    @Test("nesting up to the bound is read, one more level is an error", arguments: [1, 2, 128, 512])
    func depth(bound: Int) throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = open == "[" ? "" : "1"
            func nested(_ levels: Int) -> String {
                String(repeating: open, count: levels) + inner + String(repeating: close, count: levels)
            }
            #expect(failure(nested(bound), depth: bound) == nil)
            let error = try #require(failure(nested(bound + 1), depth: bound))
            #expect(error.kind == .tooDeep)
            #expect(error.expected == "at most \(bound) levels of nesting")
            #expect(error.position.offset == open.utf8.count * bound)
        }
    }

    @Test("no caller can raise the bound beyond what a stack carries")
    func deepest() throws {
        let text = String(repeating: "[", count: 1_000_000)
        let error = try #require(failure(text, depth: .max))
        #expect(error.kind == .tooDeep)
        #expect(error.position.offset == JSONReader.deepest)
    }

    @Test(
        "escapes are decoded",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{08}\u{0C}\n\r\t"), (#""\u00e9""#, "é"), (#""\uD83D\uDE00""#, "😀"),
            (#""a\u0000b""#, "a\0b"), (#""\uD834\uDD1E!""#, "𝄞!"), (#""plain""#, "plain"), (#""""#, ""),
        ])
    func escapes(text: String, value: String) throws {
        #expect(try JSONValue(parsing: text).string == value)
    }

    @Test(
        "a lone surrogate becomes U+FFFD and is told of",
        arguments: [
            (#""\uD800""#, "\u{FFFD}"), (#""\uDC00x""#, "\u{FFFD}x"), (#""\uD800\u0041""#, "\u{FFFD}A"),
            (#""\uD800\uD83D\uDE00""#, "\u{FFFD}😀"), (#""\uD800\n""#, "\u{FFFD}\n"),
        ])
    func surrogates(text: String, value: String) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        let token = try reader.readText(in: bytes.span)
        #expect(token.string(in: bytes.span) == value)
        #expect(token.hasLoneSurrogate(in: bytes.span) == true)
    }

    @Test("a surrogate pair is not a lone surrogate")
    func surrogatePair() throws {
        let bytes = Array(#""\uD83D\uDE00""#.utf8)
        var reader = JSONReader()
        let token = try reader.readText(in: bytes.span)
        #expect(token.hasLoneSurrogate(in: bytes.span) == false)
    }

    @Test("a key is compared decoded, and only whole")
    func keyComparison() throws {
        let bytes = Array(#"{"n\u0061me":1}"#.utf8)
        var reader = JSONReader()
        try reader.enterObject(in: bytes.span)
        let next = try reader.nextKey(in: bytes.span)
        let key = try #require(next)
        #expect(key.equals("name", in: bytes.span) == true)
        #expect(key.equals("nam", in: bytes.span) == false)
        #expect(key.equals("names", in: bytes.span) == false)
        #expect(JSONNames(["other", "name"]).index(of: key, in: bytes.span) == 1)
    }

    @Test("known names are told apart, others are none of them")
    func names() throws {
        let list = (0..<300).map { "key-\($0)" } + ["", "v", "n"]
        let names = JSONNames(list)
        for (index, name) in list.enumerated() {
            let bytes = Array("\"\(name)\"".utf8)
            var reader = JSONReader()
            let text = try reader.readText(in: bytes.span)
            #expect(names.index(of: text, in: bytes.span) == index)
        }
        let other = Array("\"key-300\"".utf8)
        var reader = JSONReader()
        let text = try reader.readText(in: other.span)
        #expect(names.index(of: text, in: other.span) == nil)
    }

    @Test(
        "whole numbers are read up to the last one",
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func integers(text: String, value: Int64) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        #expect(try reader.readInteger(in: bytes.span) == value)
    }

    @Test(
        "what is no whole number of 64 bits is refused",
        arguments: [
            ("9223372036854775808", JSONError.Kind.outOfRange), ("-9223372036854775809", .outOfRange),
            ("99999999999999999999999", .outOfRange), ("1.0", .wrongKind), ("1e3", .wrongKind), ("\"1\"", .wrongKind),
        ])
    func notIntegers(text: String, kind: JSONError.Kind) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        let error = try #require(throws: JSONError.self) { _ = try reader.readInteger(in: bytes.span) }
        #expect(error.kind == kind)
    }

    @Test(
        "fractions are the nearest double, as the standard library has it",
        arguments: [
            "0.1", "1.5", "-2.25", "123456.789", "1e22", "1e23", "1e-22", "1e-23", "9007199254740993",
            "9007199254740992.5",
            "123456789012345678901234567890", "0.000000000000000000000001", "1.7976931348623157e308", "5e-324",
            "1e-400",
            "2.2250738585072011e-308", "0.30000000000000004", "-0.0", "1E+2", "3.141592653589793238462643",
            "0e999999999",
        ])
    func doubles(text: String) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader()
        let value = try reader.readDouble(in: bytes.span)
        let reference = try #require(Double(text))
        #expect(value == reference && value.sign == reference.sign)
    }

    @Test("a number too large for a double is an error when it is asked for, and kept by the tree")
    func overflow() throws {
        let bytes = Array("1e999".utf8)
        var reader = JSONReader()
        let error = try #require(throws: JSONError.self) { _ = try reader.readDouble(in: bytes.span) }
        #expect(error.kind == .outOfRange)
        let tree = try JSONValue(parsing: bytes.span)
        #expect(tree.content == .number(text: "1e999", integer: nil, double: .infinity))
    }

    @Test("a value of another kind is named in the error")
    func wrongKind() throws {
        let bytes = Array("  [1]".utf8)
        var reader = JSONReader()
        let error = try #require(throws: JSONError.self) { _ = try reader.readString(in: bytes.span) }
        #expect(error.kind == .wrongKind)
        #expect(error.message == "expected a string, found a list")
        #expect(error.position.column == 3)
    }

    @Test("a caller that forgets to read a value gets an error, not nonsense")
    func forgottenValue() throws {
        let bytes = Array(#"{"a":1,"b":2}"#.utf8)
        var reader = JSONReader()
        try reader.enterObject(in: bytes.span)
        _ = try reader.nextKey(in: bytes.span)
        #expect(throws: JSONError.self) { _ = try reader.nextKey(in: bytes.span) }
    }

    @Test("null can be asked for without consuming something else")
    func optionalNull() throws {
        let bytes = Array("[null,1]".utf8)
        var reader = JSONReader()
        try reader.enterArray(in: bytes.span)
        _ = try reader.nextElement(in: bytes.span)
        let isNull = try reader.readsNull(in: bytes.span)
        #expect(isNull)
        _ = try reader.nextElement(in: bytes.span)
        let again = try reader.readsNull(in: bytes.span)
        #expect(!again)
        #expect(try reader.readInteger(in: bytes.span) == 1)
    }
}
