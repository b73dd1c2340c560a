// The verdicts on two answers, reached by the same rules, layers and CORS code as everywhere, and then held against each
// other: the same status can have two authors, and the same answer two meanings for a browser.

import CORS
import Diagnosis
import Trace

struct VerdictComparison {
    let left: Series
    let right: Series

    func rows() -> [Difference] { reach() ?? status() + answerer() + cors() + findings() }

    /// A row when a side did not answer at all; nil when both did.
    private func reach() -> [Difference]? {
        switch (left.error, right.error) {
        case (nil, nil): return nil
        case (let one?, let two?):
            return [
                Difference(
                    .reach, "no answer", left: one.text, right: two.text, severity: .error,
                    meaning: "Neither side answers.", layer: one.phase == "connect" ? .webServer : nil)
            ]
        case (let one?, nil):
            let isClosed = [
                "connection_refused", "connection_timeout", "connection_terminated", "destination_unavailable",
            ]
            .contains(one.cause)
            return [
                Difference(
                    .reach, "no answer", left: one.text, right: answer(right), severity: isClosed ? .warning : .error,
                    meaning: isClosed
                        ? "The origin does not answer from here while the public side does: it lets only the CDN in, or the address is wrong."
                        : "The origin cannot be asked: \(one.text).",
                    layer: one.cause.hasPrefix("tls") ? .tls : nil,
                    firstStep: one.cause.hasPrefix("tls")
                        ? "Give the origin's own certificate with --origin-ca-file."
                        : "Ask from a machine the origin lets in, or check --origin-connect.")
            ]
        case (nil, let two?):
            return [
                Difference(
                    .reach, "no answer", left: answer(left), right: two.text, severity: .error,
                    meaning: "The origin answers and the public address does not.",
                    layer: two.cause.hasPrefix("tls") ? .tls : .publicProxy,
                    firstStep: "Look at the public side first: \(two.text).")
            ]
        }
    }

    private func answer(_ series: Series) -> String { series.statuses.map { "\($0)" }.joined(separator: ", ") }

    private func status() -> [Difference] {
        var rows: [Difference] = []
        let (a, b) = (left.statuses, right.statuses)
        for (name, series) in [("origin", left), ("public", right)] where series.statuses.count > 1 {
            rows.append(
                Difference(
                    .stability, name, left: name == "origin" ? answer(series) : nil,
                    right: name == "public" ? answer(series) : nil, severity: .warning,
                    meaning:
                        "The same request is answered in different ways: several servers, a rate limit, or a cache in between."
                ))
        }
        guard a.count == 1, b.count == 1, a != b, let one = a.first, let two = b.first else { return rows }
        // 304 and 200 are the same content.
        if Set([one, two]) == [200, 304] { return rows }
        let worse = two >= 400 && one < 400
        rows.append(
            Difference(
                .status, "status", left: "\(one)", right: "\(two)",
                severity: worse || two == 401 || two == 403 || one < 400 && two >= 300 ? .error : .warning,
                meaning: statusMeaning(one, two), layer: statusLayer(one, two)))
        return rows
    }

    private func statusLayer(_ one: Int, _ two: Int) -> Layer? {
        guard two >= 400, one < 400 else { return two >= 300 && two < 400 ? .redirect : nil }
        return right.answerer.flatMap { Self.layer(of: $0.author) }
    }

    private func statusMeaning(_ one: Int, _ two: Int) -> String {
        switch (one, two) {
        case (..<400, 401): "The public side does not know who asks: the credential is lost or replaced on the way."
        case (..<400, 403):
            "The public side refuses what the origin allows: a firewall or rule in front of the origin, or another identity."
        case (..<400, 404): "The public side has no such route: the path is changed, or another site answers."
        case (..<400, 429): "The public side limits how often may be asked."
        case (..<400, 500...):
            "The public side fails where the origin does not: it cannot reach the origin, or reaches another one."
        case (..<300, 300..<400): "Only the public side redirects."
        case (300..<400, ..<300): "Only the origin redirects."
        case (400..., ..<400):
            "The origin refuses what the public side allows: an answer kept in a cache, or an origin that lets only the CDN in."
        default: "Both fail, and not in the same way."
        }
    }

