// One walk over all the rungs with the answers there are. Requests are sent to the public address in the order they
// were given, because caches remember; then to the origin; only then are questions of our own asked, with a query no cache
// knows, so that asking leaves nothing behind for others.

import CORS
import Diagnosis

/// What became of one request.
struct Trial {
    var request: AskedRequest
    var form: Form
    /// What was sent to the public address.
    var probe: Inquiry
    var front: Reply
    /// What the origin said; nil without one.
    var origin: Reply?
    var preflight: (front: Reply, origin: Reply?)?
}

/// The reasoning over the answers so far.
final class Walk {
    let question: Question
    let judge: Judge
    private let replies: [Inquiry: Reply]
    private let mayAsk: Bool
    var notes: [String] = []
    var trials: [Trial] = []
    /// Requests with what a login brought.
    var loggedIn: [AskedRequest] = []
    /// What was shown on the way, beside the trials.
    var shown: [Rung: String] = [:]

    init(_ question: Question, _ judge: Judge, _ replies: [Inquiry: Reply], mayAsk: Bool) {
        self.question = question
        self.judge = judge
        self.replies = replies
        self.mayAsk = mayAsk
    }

    // MARK: Asking

    /// The answer to a probe.
    func reply(_ probe: Inquiry, _ purpose: String) throws(Pending) -> Reply {
        if let known = replies[probe] { return known }
        guard mayAsk else { return .silent(Silence(.cut, "not asked: too many questions")) }
        throw Pending(asks: [Ask(probe: probe, purpose: purpose)])
    }

    /// The answer to a probe when there was one.
    func heard(_ probe: Inquiry, _ purpose: String) throws(Pending) -> Heard? { try reply(probe, purpose).heard }

    /// A probe of our own: no cache has it.
    func own(
        _ side: Inquiry.Side, _ method: String, _ path: String, _ fields: [SentField] = [], body: [UInt8]? = nil
    ) -> Inquiry {
        Inquiry(side, question.front.authority, method, path, fields, body: body).busted()
    }

    /// The path of a REST route of this site.
    func rest(_ route: String) -> String { question.base + "/wp-json" + route }

    /// Whether the origin is spoken to without TLS although the site has it.
    var originIsBehindTLS: Bool { question.front.secure && question.origin?.secure == false }

    // MARK: The walk

    func conclude() throws(Pending) -> Conclusion {
        let refusal = try logIn()
        try ask()
        var verdicts: [Verdict] = refusal.map { [$0] } ?? []
        for trial in trials {
            guard var verdict = try judged(trial) else { continue }
            verdict.request = verdict.request ?? trial.request.name
            verdicts.append(verdict)
        }
        if verdicts.isEmpty { verdicts += try sharedCopies() }
        let sorted = verdicts.enumerated().sorted { one, two in
            if one.element.rung != two.element.rung { return one.element.rung < two.element.rung }
            if one.element.confidence != two.element.confidence {
                return one.element.confidence > two.element.confidence
            }
            return one.offset < two.offset
        }.map(\.element)
        let evidence = trials.map { "\($0.request.name): \($0.front.words)" } + measuredWays()
        let verdict = sorted.first ?? .healthy(evidence)
        var others: [Verdict] = []
        for other in sorted.dropFirst() where other.cause != verdict.cause {
            if !others.contains(where: { $0.cause == other.cause }) { others.append(other) }
        }
        return Conclusion(
            verdict: verdict, others: others, steps: steps(verdict), findings: findings(),
            notes: notes + silentPoints())
    }

    /// Sends what was asked for.
    private func ask() throws(Pending) {
        let preflights = question.requests.filter { $0.preflightOf != nil }
        let actual = question.requests.filter { $0.preflightOf == nil } + loggedIn
        var plan: [(AskedRequest, Form, Inquiry, Inquiry?)] = []
        for request in actual {
            if request.needsHTTP2 {
                notes.append("\(request.name): not sent, it asks for HTTP/2, which hoplens does not speak yet")
                continue
            }
            let form = Form(request, allowsUnsafe: question.allowsUnsafe)
            if form == .unsent {
                notes.append(
                    "\(request.name): not sent, \(request.method) may change something (--allow-unsafe sends it)")
                continue
            }
            var path = request.path
            if form == .shadow, let rest = RESTPath(path) {
                path = rest.with(RESTPath.nowhere)
                notes.append(
                    "\(request.name): \(request.method) was sent to a route that does not exist, so that nothing can"
                        + " change (--allow-unsafe sends it as it is)")
            }
            let probe = Inquiry(
                .front, request.value("host") ?? question.front.authority, request.method, path, request.fields,
                body: request.body)
            let given = preflights.first { $0.preflightOf == request.name }
            plan.append((request, form, probe, preflight(of: request, given: given, path: path)))
        }
        var asks: [Ask] = []
        for (request, _, probe, preflight) in plan {
            if let preflight { asks.append(Ask(probe: preflight, purpose: "\(request.name): may a page send it?")) }
            asks.append(Ask(probe: probe, purpose: request.name))
        }
        try answer(asks)
        if question.origin != nil, let first = plan.first {
            // An origin that cannot be reached is not asked again and again.
            let reply = try reply(first.2.at(.origin), "\(first.0.name), at the origin")
            if reply.heard != nil {
                try answer(
                    asks.map { Ask(probe: $0.probe.at(.origin), purpose: $0.purpose + ", at the origin") })
            }
        }
        for (request, form, probe, preflight) in plan {
            var trial = Trial(
                request: request, form: form, probe: probe, front: try reply(probe, request.name),
                origin: try atOrigin(probe))
            if let preflight {
                trial.preflight = (try reply(preflight, request.name), try atOrigin(preflight))
            }
            trials.append(trial)
        }
    }

    private func answer(_ asks: [Ask]) throws(Pending) {
        guard mayAsk else { return }
        let missing = asks.filter { replies[$0.probe] == nil }
        if !missing.isEmpty { throw Pending(asks: missing) }
    }

    /// What the origin said to the same probe; for all the same when it cannot be reached at all.
    private func atOrigin(_ probe: Inquiry) throws(Pending) -> Reply? {
        guard question.origin != nil else { return nil }
        if let known = replies[probe.at(.origin)] { return known }
        let silences = replies.filter { $0.key.side == .origin }.compactMap(\.value.silence)
        return silences.first.map { .silent($0) }
    }

    /// The preflight a browser would send before a request; the user's own where there is one.
    private func preflight(of request: AskedRequest, given: AskedRequest?, path: String) -> Inquiry? {
        guard let page = request.page else { return nil }
        let authority = request.value("host") ?? question.front.authority
        if let given { return Inquiry(.front, authority, given.method, path, given.fields) }
        let list = HeaderList(request.fields.map { HeaderField($0.name, $0.value) })
        let names = RequestHeaders(.standard).unsafeNames(
            HeaderList(list.fields.filter { !RequestHeaders(.standard).isForbidden($0) }))
        if names.isEmpty, Methods.isSafelisted(request.method) { return nil }
        var fields = [
            SentField("Origin", page.origin), SentField("Access-Control-Request-Method", request.method),
        ]
        if !names.isEmpty { fields.append(SentField("Access-Control-Request-Headers", names.joined(separator: ","))) }
        return Inquiry(.front, authority, "OPTIONS", path, fields)
    }
}
