// Why a browser refuses, as stable words. They are Chromium's own codes (DevTools shows them), so that what hoplens
// says can be searched for; the raw values are part of hoplens's output format and do not change.

/// Why a fetch was refused.
public enum ReasonCode: String, Sendable, CaseIterable, Hashable {
    // The CORS check on an actual response or a redirect.
    /// No Access-Control-Allow-Origin line.
    case missingAllowOrigin = "MissingAllowOriginHeader"
    /// `*` where credentials are included.
    case wildcardOrigin = "WildcardOriginNotAllowed"
    /// More than one value.
    case multipleAllowOrigin = "MultipleAllowOriginValues"
    /// No origin at all.
    case invalidAllowOrigin = "InvalidAllowOriginValue"
    /// Another origin.
    case originMismatch = "AllowOriginMismatch"
    /// Access-Control-Allow-Credentials is not `true`.
    case invalidAllowCredentials = "InvalidAllowCredentials"

    // The same on the answer to a preflight.
    /// No Access-Control-Allow-Origin line on the answer to the preflight.
    case preflightMissingAllowOrigin = "PreflightMissingAllowOriginHeader"
    /// `*` on the answer to the preflight where credentials are included.
    case preflightWildcardOrigin = "PreflightWildcardOriginNotAllowed"
    /// More than one value on the answer to the preflight.
    case preflightMultipleAllowOrigin = "PreflightMultipleAllowOriginValues"
    /// No origin at all on the answer to the preflight.
    case preflightInvalidAllowOrigin = "PreflightInvalidAllowOriginValue"
    /// Another origin on the answer to the preflight.
    case preflightOriginMismatch = "PreflightAllowOriginMismatch"
    /// Access-Control-Allow-Credentials is not `true` on the answer to the preflight.
    case preflightInvalidAllowCredentials = "PreflightInvalidAllowCredentials"

    // The rest of the preflight.
    /// The preflight was redirected.
    case preflightRedirect = "PreflightDisallowedRedirect"
    /// The preflight was not answered with 200 to 299.
    case preflightStatus = "PreflightInvalidStatus"
    /// Access-Control-Allow-Methods is no list of tokens.
    case invalidAllowMethods = "InvalidAllowMethodsPreflightResponse"
    /// Access-Control-Allow-Headers is no list of tokens.
    case invalidAllowHeaders = "InvalidAllowHeadersPreflightResponse"
    /// The method is not allowed.
    case methodDisallowed = "MethodDisallowedByPreflightResponse"
    /// A request header is not allowed.
    case headerDisallowed = "HeaderDisallowedByPreflightResponse"

    // Redirects and what else can stop a fetch.
    /// User name or password in the target of a redirect.
    case redirectCredentials = "RedirectContainsCredentials"
    /// A scheme CORS does not work with.
    case disabledScheme = "CorsDisabledScheme"
    /// A redirect to a scheme nobody may be sent to.
    case unsafeRedirect = "net::ERR_UNSAFE_REDIRECT"
    /// A Location that is no URL.
    case invalidRedirect = "net::ERR_INVALID_REDIRECT"
    /// Several Location lines.
    case multipleLocation = "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"
    /// More than twenty redirects.
    case tooManyRedirects = "net::ERR_TOO_MANY_REDIRECTS"
    /// A redirect where the page asked for none.
    case redirectForbidden = "net::ERR_FAILED"
    /// A redirect to something the page may not load.
    case aborted = "net::ERR_ABORTED"
    /// 407 from something that is no proxy.
    case unexpectedProxyAuth = "net::ERR_UNEXPECTED_PROXY_AUTH"
    /// http from an https page.
    case mixedContent = "blocked:mixed-content"
    /// The user did not allow public pages to reach this machine.
    case localNetworkDenied = "LocalNetworkAccessPermissionDenied"
    /// `fetch()` refused to build the request.
    case typeError = "script:TypeError"

    /// Where Chromium reports it: `cors`, `network`, `blocked` or `script`.
    public var source: String {
        if rawValue.hasPrefix("net::") { return "network" }
        if rawValue.hasPrefix("blocked:") { return "blocked" }
        if rawValue.hasPrefix("script:") { return "script" }
        return "cors"
    }

    /// The same finding on the answer to a preflight.
    var onPreflight: ReasonCode {
        switch self {
        case .missingAllowOrigin: .preflightMissingAllowOrigin
        case .wildcardOrigin: .preflightWildcardOrigin
        case .multipleAllowOrigin: .preflightMultipleAllowOrigin
        case .invalidAllowOrigin: .preflightInvalidAllowOrigin
        case .originMismatch: .preflightOriginMismatch
        case .invalidAllowCredentials: .preflightInvalidAllowCredentials
        default: self
        }
    }
}
