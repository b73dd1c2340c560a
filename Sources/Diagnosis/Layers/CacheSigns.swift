// Whether a cache gave the answer, told by the fields caches set. A miss is told as well, because a cache that was asked
// and did not have the answer will have it the next time. Fastly's MISS is said of requests it passes, too.
//
// Sources: RFC 9111 section 5.1 (Age), RFC 9211 (Cache-Status), WordPress core's list of cache fields
// (WP_Site_Health::get_page_cache_headers), LiteSpeed Cache, Varnish (X-Varnish with two numbers), vendors' manuals.

import Ledger
import Meaning
import Trace

/// What a response says about caches on its way.
public struct CacheSigns {
    /// Evidence that the answer came out of a cache; empty when nothing says so.
    public let hit: [Evidence]
    /// Evidence that a cache was asked and went on to the origin.
    public let miss: [Evidence]
    /// How old the answer says it is, in seconds.
    public let age: Int?

    private static let vocabulary = [
        "cf-cache-status", "x-cache", "x-cache-status", "x-proxy-cache", "x-litespeed-cache", "x-qc-cache",
        "x-lsadc-cache", "x-srcache-fetch-status", "x-drupal-cache", "x-nginx-cache", "x-fastcgi-cache",
        "x-wp-cf-super-cache-cache", "x-cache-remote", "x-edge-cache", "cdn-cache", "x-kinsta-cache", "x-sg-cache",
    ]

    init(_ facts: Facts) {
        var hit: [Evidence] = []
        var miss: [Evidence] = []
        for line in facts.answered.lines {
            let name = line.name.lowercased()
            let value = line.value.lowercased()
            if CacheSigns.vocabulary.contains(name) {
                // `Hit from cloudfront`, `TCP_HIT from proxy`, `HIT, MISS`, `hit,private`.
                let words = value.split { !($0.isLetter || $0 == "-") }
                if words.contains("hit") || value.contains("_hit") {
                    hit.append(facts.evidence(line, at: facts.answered))
                } else if words.contains("miss") || value.contains("_miss") {
                    miss.append(facts.evidence(line, at: facts.answered))
                }
            } else if name == "x-varnish", value.split(separator: " ").count == 2 {
                hit.append(facts.evidence(line, at: facts.answered))
            }
        }
        // One hit among the members is enough; it is found in all lines together (RFC 9211 section 2).
        if facts.cacheStatus?.hit != nil {
            hit += facts.evidence("cache-status", at: facts.answered)
        }
        age = Age(facts.answered.all("age").map(\.value))?.seconds
        if let age, age > 0, let line = facts.answered.line("age") {
            hit.append(facts.evidence(line, at: facts.answered))
        }
        self.hit = hit
        self.miss = miss
    }

    /// Whether the answer came out of a cache.
    public var isHit: Bool { !hit.isEmpty }
}
