// How slow a client may be, while it sends a body or takes an answer. A pause is not yet a fault, and neither is a thin
// line, but both at once hold a connection for ever; so a client has a stock of time, as much as the limit `body`, which
// is used up while hoplens waits for it and is bought back with bytes: one second for every `rate` of them, never more
// than the stock was at first. Whoever moves `rate` bytes a second on average may go on without end, may pause for `body`,
// and may not drip.
//
// It knows neither clock nor socket; time comes as milliseconds, and what moved as a count.

/// The stock of time of one client for one body or answer.
public struct Pace: Equatable, Sendable {
    /// What is left of the stock, in milliseconds times the rate, so that nothing is lost to rounding.
    private var stock: Int64 = 0
    /// Since when the client is waited for; nil while it is not.
    private var since: Int64?

    /// An empty stock; nobody is waited for.
    public init() {}

    /// Whether the client is waited for.
    public var isWaiting: Bool { since != nil }

    /// Fills the stock; nobody is waited for.
    public mutating func begin(limit: Int, rate: Int) {
        stock = Pace.full(limit, rate)
        since = nil
    }

    /// Fills the stock, and goes on waiting if it was.
    public mutating func refill(limit: Int, rate: Int, at now: Int64) {
        stock = Pace.full(limit, rate)
        if since != nil { since = now }
    }

    /// From now on the client is waited for, or no longer.
    public mutating func setWaiting(_ waits: Bool, rate: Int, at now: Int64) {
        if waits {
            if since == nil { since = now }
        } else if let begun = since {
            stock -= (now - begun) * Int64(rate)
            since = nil
        }
    }

    /// Buys time with bytes that moved while the client was waited for.
    public mutating func credit(_ bytes: Int, limit: Int, rate: Int, at now: Int64) {
        if let begun = since {
            stock -= (now - begun) * Int64(rate)
            since = now
        }
        stock = min(stock + Int64(bytes) * 1000, Pace.full(limit, rate))
    }

    /// How many milliseconds are left.
    public func left(rate: Int, at now: Int64) -> Int {
        let waited = since.map { now - $0 } ?? 0
        return max(0, Int(stock / Int64(rate) - waited))
    }

    private static func full(_ limit: Int, _ rate: Int) -> Int64 { Int64(limit) * Int64(rate) }
}
