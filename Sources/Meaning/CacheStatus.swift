// Cache-Status (RFC 9211): how each cache on the way handled the request, the one nearest to the origin first.

public import StructuredFields

/// What one cache says.
public struct CacheStatusMember: Equatable, Sendable {
    /// The cache's name for itself.
    public var cache: String
    /// Whether it answered out of its store (`hit`, section 2.1).
    public var isHit: Bool
    /// Why it asked further (`fwd`, section 2.2): bypass, method, uri-miss, vary-miss, miss, request, stale, partial.
    public var forwarded: String?
    /// The status code it was answered with (`fwd-status`, section 2.3).
    public var forwardStatus: Int?
    /// How long the answer is fresh still, in seconds; negative when it is stale (`ttl`, section 2.4).
    public var timeToLive: Int?
    /// Whether it kept the answer (`stored`, section 2.5).
    public var isStored: Bool?
    /// Whether it waited for another request for the same (`collapsed`, section 2.6).
    public var isCollapsed: Bool?
    /// The key it used (`key`, section 2.7).
    public var key: String?
    /// What it says besides (`detail`, section 2.8).
    public var detail: String?
    /// All its parameters.
    public var parameters: StructuredParameters
    /// Whether it is as section 2 says: a hit has no `fwd`, and everything else has one.
    public var isWellFormed: Bool
}

/// Cache-Status, read.
public struct CacheStatus: Equatable, Sendable {
    /// The caches, the one nearest to the origin first.
    public let members: [CacheStatusMember]

    /// Cache-Status from the values of its lines; an error when it is no list, which makes it as good as absent.
    public init(_ lines: [String]) throws(StructuredFieldError) {
        members = try StructuredList(lines: RecordedStructure.bytes(lines)).members.compactMap(CacheStatus.member)
    }

    /// The cache nearest to the client that answered out of its store.
    public var hit: CacheStatusMember? { members.last { $0.isHit } }

    private static func member(_ member: StructuredMember) -> CacheStatusMember? {
        guard case .item(let item) = member, let name = item.value.text else { return nil }
        let all = item.parameters
        let isHit = all["hit"]?.boolean ?? false
        let forwarded = all["fwd"]?.token
        return CacheStatusMember(
            cache: name, isHit: isHit, forwarded: forwarded,
            forwardStatus: all["fwd-status"]?.integer.map { Int($0) },
            timeToLive: all["ttl"]?.integer.map { Int($0) }, isStored: all["stored"]?.boolean,
            isCollapsed: all["collapsed"]?.boolean, key: all["key"]?.text, detail: all["detail"]?.text,
            parameters: all, isWellFormed: isHit != (forwarded != nil))
    }
}
