// One field line of a head or trailer section, as two extents into the buffer and the known name they spell.

/// A field line: where its name and its value stand, and which known name it is.
public struct FieldLine: Equatable, Sendable {
    /// The name as the sender spelled it.
    public var name: Extent
    /// The value without the white space around it (RFC 9110 section 5.5).
    public var value: Extent
    /// The known name that `name` spells in some case, or `.other`.
    public var id: FieldName

    /// A field line from its parts.
    @inlinable
    public init(name: Extent, value: Extent, id: FieldName) {
        self.name = name
        self.value = value
        self.id = id
    }
}
