// What became of each rung, told from the answers: a rung holds when an answer shows it, is broken when the verdict says
// so, and is not proven otherwise. Nothing is said to hold because nothing was heard to the contrary.

import Diagnosis
import JSON
import Trace

extension Walk {
    func steps(_ verdict: Verdict) -> [Step] {
        let heard = trials.compactMap(\.front.heard)
        return Rung.allCases.map { rung in
            if verdict.layer != .none, rung == verdict.rung {
                return Step(rung: rung, state: .failed, text: verdict.title)
            }
            if let text = shown(rung, heard) { return Step(rung: rung, state: .passed, text: text) }
            return Step(rung: rung, state: .unproven, text: unproven(rung))
        }
    }

    private func shown(_ rung: Rung, _ heard: [Heard]) -> String? {
        switch rung {
        case .reach: return heard.isEmpty ? nil : "\(question.front.url) answers"
        case .tls:
            guard question.front.secure, let first = heard.first else { return nil }
            return first.facts.record.origin?.tls ?? "verified"
        case .redirect: return !heard.isEmpty && heard.allSatisfy { $0.location == nil } ? "nothing redirects" : nil
        case .upstream: return heard.contains(where: \.isWordPress) ? "WordPress answers" : nil
        case .route:
            return heard.first(where: \.isREST).map { _ in "the REST API answers" }
        case .passage:
            return !heard.isEmpty && heard.allSatisfy { $0.isWordPress || $0.isSuccess }
                ? "every request came through" : nil
        case .cache: return shown[.cache]
        case .cors:
            let pages = trials.filter { $0.request.page != nil }
            guard !pages.isEmpty,
                pages.allSatisfy({ trial in trial.front.heard.map { corsVerdict(trial, $0) == nil } ?? false })
            else { return nil }
            return "a browser would let the page read it"
        case .credential, .identity:
            if rung == .credential, let text = arrived() { return text }
            return heard.first {
                !$0.facts.wordpress.sawUser.isEmpty || $0.user != nil || $0.facts.wordpress.acceptedNonce
            }
            .map { _ in rung == .credential ? "it arrives" : "WordPress took the caller for a user" }
        case .permission:
            let isAllowed = trials.contains { trial in
                !trial.request.isAnonymous && trial.form == .asItIs && trial.front.heard?.isSuccess == true
            }
            return isAllowed ? "it was allowed" : nil
        }
    }

    /// The credentials that PHP reported as they were sent, of all requests that had any.
    private func arrived() -> String? {
        var names: [String] = []
        for trial in trials {
            guard let heard = trial.front.heard else { continue }
            for field in trial.request.credentials {
                guard let reached = heard.measured(field.name)?.reachedPHP else { continue }
                guard reached else { return nil }
                if !names.contains(field.name) { names.append(field.name) }
            }
        }
        return names.isEmpty ? nil : "PHP had \(names.joined(separator: ", ")) as it was sent, by its own report"
    }

    /// What is to be said when points farther in were asked for reports and none spoke.
    func silentPoints() -> [String] {
        let asked = trials.compactMap(\.front.heard).filter { $0.facts.record.chain != nil }
        guard !asked.isEmpty, !asked.contains(where: \.isMeasured) else { return [] }
        return [
            "no node and no PHP probe reported: none with this key is on the way, or something takes Hoplens-Trace or "
                + "Hoplens-Report away"
        ]
    }

    /// Which points had the credentials, for a verdict that nothing is wrong.
    func measuredWays() -> [String] {
        trials.flatMap { trial in
            trial.request.credentials.compactMap { field in
                trial.front.heard?.measured(field.name).map { "\(trial.request.name): \($0.words(field.name))" }
            }
        }
    }

    private func unproven(_ rung: Rung) -> String {
        switch rung {
        case .tls where !question.front.secure: "plain http, there is none"
        case .cors where !trials.contains { $0.request.page != nil }: "no page was given (--page-origin)"
        case .credential, .identity, .permission: "no request with a credential shows it"
        default: "nothing shows it"
        }
    }

    /// What the rules say of all exchanges, each rule once.
    func findings() -> [Finding] {
        var found: [Finding] = []
        for trial in trials {
            guard let front = trial.front.heard else { continue }
            var related: [(relation: Relation, facts: Facts)] = []
            if let origin = trial.origin?.heard { related.append((.atOrigin, origin.facts)) }
            if let preflight = trial.preflight?.front.heard { related.append((.preflight, preflight.facts)) }
            for finding in judge.findings(Case(front.facts, related: related))
            where !found.contains(where: { $0.rule == finding.rule }) {
                found.append(finding)
            }
        }
        return found.enumerated().sorted { one, two in
            one.element.severity != two.element.severity
                ? one.element.severity > two.element.severity : one.offset < two.offset
        }.map(\.element)
    }
}
