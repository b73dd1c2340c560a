import JSON
import Testing

private func written(_ body: (inout JSONWriter, inout [UInt8]) -> Void) -> String {
    var writer = JSONWriter()
    var out: [UInt8] = []
    body(&writer, &out)
    return String(decoding: out, as: UTF8.self)
}

@Suite("JSON writer")
struct WriterTests {
    @Test("commas stand between members and elements, nowhere else")
    func commas() {
        let text = written { writer, out in
            writer.beginObject(&out)
            writer.key("a", &out)
            writer.integer(1, &out)
            writer.key("b", &out)
            writer.beginArray(&out)
            writer.beginObject(&out)
            writer.endObject(&out)
            writer.beginArray(&out)
            writer.endArray(&out)
            writer.null(&out)
            writer.bool(true, &out)
            writer.bool(false, &out)
            writer.double(0.5, &out)
            writer.double(.infinity, &out)
            writer.endArray(&out)
            writer.key("c", &out)
            writer.prepareRaw(&out)
            out.append(UInt8(ascii: "7"))
            writer.key("d\"", &out)
            writer.string("x\n", &out)
            writer.endObject(&out)
        }
        #expect(text == #"{"a":1,"b":[{},[],null,true,false,0.5,null],"c":7,"d\"":"x\n"}"#)
    }

    @Test(
        "only what must be escaped is",
        arguments: [
            ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("\u{08}\u{0C}\n\r\t", #""\b\f\n\r\t""#),
            ("\0\u{1F}", #""\u0000\u001f""#), ("\u{7F}/é😀", "\"\u{7F}/é😀\""), ("", #""""#), ("\"", #""\"""#),
        ])
    func escapes(text: String, json: String) {
        #expect(written { $0.string(text, &$1) } == json)
    }

    @Test("every byte and pair of bytes comes back as it was written, or as Latin-1")
    func roundTripBytes() throws {
        for first in UInt8.min...UInt8.max {
            for second: UInt8 in [0x00, 0x22, 0x41, 0x5C, 0x7F, 0x80, 0xA9, 0xBF, 0xC3, 0xFF] {
                let bytes: [UInt8] = [0x78, first, second, 0x79]
                var out: [UInt8] = []
                let encoding = out.appendJSON(unknown: bytes.span, 0..<4)
                let text = try #require(try JSONValue(parsing: out.span).string)
                switch encoding {
                case .utf8: #expect(Array(text.utf8) == bytes)
                case .latin1: #expect(text.unicodeScalars.map { UInt8($0.value) } == bytes)
                }
                let isUTF8 = String(validating: bytes, as: UTF8.self) != nil
                #expect((encoding == .utf8) == isUTF8)
            }
        }
    }

    @Test("bytes promised to be UTF-8 that are not never break the JSON")
    func replacement() throws {
        let bytes: [UInt8] = [0x61, 0xFC, 0x0A, 0xC3]
        #expect(written { $0.string(bytes.span, 0..<4, &$1) } == "\"a\u{FFFD}\\n\u{FFFD}\"")
    }

    @Test("a sequence that goes on behind the range is not part of it")
    func rangeEnds() {
        let bytes = Array("xé".utf8)
        var out: [UInt8] = []
        #expect(out.appendJSON(unknown: bytes.span, 0..<2) == .latin1)
        #expect(String(decoding: out, as: UTF8.self) == "\"xÃ\"")
    }

    @Test("part of a span is written, with or without quotes")
    func ranges() {
        let bytes = Array("abc\"def".utf8)
        var out: [UInt8] = []
        out.appendJSON(utf8: bytes.span, 1..<3)
        out.appendJSONContents(bytes.span, 2..<5)
        out.appendJSONContents(bytes.span, 4..<6)
        #expect(String(decoding: out, as: UTF8.self) == #""bc"c\"dde"#)
    }

    @Test(
        "whole numbers are written as Swift would",
        arguments: [
            0, 9, 10, 99, 100, 1_234_567_890, -1, -10, .max, .min,
        ] as [Int64])
    func integers(value: Int64) {
        #expect(written { $0.integer(value, &$1) } == String(value))
        #expect(written { $0.integer(UInt64(bitPattern: value), &$1) } == String(UInt64(bitPattern: value)))
        #expect(written { $0.integer(Int8(truncatingIfNeeded: value), &$1) } == String(Int8(truncatingIfNeeded: value)))
    }

    @Test(
        "doubles are read back as they were",
        arguments: [
            0.1, -0.0, 1e300, .leastNonzeroMagnitude, 1e16, 123_456.789, .pi,
        ])
    func doubles(value: Double) throws {
        let text = written { $0.double(value, &$1) }
        #expect(try JSONValue(parsing: text).double == value)
    }

    @Test("random strings survive writer and reader, in both dialects")
    func randomRoundTrip() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet: [Unicode.Scalar] = ["a", "\"", "\\", "\n", "\0", "é", "€", "😀", "\u{2028}", "\u{7F}", "/", "u"]
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<20, using: &generator) {
                text.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "a")
            }
            let json = written { $0.string(text, &$1) }
            #expect(try JSONValue(parsing: json).string == text)
            #expect(try JSONValue(parsing: json, as: .json5).string == text)
        }
    }
}
