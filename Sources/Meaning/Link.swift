// Link (RFC 8288): targets in angle brackets with parameters. Its commas may stand in a target, in a quoted string or
// between links, so it has a reader of its own (Appendix B.2).

/// One link.
public struct Link: Equatable, Sendable {
    /// The target as it stands, absolute or not.
    public var target: String
    /// The parameters.
    public var parameters: FieldParameters

    /// The relation types in lower case; a link may have several in one `rel`.
    public var relations: [String] {
        (parameters["rel"] ?? "").split { $0 == " " || $0 == "\t" }.map { asciiLowercased(String($0)) }
    }

    /// The links of a field, given by the values of its lines.
    public static func all(_ lines: [String]) -> [Link] { lines.flatMap(links) }

    private static func links(_ line: String) -> [Link] {
        var links: [Link] = []
        var scanner = FieldScanner(line)
        while !scanner.isAtEnd {
            // What is no link is stepped over up to the next one.
            _ = scanner.word(until: "<")
            guard scanner.take("<") else { break }
            let target = scanner.word(until: ">")
            guard scanner.take(">") else { break }
            let start = scanner.at
            // The parameters go on to a comma outside of quotes.
            while let byte = scanner.peek(), byte != UInt8(ascii: ",") {
                if byte == UInt8(ascii: "\""), scanner.quotedString() != nil { continue }
                scanner.at += 1
            }
            var parameters = FieldScanner(scanner.bytes[start..<scanner.at])
            links.append(Link(target: target, parameters: FieldParameters(&parameters)))
        }
        return links
    }
}
