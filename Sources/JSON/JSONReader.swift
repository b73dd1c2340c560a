// The pull reader: the caller asks for the next thing and says what it must be. It owns no bytes (a struct cannot keep
// a Span in Swift 6.3), so every call is given the same bytes again; what it keeps is an offset and two small numbers.
//
// Invariants
// 1. Nothing is allocated, except by the calls that return a String and by errors.
// 2. After `nextKey` returned a key, or `nextElement` returned true, exactly one value is read or skipped.
// 3. No stack of open containers is needed: the caller's own code is that stack, and `first` (nothing was read yet in
//    the innermost container) is known to be false again whenever a container has been left.
// 4. Depth is bounded on entering, so the recursion of `skip` and of the tree is bounded too.
// 5. Every byte that is read past has been checked: grammar and UTF-8 both.

/// Reads one JSON or JSON5 text, value by value, without building anything.
public struct JSONReader: Sendable {
    /// The deepest nesting any reader follows, whatever it was asked for: what a small thread stack surely carries.
    public static let deepest = 512

    /// The accepted grammar.
    public let dialect: JSONDialect
    /// How many containers may be open at once.
    public let maximumDepth: Int
    /// The next byte to read.
    public internal(set) var offset: Int
    /// How many containers are open.
    public private(set) var depth = 0

    private var first = true

    /// A reader at the beginning of a text, or at an offset where a value begins.
    public init(_ dialect: JSONDialect = .strict, maximumDepth: Int = 128, startingAt offset: Int = 0) {
        self.dialect = dialect
        self.maximumDepth = min(max(maximumDepth, 1), Self.deepest)
        self.offset = max(offset, 0)
    }

    // MARK: Structure

    /// What the next value is; the reader stands at its first byte afterwards.
    public mutating func peek(in bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        try skipSpace(in: bytes)
        guard offset < bytes.count else { throw failure("a value", in: bytes) }
        switch bytes[offset] {
        case Ascii.openBrace: return .object
        case Ascii.openBracket: return .array
        case Ascii.quote: return .string
        case 0x30...0x39, Ascii.minus: return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case Ascii.apostrophe where dialect == .json5: return .string
        case Ascii.plus where dialect == .json5, Ascii.dot where dialect == .json5: return .number
        case UInt8(ascii: "I") where dialect == .json5, UInt8(ascii: "N") where dialect == .json5: return .number
        case Ascii.apostrophe: throw failure("a value (JSON strings stand in double quotes)", in: bytes)
        default: throw failure("a value", in: bytes)
        }
    }

    /// Enters an object.
    public mutating func enterObject(in bytes: Span<UInt8>) throws(JSONError) {
        try enter(.object, in: bytes)
    }

    /// The next key of the object that was entered, or nil when it has been left.
    public mutating func nextKey(in bytes: Span<UInt8>) throws(JSONError) -> JSONText? {
        if try leaves(.object, in: bytes) { return nil }
        let key = try readKey(in: bytes)
        try skipSpace(in: bytes)
        guard offset < bytes.count, bytes[offset] == Ascii.colon else {
            throw failure("':' after the key", in: bytes)
        }
        offset += 1
        return key
    }

    /// Enters a list.
    public mutating func enterArray(in bytes: Span<UInt8>) throws(JSONError) {
        try enter(.array, in: bytes)
    }

    /// Whether the list that was entered has another element; false when it has been left.
    public mutating func nextElement(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        try !leaves(.array, in: bytes)
    }

    /// Reads past one value of any kind, checking it.
    public mutating func skip(in bytes: Span<UInt8>) throws(JSONError) {
        switch try peek(in: bytes) {
        case .string: _ = try readQuoted(in: bytes)
        case .number: _ = try scanNumber(in: bytes)
        case .bool: _ = try readBool(in: bytes)
        case .null: try readNull(in: bytes)
        case .object:
            try enterObject(in: bytes)
            while try nextKey(in: bytes) != nil { try skip(in: bytes) }
        case .array:
            try enterArray(in: bytes)
            while try nextElement(in: bytes) { try skip(in: bytes) }
        }
    }

    /// Checks that nothing but space (and comments, in JSON5) is left.
    public mutating func finish(in bytes: Span<UInt8>) throws(JSONError) {
        try skipSpace(in: bytes)
        guard offset >= bytes.count else { throw failure("the end of the text", in: bytes) }
    }

    /// Steps over a value whose bytes, from the offset the reader stands at, the caller has read before: they are known to
    /// be one whole value.
    public mutating func stepOver(_ count: Int) {
        offset += count
        first = false
    }

