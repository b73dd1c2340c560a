// A refusal as a value: the code, the message and line that decided it, and what the server would have to send instead.
// The words are made here and nowhere else, so the terminal, the JSON and the findings say the same.

/// Which message decided.
public enum Decider: String, Sendable {
    /// The request as the page made it.
    case request
    /// The answer to the preflight.
    case preflight
    /// The answer to the actual request.
    case response
}

/// Why a fetch was refused, and what would have to change.
public struct Refusal: Equatable, Sendable, Error {
    /// The reason.
    public var code: ReasonCode
    /// The message that decided.
    public var decider: Decider
    /// Which URL of the redirect chain, from 0.
    public var hop: Int
    /// The deciding line or lines as received; empty when the trouble is a missing line or a status.
    public var lines: [HeaderField]
    /// What the browser blames: a value, a method or a header name.
    public var parameter: String?
    /// One or two sentences: what is wrong.
    public var explanation: String
    /// The exact lines a server would have to send.
    public var remedy: [String]
    /// What to do when no line alone helps; a sentence.
    public var advice: String?

    init(
        _ code: ReasonCode, _ decider: Decider, lines: [HeaderField] = [], parameter: String? = nil,
        _ explanation: String, remedy: [String] = [], advice: String? = nil
    ) {
        self.code = code
        self.decider = decider
        hop = 0
        self.lines = lines
        self.parameter = parameter
        self.explanation = explanation
        self.remedy = remedy
        self.advice = advice
    }
}

/// An answer of a server, as far as CORS looks at it.
public struct Answer: Equatable, Sendable {
    /// The status code.
    public var status: Int
    /// The header lines.
    public var headers: HeaderList

    /// An answer from its parts.
    public init(status: Int, headers: HeaderList) {
        self.status = status
        self.headers = headers
    }

    /// Fetch section 2.2.3, "ok status".
    var isOK: Bool { (200...299).contains(status) }

    /// Fetch section 2.2.3, "redirect status".
    var isRedirectStatus: Bool { [301, 302, 303, 307, 308].contains(status) }
}
