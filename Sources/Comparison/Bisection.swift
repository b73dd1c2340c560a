// The fewest field lines that decide: a request fails on one side and not on the other, and some of its lines are to blame.
// Delta debugging (Zeller and Hildebrandt 2002) over the lines that are left out: whether a request without them succeeds
// is asked from outside, and at most so many times.

/// Finds a smallest set of lines to leave out.
public struct Bisection {
    /// How many questions may be asked.
    public let most: Int
    /// How many were asked.
    public private(set) var asked = 0
    private var known: [Set<Int>: Bool] = [:]

    /// A bisection that asks at most so often.
    public init(most: Int) { self.most = most }

    /// The lines without which the outcome changes, as few as can be found; nil when leaving all of them out changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - count: how many lines there are.
    ///   - flips: whether a request without these lines has the other outcome; nil when it cannot be told.
    public mutating func smallest(of count: Int, flips: (Set<Int>) -> Bool?) -> Set<Int>? {
        var candidate = Set(0..<count)
        guard count > 0, test(candidate, flips) else { return nil }
        // One line is what it is most of the time.
        for line in 0..<count where test([line], flips) { return [line] }
        var parts = 2
        while candidate.count > 1 {
            let chunks = Self.split(candidate.sorted(), into: parts)
            if let smaller = chunks.first(where: { test($0, flips) }) {
                candidate = smaller
                parts = 2
            } else if let smaller = chunks.map({ candidate.subtracting($0) }).first(where: {
                !$0.isEmpty && test($0, flips)
            }) {
                candidate = smaller
                parts = max(parts - 1, 2)
            } else if parts < candidate.count {
                parts = min(candidate.count, parts * 2)
            } else {
                break
            }
        }
        return candidate
    }

    /// Whether the search was cut short.
    public var isExhausted: Bool { asked >= most }

    private mutating func test(_ lines: Set<Int>, _ flips: (Set<Int>) -> Bool?) -> Bool {
        if let answer = known[lines] { return answer }
        guard asked < most else { return false }
        asked += 1
        let answer = flips(lines) ?? false
        known[lines] = answer
        return answer
    }

    private static func split(_ lines: [Int], into parts: Int) -> [Set<Int>] {
        (0..<parts).map { part in
            Set(lines[(lines.count * part / parts)..<(lines.count * (part + 1) / parts)])
        }.filter { !$0.isEmpty }
    }
}
