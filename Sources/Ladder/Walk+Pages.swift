// What a browser would make of it: the CORS module's judgement, at the public address and at the origin. Where the origin
// would have been fine, the front changed the deciding line.

import CORS
import Diagnosis

extension Walk {
    /// Why a page may not read an answer that is good otherwise; nil when it may.
    func corsVerdict(_ trial: Trial, _ front: Heard) -> Verdict? {
        guard trial.request.page != nil else { return nil }
        let asked = trial.preflight?.front
        if case .silent(let silence)? = asked {
            var verdict = Verdict(
                .cors, .corsConfig, "preflight-unanswered", "The preflight gets no answer: \(silence.text)",
                first: "Let OPTIONS through to WordPress.")
            verdict.alsoLayers = [.publicProxy]
            return verdict
        }
        guard let refusal = refusal(trial, front, asked?.heard) else { return nil }
        let atOrigin = trial.origin?.heard.map { self.refusal(trial, $0, trial.preflight?.origin?.heard) }
        var verdict = verdict(
            trial, refusal, isFrontOnly: atOrigin.map { $0 == nil } ?? false, preflight: asked?.heard)
        if isOfAnswer(refusal), let field = verdict.field, let way = front.measuredAnswer(field) {
            verdict.evidence.append(way.words(field))
            if let lost = way.lost, lost.from.name != lost.to.name {
                verdict.lostBetween = (lost.from.name, lost.to.name)
            }
        }
        return verdict
    }

    /// Why the preflight alone is refused, beside a request that is refused by WordPress.
    func refusedPreflight(_ trial: Trial, _ preflight: (front: Reply, origin: Reply?)) -> Verdict? {
        guard let front = trial.front.heard, let asked = preflight.front.heard, !asked.isSuccess,
            let refusal = refusal(trial, front, asked)
        else { return nil }
        let atOrigin = trial.origin?.heard.map { self.refusal(trial, $0, preflight.origin?.heard) }
        return verdict(trial, refusal, isFrontOnly: atOrigin.map { $0 == nil } ?? false, preflight: asked)
    }

    private func refusal(_ trial: Trial, _ heard: Heard, _ preflight: Heard?) -> Refusal? {
        guard let page = trial.request.page, let seen = ObservedExchange(heard.facts.record),
            let judgement = ExchangeJudgement(seen, preflight: preflight.flatMap { ObservedExchange($0.facts.record) })
        else { return nil }
        let verdict = page.credentials ? judgement.with : judgement.without
        return verdict.refusal
    }

    private func verdict(_ trial: Trial, _ refusal: Refusal, isFrontOnly: Bool, preflight: Heard?) -> Verdict {
        var verdict = Verdict(
            .cors, .corsConfig, Walk.cause(refusal), refusal.explanation,
            first: refusal.remedy.isEmpty
                ? refusal.advice
                    ?? "Let the layer that answers OPTIONS answer it with 200 and the fields WordPress sends."
                : "Let the layer that answers send: " + refusal.remedy.joined(separator: "; "))
        verdict.field = Walk.field(refusal)
        verdict.confidence = .certain
        verdict.evidence =
            said(trial) + refusal.lines.map { "\($0.name): \($0.shownValue)" } + [refusal.code.rawValue]
        verdict.notYet = "Leave the credential alone: curl would be content."
        if isFrontOnly, verdict.field != nil { verdict.lostBetween = ("origin", "front") }
        if isFrontOnly { verdict.evidence.append("the origin's answer would be let through") }
        if let preflight, verdict.field == nil {
            verdict.evidence.append(line("the preflight", .heard(preflight)))
            if isFrontOnly { verdict.alsoLayers = [.publicProxy, .waf] }
            if preflight.isREST {
                verdict.layer = .wordpressAuth
                verdict.alsoLayers = [.corsConfig]
                verdict.cause = "rest-filter-blocks-preflight"
                verdict.firstStep =
                    "Let the plugin that refuses everybody unknown except OPTIONS: a preflight never "
                    + "carries a credential."
            } else if preflight.location != nil {
                verdict.alsoLayers.append(.redirect)
            } else if !isFrontOnly {
                verdict.alsoLayers = [.webServer, .publicProxy]
            }
        }
        return verdict
    }

    /// Whether a refusal is about a field of the answer itself: points farther in are not asked with a preflight.
    private func isOfAnswer(_ refusal: Refusal) -> Bool {
        switch refusal.code {
        case .missingAllowOrigin, .wildcardOrigin, .multipleAllowOrigin, .invalidAllowOrigin, .originMismatch,
            .invalidAllowCredentials:
            true
        default: false
        }
    }

    /// The field a refusal is about; nil when it is about a status.
    private static func field(_ refusal: Refusal) -> String? {
        switch refusal.code {
        case .missingAllowOrigin, .wildcardOrigin, .multipleAllowOrigin, .invalidAllowOrigin, .originMismatch,
            .preflightMissingAllowOrigin, .preflightWildcardOrigin, .preflightMultipleAllowOrigin,
            .preflightInvalidAllowOrigin, .preflightOriginMismatch:
            "Access-Control-Allow-Origin"
        case .invalidAllowCredentials, .preflightInvalidAllowCredentials: "Access-Control-Allow-Credentials"
        case .invalidAllowMethods, .methodDisallowed: "Access-Control-Allow-Methods"
        case .invalidAllowHeaders, .headerDisallowed: "Access-Control-Allow-Headers"
        default: nil
        }
    }

    private static func cause(_ refusal: Refusal) -> String {
        switch refusal.code {
        case .missingAllowOrigin, .preflightMissingAllowOrigin: "acao-missing"
        case .wildcardOrigin, .preflightWildcardOrigin: "acao-wildcard-with-credentials"
        case .multipleAllowOrigin, .preflightMultipleAllowOrigin: "acao-duplicated"
        case .originMismatch, .preflightOriginMismatch: "acao-wrong-origin"
        case .invalidAllowOrigin, .preflightInvalidAllowOrigin: "acao-invalid"
        case .invalidAllowCredentials, .preflightInvalidAllowCredentials: "acac-missing"
        case .methodDisallowed, .invalidAllowMethods: "acam-lacks-method"
        case .headerDisallowed, .invalidAllowHeaders: "acah-lacks-\(refusal.parameter?.lowercased() ?? "header")"
        case .preflightStatus: "preflight-refused"
        case .preflightRedirect: "preflight-redirected"
        default: refusal.code.rawValue
        }
    }
}
