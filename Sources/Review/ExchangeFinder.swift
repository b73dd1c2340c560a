// One exchange out of a capture, with those that belong to it: what came before is known from the neighbourhood it was
// judged in; what came after is recognised because it is related to it. The whole capture is walked through in any case,
// because a shortened id may stand for more than one exchange.

public import Diagnosis
public import Trace

/// An exchange with what was found and what belongs to it.
public struct FoundExchange {
    /// The record.
    public let record: Record
    /// What was found.
    public let findings: [Finding]
    /// The line it was read from.
    public let line: [UInt8]
    /// Exchanges that belong to it, with what they are to it.
    public fileprivate(set) var related: [(relation: Relation, record: Record)]
}

/// Looks for an exchange in a stream of records.
public struct ExchangeFinder {
    /// More than this nobody wants to choose from.
    private static let mostFound = 20
    private static let mostRelated = 12

    private let id: String
    private let judge = Judge()
    private var neighbourhood = Neighbourhood(capacity: 2000)
    /// The exchanges the id stands for.
    public private(set) var found: [FoundExchange] = []

    /// Looks for a shortened id.
    public init(_ id: String) { self.id = id }

    /// Looks at the next record of the capture.
    ///
    /// - Parameter line: the bytes it was read from.
    public mutating func take(_ record: Record, line: @autoclosure () -> [UInt8]) {
        let subject = neighbourhood.take(record)
        for (relation, other) in subject.related {
            guard let inverse = relation.inverse,
                let place = found.firstIndex(where: { $0.record.id == other.record.id }),
                found[place].related.count < ExchangeFinder.mostRelated
            else { continue }
            found[place].related.append((inverse, record))
        }
        guard TraceFilter.names(id, record.id), found.count < ExchangeFinder.mostFound else { return }
        let before = subject.related.filter { $0.relation.inverse != nil || $0.relation == .validation }
        found.append(
            FoundExchange(
                record: record, findings: judge.findings(subject), line: line(),
                related: before.prefix(ExchangeFinder.mostRelated).map { ($0.relation, $0.facts.record) }))
    }
}

extension Relation {
    /// What an exchange is to the one that is this to it; nil for relations that are not worth telling from both sides.
    var inverse: Relation? {
        switch self {
        case .preflight: .actual
        case .actual: .preflight
        case .redirectSource: .redirectTarget
        case .redirectTarget: .redirectSource
        case .anonymous: .authorised
        case .authorised: .anonymous
        case .again, .otherOrigin, .otherRoute, .otherMethod: self
        case .wrongCredential, .busted, .atOrigin, .direct, .page, .validation: nil
        }
    }

    /// The relation in words: what the other exchange is.
    public var words: String {
        switch self {
        case .preflight: "its preflight"
        case .actual: "the request it asked permission for"
        case .redirectSource: "the redirect that led here"
        case .redirectTarget: "what followed its redirect"
        case .anonymous: "the same without credentials"
        case .authorised: "the same with credentials"
        case .wrongCredential: "the same with a wrong credential"
        case .otherOrigin: "the same from another page origin"
        case .otherRoute: "the same by the route's other address"
        case .again: "the same again"
        case .busted: "the same past every cache"
        case .otherMethod: "the same with another method"
        case .atOrigin: "the same at the origin"
        case .direct: "the same without hoplens"
        case .page: "the page its nonce is from"
        case .validation: "the validation of its token"
        }
    }
}