    private func answerer() -> [Difference] {
        guard let one = left.answerer, let two = right.answerer, let status = right.status else { return [] }
        guard one.author != two.author || one.product != two.product else { return [] }
        let bothSure = one.confidence > .possible && two.confidence > .possible
        let sameStatus = left.status == right.status
        // Who wrote a good answer is told by Server and the like, which intermediaries replace.
        guard bothSure || status >= 400 && one.author != two.author else { return [] }
        if !sameStatus, status < 400 { return [] }
        return [
            Difference(
                .answerer, "who answers", left: Self.shown(one), right: Self.shown(two),
                severity: one.author == two.author ? .notice : status >= 400 ? .error : .warning,
                meaning: sameStatus
                    ? "The same status, but another layer answers." : "Another layer answers than at the origin.",
                layer: Self.layer(of: two.author),
                firstStep:
                    "Look at \(two.product ?? two.author.rawValue), which answers instead of \(one.product ?? one.author.rawValue)."
            )
        ]
    }

    static func shown(_ answerer: Answerer) -> String {
        answerer.product.map { "\(answerer.author.rawValue) (\($0))" } ?? answerer.author.rawValue
    }

    static func layer(of author: Answerer.Author) -> Layer? {
        switch author {
        case .waf: .waf
        case .cdn: .cdnCache
        case .proxy: .publicProxy
        case .webServer: .webServer
        case .php: .phpGateway
        case .wordpress, .application, .hoplens, .unknown: nil
        }
    }

    private func cors() -> [Difference] {
        guard let one = Self.judgement(left), let two = Self.judgement(right) else { return [] }
        var rows: [Difference] = []
        for (name, a, b) in [
            ("without credentials", one.without, two.without), ("with credentials", one.with, two.with),
        ] {
            let (x, y) = (a.refusal ?? a.chromiumRefusal, b.refusal ?? b.chromiumRefusal)
            guard x?.code != y?.code else { continue }
            rows.append(
                Difference(
                    .cors, name, left: x.map { "refused: \($0.code.rawValue)" } ?? "allowed",
                    right: y.map { "refused: \($0.code.rawValue)" } ?? "allowed",
                    // Refused on both sides is refused, whatever the reason.
                    severity: y == nil ? .warning : x != nil ? .notice : .error,
                    meaning: y.map { "A browser refuses it on the public side. \($0.explanation)" }
                        ?? "A browser refuses it at the origin and not on the public side.",
                    layer: .corsConfig,
                    firstStep: y.flatMap { $0.remedy.first }.map { "Let the public side pass on, or send, \($0)" }))
        }
        // One reason for both modes is one difference.
        if rows.count == 2, rows[0].right == rows[1].right, rows[0].left == rows[1].left {
            rows.removeLast()
            rows[0].name = "with and without credentials"
        }
        return rows
    }

    private static func judgement(_ series: Series) -> ExchangeJudgement? {
        guard let record = series.observations.last?.record, let observed = ObservedExchange(record) else { return nil }
        let preflight = series.related.first { $0.relation == .preflight }
        return ExchangeJudgement(observed, preflight: preflight.flatMap { ObservedExchange($0.observation.record) })
    }

    private func findings() -> [Difference] {
        let (one, two) = (left.findings, right.findings)
        var rows: [Difference] = []
        for finding in two {
            let isBoth = one.contains { $0.rule == finding.rule }
            rows.append(
                Difference(
                    .finding, finding.rule, left: isBoth ? finding.title : nil, right: finding.title,
                    severity: isBoth ? .info : finding.severity,
                    meaning: isBoth ? "On both sides, so it is not the public side that does it." : finding.firstStep,
                    layer: finding.layer, firstStep: finding.firstStep))
        }
        for finding in one where !two.contains(where: { $0.rule == finding.rule }) {
            rows.append(
                Difference(
                    .finding, finding.rule, left: finding.title, right: nil,
                    severity: min(finding.severity, .warning), meaning: "Only at the origin.", layer: finding.layer,
                    firstStep: finding.firstStep))
        }
        return rows
    }
}
