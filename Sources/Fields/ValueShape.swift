// What may be said about a secret without telling it: its kind, its length, a keyed fingerprint, and for the kinds that
// carry facts of their own (a Basic user, the header and time claims of a JWT) those facts. A shape is what a trace
// stores and what output shows instead of the secret.
//
// Invariants: no member holds a byte of a password, a signature, a nonce or an opaque token. Words that come out of
// the secret itself (`scheme`, `user`, `algorithm`, `type`, `issuer`) went through a list of known words, or through
// the test for secret-looking text, before they got in here. A shape never claims that a signature is good: nobody
// here has the key.

/// The kind of a secret, as far as its bytes tell.
public enum ShapeKind: UInt8, CaseIterable, Sendable {
    /// A JSON Web Token whose header and claims could be opened.
    case jwt
    /// A token that says nothing about itself.
    case opaque
    /// Basic credentials with an ordinary password.
    case basic
    /// Basic credentials whose password has the form of a WordPress application password.
    case applicationPassword
    /// The literal word `undefined` where a token should be (a client variable that was never set).
    case undefined
    /// The literal word `null` where a token should be.
    case null
    /// Nothing where a credential should be.
    case empty
    /// The credentials of a scheme other than Basic and Bearer; only the scheme is known.
    case otherScheme
    /// Credentials that begin with no known scheme.
    case noScheme
    /// A Cookie field, or one cookie.
    case cookie
    /// A WordPress nonce.
    case nonce
    /// A URL whose user information, path, query or fragment held a secret.
    case url
    /// Any other value that must not be shown.
    case secret

    /// The word used in traces, markers and output.
    public var word: String {
        switch self {
        case .jwt: "jwt"
        case .opaque: "opaque"
        case .basic: "basic"
        case .applicationPassword: "application-password"
        case .undefined: "undefined"
        case .null: "null"
        case .empty: "empty"
        case .otherScheme: "other-scheme"
        case .noScheme: "no-scheme"
        case .cookie: "cookie"
        case .nonce: "nonce"
        case .url: "url"
        case .secret: "secret"
        }
    }
}

/// Something wrong with a credential that can be said without telling it.
public enum ShapeFlaw: UInt8, CaseIterable, Sendable {
    /// The scheme stands there twice (`Bearer Bearer …`).
    case doubledScheme
    /// The field name stands in the value (`Authorization: Authorization: Bearer …`).
    case doubledName
    /// A colon follows the scheme (`Bearer: …`).
    case colonAfterScheme
    /// The credential stands in quotation marks.
    case quoted
    /// Something follows the token.
    case trailingJunk
    /// Two credentials in one field line.
    case twoCredentials
    /// More than one space, or a tab, follows the scheme.
    case oddSpacing
    /// Base64 in the URL-safe alphabet where the standard one belongs.
    case base64URL
    /// Not Base64 in either alphabet.
    case invalidBase64
    /// Base64 in the standard alphabet without its padding; some decoders refuse it, PHP's does not.
    case unpaddedBase64
    /// Basic credentials without a colon.
    case missingColon
    /// Basic credentials with an empty user.
    case emptyUser
    /// Basic credentials with an empty password.
    case emptyPassword
    /// A password with a colon in it, which some servers cut there.
    case colonInPassword
    /// A control character in decoded Basic credentials.
    case oddBytes
    /// Decoded Basic credentials that are not UTF-8.
    case notUTF8
    /// A line break at the end of decoded Basic credentials (`echo user:password | base64`).
    case trailingNewline
    /// An escaped line break at the end of the credential (`%0A`, `\n`).
    case encodedNewline
    /// A nonce that is not ten hexadecimal digits.
    case oddNonce
    /// Looks like a JWT, but a part of it cannot be opened.
    case damagedJWT

    /// The word used in traces and output.
    public var word: String {
        switch self {
        case .doubledScheme: "doubled-scheme"
        case .doubledName: "doubled-name"
        case .colonAfterScheme: "colon-after-scheme"
        case .quoted: "quoted"
        case .trailingJunk: "trailing-junk"
        case .twoCredentials: "two-credentials"
        case .oddSpacing: "odd-spacing"
        case .base64URL: "base64url"
        case .invalidBase64: "invalid-base64"
        case .unpaddedBase64: "unpadded-base64"
        case .missingColon: "missing-colon"
        case .emptyUser: "empty-user"
        case .emptyPassword: "empty-password"
        case .colonInPassword: "colon-in-password"
        case .oddBytes: "odd-bytes"
        case .notUTF8: "not-utf8"
        case .trailingNewline: "trailing-newline"
        case .encodedNewline: "encoded-newline"
        case .oddNonce: "odd-nonce"
        case .damagedJWT: "damaged-jwt"
        }
    }
}

/// What a JWT says about itself: read, not verified.
public struct JWTFacts: Equatable, Sendable {
    /// The signature algorithm it names; `other` when it is no registered one.
    public var algorithm: String?
    /// The media type it names; `other` when it is no usual one.
    public var type: String?
    /// The issuer it names, with anything secret in it replaced.
    public var issuer: String?
    /// When it says it was issued, in seconds since 1970.
    public var issuedAt: Int64?
    /// When it says it becomes valid, in seconds since 1970.
    public var notBefore: Int64?
    /// When it says it expires, in seconds since 1970.
    public var expires: Int64?

    /// Facts from their parts.
    public init(
        algorithm: String? = nil, type: String? = nil, issuer: String? = nil, issuedAt: Int64? = nil,
        notBefore: Int64? = nil, expires: Int64? = nil
    ) {
        self.algorithm = algorithm
        self.type = type
        self.issuer = issuer
        self.issuedAt = issuedAt
        self.notBefore = notBefore
        self.expires = expires
    }
}

/// The description of a secret value that stands in its place.
public struct ValueShape: Equatable, Sendable {
    /// What it is.
    public var kind: ShapeKind
    /// Its length in bytes: of the credential behind the scheme, or of the whole value where there is no scheme.
    public var length: Int
    /// The keyed fingerprint of the same bytes as `length` counts.
    public var fingerprint: UInt32
    /// The authentication scheme as the sender spelled it, when it is a known one.
    public var scheme: String?
    /// The Basic user, when it does not look like a secret itself.
    public var user: String?
    /// What a JWT says about itself.
    public var token: JWTFacts?
    /// What is wrong with it.
    public var flaws: [ShapeFlaw]

    /// A shape from its parts.
    public init(
        _ kind: ShapeKind, length: Int, fingerprint: UInt32, scheme: String? = nil, user: String? = nil,
        token: JWTFacts? = nil, flaws: [ShapeFlaw] = []
    ) {
        self.kind = kind
        self.length = length
        self.fingerprint = fingerprint
        self.scheme = scheme
        self.user = user
        self.token = token
        self.flaws = flaws
    }
}
