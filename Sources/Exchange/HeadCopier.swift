// Copies the field lines of a head to the other side. Lines that pass unchanged are copied in runs, as they stand in
// the buffer; only a line that is dropped, replaced or oddly spaced ends a run. So an ordinary head costs one or two
// copies, and order, spelling, duplicates and odd bytes survive by construction.
import Fields
import Wire

/// A copy of field lines in progress.
struct HeadCopier: ~Copyable {
    private var runStart = -1
    private var runEnd = -1

    /// Passes a line on as it is; blanks around the value, which are no part of it, become the usual single space.
    mutating func keep(_ line: FieldLine, _ bytes: Span<UInt8>, into out: inout [UInt8]) {
        let nameEnd = Int(line.name.end)
        let valueStart = Int(line.value.start)
        let valueEnd = Int(line.value.end)
        let plain: Bool
        if line.value.isEmpty {
            plain = valueStart == nameEnd + 1 && bytes[valueStart] == Octet.carriageReturn
        } else {
            plain =
                valueStart == nameEnd + 2 && bytes[nameEnd + 1] == Octet.space
                && bytes[valueEnd] == Octet.carriageReturn
        }
        let start = Int(line.name.start)
        if plain {
            if runEnd == start {
                runEnd = valueEnd + 2
            } else {
                flush(bytes, into: &out)
                runStart = start
                runEnd = valueEnd + 2
            }
            return
        }
        flush(bytes, into: &out)
        out.append(line.name, of: bytes)
        out.append(text: ": ")
        out.append(line.value, of: bytes)
        out.append(text: "\r\n")
    }

    /// Ends the current run: what follows is not the next line of the input.
    mutating func flush(_ bytes: Span<UInt8>, into out: inout [UInt8]) {
        if runEnd > runStart { out.append(Extent(runStart, runEnd), of: bytes) }
        runStart = -1
        runEnd = -1
    }
}

extension FieldEdit {
    /// Notes that a section is not passed on at all.
    static func drop(all section: borrowing FieldSection, _ reason: EditReason, edits: inout [FieldEdit]) {
        for index in section.lines.indices {
            edits.append(FieldEdit(.drop, reason, id: section.lines[index].id, index: index))
        }
    }
}

/// Writes field lines of our own and keeps book of them.
enum OwnLine {
    /// Adds a line behind all others.
    static func add(
        _ name: FieldName, _ reason: EditReason, into out: inout [UInt8], edits: inout [FieldEdit],
        value: (inout [UInt8]) -> Void
    ) {
        let start = begin(name, into: &out)
        value(&out)
        end(name, startedAt: start, reason, into: &out, edits: &edits)
    }

    /// Writes the name of a line to be added; the caller appends the value.
    static func begin(_ name: FieldName, into out: inout [UInt8]) -> Int {
        let start = out.count
        out.append(text: name.spelling)
        out.append(text: ": ")
        return start
    }

    /// Ends a line that `begin` started.
    static func end(
        _ name: FieldName, startedAt start: Int, _ reason: EditReason, into out: inout [UInt8],
        edits: inout [FieldEdit]
    ) {
        let nameEnd = start + name.spelling.utf8.count
        edits.append(
            FieldEdit(
                .add, reason, id: name, index: -1, name: Extent(start, nameEnd),
                value: Extent(nameEnd + 2, out.count)))
        out.append(text: "\r\n")
    }

    /// Writes a line with its own name and another value, in its place.
    static func replace(
        _ line: FieldLine, at index: Int, _ reason: EditReason, _ bytes: Span<UInt8>, into out: inout [UInt8],
        edits: inout [FieldEdit], value: (inout [UInt8]) -> Void
    ) {
        let nameStart = out.count
        out.append(line.name, of: bytes)
        let nameEnd = out.count
        out.append(text: ": ")
        let valueStart = out.count
        value(&out)
        edits.append(
            FieldEdit(
                .replace, reason, id: line.id, index: index, name: Extent(nameStart, nameEnd),
                value: Extent(valueStart, out.count)))
        out.append(text: "\r\n")
    }
}