    private mutating func enter(_ kind: JSONKind, in bytes: Span<UInt8>) throws(JSONError) {
        try need(kind, in: bytes)
        guard depth < maximumDepth else {
            throw failure(.tooDeep, "at most \(maximumDepth) levels of nesting", found: "one more", in: bytes)
        }
        offset += 1
        depth += 1
        first = true
    }

    /// Steps over what stands between two values of a container, or out of it.
    private mutating func leaves(_ kind: JSONKind, in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        let bracket = kind == .object ? Ascii.closeBrace : Ascii.closeBracket
        try skipSpace(in: bytes)
        if offset < bytes.count, bytes[offset] == bracket {
            close()
            return true
        }
        if first {
            first = false
            if offset >= bytes.count {
                throw failure(kind == .object ? "a key or '}'" : "a value or ']'", in: bytes)
            }
            return false
        }
        guard offset < bytes.count, bytes[offset] == Ascii.comma else {
            throw failure(kind == .object ? "',' or '}' after a member" : "',' or ']' after a value", in: bytes)
        }
        offset += 1
        try skipSpace(in: bytes)
        guard offset < bytes.count, bytes[offset] == bracket else { return false }
        guard dialect == .json5 else {
            let what = kind == .object ? "another key" : "another value"
            throw failure("\(what) after ',' (JSON has no trailing comma)", in: bytes)
        }
        close()
        return true
    }

    private mutating func close() {
        offset += 1
        depth -= 1
        first = false
    }

    // MARK: Scalars

    /// Reads `true` or `false`.
    public mutating func readBool(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        try need(.bool, in: bytes)
        let value = bytes[offset] == UInt8(ascii: "t")
        try readWord(value ? "true" : "false", in: bytes)
        return value
    }

    /// Reads `null`.
    public mutating func readNull(in bytes: Span<UInt8>) throws(JSONError) {
        try need(.null, in: bytes)
        try readWord("null", in: bytes)
    }

    /// Reads past `null` when it is next and says whether it was; anything else is left to be read.
    public mutating func readsNull(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard try peek(in: bytes) == .null else { return false }
        try readNull(in: bytes)
        return true
    }

    /// Checks that the next value is of a kind and stands at its first byte.
    mutating func need(_ kind: JSONKind, in bytes: Span<UInt8>) throws(JSONError) {
        let found = try peek(in: bytes)
        guard found == kind else { throw failure(.wrongKind, kind.phrase, found: found.phrase, in: bytes) }
    }

    mutating func readWord(_ word: String, in bytes: Span<UInt8>) throws(JSONError) {
        let letters = word.utf8Span.span
        var matches = offset + letters.count <= bytes.count
        if matches {
            for i in letters.indices where bytes[offset + i] != letters[i] { matches = false }
        }
        guard matches else {
            let cut = bytes.count - offset < letters.count && isPrefix(ofWord: letters, in: bytes)
            throw failure(cut ? .endOfText : .syntax, "'\(word)'", in: bytes)
        }
        offset += letters.count
        // `nulla` must not be read as null followed by rubbish: the message would point at the wrong thing.
        if offset < bytes.count, isIdentifierByte(bytes[offset]) {
            offset -= letters.count
            throw failure("'\(word)'", in: bytes)
        }
    }

    private func isPrefix(ofWord letters: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        for i in offset..<bytes.count where bytes[i] != letters[i - offset] { return false }
        return true
    }

    // MARK: Space and errors

    /// Skips white space, in JSON5 also comments.
    @inline(always)
    mutating func skipSpace(in bytes: Span<UInt8>) throws(JSONError) {
        while offset < bytes.count {
            switch bytes[offset] {
            case Ascii.space, Ascii.lf, Ascii.cr, Ascii.tab: offset += 1
            default:
                if dialect == .strict { return }
                if try !skipSpaceJSON5(in: bytes) { return }
            }
        }
    }

    /// A syntax error (or the end of the text, or bad UTF-8) at the offset the reader stands at.
    func failure(_ expected: String, at place: Int? = nil, in bytes: Span<UInt8>) -> JSONError {
        let place = place ?? offset
        let kind: JSONError.Kind =
            if place >= bytes.count { .endOfText } else if utf8Length(bytes, at: place) == 0 { .encoding } else {
                .syntax
            }
        return failure(kind, expected, at: place, in: bytes)
    }

    func failure(
        _ kind: JSONError.Kind, _ expected: String, found: String? = nil, at place: Int? = nil, in bytes: Span<UInt8>
    ) -> JSONError {
        let place = place ?? offset
        return JSONError(
            kind: kind, position: JSONPosition(offset: place, in: bytes), expected: expected,
            found: found ?? describe(bytes, at: place))
    }
}
