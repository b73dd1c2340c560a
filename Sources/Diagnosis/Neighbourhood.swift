// The exchanges that belong to each other, found while they go by: a preflight and its request, a redirect and what
// followed it, the same request with and without a credential. It is what turns a stream of records into cases.
//
// Records are taken in the order in which the exchanges ended. Memory is bounded: so many keys, so many exchanges for
// each, nothing older than the window. What cannot matter to any rule (a picture, a stylesheet) is not kept at all.

import Fields
import CORS
public import Trace

/// Remembers what went by lately, and makes cases of records.
public struct Neighbourhood {
    /// How long an exchange is remembered, in microseconds.
    private static let window: Int64 = 120_000_000
    private static let mostPerKey = 6
    private let capacity: Int

    private var book: PreflightBook
    private var recent: [String: [Facts]] = [:]
    /// The number of the last change under a key: a request of another kind came, or another answer to one.
    private var changes: [String: Int] = [:]
    private var changeCount = 0
    /// Another number after every change under any key; while it stays, no version has changed.
    private(set) var generation = 0
    /// The last answer to a kind of request under a key, as hashes, also when it is not kept any more.
    private var answers: [Int: Int] = [:]
    private static let mostAnswers = 8192
    private var order: [String] = []
    private var preflights: [String: Facts] = [:]
    private var preflightOrder: [String] = []

    /// A neighbourhood that remembers at most so many targets.
    public init(capacity: Int = 400) {
        self.capacity = max(1, capacity)
        book = PreflightBook(capacity: max(1, capacity))
    }

    /// The case of the next record.
    public mutating func take(_ record: Record) -> Case { take(Facts(record)) }

    /// The case of the next exchange.
    mutating func take(_ facts: Facts) -> Case {
        let record = facts.record
        var related: [(relation: Relation, facts: Facts)] = []
        if facts.scope.contains(.origin), let observed = ObservedExchange(record) {
            switch book.take(observed) {
            case .isPreflight:
                facts.isPaired = true
                keepPreflight(facts)
            case .preflighted(let preflight):
                facts.isPaired = true
                if let found = preflights[preflight.id] { related.append((.preflight, found)) }
            case .notSeen: facts.isPaired = true
            case .notNeeded, .notApplicable: break
            }
        }
        guard facts.isRemembered else { return Case(facts, related: related) }
        let client = facts.clientAddress
        for key in facts.neighbourKeys {
            for other in (recent[key] ?? []).reversed() where record.time - other.record.time < Neighbourhood.window {
                if let relation = facts.relation(to: other, sameClient: other.clientAddress == client) {
                    related.append((relation, other))
                }
            }
        }
        for key in facts.ownKeys { keep(facts, under: key) }
        return Case(facts, related: related)
    }

    /// A number that changes when under any of these keys stands something else than before.
    func version(of keys: [String]) -> Int {
        keys.reduce(0) { $0 &+ (changes[$1] ?? 0) }
    }

    private mutating func keep(_ facts: Facts, under key: String) {
        if recent[key] == nil {
            if order.count >= capacity {
                let oldest = order.removeFirst()
                recent[oldest] = nil
                changes[oldest] = nil
                generation &+= 1
            }
            order.append(key)
        }
        var kind = Hasher()
        kind.combine(key)
        kind.combine(facts.method)
        kind.combine(facts.record.request?.target)
        kind.combine(facts.hasCredentials)
        kind.combine(facts.received.first("origin"))
        if answers.count >= Neighbourhood.mostAnswers { answers = [:] }
        if answers.updateValue(facts.signature.answer, forKey: kind.finalize()) != facts.signature.answer {
            changeCount &+= 1
            changes[key] = changeCount
            generation &+= 1
        }
        // What repeats itself does not push out what is different.
        if let same = recent[key]?.firstIndex(where: { $0.signature.steady == facts.signature.steady }) {
            recent[key]?.remove(at: same)
        }
        recent[key, default: []].append(facts)
        if let count = recent[key]?.count, count > Neighbourhood.mostPerKey { recent[key]?.removeFirst() }
    }

