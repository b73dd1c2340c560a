// The clock a token is held against: the answer's Date where there is one, because that is the clock that judged it,
// and otherwise the clock of the machine that recorded the exchange. Whoever uses it names it.

import Trace
import Ledger
import Meaning

/// A moment, and whose clock it was read from.
public struct Clock: Equatable, Sendable {
    /// Seconds since 1970.
    public var seconds: Int64
    /// Whose clock, in words.
    public var name: String
}

extension Facts {
    /// The clock to hold a token against.
    public var clock: Clock {
        let now = record.time / 1_000_000
        // An answer out of a cache tells when it was made, which is no help.
        if !cache.isHit, let date = answered.first("date").flatMap({ HTTPDate($0, now: now) }) {
            return Clock(seconds: date.seconds, name: "the answer's Date")
        }
        return Clock(seconds: now, name: "this machine's clock")
    }

    /// The message of a refusal as evidence; empty when there was none.
    var messageEvidence: [Evidence] {
        body.message.map { [evidence("body: message \($0)", at: .originToNode)] } ?? []
    }
}
