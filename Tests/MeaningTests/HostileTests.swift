import Meaning
import Testing

/// Every reader over whatever may come: it must answer, and it must not take longer than a line is long.
@Suite struct HostileTests {
    private func readAll(_ text: String) {
        let lines = [text, text]
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
        _ = SetCookie(text, host: text)
        _ = CookiePairs(lines).repeated
        _ = Challenges(lines)
        _ = Link.all(lines).map(\.relations)
        _ = ContentType(text)
        _ = HTTPDate(text)
        _ = ForwardedNode(text)
    }

    @Test func randomTextIsRead() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "\"", "\\", ",", ";", "=", "(", ")", "<", ">", " ", "\t", "a", "B", "1", "%", ":", "/", "[", "]", ".", "*",
            "‹", "›", "‹jwt,9,#00c0ffee›", "‹jwt,", "max-age=", "for=", "rel=", "Expires=", "Domain=", "é", "\u{0}",
            "Sun, 06 Nov 1994 08:49:37 GMT", "-", "_", "::", "99999999999999999999",
        ]
        for _ in 0..<2000 {
            readAll(
                (0..<Int.random(in: 0...16, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
                    .joined())
        }
    }

    @Test(arguments: [
        "\"", "(", "<", ",", ";", "=", "a=", "‹", "a,", "<a>,", ";a", "\\", "((\"", "a b ", "1:", "a=\"", "‹a,",
    ])
    func longRunsTakeLinearTime(_ piece: String) {
        let text = String(repeating: piece, count: 30_000 / piece.utf8.count)
        let clock = ContinuousClock()
        #expect(clock.measure { readAll(text) } < .seconds(20))
    }
}
