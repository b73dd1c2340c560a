// Whether remembering pays: memories of heads are good for traffic that repeats itself and cost a copy for traffic that
// never does. Found and stored are weighed against each other; while nothing is found only a sample is stored, which is
// enough to notice that it has changed.

/// The balance of a memory.
public struct Worth: Sendable {
    private var credit = Worth.most
    private var refused = 0

    private static let most = 64
    private static let gain = 4
    /// One of so many is stored although it does not seem to pay.
    private static let sample = 64

    /// A memory that has yet to show what it is worth.
    public init() {}

    /// Something was found.
    public mutating func found() { credit = min(credit + Worth.gain, Worth.most) }

    /// Whether to store one more.
    public mutating func mayStore() -> Bool {
        if credit > 0 {
            credit -= 1
            return true
        }
        refused &+= 1
        return refused % Worth.sample == 0
    }
}
