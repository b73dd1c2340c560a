// A header list as Fetch has it (section 2.2.2): lines in wire order, names compared without case, values as bytes.
// Nothing is merged until somebody asks for the combined value, so duplicates and spelling can still be named.

/// One header line.
public struct HeaderField: Equatable, Sendable {
    /// The name as spelled, one code point a byte.
    public var name: String
    /// The value as sent, blanks at its ends included.
    public var value: [UInt8]

    /// A line from its parts.
    public init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A line whose value is given as text.
    public init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }

    /// The value without blanks at its ends, as text to show.
    public var shownValue: String { Octets.shown(Octets.trimmed(value)) }

    /// The name in lower case.
    var lowerName: String { name.lowercasedASCII }
}

/// Header lines in order.
public struct HeaderList: Equatable, Sendable {
    /// The lines.
    public var fields: [HeaderField]

    /// A list from its lines.
    public init(_ fields: [HeaderField] = []) { self.fields = fields }

    /// The lines with a name, given in lower case.
    public func lines(_ name: String) -> [HeaderField] { fields.filter { $0.lowerName == name } }

    /// Whether there is a line with a name, given in lower case.
    public func contains(_ name: String) -> Bool { fields.contains { $0.lowerName == name } }

    /// The combined value: every line stripped, joined by comma and space; nil when there is none.
    ///
    /// Fetch section 2.2.2, "get" a header.
    public func combined(_ name: String) -> [UInt8]? {
        var result: [UInt8]?
        for line in fields where line.lowerName == name {
            let value = Octets.trimmed(line.value)
            if result == nil { result = value } else { result?.append(contentsOf: [0x2C, 0x20] + value) }
        }
        return result
    }

    mutating func remove(_ name: String) { fields.removeAll { $0.lowerName == name } }
}

extension String {
    /// The text with A–Z in lower case and all else as it is.
    var lowercasedASCII: String {
        if utf8.allSatisfy({ !($0 >= 0x41 && $0 <= 0x5A) }) { return self }
        return String(decoding: utf8.map { Octets.lowercased($0) }, as: UTF8.self)
    }

    /// The text with a–z in upper case and all else as it is.
    var uppercasedASCII: String { String(decoding: Octets.uppercased(utf8), as: UTF8.self) }
}
