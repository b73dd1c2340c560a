// How WordPress would take a request's cookies and nonces (rest_cookie_check_errors in its REST API): a login cookie
// counts for the API only together with a nonce, a nonce counts for nothing without the cookie, and a session of PHP is
// no login at all.

public import Fields

/// What a request's cookies and nonces amount to.
public struct WordPressLogin: Equatable, Sendable {
    /// What they amount to for the REST API.
    public enum State: String, CaseIterable, Sendable {
        /// Neither a login cookie nor a nonce.
        case none
        /// A session of PHP or of a plugin, and no login cookie: nobody.
        case sessionOnly = "session-only"
        /// A login cookie for the admin pages alone, which the API does not read.
        case adminCookieOnly = "admin-cookie-only"
        /// A login cookie without a nonce: WordPress acts as for nobody.
        case cookieWithoutNonce = "cookie-without-nonce"
        /// A nonce without a login cookie: it belongs to nobody.
        case nonceWithoutCookie = "nonce-without-cookie"
        /// A login cookie and something that cannot be a nonce (`undefined`, `null`, nothing).
        case cookieWithUnusableNonce = "cookie-with-unusable-nonce"
        /// A login cookie and a nonce.
        case cookieAndNonce = "cookie-and-nonce"
    }

    /// What they amount to.
    public let state: State
    /// Whether nonces stand in the query and in X-WP-Nonce and differ; WordPress reads the one in the query.
    public let noncesDiffer: Bool
    /// Whether login cookies of more than one site address are there.
    public let hasSeveralLogins: Bool

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - nonceField: the shape of X-WP-Nonce; nil when the field is not there.
    ///   - query: the query of the target as the record shows it, without its question mark.
    public init(cookies: CookiePairs, nonceField: ValueShape?, query: String = "") {
        let inQuery = WordPressLogin.value("_wpnonce", in: query)
        let isLoggedIn = cookies.has(.loggedIn)
        hasSeveralLogins = cookies.loginSites.count > 1
        let isUsable: Bool
        if let inQuery {
            isUsable = !["", "undefined", "null"].contains(inQuery)
        } else {
            isUsable = nonceField.map { ![.empty, .undefined, .null].contains($0.kind) } ?? false
        }
        if let inQuery, let nonceField, nonceField.kind == .nonce {
            // Markers of equal values end alike, whatever kind each calls it.
            var hex: [UInt8] = []
            Marker.appendHex(nonceField.fingerprint, to: &hex)
            noncesDiffer = !inQuery.hasSuffix(",\(nonceField.length),#\(String(decoding: hex, as: UTF8.self))›")
        } else {
            noncesDiffer = false
        }
        let hasNonce = inQuery != nil || nonceField != nil
        state =
            if isLoggedIn {
                isUsable ? .cookieAndNonce : hasNonce ? .cookieWithUnusableNonce : .cookieWithoutNonce
            } else if hasNonce {
                .nonceWithoutCookie
            } else if cookies.has(.login) || cookies.has(.secureLogin) {
                .adminCookieOnly
            } else if cookies.pairs.contains(where: { WordPressLogin.isSession($0.name) }) {
                .sessionOnly
            } else {
                .none
            }
    }

    private static func isSession(_ name: String) -> Bool {
        let lower = asciiLowercased(name)
        return lower == "phpsessid" || lower.hasPrefix("wp_woocommerce_session_") || lower.hasSuffix("sessionid")
    }

    /// The value of the first parameter of a name in a query.
    private static func value(_ name: String, in query: String) -> String? {
        for pair in query.split(separator: "&") where pair == name || pair.hasPrefix(name + "=") {
            return String(pair.dropFirst(name.count + 1))
        }
        return nil
    }
}
