// WWW-Authenticate and Proxy-Authenticate (RFC 9110 section 11.6.1): what a server asks a client to show. Challenges and
// their parameters are both separated by commas, so the list can only be read from the left: a token that is not
// followed by `=` begins a new challenge.

/// One challenge.
public struct Challenge: Equatable, Sendable {
    /// The scheme as spelled.
    public var scheme: String
    /// A token68, which schemes with a handshake use (Negotiate, NTLM).
    public var token68: String?
    /// The parameters.
    public var parameters: FieldParameters

    /// The scheme in lower case.
    public var lowercasedScheme: String { asciiLowercased(scheme) }
    /// The realm.
    public var realm: String? { parameters["realm"] }
    /// The error of a Bearer challenge (RFC 6750 section 3): invalid_request, invalid_token, insufficient_scope.
    public var error: String? { parameters["error"] }
}

/// The challenges of a field.
public struct Challenges: Equatable, Sendable {
    /// The challenges in order.
    public private(set) var all: [Challenge] = []
    /// Whether the grammar was kept.
    public private(set) var isWellFormed = true

    /// The challenges from the values of the field's lines.
    public init(_ lines: [String]) {
        for line in lines {
            var scanner = FieldScanner(line)
            read(&scanner)
        }
    }

    /// The first challenge of a scheme, given in lower case.
    public func first(_ scheme: String) -> Challenge? { all.first { $0.lowercasedScheme == scheme } }

    private mutating func read(_ scanner: inout FieldScanner) {
        // A line begins a challenge of its own.
        var current: Challenge?
        var parameters: [FieldScanner] = []
        func close(_ challenge: Challenge?) -> Challenge? {
            guard var challenge else { return nil }
            for var parameter in parameters { challenge.parameters.append(&parameter, until: "") }
            return challenge
        }
        while true {
            while let byte = scanner.peek(), byte == UInt8(ascii: ",") || byte == 0x20 || byte == 0x09 {
                scanner.at += 1
            }
            guard !scanner.isAtEnd else { break }
            let start = scanner.at
            guard let word = scanner.token() else {
                isWellFormed = false
                _ = scanner.word(until: ",")
                continue
            }
            let behind = scanner.at
            scanner.skipBlanks()
            if scanner.peek() == UInt8(ascii: "="), current != nil {
                scanner.at = start
                parameters.append(parameter(&scanner))
                continue
            }
            if scanner.peek() == UInt8(ascii: "=") { isWellFormed = false }
            if let done = close(current) { append(done) }
            parameters = []
            var challenge = Challenge(scheme: word, token68: nil, parameters: FieldParameters())
            if scanner.at > behind { challenge.token68 = Challenges.token68(&scanner) }
            current = challenge
        }
        if let done = close(current) { append(done) }
    }

    private mutating func append(_ challenge: Challenge) {
        if !challenge.parameters.isWellFormed || !challenge.parameters.repeated.isEmpty { isWellFormed = false }
        all.append(challenge)
    }

    /// The text of one parameter, up to the comma behind it.
    private func parameter(_ scanner: inout FieldScanner) -> FieldScanner {
        let start = scanner.at
        _ = scanner.token()
        scanner.skipBlanks()
        _ = scanner.take("=")
        scanner.skipBlanks()
        if scanner.quotedString() == nil { _ = scanner.word(until: ",") }
        _ = scanner.word(until: ",")
        return FieldScanner(scanner.bytes[start..<scanner.at])
    }

    /// A token68 (section 11.2) that ends the challenge; nil, and nothing read, when a parameter stands there.
    private static func token68(_ scanner: inout FieldScanner) -> String? {
        let start = scanner.at
        while let byte = scanner.peek(), isToken68(byte) { scanner.at += 1 }
        let digits = scanner.at
        while scanner.peek() == UInt8(ascii: "=") { scanner.at += 1 }
        let end = scanner.at
        scanner.skipBlanks()
        guard digits > start, scanner.isAtEnd || scanner.peek() == UInt8(ascii: ",") else {
            scanner.at = start
            return nil
        }
        return scanner.text(start..<end)
    }

    private static func isToken68(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || "-._~+/".utf8.contains(byte)
    }
}
