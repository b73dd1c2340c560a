// Cookies that are set, by name: whether they arrive, and with which attributes. Values and moments are each answer's own.

import Diagnosis
import Fields
import Meaning

enum CookieComparison {
    static func rows(_ left: Series, _ right: Series, _ options: ComparisonOptions) -> [Difference] {
        let (a, b) = (cookies(left), cookies(right))
        var names = a.map(\.name)
        for name in b.map(\.name) where !names.contains(name) { names.append(name) }
        var rows: [Difference] = []
        for name in names.sorted() where !options.ignores(field: "set-cookie:\(name)") {
            let (one, two) = (a.first { $0.name == name }, b.first { $0.name == name })
            guard let one else {
                rows.append(
                    Difference(
                        .cookie, name, left: nil, right: two.map(shown), severity: .info,
                        meaning: "The public side sets a cookie of its own."))
                continue
            }
            let isLogin = CookieRole(name: name) == .loggedIn || name.hasPrefix("wordpress")
            guard let two else {
                rows.append(
                    Difference(
                        .cookie, name, left: shown(one), right: nil, severity: isLogin ? .error : .warning,
                        meaning:
                            "The cookie is stripped on the way: whoever needs it is not logged in, or loses the session.",
                        layer: .cdnCache,
                        firstStep: "Let the CDN pass Set-Cookie, and not cache answers that set cookies."))
                continue
            }
            guard shown(one) != shown(two) else { continue }
            let isOpened = one.isSecure && !two.isSecure || one.isHTTPOnly && !two.isHTTPOnly
            rows.append(
                Difference(
                    .cookie, name, left: shown(one), right: shown(two), severity: isOpened ? .warning : .notice,
                    meaning:
                        "Its attributes are changed on the way, so browsers send it to other places, or not at all.",
                    layer: .publicProxy))
        }
        return rows
    }

    /// The cookies of all rounds: what is set now and then counts as set.
    private static func cookies(_ series: Series) -> [SetCookie] {
        var found: [SetCookie] = []
        for answer in series.answered {
            for line in answer.values("set-cookie") {
                let cookie = SetCookie(line)
                if !found.contains(where: { $0.name == cookie.name }) { found.append(cookie) }
            }
        }
        return found
    }

    private static func shown(_ cookie: SetCookie) -> String {
        var parts: [String] = []
        if let domain = cookie.domain { parts.append("Domain=\(domain)") }
        if let path = cookie.path { parts.append("Path=\(path)") }
        if cookie.isSecure { parts.append("Secure") }
        if cookie.isHTTPOnly { parts.append("HttpOnly") }
        if let site = cookie.sameSite { parts.append("SameSite=\(site)") }
        if cookie.isPartitioned { parts.append("Partitioned") }
        if cookie.expires == nil, cookie.maxAge == nil { parts.append("for the session") }
        return parts.joined(separator: "; ")
    }
}
