// The boxes on the way that cannot report themselves, as far as their fields give them away. The answer names them on
// its way back: Via in the order the answer passed them, Cache-Status and Proxy-Status alike (nearest to the origin
// first), the rest by fields that only one product sets. What the request says of boxes in front of this node (Via,
// Forwarded, CDN-Loop) comes first in the list, which goes from the client inwards.
//
// Invariant: a hop is in the list once; evidence of the same product in several fields is gathered under it. Where
// nothing tells the order of two hops they stand in the order of the table below, which goes from the edge inwards.

import Fields
import Ledger
import Meaning
import Trace

/// One box on the way.
public struct PassiveHop: Equatable, Sendable {
    /// Its product or name.
    public var name: String
    /// The layer it usually is.
    public var layer: Layer
    /// Whether it stands in front of this node (between client and here) or behind it.
    public var isInFront: Bool
    /// Whether its place among the others is known, and not only guessed.
    public var isPlaced: Bool
    /// What gives it away.
    public var evidence: [Evidence]
}

/// The boxes on the way, from the client inwards.
public struct HopList: Equatable, Sendable {
    /// The boxes.
    public private(set) var hops: [PassiveHop] = []

    /// The boxes between this node and the origin's application.
    public var behind: [PassiveHop] { hops.filter { !$0.isInFront } }
    /// The boxes between the client and this node.
    public var inFront: [PassiveHop] { hops.filter(\.isInFront) }

    init(_ facts: Facts) {
        let own = facts.record.node.lowercased()
        // In front: each proxy signed behind those before it, so the first is nearest to the client.
        let request = facts.received
        for hop in Via(request.all("via").map(\.value)).hops where hop.receivedBy.lowercased() != own {
            let product = Product.of(via: hop.receivedBy, comment: hop.comment)
            add(
                product?.name ?? hop.receivedBy, product?.layer ?? .publicProxy, inFront: true, placed: true,
                [
                    facts.evidence(
                        "Via: \(hop.version) \(hop.receivedBy)" + (hop.comment.map { " (\($0))" } ?? ""),
                        at: .clientToNode)
                ])
        }
        for line in request.lines {
            guard let product = Product.of(field: line.name, value: line.value, in: Product.requestFields) else {
                continue
            }
            add(product.name, product.layer, inFront: true, placed: false, [facts.evidence(line, at: request)])
        }

        // Behind: the answer passed the innermost first, so its Via is read backwards.
        let answer = facts.answered
        for hop in Via(answer.all("via").map(\.value)).hops.reversed() where hop.receivedBy.lowercased() != own {
            let product = Product.of(via: hop.receivedBy, comment: hop.comment)
            add(
                product?.name ?? hop.receivedBy, product?.layer ?? .publicProxy, inFront: false, placed: true,
                [
                    facts.evidence(
                        "Via: \(hop.version) \(hop.receivedBy)" + (hop.comment.map { " (\($0))" } ?? ""),
                        at: .originToNode)
                ])
        }
        if let status = try? CacheStatus(answer.all("cache-status").map(\.value)) {
            for member in status.members.reversed() {
                add(
                    member.cache, .cdnCache, inFront: false, placed: true,
                    [
                        facts.evidence("Cache-Status: \(member.cache)\(member.isHit ? "; hit" : "")", at: .originToNode)
                    ])
            }
        }
        if let status = try? ProxyStatus(answer.all("proxy-status").map(\.value)) {
            for member in status.members.reversed() where member.proxy.lowercased() != own {
                add(
                    member.proxy, .publicProxy, inFront: false, placed: true,
                    [
                        facts.evidence("Proxy-Status: \(member.proxy)", at: .originToNode)
                    ])
            }
        }
        var told: [(rank: Int, product: Product, evidence: Evidence)] = []
        for line in answer.lines {
            guard let product = Product.of(field: line.name, value: line.value, in: Product.responseFields) else {
                continue
            }
            told.append((product.rank, product, facts.evidence(line, at: answer)))
        }
        for hop in told.enumerated().sorted(by: { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }) {
            add(
                hop.element.product.name, hop.element.product.layer, inFront: false, placed: false,
                [hop.element.evidence])
        }
    }

    private mutating func add(
        _ name: String, _ layer: Layer, inFront: Bool, placed: Bool, _ evidence: [Evidence]
    ) {
        if let known = hops.firstIndex(where: { isSameName($0.name, name) && $0.isInFront == inFront }) {
            hops[known].evidence += evidence
        } else if hops.count < 32 {
            hops.append(PassiveHop(name: name, layer: layer, isInFront: inFront, isPlaced: placed, evidence: evidence))
        }
    }
}

/// A product that gives itself away.
struct Product {
    let name: String
    let layer: Layer
    /// From the edge (small) inwards.
    let rank: Int

    struct Sign {
        let field: String
        /// A part of the value, lower case; empty for any.
        let part: String
        let product: Product
    }

