// Structured Fields: what is read as an item, a list or a dictionary can be written, and what was written reads back as
// the same; lines that are joined are read like the lines themselves.
import StructuredFields

enum StructuredFieldsBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        // The line feed, which no field value holds, is where the input is cut into lines.
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let joined = [Array(lines.joined(separator: [0x2C, 0x20]))]
        check("item", lines, joined, &promises) { (lines) throws(StructuredFieldError) in
            try StructuredItem(lines: lines)
        } write: { (item) throws(StructuredFieldError) in
            try item.serialised()
        }
        check("list", lines, joined, &promises) { (lines) throws(StructuredFieldError) in
            try StructuredList(lines: lines)
        } write: { (list) throws(StructuredFieldError) in
            try list.serialised()
        }
        check("dictionary", lines, joined, &promises) { (lines) throws(StructuredFieldError) in
            try StructuredDictionary(lines: lines)
        } write: { (dictionary) throws(StructuredFieldError) in
            try dictionary.serialised()
        }
        return promises.broken
    }

    private static func check<Field: Equatable>(
        _ name: String, _ lines: [[UInt8]], _ joined: [[UInt8]], _ promises: inout Promises,
        read: ([[UInt8]]) throws(StructuredFieldError) -> Field, write: (Field) throws(StructuredFieldError) -> [UInt8]
    ) {
        let field: Field
        do throws(StructuredFieldError) {
            field = try read(lines)
        } catch {
            promises.expect(!error.message.isEmpty, "\(name): an error has no text")
            promises.expect(
                error.offset.map { (0...joined[0].count).contains($0) } ?? true, "\(name): an error stands at \(error)")
            promises.expect((try? read(joined)) == nil, "\(name): joined lines are read, and the lines are not")
            return
        }
        promises.expect((try? read(joined)) == field, "\(name): joined lines are read as something else")
        do throws(StructuredFieldError) {
            let text = try write(field)
            promises.expect(
                text.allSatisfy { (0x20...0x7E).contains($0) }, "\(name): something else than ASCII is written")
            promises.expect((try? read([text])) == field, "\(name): \(shown(text)) is read as something else")
            promises.expect((try? write(field)) == text, "\(name): the same is written in two ways")
        } catch {
            promises.expect(false, "\(name): what was read cannot be written: \(error)")
        }
    }
}
