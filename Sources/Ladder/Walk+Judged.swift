// What is wrong with one request, if anything. First whether there was an answer, then whether it is the one that
// matters, then who is to blame for it: the boxes in front when the origin does better, the origin or what is behind it
// when it does the same.

import Diagnosis
import JSON
import Trace

extension Walk {
    func judged(_ trial: Trial) throws(Pending) -> Verdict? {
        let front: Heard
        switch trial.front {
        case .silent(let silence): return silentFront(trial, silence)
        case .heard(let heard): front = heard
        }
        if let location = front.location { return try redirected(trial, front, location) }
        if !isAcceptable(trial, front) {
            if let verdict = try traceRefused(trial, front) { return verdict }
            var verdict = try refused(trial, front)
            // What the page's developer sees is a complaint about a field that an error page does not have.
            if trial.request.page != nil, verdict?.field == nil, !front.isWordPress,
                !front.facts.answered.has("access-control-allow-origin")
            {
                verdict?.field = "Access-Control-Allow-Origin"
                verdict?.notYet = "Do not add CORS fields: the answer is an error page, and that is the fault."
            }
            if let preflight = trial.preflight, let refusal = refusedPreflight(trial, preflight), verdict != nil,
                front.isREST
            {
                return refusal
            }
            return verdict
        }
        if let verdict = try wrongCopy(trial, front) { return verdict }
        if let verdict = corsVerdict(trial, front) { return verdict }
        return trial.form == .shadow ? try mayNot(trial, front) : nil
    }

    /// Whether an answer is what a healthy site says to a request.
    func isAcceptable(_ trial: Trial, _ heard: Heard) -> Bool {
        let request = trial.request
        if heard.status == 304 { return true }
        if heard.isSuccess {
            guard RESTPath(request.path) != nil, request.method != "HEAD", heard.status == 200 else { return true }
            return !isPage(heard)
        }
        if !heard.isREST {
            // A page WordPress itself says does not exist is an answer; a REST route that ends in a page is not.
            return RESTPath(request.path) == nil && heard.isWordPress && heard.status == 404
        }
        if trial.form == .shadow, heard.code == "rest_no_route" { return true }
        switch Refused(heard) {
        case .resource: return true
        case .identity, .permission: return request.isAnonymous && hasTwin(request)
        case .route, .fatal: return false
        }
    }

    /// Whether an answer is a page where JSON should be.
    func isPage(_ heard: Heard) -> Bool {
        let type = heard.facts.answered.first("content-type")?.lowercased() ?? ""
        return type.hasPrefix("text/html") && heard.json == nil
    }

    /// Whether the same is asked with a credential too, so that refusing it without one is right.
    private func hasTwin(_ request: AskedRequest) -> Bool {
        question.requests.contains {
            $0.method == request.method && $0.path == request.path && !$0.isAnonymous
        }
    }

    private func refused(_ trial: Trial, _ front: Heard) throws(Pending) -> Verdict? {
        if let verdict = measured(trial, front) { return verdict }
        switch trial.origin {
        case .silent(let silence)?:
            if !front.isWordPress, (500...599).contains(front.status) { return upstream(trial, front, silence) }
            return try inside(trial, front, at: .front)
        case .heard(let origin)?:
            if isAcceptable(trial, origin), origin.location == nil { return try inFront(trial, front, origin) }
            if front.isWordPress || origin.status == front.status || origin.isWordPress {
                return try inside(trial, origin, at: .origin)
            }
            return try inFront(trial, front, origin)
        case nil:
            return try inside(trial, front, at: .front)
        }
    }

