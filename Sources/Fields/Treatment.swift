// How the value of a field is to be looked at, decided by its name alone. The default for a name nobody knows is to
// show the value unless the name announces a secret or the value looks like one.

public import Wire

/// How a value is searched for secrets.
public enum Treatment: UInt8, CaseIterable, Sendable {
    /// A value of a known field: shown, but for secrets known by their form.
    case known
    /// A value of an unknown field: shown, but for secrets known by their form and anything that looks random.
    case unknown
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
        case .xRequestID: .unknown
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
        return SecretName(copy[...], assigned: false, extra: extra) == .plain ? .unknown : .secret
    }

    private static let evidence = [
        "etag", "if-none-match", "if-match", "cf-ray", "x-amz-cf-id", "x-amz-cf-pop", "x-amz-request-id", "x-varnish",
        "x-served-by", "x-timer", "x-cache-hits", "sec-ch-ua", "accept-language", "user-agent",
        "content-security-policy",
        "tracestate", "surrogate-key",
    ]
}
