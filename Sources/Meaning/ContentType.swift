// Content-Type (RFC 9110 section 8.3): what a body is, as far as the field says.

/// A media type with its parameters.
public struct ContentType: Equatable, Sendable {
    /// Type and subtype in lower case: `application/json`; empty when the value begins with none.
    public let essence: String
    /// The parameters.
    public let parameters: FieldParameters

    /// Reads one value; a second line of the field makes it ambiguous, which the caller sees.
    public init(_ value: String) {
        var scanner = FieldScanner(value)
        scanner.skipBlanks()
        let word = asciiLowercased(scanner.word(until: ";"))
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        essence = parts.count == 2 && parts.allSatisfy({ isToken(String($0)) }) ? word : ""
        parameters = FieldParameters(&scanner)
    }

    /// The charset in lower case.
    public var charset: String? { parameters["charset"].map(asciiLowercased) }

    /// Whether it is JSON, by name or by its `+json` suffix (RFC 6839 section 3.1).
    public var isJSON: Bool { essence == "application/json" || essence == "text/json" || essence.hasSuffix("+json") }

    /// Whether it is HTML or XHTML.
    public var isHTML: Bool { essence == "text/html" || essence == "application/xhtml+xml" }

    /// Whether a simple cross-origin request may have it (Fetch standard, CORS-safelisted request-header).
    public var isCORSSafelisted: Bool {
        ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].contains(essence)
    }
}
