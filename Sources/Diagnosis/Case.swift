// What a rule is given: one exchange, and the exchanges that belong to it. Who finds those (the live window, a capture,
// compare, diagnose) is not known here; a rule asks for a relation and must do without when there is none.

/// How another exchange belongs to the one that is judged.
public enum Relation: String, CaseIterable, Sendable {
    /// The CORS preflight that asked for permission for it.
    case preflight
    /// The request that a preflight asked permission for.
    case actual
    /// The redirect that led to it.
    case redirectSource = "redirect-source"
    /// The request that followed its redirect.
    case redirectTarget = "redirect-target"
    /// The same request without credentials.
    case anonymous
    /// The same request with credentials.
    case authorised
    /// The same request with a credential no server can know.
    case wrongCredential = "wrong-credential"
    /// The same request from another page origin.
    case otherOrigin = "other-origin"
    /// The same route by its other address (`/wp-json/…` and `?rest_route=/…`).
    case otherRoute = "other-route"
    /// The same request again.
    case again
    /// The same request with a query that no cache knows.
    case busted
    /// The same request with another method (`X-HTTP-Method-Override`, HEAD beside GET).
    case otherMethod = "other-method"
    /// The same request sent to the origin directly, beside the public address.
    case atOrigin = "at-origin"
    /// The same request without hoplens in between.
    case direct
    /// The page that carried the nonce it used.
    case page
    /// The validation of the token it used.
    case validation
}

/// An exchange under judgement with those that belong to it.
public struct Case {
    /// The exchange.
    public let facts: Facts
    /// The others, the nearest first.
    public let related: [(relation: Relation, facts: Facts)]

    /// A case.
    public init(_ facts: Facts, related: [(relation: Relation, facts: Facts)] = []) {
        self.facts = facts
        self.related = related
    }

    /// The first exchange that stands in a relation to this one.
    public func related(_ relation: Relation) -> Facts? {
        related.first { $0.relation == relation }?.facts
    }

    /// All exchanges that stand in a relation to this one.
    public func all(_ relation: Relation) -> [Facts] {
        related.filter { $0.relation == relation }.map(\.facts)
    }
}
