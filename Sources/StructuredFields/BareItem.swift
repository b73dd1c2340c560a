// The values of Structured Fields (RFC 9651 section 3.3). Numbers stay exact: a decimal is a count of thousandths, as
// the grammar allows no finer one, so that what was read is what is written.

/// A decimal with at most three digits behind the point (RFC 9651 section 3.3.2).
public struct StructuredDecimal: Equatable, Hashable, Sendable {
    /// The value times one thousand.
    public var thousandths: Int64

    /// A decimal from its thousandths.
    public init(thousandths: Int64) { self.thousandths = thousandths }

    /// The decimal nearest to a number, halves to even (section 4.1.5); nil when it has more than 12 whole digits.
    public init?(rounding value: Double) {
        let scaled = (value * 1000).rounded(.toNearestOrEven)
        guard scaled.isFinite, scaled.magnitude < 1e15 else { return nil }
        thousandths = Int64(scaled)
    }

    /// The nearest Double.
    public var double: Double { Double(thousandths) / 1000 }
}

/// A value without parameters (RFC 9651 section 3.3).
public enum BareItem: Equatable, Hashable, Sendable {
    /// A whole number of at most 15 digits.
    case integer(Int64)
    /// A decimal.
    case decimal(StructuredDecimal)
    /// ASCII text that stood in quotation marks.
    case string(String)
    /// A word.
    case token(String)
    /// Bytes that stood in Base64 between colons.
    case bytes([UInt8])
    /// True or false.
    case boolean(Bool)
    /// A moment in seconds since 1970.
    case date(Int64)
    /// Unicode text.
    case displayString(String)

    /// The text of a string, token or display string.
    public var text: String? {
        switch self {
        case .string(let text), .token(let text), .displayString(let text): text
        default: nil
        }
    }

    /// The word, when it is a token.
    public var token: String? { if case .token(let word) = self { word } else { nil } }

    /// The number, when it is a whole one.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// The truth value, when it is one.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
}
