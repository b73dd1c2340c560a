// The JSON reader and writer: what is accepted as a tree is accepted by skipping over it and the other way round; what
// is JSON is JSON5 with the same meaning; what is written reads back as the same tree; positions lie in the text.
import JSON

enum JSONBody {
    private static let depth = 24

    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        let strict = tree(bytes, .strict, &promises)
        let json5 = tree(bytes, .json5, &promises)
        if let strict {
            promises.expect(json5.map { same($0, strict) } == true, "what is JSON is something else as JSON5")
        }
        // A number of JSON5 may be an infinity, which JSON cannot write.
        if let tree = json5, isFinite(tree) {
            var text: [UInt8] = []
            var writer = JSONWriter()
            write(tree, &writer, &text)
            let again = try? JSONValue(parsing: text.span, as: .strict, maximumDepth: depth)
            promises.expect(
                again.map { same($0, tree) } == true, "what is written is read as something else: \(shown(text))")
        }
        unknownEncoding(bytes, &promises)
        return promises.broken
    }

    private static func tree(_ bytes: [UInt8], _ dialect: JSONDialect, _ promises: inout Promises) -> JSONValue? {
        var reader = JSONReader(dialect, maximumDepth: depth)
        var skipped: JSONError?
        do throws(JSONError) {
            try reader.skip(in: bytes.span)
            try reader.finish(in: bytes.span)
        } catch { skipped = error }
        do throws(JSONError) {
            let value = try JSONValue(parsing: bytes.span, as: dialect, maximumDepth: depth)
            promises.expect(skipped == nil, "\(dialect): a tree is read of what cannot be skipped over")
            promises.expect(reader.depth == 0 && reader.offset == bytes.count, "\(dialect): the reader ends within")
            checkPositions(value, bytes, &promises)
            return value
        } catch {
            promises.expect(skipped != nil, "\(dialect): what can be skipped over gives no tree: \(error)")
            promises.expect(
                (0...bytes.count).contains(error.position.offset) && error.position.line >= 1
                    && error.position.column >= 1,
                "\(dialect): an error stands at \(error.position)")
            promises.expect(
                skipped.map { $0 == error } != false, "\(dialect): skipping finds another error than reading")
            return nil
        }
    }

    private static func checkPositions(_ value: JSONValue, _ bytes: [UInt8], _ promises: inout Promises) {
        promises.expect(bytes.indices.contains(value.position.offset), "a value stands outside the text")
        promises.expect(
            value.position == JSONPosition(offset: value.position.offset, in: bytes.span),
            "line and column of a value are not those of its offset")
        for element in value.elements ?? [] { checkPositions(element, bytes, &promises) }
        for member in value.members ?? [] { checkPositions(member.value, bytes, &promises) }
    }

    private static func isFinite(_ value: JSONValue) -> Bool {
        switch value.content {
        case .number(_, _, let double): double.isFinite
        case .array(let elements): elements.allSatisfy(isFinite)
        case .object(let members): members.allSatisfy { isFinite($0.value) }
        case .null, .bool, .string: true
        }
    }

    private static func write(_ value: JSONValue, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        switch value.content {
        case .null: writer.null(&out)
        case .bool(let truth): writer.bool(truth, &out)
        case .number(_, let integer?, _): writer.integer(integer, &out)
        case .number(_, nil, let double): writer.double(double, &out)
        case .string(let text): writer.string(text, &out)
        case .array(let elements):
            writer.beginArray(&out)
            for element in elements { write(element, &writer, &out) }
            writer.endArray(&out)
        case .object(let members):
            writer.beginObject(&out)
            for member in members {
                writer.key(member.key, &out)
                write(member.value, &writer, &out)
            }
            writer.endObject(&out)
        }
    }

    /// Equal but for where things stand and how numbers are spelled.
    ///
    /// Text is compared scalar by scalar: two Strings are equal to Swift when they look alike.
    private static func same(_ one: JSONValue, _ two: JSONValue) -> Bool {
        switch (one.content, two.content) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(_, let a, let x), .number(_, let b, let y)):
            // -0 is a whole number that an integer cannot keep.
            (a == b || x == 0) && (x == y || x.isNaN && y.isNaN)
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (.object(let a), .object(let b)):
            a.count == b.count
                && zip(a, b).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && same($0.value, $1.value) }
        default: false
        }
    }

    /// Bytes of any encoding as JSON text lose nothing.
    private static func unknownEncoding(_ bytes: [UInt8], _ promises: inout Promises) {
        var text: [UInt8] = []
        let encoding = text.appendJSON(unknown: bytes.span, 0..<bytes.count)
        guard let back = (try? JSONValue(parsing: text.span))?.string else {
            promises.expect(false, "bytes written as text are no JSON string")
            return
        }
        switch encoding {
        case .utf8: promises.expect(back.utf8.elementsEqual(bytes), "UTF-8 text comes back as other text")
        case .latin1:
            promises.expect(
                back.unicodeScalars.map(\.value).elementsEqual(bytes.map(UInt32.init)), "bytes come back as other bytes"
            )
        }
    }
}
