// Durations counted in constant memory: sixteen steps for each power of two, so a percentile is at most 3 % off.

/// Counts of values.
public struct Histogram: Equatable, Sendable {
    private static let steps = 16
    private static let most = 40 * steps

    private var counts: [UInt32] = []
    /// How many values were counted.
    public private(set) var count = 0
    /// The largest value, exactly.
    public private(set) var largest: Int64 = 0

    /// No values.
    public init() {}

    /// Counts a value; negative ones count as 0.
    public mutating func add(_ value: Int64) {
        let place = Histogram.place(max(0, value))
        if counts.count <= place { counts += repeatElement(0, count: place + 1 - counts.count) }
        counts[place] &+= 1
        count += 1
        largest = max(largest, value)
    }

    /// The value that so many of a hundred are not above; 0 when there are none.
    public func percentile(_ percent: Int) -> Int64 {
        let wanted = max(1, (count * percent + 99) / 100)
        var seen = 0
        for (place, number) in counts.enumerated() {
            seen += Int(number)
            if seen >= wanted { return min(largest, Histogram.middle(place)) }
        }
        return largest
    }

    private static func place(_ value: Int64) -> Int {
        guard value >= steps else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return min(most - 1, (power - 3) * steps + Int(value >> Int64(power - 4)) - steps)
    }

    /// The middle of what is counted in one place.
    private static func middle(_ place: Int) -> Int64 {
        guard place >= steps else { return Int64(place) }
        let power = place / steps + 3
        let width = Int64(1) << Int64(power - 4)
        return (Int64(place % steps) + Int64(steps)) * width + width / 2
    }
}
