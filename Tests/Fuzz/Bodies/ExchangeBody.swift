// The forwarding core as a whole. An input is a script (ExchangeScript); it is performed with its bytes whole, one by
// one, and in pieces in between, and all performances must come to the same. What left on either side is then read
// again by a reader that shares nothing with the core (StrictReader):
//
//  1. for each request of the client at most one goes to the origin, in one unambiguous form, with the same method,
//     target, fields and content, and nothing stands behind it;
//  2. for each request the client gets interim answers and one final one, well formed, with the origin's content and
//     nothing of any other exchange;
//  3. an answer that was cut short can be told from a whole one;
//  4. a request is sent again only if RFC 9110 section 9.2.2 allows it, once, and not after a byte of an answer.
import Exchange
import Wire

enum ExchangeBody {
    @Sendable
    static func run(_ input: [UInt8]) -> [String] {
        let script = ExchangeScript(input)
        guard !script.steps.isEmpty else { return [] }
        let whole = performance(script, pieceSize: .max)
        var broken = whole.promises.broken
        broken += ExchangeAudit.audit(whole)
        for size in [1, Int(input[0] ^ input[1]) % 11 + 2] where broken.isEmpty {
            let other = performance(script, pieceSize: size)
            broken += other.promises.broken.map { "in pieces of \(size): \($0)" }
            broken += ExchangeAudit.audit(other).map { "in pieces of \(size): \($0)" }
            broken += compare(whole, other).map { "in pieces of \(size): \($0)" }
        }
        return broken
    }

    private static func performance(_ script: ExchangeScript, pieceSize: Int) -> ExchangeRun {
        let run = ExchangeRun(script, pieceSize: pieceSize)
        run.perform()
        return run
    }

    /// How the bytes were cut on their way must not show.
    ///
    /// Two things may: how much of a body was forwarded before a fault in it, and when and how a malformed head or
    /// trailer section is refused: in pieces that may be only when its end has come. Never may it be taken.
    private static func compare(_ one: ExchangeRun, _ two: ExchangeRun) -> [String] {
        var promises = Promises()
        for (number, a) in one.exchanges.enumerated() {
            let name = "exchange \(number + 1)"
            guard number < two.exchanges.count else {
                promises.expect(a.isRefused, "\(name) does not take place")
                return promises.broken
            }
            let b = two.exchanges[number]
            promises.expect(a.isRefused == b.isRefused, "\(name) is refused in one and not in the other")
            if a.isRefused { return promises.broken }
            if let failure = a.outcome?.failure, isGrammar(failure) {
                promises.expect(
                    failure.side == .client || b.outcome?.ending != .complete,
                    "\(name) is complete, and refused when it comes whole")
                if failure.side == .origin, failure.phase == .response {
                    promises.expect(!b.sawFinalHead, "\(name) has an answer that is refused when it comes whole")
                }
                for (p, q) in zip(a.toOrigin, b.toOrigin) {
                    promises.expect(q.starts(with: p), "\(name): the origin gets other bytes")
                }
                return promises.broken
            }
            promises.expect(a.begin == b.begin, "\(name) begins elsewhere")
            promises.expect(a.retries == b.retries, "\(name) is tried again in one and not in the other")
            promises.expect(a.closing == b.closing, "\(name) closes as \(b.closing.desc), not \(a.closing.desc)")
            guard let x = a.outcome, let y = b.outcome else {
                promises.expect(a.outcome == nil && b.outcome == nil, "\(name) ends in one and not in the other")
                continue
            }
            promises.expect(x.ending == y.ending, "\(name) ends as \(y.ending), not \(x.ending)")
            promises.expect(x.failure?.side == y.failure?.side, "\(name) blames another side")
            promises.expect(
                (a.answered ?? 0) / 100 == (b.answered ?? 0) / 100, "\(name) is answered with another class of status")
            let hasFault = x.failure != nil
            for (p, q) in zip(a.toOrigin, b.toOrigin) {
                promises.expect(hasFault ? q.starts(with: p) : p == q, "\(name): the origin gets other bytes")
            }
            promises.expect(a.toOrigin.count == b.toOrigin.count, "\(name) uses another number of connections")
            if a.answered == nil {
                promises.expect(
                    hasFault ? b.toClient.starts(with: a.toClient) : a.toClient == b.toClient,
                    "\(name): the client gets other bytes")
                promises.expect(
                    hasFault ? b.content.starts(with: a.content) : a.content == b.content,
                    "\(name): other content is observed")
            }
            if !hasFault {
                promises.expect(
                    x.requestBytes == y.requestBytes && x.responseBytes == y.responseBytes,
                    "\(name): bytes are counted anew")
            }
        }
        promises.expect(one.isClosed == two.isClosed, "the client connection is closed in one and not in the other")
        promises.expect(one.exchanges.count == two.exchanges.count, "\(two.exchanges.count) exchanges take place")
        return promises.broken
    }

    /// Whether bytes that break the grammar or a limit were to blame.
    private static func isGrammar(_ failure: Failure) -> Bool {
        switch failure.cause {
        case .httpProtocolError, .httpResponseHeaderSectionSize, .httpResponseTransferCoding, .httpUpgradeFailed,
            .httpRequestError:
            true
        default: false
        }
    }
}

extension Closing? {
    /// The closing in words.
    var desc: String { map { "\($0)" } ?? "staying open" }
}
