// Which fields are followed from point to point, and how much they matter to somebody who is denied access. Both
// decisions stand here and nowhere else.

public import Wire

/// The fields that are followed.
public struct Tracking: Equatable, Sendable {
    /// Names the user asked for, in lower case.
    public let extra: [String]

    /// The default names and those the user asked for.
    public init(extra: [String] = []) {
        self.extra = extra.map { $0.lowercased() }
    }

    /// Whether a field of this name is followed.
    public func follows(_ name: String) -> Bool {
        let id = FieldName.named(name)
        if id.isTracked || Importance(of: id, name: name) == .credentials { return true }
        let key = name.lowercased()
        return key.hasPrefix("access-control-") || key.hasPrefix("x-forwarded-") || extra.contains(key)
    }
}

extension FieldName {
    /// The known name a text spells, or `.other`.
    static func named(_ name: String) -> FieldName {
        let span = name.utf8Span.span
        return lookup(span, Extent(0, span.count))
    }
}

/// How much a field matters to access; smaller is more.
public enum Importance: UInt8, CaseIterable, Comparable, Sendable {
    /// Who somebody is.
    case credentials
    /// What a browser lets a page see.
    case cors
    /// Whose answer it may be.
    case caching
    /// All others.
    case rest

    /// The importance of a field.
    public init(of id: FieldName, name: String) {
        switch id {
        case .authorization, .proxyAuthorization, .wwwAuthenticate, .proxyAuthenticate, .authenticationInfo,
            .proxyAuthenticationInfo, .cookie, .setCookie, .xWPNonce, .xAPIKey:
            self = .credentials
        case .origin, .accessControlAllowOrigin, .accessControlAllowCredentials, .accessControlAllowMethods,
            .accessControlAllowHeaders, .accessControlExposeHeaders, .accessControlMaxAge,
            .accessControlRequestMethod, .accessControlRequestHeaders, .accessControlAllowPrivateNetwork,
            .accessControlRequestPrivateNetwork:
            self = .cors
        case .vary, .cacheControl, .age, .expires, .cacheStatus, .xCache, .pragma:
            self = .caching
        default:
            self = name.lowercased().hasPrefix("access-control-") ? .cors : .rest
        }
    }

    /// Whether the first matters more than the second.
    public static func < (one: Importance, two: Importance) -> Bool { one.rawValue < two.rawValue }
}

extension FieldName {
    /// Whether a second line of the field is a fault in itself: the field has one value, and who reads it takes the
    /// first, the last or none.
    var standsOnce: Bool {
        switch self {
        case .authorization, .proxyAuthorization, .xWPNonce, .origin, .host, .referer, .contentType, .location, .age,
            .accessControlAllowOrigin, .accessControlAllowCredentials, .accessControlMaxAge,
            .accessControlRequestMethod, .accessControlAllowPrivateNetwork, .accessControlRequestPrivateNetwork:
            true
        default: false
        }
    }

    /// Whether the field belongs to one connection and is expected to differ on the next (RFC 9110 section 7.6.1).
    var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade, .http2Settings:
            true
        default: false
        }
    }
}
