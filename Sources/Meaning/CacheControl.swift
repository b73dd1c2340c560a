// Cache-Control (RFC 9111 section 5.2) of requests and responses, with everything that makes caches disagree about it:
// directives given twice with different values, numbers that are none, arguments where none belong.

/// A whole number of seconds as caches read it (RFC 9111 section 1.2.2).
public enum DeltaSeconds {
    /// What a number too large to count is read as.
    public static let largest = 2_147_483_648

    /// The seconds; nil when the text is not digits alone.
    public static func parse(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return text.utf8.reduce(0) { min(largest, $0 * 10 + Int($1 - 0x30)) }
    }
}

/// One directive of Cache-Control.
public struct CacheDirective: Equatable, Sendable {
    /// The name, in lower case.
    public var name: String
    /// The argument without quotes; nil when there is none.
    public var argument: String?

    /// A directive from its parts.
    public init(_ name: String, _ argument: String? = nil) {
        self.name = name
        self.argument = argument
    }
}

/// Cache-Control, read.
public struct CacheControl: Equatable, Sendable {
    /// The directives in order, repeated ones included.
    public private(set) var directives: [CacheDirective] = []
    /// Members that are no directives.
    public private(set) var malformed: [String] = []

    /// Cache-Control from the values of its lines.
    public init(_ lines: [String]) {
        for var member in listMembers(lines) {
            guard let name = member.token() else {
                malformed.append(member.text(0..<member.bytes.count))
                continue
            }
            var directive = CacheDirective(asciiLowercased(name))
            if member.take("=") { directive.argument = member.quotedString() ?? member.word(until: "") }
            if member.isAtEnd {
                directives.append(directive)
            } else {
                malformed.append(member.text(0..<member.bytes.count))
            }
        }
    }

    /// Whether a directive is there.
    public func has(_ name: String) -> Bool { directives.contains { $0.name == name } }

    /// The argument of the first directive of a name, as a number of seconds.
    public func seconds(_ name: String) -> Int? {
        directives.first { $0.name == name }.flatMap { $0.argument }.flatMap(DeltaSeconds.parse)
    }

    /// The names of fields in an argument (`no-cache="set-cookie"`), in lower case.
    public func fields(_ name: String) -> [String] {
        directives.filter { $0.name == name }.flatMap { FieldList([$0.argument ?? ""]).lowercased }
    }

    // MARK: What caches and servers say (section 5.2.2)

    /// No cache may keep it.
    public var noStore: Bool { has("no-store") }
    /// It may be used only after the origin was asked; false when only some fields are meant.
    public var noCache: Bool { directives.contains { $0.name == "no-cache" && $0.argument == nil } }
    /// Only the client's own cache may keep it; false when only some fields are meant.
    public var isPrivate: Bool { directives.contains { $0.name == "private" && $0.argument == nil } }
    /// Any cache may keep it.
    public var isPublic: Bool { has("public") }
    /// Once stale it may be used only after the origin was asked.
    public var mustRevalidate: Bool { has("must-revalidate") }
    /// How long it is fresh.
    public var maxAge: Int? { seconds("max-age") }
    /// How long it is fresh for shared caches.
    public var sharedMaxAge: Int? { seconds("s-maxage") }

    /// Whether a shared cache may store an answer with this field.
    ///
    /// - Parameter authorised: whether the request had Authorization; then an explicit permission is needed (section 3.5).
    public func allowsSharedStorage(authorised: Bool) -> Bool {
        if noStore || isPrivate { return false }
        return !authorised || isPublic || mustRevalidate || has("s-maxage")
    }

    // MARK: What is wrong with it

    /// Names that are there more than once with different arguments: caches differ in which one they take (section 4.2.1).
    public var contradictions: [String] {
        var first: [String: CacheDirective] = [:]
        var found: [String] = []
        for directive in directives {
            if let earlier = first[directive.name] {
                if earlier != directive, !found.contains(directive.name) { found.append(directive.name) }
            } else {
                first[directive.name] = directive
            }
        }
        return found
    }

    /// Names that are there more than once.
    public var repeated: [String] { repeats(directives.map(\.name)) }

    private static let timed = [
        "max-age", "s-maxage", "max-stale", "min-fresh", "stale-while-revalidate", "stale-if-error",
    ]

    /// Directives that need a number of seconds and have none; a cache takes the answer for stale (section 4.2.1).
    public var badSeconds: [CacheDirective] {
        directives.filter { directive in
            guard CacheControl.timed.contains(directive.name) else { return false }
            // max-stale alone means any staleness (section 5.2.1.2).
            guard let argument = directive.argument else { return directive.name != "max-stale" }
            return DeltaSeconds.parse(argument) == nil
        }
    }

    /// Pairs of directives that exclude each other, as the words stand.
    public var conflicts: [(String, String)] {
        var found: [(String, String)] = []
        if noStore, isPublic { found.append(("no-store", "public")) }
        if noStore, let age = maxAge, age > 0 { found.append(("no-store", "max-age")) }
        if isPrivate, isPublic { found.append(("private", "public")) }
        if isPrivate, let age = sharedMaxAge, age > 0 { found.append(("private", "s-maxage")) }
        return found
    }
}

/// Age (RFC 9111 section 5.1): how long a cache has held an answer.
public struct Age: Equatable, Sendable {
    /// The seconds; nil when the field's first member is no number.
    public let seconds: Int?
    /// Whether it is one member and a number, as it must be.
    public let isWellFormed: Bool

    /// Age from the values of its lines; nil when there is none.
    public init?(_ lines: [String]) {
        guard !lines.isEmpty else { return nil }
        let members = FieldList(lines).members
        seconds = members.first.flatMap(DeltaSeconds.parse)
        isWellFormed = members.count == 1 && seconds != nil
    }
}
