// The two paces of a client within one exchange, sending its body and taking its answer, with what has moved since they
// were looked at: one value, so that a look at all of it is one access to the session.
import Exchange

struct ClientPace {
    /// The client's stock of time for sending a body.
    var sending = Pace()
    /// Its stock of time for taking an answer.
    var taking = Pace()
    /// Bytes of a body that came since it was looked at.
    var uploaded = 0
    /// Bytes handed to the kernel for the client, and how many of them it has acknowledged.
    var sent = 0
    private var taken = 0

    var isWaiting: Bool { sending.isWaiting || taking.isWaiting }

    /// A request begins.
    mutating func beginSending(limit: Int, rate: Int) {
        sending.begin(limit: limit, rate: rate)
        uploaded = 0
    }

    /// Notes what the client is waited for from now on, and says for how long at most; nil when for nothing.
    mutating func wait(sending sends: Bool, taking takes: Bool, rate: Int, at now: Int64) -> Int? {
        taking.setWaiting(takes, rate: rate, at: now)
        sending.setWaiting(sends, rate: rate, at: now)
        return left(rate: rate, at: now)
    }

    /// How long the client may still be waited for; nil when it is not.
    func left(rate: Int, at now: Int64) -> Int? {
        switch (sending.isWaiting, taking.isWaiting) {
        case (false, false): nil
        case (true, false): sending.left(rate: rate, at: now)
        case (false, true): taking.left(rate: rate, at: now)
        case (true, true): min(sending.left(rate: rate, at: now), taking.left(rate: rate, at: now))
        }
    }

    /// Buys time with what has moved.
    mutating func credit(unacknowledged: Int, limit: Int, rate: Int, at now: Int64) {
        if sending.isWaiting {
            sending.credit(uploaded, limit: limit, rate: rate, at: now)
            uploaded = 0
        }
        if taking.isWaiting {
            let takenNow = max(taken, sent - unacknowledged)
            taking.credit(takenNow - taken, limit: limit, rate: rate, at: now)
            taken = takenNow
        }
    }
}
