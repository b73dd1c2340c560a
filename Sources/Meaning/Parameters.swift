// Parameters behind a value (RFC 9110 section 5.6.6): `; name=value; name="value"`. Content-Type, Link, Forwarded,
// CDN-Loop and challenges have them in nearly the same form.

/// A name and its value.
public struct FieldParameter: Equatable, Sendable {
    /// The name, in lower case.
    public var name: String
    /// The value without quotes; nil when there is no `=`.
    public var value: String?
    /// Whether the value stood in quotes.
    public var isQuoted: Bool

    /// A parameter from its parts.
    public init(_ name: String, _ value: String?, isQuoted: Bool = false) {
        self.name = name
        self.value = value
        self.isQuoted = isQuoted
    }
}

/// Parameters in the order they stand.
public struct FieldParameters: Equatable, Sendable {
    /// The parameters, repeated ones included.
    public private(set) var all: [FieldParameter] = []
    /// Whether the grammar was kept; what could be read is in `all` anyway.
    public private(set) var isWellFormed = true

    /// No parameters.
    public init() {}

    /// The value of the first parameter of a name; nil when there is none, or it has no value.
    public subscript(name: String) -> String? { all.first { $0.name == name }?.value }

    /// Whether a parameter of a name is there, with a value or without.
    public func has(_ name: String) -> Bool { all.contains { $0.name == name } }

    /// The names that stand there more than once.
    public var repeated: [String] { repeats(all.map(\.name)) }

    /// Reads what stands behind a value: parameters that each begin with a semicolon, up to the end.
    init(_ scanner: inout FieldScanner) {
        scanner.skipBlanks()
        while !scanner.isAtEnd {
            if !scanner.take(";") {
                isWellFormed = false
                _ = scanner.word(until: ";")
                continue
            }
            scanner.skipBlanks()
            // Empty parameters are allowed (section 5.6.6).
            if scanner.isAtEnd || scanner.peek() == UInt8(ascii: ";") { continue }
            append(&scanner, until: ";")
            scanner.skipBlanks()
        }
    }

    /// Reads one parameter.
    mutating func append(_ scanner: inout FieldScanner, until delimiters: String) {
        guard let name = scanner.token() else {
            isWellFormed = false
            _ = scanner.word(until: delimiters)
            return
        }
        // Blanks around `=` are bad, and seen.
        let before = scanner.at
        scanner.skipBlanks()
        guard scanner.take("=") else {
            isWellFormed = isWellFormed && before == scanner.at || scanner.isAtEnd
            all.append(FieldParameter(asciiLowercased(name), nil))
            return
        }
        let behind = scanner.at
        scanner.skipBlanks()
        if behind != scanner.at || scanner.at - 1 != before { isWellFormed = false }
        if let text = scanner.quotedString() {
            all.append(FieldParameter(asciiLowercased(name), text, isQuoted: true))
        } else {
            let word = scanner.word(until: delimiters)
            if !isToken(word) { isWellFormed = false }
            all.append(FieldParameter(asciiLowercased(name), word))
        }
    }
}
