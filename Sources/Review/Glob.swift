// Patterns for paths: `*` is any text within a segment, `**` any text at all, `?` one character. A pattern without `?rest`
// of its own is held against the path without the query; one that has a `=` or a literal query against the whole target.

/// A pattern for request targets.
public struct Glob: Sendable, Equatable {
    private enum Part: Sendable, Equatable {
        case literal(UInt8)
        case one
        case segment
        case everything
    }

    /// The pattern as it was typed.
    public let text: String
    private let parts: [Part]
    private let includesQuery: Bool

    /// A pattern; every text is one.
    public init(_ text: String) {
        self.text = text
        var parts: [Part] = []
        var escaped = false
        for byte in text.utf8 {
            if escaped {
                parts.append(.literal(byte))
                escaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): escaped = true
            case UInt8(ascii: "?"): parts.append(.one)
            case UInt8(ascii: "*"):
                if parts.last == .segment { parts[parts.count - 1] = .everything } else { parts.append(.segment) }
            default: parts.append(.literal(byte))
            }
        }
        self.parts = parts
        includesQuery = text.utf8.contains(UInt8(ascii: "=")) || text.contains("\\?")
    }

    /// Whether the pattern describes a target.
    public func matches(_ target: String) -> Bool {
        let bytes = Array(target.utf8)
        let end = includesQuery ? nil : bytes.firstIndex(of: UInt8(ascii: "?"))
        return matches(bytes[..<(end ?? bytes.count)])
    }

    /// Linear in text times pattern: for each place of the pattern, the places in the text it may have come to.
    private func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
        var reached = [Bool](repeating: false, count: parts.count + 1)
        reached[0] = true
        spread(&reached)
        for byte in bytes {
            var next = [Bool](repeating: false, count: parts.count + 1)
            for (place, part) in parts.enumerated() where reached[place] {
                switch part {
                case .literal(let wanted): if byte == wanted { next[place + 1] = true }
                case .one: if byte != UInt8(ascii: "/") { next[place + 1] = true }
                case .segment: if byte != UInt8(ascii: "/") { next[place] = true }
                case .everything: next[place] = true
                }
            }
            spread(&next)
            reached = next
        }
        return reached[parts.count]
    }

    /// Stars may stand for nothing.
    private func spread(_ reached: inout [Bool]) {
        for (place, part) in parts.enumerated() where reached[place] {
            if part == .segment || part == .everything { reached[place + 1] = true }
        }
    }
}
