// Judging as traffic goes by: the neighbourhood that makes cases of records, the rules, and a memory of what was judged
// already. Every exchange is looked at; one that repeats an earlier one with equal neighbours (Signature) is given the
// earlier findings under its own id, and no rule runs.
//
// Memory is bounded: so many cases, in two generations, of which the older goes when the younger is full. An exchange
// is taken into the neighbourhood anew at least every ten seconds, so that what stands there is about as old as the
// traffic; preflights and the requests they are for always are, because they are paired one by one.

public import Trace

/// What an exchange was found to be.
public struct Judgement: Equatable, Sendable {
    /// What the rules found, the most telling first.
    public var findings: [Finding]
    /// Whether this is an earlier judgement of an equal exchange.
    public var isRepeated: Bool
    /// What the judgement depends on.
    public var signature: Signature
    /// The number of the verdict; each that was found anew has another.
    public var verdict: Int
}

/// Judges a stream of records.
public struct LiveJudge {
    /// What was found in a case.
    private struct Verdict {
        /// Another one for every verdict.
        let serial: Int
        let id: String
        let findings: [Finding]
        /// The values that evidence may quote, of the exchange and of all of its case.
        let ownFleeting: Int
        let fleeting: Int
    }

    /// Where an exchange that repeats finds its verdict.
    private struct Known {
        let verdict: Int
        let time: Int64
        /// Where it looked for neighbours, and what stood there.
        let keys: [String]
        let version: Int
        /// The neighbourhood's generation in which the version was looked up last.
        var generation: Int
    }

    private static let lifetime: Int64 = 10_000_000
    private let capacity: Int
    private let judge: Judge
    private var neighbourhood: Neighbourhood
    private var known: [Int: Known] = [:]
    private var verdicts: [Int: Verdict] = [:]
    private var olderVerdicts: [Int: Verdict] = [:]
    /// For exchanges of a flood of errors whose bodies are not kept: the verdict on the last that had one.
    private var sampled: [Int: Int] = [:]
    private var serial = 0

    /// A judge without memories.
    public init(_ judge: Judge = Judge(), capacity: Int = 400) {
        self.judge = judge
        self.capacity = max(1, capacity)
        neighbourhood = Neighbourhood(capacity: capacity)
    }

    /// What the next record shows.
    public mutating func take(_ record: Record) -> Judgement {
        let facts = Facts(record)
        let signature = facts.signature
        if let verdict = repeated(signature, at: record.time) { return judgement(verdict, of: record, signature) }

        let subject = neighbourhood.take(facts)
        // Of a flood of errors only the first bodies of a second are kept; the others are what those were.
        if signature.isUnsampled, let number = sampled[signature.withoutBody], let verdict = verdict(number) {
            keep(facts, number)
            return judgement(verdict, of: record, signature)
        }
        var key = Hasher()
        var fleeting = Hasher()
        key.combine(signature.steady)
        fleeting.combine(signature.fleeting)
        for (relation, other) in subject.related {
            key.combine(relation)
            key.combine(other.signature.steady)
            fleeting.combine(other.signature.fleeting)
        }
        let (number, quoted) = (key.finalize(), fleeting.finalize())
        let result: Judgement
        if let verdict = verdict(number), verdict.findings.isEmpty || verdict.fleeting == quoted {
            result = judgement(verdict, of: record, signature)
        } else {
            let findings = judge.findings(subject)
            serial += 1
            keep(
                Verdict(
                    serial: serial, id: record.id, findings: findings, ownFleeting: signature.fleeting, fleeting: quoted
                ), number)
            result = Judgement(findings: findings, isRepeated: false, signature: signature, verdict: serial)
        }
        keep(facts, number)
        return result
    }

    /// The verdict that `take` would repeat for an exchange of a signature without looking at anything else, as a number
    /// that no other verdict has; nil when it would look.
    public mutating func standing(_ signature: Signature, at time: Int64) -> Int? {
        repeated(signature, at: time)?.serial
    }

    /// The verdict on an equal exchange, when nothing has changed since then that could lead to another.
    private mutating func repeated(_ signature: Signature, at time: Int64) -> Verdict? {
        guard let known = known[signature.steady], (0..<LiveJudge.lifetime).contains(time - known.time),
            let verdict = verdict(known.verdict)
        else { return nil }
        if signature.isUnsampled, let number = sampled[signature.withoutBody] {
            // It is what the last of its like with a body was.
            guard number == known.verdict else { return nil }
        } else if !verdict.findings.isEmpty, verdict.ownFleeting != signature.fleeting {
            return nil
        }
        if known.generation != neighbourhood.generation {
            guard neighbourhood.version(of: known.keys) == known.version else { return nil }
            self.known[signature.steady]?.generation = neighbourhood.generation
        }
        return verdict
    }

    private func verdict(_ number: Int) -> Verdict? { verdicts[number] ?? olderVerdicts[number] }

    private mutating func keep(_ verdict: Verdict, _ number: Int) {
        if verdicts.count >= capacity, verdicts[number] == nil {
            olderVerdicts = verdicts
            verdicts = [:]
        }
        verdicts[number] = verdict
    }

    private mutating func keep(_ facts: Facts, _ number: Int) {
        if !facts.isPaired {
            if known.count >= 2 * capacity { known = [:] }
            let keys = facts.isRemembered ? facts.neighbourKeys : []
            known[facts.signature.steady] = Known(
                verdict: number, time: facts.record.time, keys: keys, version: neighbourhood.version(of: keys),
                generation: neighbourhood.generation)
        }
        if facts.record.responseBody?.sample != nil {
            if sampled.count >= capacity { sampled = [:] }
            sampled[facts.signature.withoutBody] = number
        }
    }

    /// The findings of an earlier exchange as those of an equal one.
    private func judgement(_ verdict: Verdict, of record: Record, _ signature: Signature) -> Judgement {
        let findings = verdict.findings.map { $0.moved(from: verdict.id, to: record.id) }
        return Judgement(findings: findings, isRepeated: true, signature: signature, verdict: verdict.serial)
    }
}
