// What a browser would have made of an observed exchange, alone or with its preflight. The wire does not say which
// credentials mode the page used, so there are always two verdicts: without credentials (`omit`, and `same-origin`,
// which is the same across origins) and with them (`include`).

/// What a browser would have done with an exchange.
public struct ExchangeJudgement: Sendable, Equatable {
    /// Where a deciding line was seen.
    public enum Point: String, Sendable {
        /// The origin sent it (or failed to).
        case originToNode = "origin→node"
        /// hoplens added or changed it, or answered itself.
        case nodeToClient = "node→client"
    }

    /// The verdict for one credentials mode.
    public struct Verdict: Sendable, Equatable {
        /// `omit` or `include`.
        public var credentials: CredentialsMode
        /// Why the standard refuses; nil when it does not.
        public var refusal: Refusal?
        /// Why Chromium refuses; nil when it does not.
        public var chromiumRefusal: Refusal?
        /// Where the deciding line of `refusal` (or of `chromiumRefusal`) was seen.
        public var point: Point?
        /// The header names a script can read when nothing refuses; nil for a preflight, a redirect, or no answer.
        public var readable: [String]?
    }

    /// The verdict without credentials.
    public var without: Verdict
    /// The verdict with credentials.
    public var with: Verdict
    /// What the wire tells about which of the two it was.
    public var hint: CredentialsHint
    /// Whether the browser had to ask first.
    public var needsPreflight: Bool
    /// The header names for which it had to, as far as is known.
    public var unsafeNames: [String]
    /// Things that say that no browser sent this: credentials on a preflight, which never carries any.
    public var notFromBrowser: String?

    /// The verdict the hint points at; nil when the wire does not tell.
    public var likely: Verdict? { hint == .none ? nil : with }

    /// Judges one exchange, with its preflight when there is one; nil when CORS does not apply or there was no answer.
    ///
    /// - Parameters:
    ///   - exchange: The request, or a preflight by itself.
    ///   - preflight: What `PreflightBook` found for the request.
    public init?(_ exchange: ObservedExchange, preflight: ObservedExchange? = nil) {
        guard let answer = exchange.answer else { return nil }
        hint = exchange.credentialsHint(preflight: preflight)
        if case .preflight(let asked) = exchange.role {
            unsafeNames = exchange.askedNames
            needsPreflight = true
            let both = [CredentialsMode.omit, .include].map { mode in
                Self.preflightVerdict(exchange, asked, answer, mode)
            }
            (without, with) = (both[0], both[1])
            for name in ["cookie", "authorization"] where exchange.headers.contains(name) {
                notFromBrowser = "a preflight never carries \(name == "cookie" ? "cookies" : "Authorization")"
            }
            return
        }
        guard exchange.crossing == .crossOrigin else { return nil }
        unsafeNames = preflight?.askedNames ?? exchange.certainlyUnsafeNames
        needsPreflight = preflight != nil || !unsafeNames.isEmpty || !Methods.isSafelisted(exchange.method)
        let both = [CredentialsMode.omit, .include].map { mode in
            Self.verdict(exchange, answer, preflight, mode)
        }
        (without, with) = (both[0], both[1])
    }

    private static func preflightVerdict(
        _ exchange: ObservedExchange, _ asked: Preflight, _ answer: Answer, _ mode: CredentialsMode
    ) -> Verdict {
        func refusal(_ dialect: Dialect) -> Refusal? {
            do throws(Refusal) {
                _ = try PreflightCheck.run(
                    answer, method: asked.method, unsafeNames: exchange.askedNames, origin: asked.origin,
                    credentials: mode, dialect)
                return nil
            } catch {
                return error
            }
        }
        var verdict = Verdict(credentials: mode, refusal: refusal(.standard), chromiumRefusal: refusal(.chromium))
        verdict.point = point(verdict.refusal ?? verdict.chromiumRefusal, exchange)
        return verdict
    }

    private static func verdict(
        _ exchange: ObservedExchange, _ answer: Answer, _ preflight: ObservedExchange?, _ mode: CredentialsMode
    ) -> Verdict {
        var asked: Verdict?
        if let preflight, case .preflight(let question) = preflight.role, let permission = preflight.answer {
            asked = preflightVerdict(preflight, question, permission, mode)
            // Where both stop, the request was never sent; where only one does, the other goes on.
            if let asked, asked.refusal != nil, asked.chromiumRefusal != nil { return asked }
        }
        let refusal = CORSCheck.run(answer.headers, origin: exchange.origin, credentials: mode)
        var verdict = Verdict(
            credentials: mode, refusal: asked?.refusal ?? refusal, chromiumRefusal: asked?.chromiumRefusal ?? refusal)
        verdict.point = asked?.point ?? point(refusal, exchange)
        let isRedirect = answer.isRedirectStatus && answer.headers.contains("location")
        if refusal == nil, !isRedirect { verdict.readable = Exposure.readableNames(answer.headers, .cors, mode) }
        return verdict
    }

    /// The origin is answerable for what it sent, and for what it did not send.
    private static func point(_ refusal: Refusal?, _ exchange: ObservedExchange) -> Point? {
        guard let refusal else { return nil }
        guard let sent = exchange.originHeaders else { return .nodeToClient }
        return refusal.lines.allSatisfy(sent.fields.contains) ? .originToNode : .nodeToClient
    }
}
