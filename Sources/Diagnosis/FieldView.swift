// A field section as rules ask about it: by name without case. Values are as the record shows them, secrets replaced.

public import Fields
public import Ledger
public import Trace
import Wire

/// The fields of a message at one point.
public struct FieldView {
    /// Where it was seen.
    public let point: Point
    /// The lines in wire order.
    public let lines: [RecordedLine]

    /// The lines of a name, in order.
    public func all(_ name: String) -> [RecordedLine] {
        lines.filter { isSameName($0.name, name) }
    }

    /// The first line of a name.
    public func line(_ name: String) -> RecordedLine? {
        lines.first { isSameName($0.name, name) }
    }

    /// The first value of a name.
    public func first(_ name: String) -> String? { line(name)?.value }

    /// Whether there is a line of the name.
    public func has(_ name: String) -> Bool { line(name) != nil }

    /// The values of a name as one list (RFC 9110 section 5.3), or nil when there is no line.
    public func joined(_ name: String) -> String? {
        let values = all(name).map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The members of a comma-separated list of tokens, lower case, blanks and empty members removed.
    ///
    /// Quoted strings are not looked into: it is for lists of tokens only (Vary, Connection, Allow).
    public func tokens(_ name: String) -> [String] {
        guard let list = joined(name) else { return [] }
        return list.split(separator: ",").compactMap { member in
            let token = trimmed(member)
            return token.isEmpty ? nil : token.lowercased()
        }
    }

    /// The shape of the first value of a name, when it was a secret.
    public func shape(_ name: String) -> ValueShape? { line(name)?.shape }
}

/// Whether two field names are the same (RFC 9110 section 5.1: ASCII case does not matter).
func isSameName(_ one: String, _ two: String) -> Bool {
    one.utf8.count == two.utf8.count
        && zip(one.utf8, two.utf8).allSatisfy { Octet.lowercased($0) == Octet.lowercased($1) }
}

/// A text without the blanks around it.
func trimmed(_ text: some StringProtocol) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
