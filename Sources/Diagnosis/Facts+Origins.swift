// Whether a redirect leads away from the origin the client asked, as a client sees it: scheme, host and port.

import Ledger
import Trace

extension Facts {
    /// The scheme the client speaks with, as far as the request tells: its own TLS, or what a proxy in front says.
    var clientScheme: String {
        if record.client.tls != nil { return "https" }
        if let said = received.first("x-forwarded-proto") { return trimmed(said.prefix { $0 != "," }).lowercased() }
        // A plain client that talks to the inspector of an https site: the site's own redirects are to https.
        return record.origin?.url.hasPrefix("https://") == true ? "https" : "http"
    }

    /// Whether a Location leads to another origin than the one the request was for.
    func leavesOrigin(_ location: String) -> Bool {
        let lower = location.lowercased()
        let scheme: String
        let rest: Substring
        if lower.hasPrefix("http://") {
            scheme = "http"
            rest = lower.dropFirst(7)
        } else if lower.hasPrefix("https://") {
            scheme = "https"
            rest = lower.dropFirst(8)
        } else if lower.hasPrefix("//") {
            scheme = clientScheme
            rest = lower.dropFirst(2)
        } else {
            return false
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = (sent.first("host") ?? received.first("host") ?? "").lowercased()
        return scheme != clientScheme
            || Facts.withoutDefaultPort(String(authority), scheme) != Facts.withoutDefaultPort(host, scheme)
    }

    private static func withoutDefaultPort(_ authority: String, _ scheme: String) -> String {
        let port = scheme == "https" ? ":443" : ":80"
        return authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
    }
}
