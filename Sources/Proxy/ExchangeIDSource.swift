// Ids of exchanges, per loop: sortable by time, unique over loops and restarts without asking anybody.
//
// The time in an id is the wall clock's as long as that goes forward. When it is set back, the ids go on from where they
// were at the pace of the monotonic clock, until the wall clock has caught up: no id is made twice, and their order stays
// the order in which the exchanges began.
import Trace

package final class ExchangeIDSource {
    private let loop: Int
    private let salt: UInt32
    private var counter: UInt32 = 0
    private var milliseconds: Int64 = 0
    /// The monotonic moment of `milliseconds`.
    private var madeAt: Int64 = 0
    /// The id made last.
    package private(set) var text: [UInt8] = []

    package init(loop: Int, salt: UInt32) {
        self.loop = loop
        self.salt = salt
        text.reserveCapacity(32)
    }

    /// Makes the next id, which stands in `text`; both clocks in microseconds.
    package func advance(wall: Int64, monotonic: Int64) {
        let expected = milliseconds + max(0, monotonic - madeAt) / 1000
        let now = max(wall / 1000, expected)
        if now > milliseconds {
            milliseconds = now
            madeAt = monotonic
        }
        counter &+= 1
        // The id has room for 16 bits of the counter: when they begin again, so must the millisecond.
        if counter & 0xFFFF == 0 { milliseconds += 1 }
        text.removeAll(keepingCapacity: true)
        ExchangeID.append(milliseconds: milliseconds, loop: loop, counter: counter, salt: salt, to: &text)
    }
}