    private mutating func keepPreflight(_ facts: Facts) {
        if preflightOrder.count >= capacity { preflights[preflightOrder.removeFirst()] = nil }
        preflightOrder.append(facts.record.id)
        preflights[facts.record.id] = facts
    }
}

extension Facts {
    /// The client's address without its port.
    var clientAddress: Substring {
        let address = record.client.address
        return address.lastIndex(of: ":").map { address[..<$0] } ?? address[...]
    }

    /// Whether any rule could ask for it later: REST requests, redirects, and pages, which carry nonces.
    var isRemembered: Bool {
        guard record.request?.target != nil, status != nil else { return false }
        if !scope.isDisjoint(with: [.rest, .redirect]) { return true }
        return method == "GET" && answered.first("content-type")?.lowercased().hasPrefix("text/html") == true
    }

    /// Where it will be looked for.
    var ownKeys: [String] {
        var keys = ["path " + target.path]
        if let route = target.restRoute { keys.append("route " + route) }
        if scope.contains(.redirect), let location = answered.first("location") {
            keys.append("to " + TargetFacts(location).path)
        }
        return keys
    }

    /// Where those that may belong to it are.
    var neighbourKeys: [String] {
        var keys: [String] = []
        if let route = target.restRoute {
            keys.append("route " + route)
            if authorization != nil { keys.append("route /jwt-auth/v1/token/validate") }
        }
        keys.append("to " + target.path)
        if received.has("x-wp-nonce"), let page = received.first("referer") {
            keys.append("path " + TargetFacts(page).path)
        }
        return keys
    }

    /// How an earlier exchange belongs to this one; nil when it does not.
    func relation(to other: Facts, sameClient: Bool) -> Relation? {
        guard other !== self else { return nil }
        if sameClient, other.scope.contains(.redirect), let location = other.answered.first("location"),
            TargetFacts(location).path == target.path, other.target.path != target.path || other.leavesOrigin(location)
        {
            return .redirectSource
        }
        if other.target.restRoute == "/jwt-auth/v1/token/validate", target.restRoute != other.target.restRoute,
            let mine = authorization, mine.fingerprint == other.authorization?.fingerprint
        {
            return .validation
        }
        if !other.scope.contains(.rest), scope.contains(.rest), sameClient, other.method == "GET" { return .page }
        guard let route = target.restRoute, route == other.target.restRoute else { return nil }
        if other.record.request?.target != record.request?.target {
            // Another address of the same route, or another query of the same address.
            if method == other.method, isBusted(by: other) { return .busted }
            let isPretty = target.path.contains("/wp-json")
            return isPretty != other.target.path.contains("/wp-json") && method == other.method ? .otherRoute : nil
        }
        if method != other.method {
            let overrides = other.method == "POST" && other.received.has("x-http-method-override")
            return overrides && sameClient ? .otherMethod : nil
        }
        if received.first("origin") != other.received.first("origin") { return .otherOrigin }
        switch (hasCredentials, other.hasCredentials) {
        case (true, false): return .anonymous
        case (false, true): return .authorised
        default: return .again
        }
    }
}

extension Facts {
    /// Names of parameters that exist only so that no cache knows the URL.
    private static let busters: Set<String> = [
        "nocache", "no_cache", "cachebust", "cachebuster", "cb", "bust", "_", "t", "ts", "rnd", "rand", "hoplens",
    ]

    /// Whether another request is this one with a query that no cache knows: the same pairs and one more.
    func isBusted(by other: Facts) -> Bool {
        guard target.path == other.target.path else { return false }
        let mine = (target.query ?? "").split(separator: "&")
        let theirs = (other.target.query ?? "").split(separator: "&")
        guard theirs.count == mine.count + 1 else { return false }
        let extra = theirs.filter { !mine.contains($0) }
        guard extra.count == 1, let name = extra[0].split(separator: "=", maxSplits: 1).first else { return false }
        return Facts.busters.contains(name.lowercased())
    }
}
