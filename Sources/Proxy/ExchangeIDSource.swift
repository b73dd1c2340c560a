// Ids of exchanges, per loop: sortable by time, unique over loops and restarts without asking anybody.
import Reactor
import Trace

final class ExchangeIDSource {
    private let loop: Int
    private let salt: UInt32
    private var counter: UInt32 = 0
    /// The id made last.
    private(set) var text: [UInt8] = []

    init(loop: Int, salt: UInt32) {
        self.loop = loop
        self.salt = salt
        text.reserveCapacity(32)
    }

    /// Makes the next id, which stands in `text`.
    func advance() {
        counter &+= 1
        text.removeAll(keepingCapacity: true)
        ExchangeID.append(
            milliseconds: Time.wallMicroseconds() / 1000, loop: loop, counter: counter, salt: salt, to: &text)
    }
}
