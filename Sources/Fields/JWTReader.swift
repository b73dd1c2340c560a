// A JWT opened here, on this machine: its header and time claims are facts a diagnosis needs (an expired token is the
// most common fault there is). The signature is not looked at, and nothing else in the claims is kept.
//
// Bounds: 8 KiB of header and claims, 16 levels of nesting, words from lists or through the test for secrets.

import JSON

/// Reads the header and the claims of a JWT.
struct JWTReader {
    /// More than this is not opened.
    static let maximumLength = 8192

    /// The facts of a token; nil when its header cannot be opened.
    ///
    /// - Parameter isWhole: set to false when the header could be opened, but the rest is damaged.
    static func facts(_ token: ArraySlice<UInt8>, _ fingerprinting: any Fingerprinting, isWhole: inout Bool)
        -> JWTFacts?
    {
        isWhole = false
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let first = parts.first, first.count <= maximumLength, let header = Base64(first) else { return nil }
        var reader = JWTReader(fingerprinting)
        guard reader.read(header.bytes) else { return nil }
        // Five parts are an encrypted token: there are no claims to read (RFC 7516 section 3.1).
        if parts.count == 5 {
            isWhole = true
        } else if parts.count >= 2, parts[1].count <= maximumLength, let claims = Base64(parts[1]) {
            isWhole =
                reader.read(claims.bytes) && parts.count == 3 && (!parts[2].isEmpty || reader.facts.algorithm == "none")
        }
        return reader.facts
    }

    private var facts = JWTFacts()
    private let fingerprinting: any Fingerprinting

    private init(_ fingerprinting: any Fingerprinting) { self.fingerprinting = fingerprinting }

    private mutating func read(_ bytes: [UInt8]) -> Bool {
        do {
            try members(bytes)
            return true
        } catch {
            return false
        }
    }

    private mutating func members(_ bytes: [UInt8]) throws(JSONError) {
        let span = bytes.span
        var json = JSONReader(.strict, maximumDepth: 16)
        try json.enterObject(in: span)
        while let key = try json.nextKey(in: span) {
            let kind = try json.peek(in: span)
            switch (key.string(in: span), kind) {
            case ("alg", .string):
                facts.algorithm = known(try json.readText(in: span).string(in: span), JWTReader.algorithms)
            case ("typ", .string): facts.type = known(try json.readText(in: span).string(in: span), JWTReader.types)
            case ("iss", .string): facts.issuer = issuer(try json.readText(in: span).string(in: span))
            case ("exp", .number): facts.expires = seconds(try json.readDouble(in: span))
            case ("iat", .number): facts.issuedAt = seconds(try json.readDouble(in: span))
            case ("nbf", .number): facts.notBefore = seconds(try json.readDouble(in: span))
            default: try json.skip(in: span)
            }
        }
        try json.finish(in: span)
    }

    private static let algorithms = [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "ES256K", "PS256", "PS384",
        "PS512", "EdDSA", "Ed25519", "Ed448", "none", "dir", "RSA-OAEP", "RSA-OAEP-256", "RSA1_5", "A128KW", "A256KW",
        "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW", "A128GCMKW", "A256GCMKW",
    ]
    private static let types = [
        "JWT", "at+jwt", "JOSE", "dpop+jwt", "secevent+jwt", "logout+jwt", "application/at+jwt",
    ]

    /// A word from a list, in the spelling found when only the case differs, else `other`.
    private func known(_ word: String, _ list: [String]) -> String {
        guard word.utf8.count <= 24 else { return "other" }
        return list.contains { $0 == word || $0.lowercased() == word.lowercased() } ? word : "other"
    }

    /// A NumericDate (RFC 7519 section 2) as whole seconds, when it is in the first ten thousand years.
    private func seconds(_ value: Double) -> Int64? {
        guard value.isFinite, value > -1e12, value < 1e12 else { return nil }
        return Int64(value)
    }

    private func issuer(_ text: String) -> String {
        let bytes = Array(text.utf8.prefix(512))
        let shown = Redactor(fingerprinting).value(bytes, .url).shown
        return isHarmlessText(shown[...]) ? String(decoding: shown, as: UTF8.self) : "other"
    }
}

/// Whether text can be shown on a terminal and in a table as it is: no control characters, nothing that changes the
/// direction of writing or cannot be seen.
func isHarmlessText(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF0...0xFFFF, 0xE0000...0xE0FFF:
            false
        default: true
        }
    }
}
