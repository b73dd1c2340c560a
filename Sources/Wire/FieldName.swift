// The field names hoplens knows, as one byte each. A name is looked at once, when the head is scanned: its length and
// its bytes decide which known name it is, in any case, and from there on a switch over one byte is all that
// rewriting, framing and tracking need. A name that is not in the table is `.other`; its spelling is in the buffer.

/// A field name hoplens knows by heart, or `.other`.
public enum FieldName: UInt8, CaseIterable, Sendable {
    case other = 0
    // Framing and connection management (RFC 9110 section 7.6, RFC 9112 sections 6 and 9.6).
    case connection, contentLength, transferEncoding, host, upgrade, keepAlive, proxyConnection, te, trailer, expect
    case http2Settings
    // Credentials and state.
    case authorization, proxyAuthorization, proxyAuthenticate, wwwAuthenticate, authenticationInfo
    case proxyAuthenticationInfo
    case cookie, setCookie, xWPNonce, xAPIKey
    // Cross-origin sharing (Fetch standard).
    case origin, referer
    case accessControlAllowOrigin, accessControlAllowCredentials, accessControlAllowMethods
    case accessControlAllowHeaders, accessControlExposeHeaders, accessControlMaxAge
    case accessControlRequestMethod, accessControlRequestHeaders
    case accessControlAllowPrivateNetwork, accessControlRequestPrivateNetwork
    // Caching.
    case vary, cacheControl, age, expires, cacheStatus, xCache, pragma
    // The way here.
    case via, forwarded, xForwardedFor, xForwardedHost, xForwardedProto, xForwardedPort, xForwardedServer
    case xForwardedPrefix, xForwardedSSL, xRealIP, proxyStatus, cdnLoop, server, date
    case location, contentLocation, refresh, link, allow, retryAfter
    // Content.
    case contentType, contentEncoding, acceptEncoding, contentDisposition
    case maxForwards, xHTTPMethodOverride, traceparent, xRequestID

    /// The usual spelling of the name, empty for `.other`.
    public var spelling: String {
        switch self {
        case .other: ""
        case .connection: "Connection"
        case .contentLength: "Content-Length"
        case .transferEncoding: "Transfer-Encoding"
        case .host: "Host"
        case .upgrade: "Upgrade"
        case .keepAlive: "Keep-Alive"
        case .proxyConnection: "Proxy-Connection"
        case .te: "TE"
        case .trailer: "Trailer"
        case .expect: "Expect"
        case .http2Settings: "HTTP2-Settings"
        case .authorization: "Authorization"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .wwwAuthenticate: "WWW-Authenticate"
        case .authenticationInfo: "Authentication-Info"
        case .proxyAuthenticationInfo: "Proxy-Authentication-Info"
        case .cookie: "Cookie"
        case .setCookie: "Set-Cookie"
        case .xWPNonce: "X-WP-Nonce"
        case .xAPIKey: "X-API-Key"
        case .origin: "Origin"
        case .referer: "Referer"
        case .accessControlAllowOrigin: "Access-Control-Allow-Origin"
        case .accessControlAllowCredentials: "Access-Control-Allow-Credentials"
        case .accessControlAllowMethods: "Access-Control-Allow-Methods"
        case .accessControlAllowHeaders: "Access-Control-Allow-Headers"
        case .accessControlExposeHeaders: "Access-Control-Expose-Headers"
        case .accessControlMaxAge: "Access-Control-Max-Age"
        case .accessControlRequestMethod: "Access-Control-Request-Method"
        case .accessControlRequestHeaders: "Access-Control-Request-Headers"
        case .accessControlAllowPrivateNetwork: "Access-Control-Allow-Private-Network"
        case .accessControlRequestPrivateNetwork: "Access-Control-Request-Private-Network"
        case .vary: "Vary"
        case .cacheControl: "Cache-Control"
        case .age: "Age"
        case .expires: "Expires"
        case .cacheStatus: "Cache-Status"
        case .xCache: "X-Cache"
        case .pragma: "Pragma"
        case .via: "Via"
        case .forwarded: "Forwarded"
        case .xForwardedFor: "X-Forwarded-For"
        case .xForwardedHost: "X-Forwarded-Host"
        case .xForwardedProto: "X-Forwarded-Proto"
        case .xForwardedPort: "X-Forwarded-Port"
        case .xForwardedServer: "X-Forwarded-Server"
        case .xForwardedPrefix: "X-Forwarded-Prefix"
        case .xForwardedSSL: "X-Forwarded-Ssl"
        case .xRealIP: "X-Real-IP"
        case .proxyStatus: "Proxy-Status"
        case .cdnLoop: "CDN-Loop"
        case .server: "Server"
        case .date: "Date"
        case .location: "Location"
        case .contentLocation: "Content-Location"
        case .refresh: "Refresh"
        case .link: "Link"
        case .allow: "Allow"
        case .retryAfter: "Retry-After"
        case .contentType: "Content-Type"
        case .contentEncoding: "Content-Encoding"
        case .acceptEncoding: "Accept-Encoding"
        case .contentDisposition: "Content-Disposition"
        case .maxForwards: "Max-Forwards"
        case .xHTTPMethodOverride: "X-HTTP-Method-Override"
        case .traceparent: "Traceparent"
        case .xRequestID: "X-Request-ID"
        }
    }

    /// Whether hoplens follows the field from point to point without being asked to (`--track` adds others).
    @inlinable public var isTracked: Bool {
        switch self {
        case .authorization, .proxyAuthorization, .cookie, .setCookie, .xWPNonce, .wwwAuthenticate, .origin, .host,
            .referer, .accessControlAllowOrigin, .accessControlAllowCredentials, .accessControlAllowMethods,
            .accessControlAllowHeaders, .accessControlExposeHeaders, .accessControlMaxAge,
            .accessControlRequestMethod, .accessControlRequestHeaders, .accessControlAllowPrivateNetwork,
            .accessControlRequestPrivateNetwork, .vary, .location, .cacheControl, .age, .via, .forwarded,
            .xForwardedFor, .xForwardedHost, .xForwardedProto, .xForwardedPort, .xForwardedServer,
            .xForwardedPrefix, .xForwardedSSL, .connection, .contentType, .contentEncoding, .allow, .link:
            true
        default: false
        }
    }
}
