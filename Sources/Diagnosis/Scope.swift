// What kind of exchange it is, worked out once, so that a rule about refusals never looks at an answer that is none.
// Most traffic is healthy and has no scope at all: judging it must cost next to nothing.

import Ledger
import Trace

/// The kinds of exchange that rules ask for.
public struct Scope: OptionSet, Hashable, Sendable {
    /// The kinds as bits.
    public let rawValue: UInt8

    /// A scope from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The final status is 400 or more.
    public static let refused = Scope(rawValue: 1 << 0)
    /// The final status is 300 to 399.
    public static let redirect = Scope(rawValue: 1 << 1)
    /// The request has an Authorization field.
    public static let authorization = Scope(rawValue: 1 << 2)
    /// The request has an Origin field.
    public static let origin = Scope(rawValue: 1 << 3)
    /// The answer came out of a cache.
    public static let cached = Scope(rawValue: 1 << 4)
    /// The target belongs to the WordPress REST API.
    public static let rest = Scope(rawValue: 1 << 5)
    /// hoplens answered itself.
    public static let own = Scope(rawValue: 1 << 6)

    init(_ facts: Facts) {
        var scope: Scope = []
        if let status = facts.status {
            if status >= 400 { scope.insert(.refused) }
            if (300..<400).contains(status) { scope.insert(.redirect) }
        }
        if facts.record.response?.byHoplens == true { scope.insert(.own) }
        for line in facts.record.request?.head.lines ?? [] {
            switch line.name.utf8.count {
            case 13 where isSameName(line.name, "authorization"): scope.insert(.authorization)
            case 6 where isSameName(line.name, "origin"): scope.insert(.origin)
            default: break
            }
        }
        if facts.cache.isHit { scope.insert(.cached) }
        if facts.target.isREST { scope.insert(.rest) }
        self = scope
    }
}
