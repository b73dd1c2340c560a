// A credential field as a client, a server or a plugin would take it, told from the shape a record keeps. The shape
// has the facts; here they get the names a diagnosis asks by. Nothing in here says that a credential is right.

public import Fields

/// The credentials of one slot (Authorization or Proxy-Authorization), all its lines together.
public struct Credential: Equatable, Sendable {
    /// How the Base64 of Basic is written.
    public enum Base64Form: String, Sendable {
        /// As RFC 7617 asks: the standard alphabet, padded.
        case standard
        /// Without padding: some decoders refuse it.
        case unpadded
        /// In the URL-safe alphabet: most decoders refuse it.
        case urlSafe = "url-safe"
        /// Not Base64.
        case broken
    }

    /// Where a token should be.
    public enum Token: String, Sendable {
        /// A JWT that could be opened.
        case jwt
        /// Something that looks like a JWT and cannot be opened whole.
        case damagedJWT = "damaged-jwt"
        /// A token that says nothing about itself.
        case opaque
        /// The word `undefined`.
        case undefined
        /// The word `null`.
        case null
        /// Nothing.
        case empty
    }

    /// The shape of the first line.
    public let shape: ValueShape
    /// How many lines the slot has.
    public let lines: Int

    /// A slot from the shapes of its lines in order; nil when there is none.
    public init?(_ shapes: [ValueShape]) {
        guard let first = shapes.first else { return nil }
        shape = first
        lines = shapes.count
    }

    // MARK: The scheme

    /// The scheme as spelled; nil when the value begins with none that is known.
    public var scheme: String? { shape.scheme }

    /// The scheme in lower case.
    public var lowercasedScheme: String? { shape.scheme.map(asciiLowercased) }

    /// The scheme as its RFC spells it, when the client spelled it otherwise.
    ///
    /// Case does not matter (RFC 9110 section 11.1), but much software compares it.
    public var properScheme: String? {
        guard let scheme, let proper = Credential.proper[asciiLowercased(scheme)], proper != scheme else { return nil }
        return proper
    }

    private static let proper = [
        "basic": "Basic", "bearer": "Bearer", "digest": "Digest", "negotiate": "Negotiate", "ntlm": "NTLM",
        "dpop": "DPoP", "hoba": "HOBA", "mutual": "Mutual", "vapid": "vapid", "oauth": "OAuth",
    ]

    /// Whether two credentials stand in the slot: in two lines, or in one.
    public var hasTwo: Bool { lines > 1 || shape.flaws.contains(.twoCredentials) }

    // MARK: Basic

    /// Whether it is Basic.
    public var isBasic: Bool { lowercasedScheme == "basic" }

    /// How its Base64 is written; nil when it is not Basic, or there is none.
    public var base64: Base64Form? {
        guard isBasic, shape.kind == .basic || shape.kind == .applicationPassword else { return nil }
        if shape.flaws.contains(.invalidBase64) { return .broken }
        if shape.flaws.contains(.base64URL) { return .urlSafe }
        return shape.flaws.contains(.unpaddedBase64) ? .unpadded : .standard
    }

    /// Whether its password has the form of a WordPress application password.
    public var hasApplicationPasswordForm: Bool { shape.kind == .applicationPassword }

    /// Whether WordPress would decode it out of `HTTP_AUTHORIZATION`.
    ///
    /// Core asks for `Basic`, one space and standard Base64 of something with a colon, and ignores all else silently
    /// (wp_populate_basic_auth_from_authorization_header).
    public var isReadByWordPress: Bool {
        guard let base64, base64 == .standard || base64 == .unpadded else { return false }
        let fatal: [ShapeFlaw] = [
            .doubledScheme, .doubledName, .colonAfterScheme, .quoted, .trailingJunk, .twoCredentials, .oddSpacing,
            .missingColon, .encodedNewline,
        ]
        return !shape.flaws.contains { fatal.contains($0) }
    }

    // MARK: Bearer

    /// What stands where the token of Bearer should be; nil for other schemes.
    public var token: Token? {
        guard lowercasedScheme == "bearer" else { return nil }
        switch shape.kind {
        case .jwt: return shape.flaws.contains(.damagedJWT) ? .damagedJWT : .jwt
        case .undefined: return .undefined
        case .null: return .null
        case .empty: return .empty
        default: return shape.flaws.contains(.damagedJWT) ? .damagedJWT : .opaque
        }
    }

    /// Whether it is a word or nothing where a credential should be: a variable of the client that was never set.
    public var isPlaceholder: Bool { [.undefined, .null, .empty].contains(shape.kind) }

    /// What a client built wrong, each as one phrase.
    public var faults: [String] {
        var found = shape.flaws.compactMap { Credential.phrases[$0] }
        if lines > 1 { found.insert("\(lines) lines of the field", at: 0) }
        if isPlaceholder { found.append(shape.kind == .empty ? "no credential" : "the word \(shape.kind.word)") }
        return found
    }

    private static let phrases: [ShapeFlaw: String] = [
        .doubledScheme: "the scheme stands there twice", .doubledName: "the field's name stands in its value",
        .colonAfterScheme: "a colon behind the scheme", .quoted: "quotation marks around it",
        .trailingJunk: "something behind the credential", .twoCredentials: "two credentials in one line",
        .oddSpacing: "more than one space behind the scheme", .base64URL: "Base64 in the URL-safe alphabet",
        .unpaddedBase64: "Base64 without padding", .invalidBase64: "no Base64", .missingColon: "no colon in it",
        .emptyUser: "an empty user", .emptyPassword: "an empty password",
        .colonInPassword: "a colon in the password, where old WordPress versions cut it",
        .oddBytes: "a control character in it", .notUTF8: "not UTF-8",
        .trailingNewline: "a line break behind the password", .encodedNewline: "an escaped line break behind it",
        .oddNonce: "not ten hexadecimal digits", .damagedJWT: "a JWT that cannot be opened whole",
    ]
}