    private static let cloudflare = Product(name: "Cloudflare", layer: .cdnCache, rank: 10)
    private static let cloudFront = Product(name: "CloudFront", layer: .cdnCache, rank: 10)
    private static let fastly = Product(name: "Fastly", layer: .cdnCache, rank: 10)
    private static let akamai = Product(name: "Akamai", layer: .cdnCache, rank: 10)
    private static let sucuri = Product(name: "Sucuri", layer: .waf, rank: 12)
    private static let imperva = Product(name: "Imperva", layer: .waf, rank: 12)
    private static let bunny = Product(name: "bunny.net", layer: .cdnCache, rank: 10)
    private static let keyCDN = Product(name: "KeyCDN", layer: .cdnCache, rank: 10)
    private static let quic = Product(name: "QUIC.cloud", layer: .cdnCache, rank: 10)
    private static let vercel = Product(name: "Vercel", layer: .cdnCache, rank: 10)
    private static let haproxy = Product(name: "HAProxy", layer: .publicProxy, rank: 20)
    private static let envoy = Product(name: "Envoy", layer: .publicProxy, rank: 20)
    private static let traefik = Product(name: "Traefik", layer: .publicProxy, rank: 20)
    private static let elb = Product(name: "AWS load balancer", layer: .publicProxy, rank: 20)
    private static let varnish = Product(name: "Varnish", layer: .cdnCache, rank: 30)
    private static let squid = Product(name: "Squid", layer: .publicProxy, rank: 30)
    private static let caddy = Product(name: "Caddy", layer: .webServer, rank: 40)
    private static let nginx = Product(name: "nginx", layer: .webServer, rank: 40)
    private static let openresty = Product(name: "openresty", layer: .webServer, rank: 40)
    private static let apache = Product(name: "Apache", layer: .webServer, rank: 50)
    private static let liteSpeed = Product(name: "LiteSpeed", layer: .webServer, rank: 50)
    private static let php = Product(name: "PHP", layer: .phpGateway, rank: 60)

    static let responseFields: [Sign] = [
        Sign(field: "cf-ray", part: "", product: cloudflare),
        Sign(field: "cf-cache-status", part: "", product: cloudflare),
        Sign(field: "server", part: "cloudflare", product: cloudflare),
        Sign(field: "x-amz-cf-id", part: "", product: cloudFront),
        Sign(field: "x-amz-cf-pop", part: "", product: cloudFront),
        Sign(field: "x-cache", part: "cloudfront", product: cloudFront),
        Sign(field: "x-served-by", part: "cache-", product: fastly),
        Sign(field: "x-fastly-request-id", part: "", product: fastly),
        Sign(field: "server", part: "akamaighost", product: akamai),
        Sign(field: "x-akamai-transformed", part: "", product: akamai),
        Sign(field: "x-sucuri-id", part: "", product: sucuri), Sign(field: "server", part: "sucuri", product: sucuri),
        Sign(field: "x-iinfo", part: "", product: imperva), Sign(field: "x-cdn", part: "incapsula", product: imperva),
        Sign(field: "server", part: "bunnycdn", product: bunny), Sign(field: "server", part: "keycdn", product: keyCDN),
        Sign(field: "x-qc-cache", part: "", product: quic), Sign(field: "x-qc-pop", part: "", product: quic),
        Sign(field: "x-vercel-id", part: "", product: vercel),
        Sign(field: "server", part: "envoy", product: envoy),
        Sign(field: "x-envoy-upstream-service-time", part: "", product: envoy),
        Sign(field: "server", part: "awselb", product: elb), Sign(field: "set-cookie", part: "awsalb", product: elb),
        Sign(field: "x-varnish", part: "", product: varnish), Sign(field: "x-squid-error", part: "", product: squid),
        Sign(field: "x-cache", part: "(squid", product: squid),
        Sign(field: "server", part: "caddy", product: caddy),
        Sign(field: "server", part: "openresty", product: openresty),
        Sign(field: "server", part: "nginx", product: nginx), Sign(field: "server", part: "apache", product: apache),
        Sign(field: "server", part: "litespeed", product: liteSpeed),
        Sign(field: "x-litespeed-cache", part: "", product: liteSpeed),
        Sign(field: "x-powered-by", part: "php", product: php),
    ]

    static let requestFields: [Sign] = [
        Sign(field: "cf-ray", part: "", product: cloudflare),
        Sign(field: "cf-connecting-ip", part: "", product: cloudflare),
        Sign(field: "cdn-loop", part: "cloudflare", product: cloudflare),
        Sign(field: "cdn-loop", part: "fastly", product: fastly),
        Sign(field: "x-amz-cf-id", part: "", product: cloudFront),
        Sign(field: "fastly-client-ip", part: "", product: fastly),
        Sign(field: "x-amzn-trace-id", part: "", product: elb), Sign(field: "x-varnish", part: "", product: varnish),
        Sign(field: "x-sucuri-clientip", part: "", product: sucuri),
        Sign(field: "x-envoy-expected-rq-timeout-ms", part: "", product: envoy),
        Sign(field: "incap-client-ip", part: "", product: imperva),
    ]

    static func of(field name: String, value: String, in signs: [Sign]) -> Product? {
        guard signs.contains(where: { isSameName($0.field, name) }) else { return nil }
        let lower = value.lowercased()
        return signs.first { isSameName($0.field, name) && ($0.part.isEmpty || lower.contains($0.part)) }?.product
    }

    /// The product behind a name in Via.
    static func of(via receivedBy: String, comment: String?) -> Product? {
        let text = (receivedBy + " " + (comment ?? "")).lowercased()
        let names: [(String, Product)] = [
            ("cloudfront", cloudFront), ("varnish", varnish), ("squid", squid), ("akamai", akamai), ("fastly", fastly),
            ("caddy", caddy), ("haproxy", haproxy), ("traefik", traefik), ("nginx", nginx), ("apache", apache),
            ("google", Product(name: "Google load balancer", layer: .publicProxy, rank: 10)),
            ("vegur", Product(name: "Heroku router", layer: .publicProxy, rank: 20)),
        ]
        return names.first { text.contains($0.0) }?.1
    }
}

extension Facts {
    /// The boxes on the way that their fields give away.
    public var hops: HopList { HopList(self) }
}
