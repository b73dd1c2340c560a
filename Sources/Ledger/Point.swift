// Where a message was observed. A point is a place at a node; a passage is an ordered run of points that one message
// went through.

/// One of the four places where a node sees a message, or the one where PHP does.
public enum Place: UInt8, CaseIterable, Sendable {
    /// The request as it arrived.
    case clientToNode
    /// The request as it was sent on.
    case nodeToOrigin
    /// The response as it arrived.
    case originToNode
    /// The response as it was sent on.
    case nodeToClient
    /// The request as PHP found it.
    case php

    /// The place in words: `client→node`.
    public var words: String {
        switch self {
        case .clientToNode: "client→node"
        case .nodeToOrigin: "node→origin"
        case .originToNode: "origin→node"
        case .nodeToClient: "node→client"
        case .php: "$_SERVER"
        }
    }
}

/// A place at a named node.
public struct Point: Hashable, Sendable {
    /// The name of the node.
    public var node: String
    /// The place at that node.
    public var place: Place

    /// A point from its parts.
    public init(_ node: String, _ place: Place) {
        self.node = node
        self.place = place
    }

    /// The point with its node: `outer node→origin`.
    public var words: String { "\(node) \(place.words)" }
}
