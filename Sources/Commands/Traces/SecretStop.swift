// Nothing leaves by an export before the second look for secrets has been at it. One suspicion stops the export, with its
// place; or, when that was asked for, leaves the exchange out.

import Report
import Review
import Trace

struct SecretStop {
    private static let mostTold = 10

    private let skips: Bool
    private var places = 0
    private var skipped = 0

    init(_ asked: TraceArguments) { skips = asked.skipsSuspicious }

    /// Whether reading goes on: to name a few places more, but not all of a large capture.
    var goesOn: Bool { skips || places < SecretStop.mostTold }

    /// Whether an exchange may leave.
    mutating func lets(_ record: Record, _ place: TracePlace?, _ input: TraceInput) -> Bool {
        let found = SecretGuard.places(in: record)
        guard !found.isEmpty else { return true }
        if skips {
            skipped += 1
            return false
        }
        for one in found.prefix(3) where places < SecretStop.mostTold {
            places += 1
            input.say("\(place.map { $0.text + ": " } ?? "")\(one)")
        }
        return false
    }

    /// Whether everything may be written; says why not.
    func isFine(_ input: TraceInput) -> Bool {
        if skipped > 0 {
            input.say("\(Human.count(skipped, "exchange")) left out: something in them looks like a secret")
        }
        guard places > 0 else { return true }
        input.say(
            "nothing was written, because this looks like a secret; --skip-suspicious leaves such exchanges out, and "
                + "'hoplens proxy --secret NAME' hides a field or parameter from the start")
        return false
    }
}
