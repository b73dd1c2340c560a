// The time claims of a JWT (RFC 7519 sections 4.1.4 to 4.1.6) against two clocks: the one of whoever answered, as its
// Date tells it, and our own. Which clock the verifier goes by is not known, so both are named, and so is every claim
// about which they disagree. Nobody here has the key: nothing is said about the signature.

public import Fields

/// A time claim.
public enum TimeClaim: String, CaseIterable, Sendable {
    /// When the token ends.
    case expires = "exp"
    /// When the token begins.
    case notBefore = "nbf"
    /// When the token was made.
    case issuedAt = "iat"
}

/// A claim by which a token is not valid, by one clock at least.
public struct TimeFault: Equatable, Sendable {
    /// The claim.
    public var claim: TimeClaim
    /// What it says, in seconds since 1970.
    public var moment: Int64
    /// By how many seconds it is at fault by the answer's Date; nil when there is none, or it is not.
    public var byAnswer: Int64?
    /// By how many seconds it is at fault by our clock; nil when it is not.
    public var byOurClock: Int64?
    /// Whether the two clocks disagree about it.
    public var isDisputed: Bool

    /// The fault in words, with the clock named: `exp is 90 s before the answer's Date and 2 min before our clock`.
    public var description: String {
        let side = claim == .expires ? "before" : "after"
        var parts: [String] = []
        if let byAnswer { parts.append("\(TimeFault.span(byAnswer)) \(side) the answer's Date") }
        if let byOurClock { parts.append("\(TimeFault.span(byOurClock)) \(side) our clock") }
        let text = "\(claim.rawValue) is " + parts.joined(separator: " and ")
        guard isDisputed else { return text }
        return text + (byAnswer == nil ? ", but not by the answer's Date" : ", but not by our clock")
    }

    /// A time in its largest unit of which there are two at least.
    static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}

/// The time claims of a token, judged.
public struct TokenTimes: Equatable, Sendable {
    /// The claims that are at fault, in the order of `TimeClaim`.
    public private(set) var faults: [TimeFault] = []
    /// How many seconds the answer's clock is ahead of ours; nil without a Date.
    public let skew: Int64?
    /// How many seconds the token lives from `iat` (or `nbf`) to `exp`; nil when it does not say.
    public let lifetime: Int64?
    /// Whether it ends before it begins.
    public let isContradictory: Bool

    /// Judges the claims of a token.
    ///
    /// - Parameters:
    ///   - answerDate: the Date of the answer, in seconds since 1970.
    ///   - ourClock: when the answer arrived here.
    ///   - leeway: how many seconds off a verifier lets pass; many let none.
    public init(_ facts: JWTFacts, answerDate: Int64?, ourClock: Int64, leeway: Int64 = 0) {
        skew = answerDate.map { TokenTimes.distance($0, ourClock) }
        let begin = facts.issuedAt ?? facts.notBefore
        lifetime = facts.expires.flatMap { end in begin.map { TokenTimes.distance(end, $0) } }
        isContradictory = [facts.issuedAt, facts.notBefore].contains { moment in
            guard let moment, let end = facts.expires else { return false }
            return moment > end
        }
        for (claim, moment) in [
            (TimeClaim.expires, facts.expires), (.notBefore, facts.notBefore), (.issuedAt, facts.issuedAt),
        ] {
            guard let moment else { continue }
            // A token is no longer valid in the very second of its end (section 4.1.4).
            let fault = { (clock: Int64) -> Int64? in
                let over =
                    claim == .expires
                    ? TokenTimes.distance(clock, moment) : TokenTimes.distance(moment, clock)
                return over - leeway >= (claim == .expires ? 0 : 1) ? over : nil
            }
            let (theirs, ours) = (answerDate.flatMap(fault), fault(ourClock))
            guard theirs != nil || ours != nil else { continue }
            faults.append(
                TimeFault(
                    claim: claim, moment: moment, byAnswer: theirs, byOurClock: ours,
                    isDisputed: answerDate != nil && (theirs == nil) != (ours == nil)))
        }
    }

    /// The fault of a claim.
    public func fault(_ claim: TimeClaim) -> TimeFault? { faults.first { $0.claim == claim } }

    /// The difference, bounded instead of overflowing.
    private static func distance(_ one: Int64, _ two: Int64) -> Int64 {
        let (difference, isOver) = one.subtractingReportingOverflow(two)
        return isOver ? (one > two ? .max : .min) / 4 : max(.min / 4, min(.max / 4, difference))
    }
}
