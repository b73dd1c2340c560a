// The ladder as a state machine without sockets. Its state is nothing but the answers heard so far: each turn the whole
// reasoning is walked again from the first rung, and where it needs an answer nobody has given yet, that is the next
// question. So the reasoning can be written down in the order an expert thinks in, and there is no state that could
// disagree with the evidence.
//
//     next() ──> .ask(probes) ──> somebody sends them in this order ──> take(reply, to: probe) ──> next() … ──> .done
//
// Invariants: the same answers give the same turn; no probe is asked for twice; a probe that may change something is
// never made unless the question allows it (see StandIn).

public import Diagnosis

/// A probe, and what it is for.
public struct Ask: Sendable {
    /// What is to be sent.
    public var probe: Inquiry
    /// Why, in a few words.
    public var purpose: String
}

/// The reasoning stops here until these are answered.
struct Pending: Error {
    var asks: [Ask]
}

/// Climbs from the address to the permission, one question at a time.
public final class Ladder {
    /// What to do next.
    public enum Turn {
        /// Send these, one after the other, and tell what came.
        case ask([Ask])
        /// Nothing more to ask.
        case done(Conclusion)
    }

    /// What is to be found out.
    public let question: Question
    private let judge: Judge
    private var replies: [Inquiry: Reply] = [:]

    /// A ladder for a question.
    public init(_ question: Question, judge: Judge = Judge()) {
        self.question = question
        self.judge = judge
    }

    /// How many probes were answered.
    public var count: Int { replies.count }

    /// What to do next.
    public func next() -> Turn {
        // A reasoning that went on asking would be a fault of ours; nobody's site has to suffer for it.
        let walk = Walk(question, judge, replies, mayAsk: replies.count < Ladder.limit)
        do throws(Pending) {
            return .done(try walk.conclude())
        } catch {
            return .ask(error.asks)
        }
    }

    /// Tells what came of a probe.
    public func take(_ reply: Reply, to probe: Inquiry) {
        replies[probe] = reply
    }

    /// No more probes than this are sent for one question, whatever the answers are.
    static let limit = 400
}
