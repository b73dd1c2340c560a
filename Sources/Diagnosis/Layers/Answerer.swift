// Who wrote this answer. The signs are asked from the application outwards, because everything in front of WordPress
// passes its answers on under names of its own: an answer with WordPress's signs is WordPress's, whatever Server says.
// A cache may have kept it since; that is said beside it, not instead of it.

import Ledger
import Trace

/// The author of an answer.
public struct Answerer: Equatable, Sendable {
    /// Who it can be.
    public enum Author: String, CaseIterable, Sendable {
        /// WordPress, or a plugin in it.
        case wordpress
        /// Some other application that speaks JSON or sets fields of its own.
        case application
        /// PHP, without a sign of WordPress.
        case php
        /// The web server itself.
        case webServer = "web-server"
        /// A proxy, load balancer or cache with a page of its own.
        case proxy
        /// A firewall.
        case waf
        /// A CDN's edge.
        case cdn
        /// hoplens.
        case hoplens
        /// Nobody that can be told.
        case unknown
    }

    /// Who wrote it.
    public var author: Author
    /// The product's name, when it is known.
    public var product: String?
    /// How far the evidence carries.
    public var confidence: Confidence
    /// What shows it.
    public var evidence: [Evidence]
    /// What shows that it came out of a cache; empty when nothing does.
    public var fromCache: [Evidence]

    init(_ facts: Facts) {
        fromCache = facts.cache.hit
        (author, product, confidence, evidence) = Answerer.author(facts)
    }

    private static func author(_ facts: Facts) -> (Author, String?, Confidence, [Evidence]) {
        guard let response = facts.record.response else {
            return (.unknown, nil, .certain, [facts.evidence("no answer")])
        }
        if response.byHoplens {
            return (
                .hoplens, "hoplens", .certain,
                [facts.evidence("hoplens answered \(response.status)", at: .nodeToClient)]
            )
        }
        if facts.wordpress.answered { return (.wordpress, "WordPress", .certain, facts.wordpress.restServer) }
        for (signature, author) in signatures {
            if let (evidence, confidence) = signature.match(facts), confidence == .certain {
                return (author, signature.product, .certain, evidence)
            }
        }
        if let page = ServerPage(facts) {
            let author: Author = page.layer == .webServer ? .webServer : .proxy
            return (author, page.server, .likely, [page.evidence])
        }
        let answer = facts.answered
        if let line = answer.all("x-powered-by").first(where: {
            $0.value.contains("WordPress") || $0.value.contains("WP ")
        })
            ?? answer.all("x-pingback").first
            ?? answer.all("x-redirect-by").first(where: { $0.value.contains("WordPress") })
        {
            return (.wordpress, "WordPress", .likely, [facts.evidence(line, at: answer)])
        }
        if let line = answer.all("link").first(where: { $0.value.contains("https://api.w.org/") }) {
            return (.wordpress, "WordPress", .likely, [facts.evidence(line, at: answer)])
        }
        if let line = answer.all("set-cookie").first(where: { $0.value.hasPrefix("wordpress_") }) {
            return (.wordpress, "WordPress", .likely, [facts.evidence(line, at: answer)])
        }
        if let line = answer.all("x-powered-by").first(where: { $0.value.hasPrefix("PHP") })
            ?? answer.all("set-cookie").first(where: { $0.value.hasPrefix("PHPSESSID") })
        {
            return (.php, "PHP", .likely, [facts.evidence(line, at: answer)])
        }
        if facts.body.json != nil || answer.first("content-type")?.contains("json") == true {
            return (.application, nil, .possible, facts.evidence("content-type", at: answer))
        }
        if let line = answer.line("server") {
            let name = trimmed(line.value.prefix { $0 != "/" && $0 != " " && $0 != "(" })
            return (.webServer, name.isEmpty ? nil : name, .possible, [facts.evidence(line, at: answer)])
        }
        return (.unknown, nil, .possible, [])
    }

    private static let signatures: [(BlockSignature, Author)] = [
        (.cloudflareChallenge, .cdn), (.cloudflareBlock, .cdn), (.sucuri, .waf), (.goDaddy, .waf), (.akamai, .cdn),
        (.cloudFrontBlock, .cdn), (.imperva, .waf), (.siteGround, .waf), (.hostFirewall, .waf), (.modSecurity, .waf),
        (.wordfence, .waf), (.liteSpeedBlock, .webServer),
    ]
}

extension Facts {
    /// Who wrote the answer.
    public var answerer: Answerer { Answerer(self) }
}
