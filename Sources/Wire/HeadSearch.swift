// Where does the head end? A head that arrives in many small pieces must cost time in proportion to its length, so the
// search remembers how far it has looked (h11 and picohttpparser do the same). It refuses a bare LF on sight: a
// peer that ends its lines so would otherwise be waited for until the time-out.

/// How far the end of a head has been searched for.
public struct HeadSearch: Equatable, Sendable {
    private var searched: Int32 = 0
    private var lineStart: Int32 = 0

    /// A search that has seen nothing.
    public init() {}

    /// Whether nothing has been looked at yet.
    public var isFresh: Bool { searched == 0 }

    /// Whether an empty line is now in the bytes; `bytes` starts where the head starts and only ever grows.
    public mutating func reachesEnd(_ bytes: Span<UInt8>, limits: HeadLimits) throws(WireError) -> Bool {
        var i = Int(searched)
        var start = Int(lineStart)
        while i < bytes.count {
            if bytes[i] == Octet.lineFeed {
                guard i > start, bytes[i - 1] == Octet.carriageReturn else { throw .bareLineFeed }
                if i - start == 1 {
                    searched = Int32(truncatingIfNeeded: i)
                    lineStart = Int32(truncatingIfNeeded: start)
                    return true
                }
                // A line that came whole is as long as one that came in pieces: both are refused now, not at the end.
                if i - 1 - start > limits.line { throw start == 0 ? .targetTooLong : .lineTooLong }
                start = i + 1
            }
            i += 1
        }
        searched = Int32(truncatingIfNeeded: i)
        lineStart = Int32(truncatingIfNeeded: start)
        if i > limits.head { throw .headTooLarge }
        // A CR at the end may be the first half of the line's end, which does not count.
        let length = i > start && bytes[i - 1] == Octet.carriageReturn ? i - start - 1 : i - start
        if length > limits.line { throw start == 0 ? .targetTooLong : .lineTooLong }
        return false
    }
}
