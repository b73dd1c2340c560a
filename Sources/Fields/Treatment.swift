// How the value of a field is to be looked at, decided by its name alone. The default for a name nobody knows is to
// show words and numbers, and of everything else length and fingerprint; a name that announces a secret hides it all.

public import Wire

/// How a value is searched for secrets.
public enum Treatment: UInt8, CaseIterable, Sendable {
    /// A value of a known field: shown, but for secrets known by their form.
    case known
    /// A value that is free text by nature: shown, but for secrets known by their form and anything that looks random.
    case unknown
    /// A value of a field nobody has heard of, or one that should be a word or a number: only those are shown.
    case unlisted
    /// A Host: shown when it can be one.
    case host
    /// Credentials: a known scheme and facts are shown.
    case credentials
    /// A challenge of a server: scheme and parameters are shown.
    case challenge
    /// Cookies of a request: names are shown.
    case cookie
    /// A cookie of a response: name and attributes are shown.
    case setCookie
    /// A nonce: nothing is shown.
    case nonce
    /// A URL, or something with URLs in it.
    case url
    /// Nothing is shown.
    case secret
    /// Names of WebSocket subprotocols: shown, but for members that browsers' scripts use to carry a token.
    case protocols

    /// The treatment of a field line.
    public static func of(_ id: FieldName, _ bytes: Span<UInt8>, _ name: Extent, extra: [[UInt8]] = []) -> Treatment {
        switch id {
        case .other: ofUnknown(bytes, name, extra)
        case .authorization, .proxyAuthorization: .credentials
        case .wwwAuthenticate, .proxyAuthenticate, .authenticationInfo, .proxyAuthenticationInfo: .challenge
        case .cookie: .cookie
        case .setCookie: .setCookie
        case .xWPNonce: .nonce
        case .xAPIKey: .secret
        case .referer, .location, .contentLocation, .refresh, .link, .origin: .url
        case .xRequestID, .via, .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedServer, .xForwardedPrefix,
            .xRealIP, .server, .connection, .keepAlive, .proxyConnection, .trailer, .cdnLoop:
            .unknown
        case .contentLength, .transferEncoding, .upgrade, .expect, .te, .maxForwards, .age, .retryAfter,
            .xForwardedPort, .xForwardedProto, .xForwardedSSL, .xHTTPMethodOverride, .accessControlMaxAge,
            .http2Settings:
            .unlisted
        case .host: .host
        default: .known
        }
    }

    private static func ofUnknown(_ bytes: Span<UInt8>, _ name: Extent, _ extra: [[UInt8]]) -> Treatment {
        var copy: [UInt8] = []
        copy.append(name, of: bytes)
        let lower = copy.map(Octet.lowercased)
        // Validators and the ids a cache prints are evidence of the layer that wrote them.
        if evidence.contains(where: { lower.elementsEqual($0.utf8) }) { return .known }
        if contains(lower, "authorization") { return .credentials }
        if lower.elementsEqual("sec-websocket-key".utf8) || lower.elementsEqual("sec-websocket-accept".utf8) {
            return .known
        }
        if lower.elementsEqual("sec-websocket-protocol".utf8) { return .protocols }
        if SecretName(copy[...], assigned: false, extra: extra) != .plain { return .secret }
        if secretNames.contains(where: { lower.elementsEqual($0.utf8) }) { return .secret }
        return wellKnown.contains(where: { lower.elementsEqual($0.utf8) }) ? .unknown : .unlisted
    }
}
