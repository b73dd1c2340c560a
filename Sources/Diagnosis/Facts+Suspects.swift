// Who may have lost a credential that left this node and that WordPress did not see. Traffic alone seldom tells; what it
// does tell is which kinds of box are on the way at all, and those are named, the likeliest first.
//
// Measured (WordPress 6.1.9 behind Apache, nginx, HAProxy, Varnish, Squid, Caddy): nginx never drops the field by itself,
// Apache hides it from FastCGI and CGI unless told otherwise, and core is silent about a wrong application password.

import Ledger
import Meaning
import Trace

extension Facts {
    /// The layers that may have lost or ignored the request's credential, the likeliest first.
    var suspects: [Layer] {
        let server = answered.first("server")?.lowercased() ?? ""
        var layers: [Layer] =
            server.hasPrefix("apache")
            ? [.phpGateway, .wordpressAuth, .webServer] : [.wordpressAuth, .phpGateway, .webServer]
        layers.append(.publicProxy)
        if hops.behind.contains(where: { $0.layer == .cdnCache }) || !cache.miss.isEmpty { layers.append(.cdnCache) }
        return layers
    }

    /// What shows that boxes which may change requests are on the way, as evidence.
    var hopEvidence: [Evidence] {
        hops.behind.filter { $0.layer == .cdnCache || $0.layer == .publicProxy || $0.layer == .waf }
            .compactMap(\.evidence.first)
    }

    /// Whether the request that left here is one no server should refuse for its form: one credential, an ordinary head.
    var wasSoundWhenSent: Bool {
        sent.all("authorization").count < 2 && sent.all("host").count == 1 && headSize.total < 7_000
            && headSize.lines.allSatisfy { $0.bytes < 4_000 }
    }
}