    private func silentFront(_ trial: Trial, _ silence: Silence) -> Verdict {
        let originAnswers = trial.origin?.heard != nil
        var verdict: Verdict
        switch silence.kind {
        case .certificate, .handshake:
            verdict = Verdict(
                .tls, .tls, silence.kind == .certificate ? "certificate-refused" : "tls-handshake-failed",
                "TLS with the public address fails: \(silence.text)",
                first: "Renew or correct the certificate of the public address (names, dates, chain).")
            verdict.confidence = .certain
            verdict.notYet = "Do not switch verification off in the client."
        case .http2, .notHTTP:
            verdict = Verdict(
                .reach, .publicProxy, silence.kind == .http2 ? "front-speaks-only-http2" : "answer-is-no-http",
                silence.kind == .http2
                    ? "The public address speaks HTTP/2 without asking, and HTTP/1.1 clients fail."
                    : "What the public address sends is no HTTP/1.1.",
                first: silence.kind == .http2
                    ? "Take http2 off a listener without TLS: there a client cannot agree on a version."
                    : "Look at what listens on that port.")
            verdict.confidence = silence.kind == .http2 ? .certain : .likely
        case .unknownName:
            verdict = Verdict(
                .reach, .client, "unknown-name", "The public name has no address.",
                first: "Check the spelling of the name, and its DNS records.")
        case .unreachable, .slow, .cut:
            verdict = Verdict(
                .reach, originAnswers ? .publicProxy : .webServer,
                silence.kind == .slow ? "no-answer-in-time" : "unreachable",
                "The public address gives no answer: \(silence.text)",
                first: originAnswers
                    ? "Start the proxy in front: the origin answers." : "Start the web server, or open the way to it.")
            if originAnswers == false { verdict.alsoLayers = [.publicProxy] }
            if silence.kind == .slow { verdict.alsoLayers.append(.phpGateway) }
        }
        verdict.evidence = said(trial)
        return verdict
    }

    /// The front has nothing behind it.
    private func upstream(_ trial: Trial, _ front: Heard, _ silence: Silence) -> Verdict {
        let isTLS = silence.kind == .certificate || silence.kind == .handshake
        var verdict = Verdict(
            .upstream, isTLS ? .tls : .webServer, isTLS ? "origin-certificate-refused" : "origin-down",
            isTLS
                ? "The origin's certificate is no good, and the front says \(front.status)."
                : "The origin does not answer, and the front says \(front.status).",
            first: isTLS
                ? "Give the origin a certificate that is valid for the name the front verifies."
                : "Start the origin's web server, and look why it ended.")
        verdict.confidence = .certain
        verdict.evidence = said(trial)
        verdict.notYet = "Leave credentials and CORS alone: no request gets as far as WordPress."
        return verdict
    }

    // MARK: Words

    /// What both sides said to a request, for evidence.
    func said(_ trial: Trial) -> [String] {
        var lines = ["\(trial.request.method) \(shownPath(trial)) at the public address: \(trial.front.words)"]
        if let origin = trial.origin { lines.append("the same at the origin: \(origin.words)") }
        return lines
    }

    /// A path as it may be shown: a query may hold secrets.
    func shownPath(_ trial: Trial) -> String {
        trial.front.heard?.facts.record.request?.target ?? String(trial.probe.path.prefix { $0 != "?" })
    }

    /// What an answer was, as a line of evidence.
    func line(_ what: String, _ reply: Reply) -> String { "\(what): \(reply.words)" }
}

/// What WordPress refuses a request for.
enum Refused: Equatable {
    /// It does not know, or does not accept, who asks.
    case identity
    /// It knows, and this user may not.
    case permission
    /// No such route.
    case route
    /// PHP failed.
    case fatal
    /// The request arrived and was understood: what it names is not there, or its parameters are wrong.
    case resource

    init(_ heard: Heard) {
        let code = heard.code ?? ""
        let isToken =
            code.hasPrefix("jwt_") || code.hasPrefix("[jwt_auth]") || code.hasPrefix("rest_authentication")
            || code.contains("token")
        if code == "internal_server_error" || heard.status >= 500, heard.status != 501 {
            self = .fatal
        } else if code == "rest_no_route" {
            self = .route
        } else if isToken
            || [
                "rest_not_logged_in", "rest_cookie_invalid_nonce", "incorrect_password", "invalid_username",
                "invalid_email", "application_passwords_disabled", "application_passwords_disabled_for_user",
            ].contains(code)
        {
            self = .identity
        } else if heard.status == 401 {
            self = .identity
        } else if heard.status == 403 {
            self = .permission
        } else {
            self = .resource
        }
    }
}
