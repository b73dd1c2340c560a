// Pairs a preflight with the requests it authorises. A browser asks once and then lets Access-Control-Max-Age pass
// before it asks again, so one preflight can belong to many requests, and a request can belong to a preflight from
// before the capture.
//
// Exchanges are given in the order of their times; memory is bounded, the oldest preflights are forgotten first.

/// What a request has to do with preflights.
public enum Pairing: Sendable, Equatable {
    /// It is a preflight itself.
    case isPreflight
    /// This preflight authorised it.
    case preflighted(ObservedExchange)
    /// It needs none.
    case notNeeded
    /// It needed one that was not seen: sent before the capture began, or not to this node, or no browser sent this.
    case notSeen
    /// CORS does not apply to it.
    case notApplicable
}

/// Remembers preflights and finds the one that belongs to a request.
public struct PreflightBook: Sendable {
    private struct Entry {
        var exchange: ObservedExchange
        var permission: Permission
        var expires: Int64
    }

    private struct Key: Hashable {
        var origin: String
        var url: String
    }

    private var entries: [Key: [Entry]] = [:]
    private var order: [Key] = []
    private let capacity: Int
    private static let mostPerKey = 8

    /// A book for at most so many URLs.
    public init(capacity: Int = 1000) { self.capacity = max(1, capacity) }

    /// Takes the next exchange: a preflight is remembered, a request gets its preflight.
    public mutating func take(_ exchange: ObservedExchange) -> Pairing {
        if case .preflight(let preflight) = exchange.role {
            remember(exchange, preflight)
            return .isPreflight
        }
        guard exchange.crossing == .crossOrigin else { return .notApplicable }
        let needed = exchange.certainlyUnsafeNames
        if let found = find(exchange, needed) { return .preflighted(found) }
        return Methods.isSafelisted(exchange.method) && needed.isEmpty ? .notNeeded : .notSeen
    }

    private mutating func remember(_ exchange: ObservedExchange, _ preflight: Preflight) {
        guard let answer = exchange.answer, let permission = Self.permission(exchange, preflight, answer) else {
            return
        }
        let seconds = PreflightCache.maxAge(answer.headers, .chromium)
        // Even an answer that is not kept authorises the request it was asked for, which follows at once.
        let entry = Entry(
            exchange: exchange, permission: permission,
            expires: exchange.time + Int64(max(seconds, 5)) * 1_000_000)
        let key = Key(origin: exchange.origin, url: exchange.url)
        if entries[key] == nil {
            if order.count >= capacity { entries[order.removeFirst()] = nil }
            order.append(key)
        }
        entries[key, default: []].append(entry)
        if let count = entries[key]?.count, count > Self.mostPerKey { entries[key]?.removeFirst() }
    }

    /// What the answer allows to a page that wants no credentials; nil when not even that passes.
    private static func permission(
        _ exchange: ObservedExchange, _ preflight: Preflight, _ answer: Answer
    ) -> Permission? {
        for mode in [CredentialsMode.include, .omit] {
            if let permission = try? PreflightCheck.run(
                answer, method: preflight.method, unsafeNames: exchange.askedNames, origin: exchange.origin,
                credentials: mode, .chromium)
            {
                return permission
            }
        }
        return nil
    }

    /// The latest preflight that covers a request; one of the same client before one of another (an address can change
    /// between two requests behind a CDN), one that asked for it before one that just allows it.
    private func find(_ exchange: ObservedExchange, _ needed: [String]) -> ObservedExchange? {
        let known = (entries[Key(origin: exchange.origin, url: exchange.url)] ?? []).filter {
            $0.exchange.time <= exchange.time && exchange.time < $0.expires
        }
        func asked(_ entry: Entry) -> Bool {
            guard case .preflight(let preflight) = entry.exchange.role else { return false }
            return preflight.method == exchange.method && needed.allSatisfy(entry.exchange.askedNames.contains)
        }
        func allows(_ entry: Entry) -> Bool {
            entry.permission.allows(method: exchange.method) && entry.permission.refused(needed, .standard) == nil
        }
        for (sameClient, test) in [(true, asked), (false, asked), (true, allows), (false, allows)] {
            if let found = known.last(where: { (!sameClient || $0.exchange.client == exchange.client) && test($0) }) {
                return found.exchange
            }
        }
        return nil
    }
}
