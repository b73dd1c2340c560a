// What fields mean: every reader of field values takes any text as two lines of its field, says the same twice, and a
// date that was read is the moment that is written again. Time is bounded by the fuzzer's own limit.
import Meaning

enum MeaningBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        let text = String(decoding: bytes, as: UTF8.self)
        // The line feed, which no field value holds, is where the input is cut into lines.
        let lines = text.split(separator: "\n", maxSplits: 7, omittingEmptySubsequences: false).map(String.init)
        _ = FieldList(lines).repeated
        _ = Vary(lines)
        _ = Via(lines).repeated
        _ = Forwarded(lines)
        _ = XForwarded { _ in lines }
        _ = CDNLoop(lines).repeated
        _ = CacheControl(lines).contradictions
        _ = Age(lines)
        _ = try? CacheStatus(lines)
        _ = try? ProxyStatus(lines)
        _ = CookiePairs(lines).repeated
        _ = Challenges(lines)
        _ = Link.all(lines).map(\.relations)
        for line in lines {
            _ = SetCookie(line, host: lines[0])
            _ = ContentType(line)
            _ = HTTPDate(line)
            _ = ForwardedNode(line)
        }
        promises.expect(
            "\(CacheControl(lines))" == "\(CacheControl(lines))" && "\(Challenges(lines))" == "\(Challenges(lines))",
            "the same lines mean two things")
        return promises.broken
    }
}
