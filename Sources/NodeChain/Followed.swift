// Which fields a report speaks of, and which of them first when there is no room for all. The names are those that
// `Tracking` in Ledger follows; a test compares the two for every known name.

public import Wire

/// The fields a report speaks of.
public enum Followed {
    /// Whether a field is reported.
    public static func follows(_ id: FieldName, _ name: [UInt8], extra: [[UInt8]] = []) -> Bool {
        if id.isTracked || isCredential(id) { return true }
        guard id == .other || !extra.isEmpty else { return false }
        let lower = name.map(Octet.lowercased)
        return lower.starts(with: "access-control-".utf8) || lower.starts(with: "x-forwarded-".utf8)
            || extra.contains(lower)
    }

    /// How much it matters: 0 for credentials, 1 for what a browser lets a page see, 2 for all others.
    public static func rank(_ id: FieldName, _ name: [UInt8]) -> UInt8 {
        if isCredential(id) { return 0 }
        if id == .origin || name.map(Octet.lowercased).starts(with: "access-control-".utf8) { return 1 }
        return 2
    }

    /// Whether a field of an answer gives away a box that it passed; reported as such, and followed only when asked for.
    static func isSign(_ id: FieldName, _ name: [UInt8]) -> Bool {
        switch id {
        case .server, .xCache, .cacheStatus, .proxyStatus: return true
        case .other: break
        default: return false
        }
        let lower = name.map(Octet.lowercased)
        return signs.contains { lower.elementsEqual($0.utf8) }
    }

    private static let signs = ["x-varnish", "x-powered-by", "x-served-by", "cf-ray", "x-litespeed-cache"]

    private static func isCredential(_ id: FieldName) -> Bool {
        switch id {
        case .authorization, .proxyAuthorization, .wwwAuthenticate, .proxyAuthenticate, .authenticationInfo,
            .proxyAuthenticationInfo, .cookie, .setCookie, .xWPNonce, .xAPIKey:
            true
        default: false
        }
    }
}
