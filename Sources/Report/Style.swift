// How text is to look, decided outside: whoever knows the terminal, the environment and the clock fills this in.
// Renderers take nothing from the world, so the same record always gives the same bytes.

/// The parameters of every text renderer.
public struct Style: Equatable, Sendable {
    /// The width of what is no terminal: nothing is wrapped.
    ///
    /// Tables have a limit of their own.
    public static let unlimited = Int.max / 16

    /// Columns of the terminal; lines are wrapped to it.
    public var width: Int
    /// Whether ANSI colour codes may be written.
    public var color: Bool
    /// Whether only ASCII may be written (`->` for an arrow, `...` for an ellipsis).
    public var ascii: Bool
    /// The present moment in seconds since 1970, for "expires in 3 h".
    public var now: Int64
    /// Seconds that local time is ahead of UTC.
    public var utcOffset: Int
    /// Whether there are several services, so that it must be said which one an exchange belongs to.
    public var namesServices: Bool

    /// A style from its parts; widths below 40 columns are treated as 40.
    public init(
        width: Int = 80, color: Bool = false, ascii: Bool = false, now: Int64 = 0, utcOffset: Int = 0,
        namesServices: Bool = false
    ) {
        self.width = max(40, width)
        self.color = color
        self.ascii = ascii
        self.now = now
        self.utcOffset = utcOffset
        self.namesServices = namesServices
    }
}

/// What a piece of text means; the only thing colour is derived from.
enum Ink: Equatable, Sendable {
    case plain, dim, strong, good, warn, bad

    /// The ANSI parameter that switches the ink on, nil for plain text.
    var code: String? {
        switch self {
        case .plain: nil
        case .dim: "2"
        case .strong: "1"
        case .good: "32"
        case .warn: "33"
        case .bad: "31"
        }
    }
}
