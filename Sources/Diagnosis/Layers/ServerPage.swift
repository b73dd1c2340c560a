// The error pages servers and proxies make themselves, told by their own text. Server fields are not enough: a proxy
// passes a page on under its own name, and an application's page stands under the web server's name.

import Ledger

/// A server's own error page.
struct ServerPage {
    /// The server that wrote it.
    let server: String
    /// The layer that server usually is.
    let layer: Layer
    /// The words that show it.
    let evidence: Evidence

    private struct Sign {
        let server: String
        let layer: Layer
        let words: String
    }

    private static let signs: [Sign] = [
        Sign(server: "nginx", layer: .webServer, words: "<hr><center>nginx"),
        Sign(server: "openresty", layer: .webServer, words: "<hr><center>openresty"),
        Sign(server: "Apache", layer: .webServer, words: "<address>apache"),
        Sign(server: "Varnish", layer: .cdnCache, words: "guru meditation"),
        Sign(server: "HAProxy", layer: .publicProxy, words: "request forbidden by administrative rules."),
        Sign(server: "HAProxy", layer: .publicProxy, words: "no server is available to handle this request."),
        Sign(server: "HAProxy", layer: .publicProxy, words: "your browser sent an invalid request."),
        Sign(server: "HAProxy", layer: .publicProxy, words: "the server didn't respond in time."),
        Sign(server: "HAProxy", layer: .publicProxy, words: "the server returned an invalid or incomplete response."),
        Sign(server: "nghttpx", layer: .publicProxy, words: "<footer>nghttpx"),
        Sign(server: "lighttpd", layer: .webServer, words: "<center>lighttpd"),
    ]

    /// The server whose page the body is; nil when it is nobody's known page.
    init?(_ facts: Facts) {
        let lower = facts.body.lower
        if let sign = ServerPage.signs.first(where: { lower.contains($0.words) }) {
            self.init(sign, facts.evidence("page: \(sign.words)", at: .originToNode))
        } else if let line = facts.answered.line("x-squid-error") {
            self.init(
                Sign(server: "Squid", layer: .publicProxy, words: ""), facts.evidence(line, at: facts.answered))
        } else if let doctype = ["-//ietf//dtd html 2.0//en", "-//w3c//dtd html 4.01//en"].first(where: {
            lower.hasPrefix("<!doctype html public \"\($0)\"")
        }), lower.contains("<title>\(facts.status ?? 0) "),
            facts.answered.first("content-type")?.lowercased().contains("charset=iso-8859-1") == true
        {
            // Apache without ServerSignature, also behind a proxy's name: nobody else writes this doctype in Latin-1
            // around a title that begins with the status (ap_send_error_response; 2.4.71 changed the doctype).
            self.init(
                Sign(server: "Apache", layer: .webServer, words: ""),
                facts.evidence("page: \(doctype), iso-8859-1", at: .originToNode))
        } else {
            return nil
        }
    }

    private init(_ sign: Sign, _ evidence: Evidence) {
        server = sign.server
        layer = sign.layer
        self.evidence = evidence
    }
}
