// What a browser would have made of a case: the CORS module's judgement, turned into evidence.

import CORS
import Ledger
import Trace

extension Case {
    /// The judgement a browser would reach; nil when CORS has no say.
    var cors: ExchangeJudgement? {
        guard facts.scope.contains(.origin) else { return nil }
        let preflight = related(.preflight)
        // Every rule about CORS asks for it.
        if let known = facts.corsJudgement, known.preflight == preflight?.record.id { return known.judgement }
        let judgement: ExchangeJudgement? = ObservedExchange(facts.record).flatMap { observed in
            ExchangeJudgement(observed, preflight: preflight.flatMap { ObservedExchange($0.record) })
        }
        facts.corsJudgement = (preflight?.record.id, judgement)
        return judgement
    }

    /// The refusal that most likely happened, when it has one of these reasons: with credentials where the wire shows
    /// them, and otherwise only where even a request without credentials is refused.
    func corsMatch(_ codes: Set<ReasonCode>) -> Match? {
        guard let judgement = cors else { return nil }
        let verdict = judgement.likely ?? judgement.without
        guard let refusal = verdict.refusal ?? verdict.chromiumRefusal, codes.contains(refusal.code) else { return nil }
        var evidence = facts.evidence("origin", at: facts.received)
        let decided = refusal.decider == .preflight ? related(.preflight) ?? facts : facts
        let place: Place = verdict.point == .originToNode ? .originToNode : .nodeToClient
        evidence += refusal.lines.map { line in
            Evidence(
                exchange: decided.record.id, point: decided.point(place),
                text: "\(line.name): \(String(decoding: line.value, as: UTF8.self))")
        }
        evidence.append(decided.evidence(refusal.explanation, at: place))
        evidence.append(decided.evidence("reason \(refusal.code.rawValue)", at: .nodeToClient))
        var match = Match(evidence, judgement.notFromBrowser == nil ? .certain : .possible)
        if !refusal.remedy.isEmpty {
            match.firstStep = "Let the layer that answers send: " + refusal.remedy.joined(separator: "; ")
        }
        if verdict.refusal != nil, verdict.chromiumRefusal == nil {
            match.severity = .warning
            match.notProven = "Chromium deviates from the standard here and lets it pass; other browsers refuse."
        } else if verdict.refusal == nil {
            match.severity = .warning
            match.notProven = "Chromium deviates from the standard here and refuses; other browsers let it pass."
        } else if let status = facts.status, status < 400 {
            match.notProven = "Whether anything else is wrong: the server answered \(status), and curl shows success."
        }
        return match
    }
}
