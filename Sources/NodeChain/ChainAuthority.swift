// What the chain of nodes needs of the world: codes under the shared key, the clock, chance, and a memory of what was
// used already. All of it is injected, so that the headers of the chain are plain functions of bytes.
//
// The key is never used itself. Each use has a key of its own, made from the shared one, so that what is shown of one (a
// fingerprint of a value somebody chose) tells nothing about another (the signature of a trace).

public import Fields
import Wire

/// What a key is used for.
public enum ChainPurpose: UInt8, CaseIterable, Sendable {
    /// Signing the trace in a request.
    case trace
    /// Signing the report in a response.
    case report
    /// Hiding what a report says from everybody on the way.
    case seal
    /// Fingerprints of values, in reports and in traces.
    case fingerprint

    /// What the shared key signs to become the key of this use; the PHP probe makes the same four.
    public var label: String {
        switch self {
        case .trace: "hoplens-trace-1"
        case .report: "hoplens-report-1"
        case .seal: "hoplens-seal-1"
        case .fingerprint: "hoplens-fingerprint-1"
        }
    }
}

/// The holder of a chain's key.
public protocol ChainAuthority: Fingerprinting, Sendable {
    /// HMAC-SHA-256 under the key of a use: 32 bytes.
    func code(_ purpose: ChainPurpose, _ bytes: [UInt8]) -> [UInt8]
    /// Seconds since 1970.
    var seconds: Int64 { get }
    /// Unpredictable bytes.
    func random(_ count: Int) -> [UInt8]
    /// Whether a trace is used for the first time at this place; asked once for each, and only for those that are valid.
    func isFirstUse(of id: [UInt8], at place: UInt64) -> Bool
    /// A trace under our key came that is so many seconds old (or, below zero, from the future).
    func noteSkew(_ seconds: Int64)
}

/// A node's part in a chain, the same for all exchanges of a service.
public final class ChainMembership: Equatable, Sendable {
    /// The holder of the key.
    public let authority: any ChainAuthority
    /// The node's name.
    public let node: [UInt8]
    /// Names that are followed beside the usual ones, lower case.
    public let extra: [[UInt8]]
    /// Names whose values are secret although they do not sound like it.
    public let secretNames: [String]
    /// Which service of the process it is: two of one process may see the same trace one behind the other.
    public let place: UInt64

    /// Whether it is the very same.
    public static func == (one: ChainMembership, other: ChainMembership) -> Bool { one === other }

    /// A membership from its parts.
    public init(
        authority: any ChainAuthority, node: [UInt8], extra: [[UInt8]] = [], secretNames: [String] = [],
        place: UInt64 = 0
    ) {
        self.authority = authority
        self.node = node
        self.extra = extra
        self.secretNames = secretNames
        self.place = place
    }
}
