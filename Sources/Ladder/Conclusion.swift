// What the ladder says: the rungs with what became of each, and the verdict. The words of the verdict's layer are those of
// the findings; the points between which something is lost are named as the user knows them, because the boxes in
// between have no names of their own.

public import Diagnosis

/// The rungs, from the address inwards.
///
/// A fault on a lower one hides those above it.
public enum Rung: Int, CaseIterable, Comparable, Sendable {
    /// The address answers.
    case reach
    /// TLS, and its certificate.
    case tls
    /// The address is the site's own, and nothing sends the client elsewhere.
    case redirect
    /// The origin behind it is up.
    case upstream
    /// The REST API is where it should be.
    case route
    /// Nobody in front refuses: size, method, content, client.
    case passage
    /// Caches keep apart what belongs to different people.
    case cache
    /// A page of another origin may read it.
    case cors
    /// The credential arrives at PHP.
    case credential
    /// WordPress knows who asks.
    case identity
    /// WordPress lets this user do it.
    case permission

    /// The word used in output.
    public var word: String {
        switch self {
        case .reach: "reach"
        case .tls: "tls"
        case .redirect: "redirect"
        case .upstream: "upstream"
        case .route: "route"
        case .passage: "passage"
        case .cache: "cache"
        case .cors: "cors"
        case .credential: "credential"
        case .identity: "identity"
        case .permission: "permission"
        }
    }

    /// What stands beside it.
    public var title: String {
        switch self {
        case .reach: "the public address answers"
        case .tls: "TLS and the certificate"
        case .redirect: "the address is the site's own, nothing redirects"
        case .upstream: "the origin behind it is up"
        case .route: "the REST API is where it should be"
        case .passage: "nothing in front refuses the request"
        case .cache: "no cache mixes up answers"
        case .cors: "a page of another origin may read it"
        case .credential: "the credential reaches WordPress"
        case .identity: "WordPress knows who asks"
        case .permission: "this user may do it"
        }
    }

    /// Whether one comes before another.
    public static func < (one: Rung, two: Rung) -> Bool { one.rawValue < two.rawValue }
}

/// What became of a rung.
public struct Step: Equatable, Sendable {
    /// Whether it holds.
    public enum State: String, Sendable {
        /// It was shown to hold.
        case passed
        /// It was shown to be broken.
        case failed
        /// Nothing showed it.
        case unproven = "not-proven"
    }

    /// Which.
    public var rung: Rung
    /// Whether it holds.
    public var state: State
    /// What shows it, in one clause.
    public var text: String
}

/// What is wrong, and what follows.
public struct Verdict: Sendable {
    /// The rung that broke.
    public var rung: Rung
    /// The layer to blame.
    public var layer: Layer
    /// Layers that what was seen does not tell apart from it.
    public var alsoLayers: [Layer] = []
    /// A short name of the cause, lower case with hyphens.
    public var cause: String
    /// The field it is about.
    public var field: String?
    /// The last point that still had the field as it was, and the first that had not: `client`, `front`, `cache`,
    /// `origin`, `php`, or the names of nodes that reported, in the direction of the message.
    public var lostBetween: (from: String, to: String)?
    /// How far the evidence carries.
    public var confidence: Confidence = .likely
    /// What is the matter, in a sentence.
    public var title: String
    /// The request that showed it.
    public var request: String?
    /// What was seen.
    public var evidence: [String] = []
    /// What to change first.
    public var firstStep: String
    /// What not to touch yet.
    public var notYet: String?
    /// The test between the explanations that remain.
    public var separatingTest: String?

    init(_ rung: Rung, _ layer: Layer, _ cause: String, _ title: String, first: String) {
        self.rung = rung
        self.layer = layer
        self.cause = cause
        self.title = title
        firstStep = first
    }

    /// A site in which nothing is wrong.
    static func healthy(_ evidence: [String]) -> Verdict {
        var verdict = Verdict(
            .permission, .none, "healthy", "Every request was answered as it should be.", first: "Nothing to change.")
        verdict.evidence = evidence
        verdict.confidence = .certain
        return verdict
    }
}

/// Everything the ladder found out.
public struct Conclusion: Sendable {
    /// The verdict.
    public var verdict: Verdict
    /// Other things that are wrong, in the order of the rungs.
    public var others: [Verdict]
    /// The rungs.
    public var steps: [Step]
    /// What rules say of the exchanges, each rule once.
    public var findings: [Finding]
    /// Requests that were not sent as they are, and why.
    public var notes: [String]
}
