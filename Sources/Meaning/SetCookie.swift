// Set-Cookie as a browser reads it (RFC 6265bis section 5.6), and why the browser would throw the cookie away. Public
// suffixes are not known here, so a Domain is compared with the host and no more.

import Fields

/// Set-Cookie, read.
public struct SetCookie: Equatable, Sendable {
    /// Which requests from other sites carry the cookie.
    public enum SameSite: Equatable, Sendable {
        /// None of them.
        case strict
        /// Navigations only.
        case lax
        /// All of them.
        case none
        /// A word browsers do not know, which they take for no word.
        case other(String)
    }

    /// The name; may be empty.
    public private(set) var name = ""
    /// The value as the record shows it.
    public private(set) var value = ""
    /// Domain in lower case, without a leading dot.
    public private(set) var domain: String?
    /// Path.
    public private(set) var path: String?
    /// Expires in seconds since 1970, when it can be read.
    public private(set) var expires: Int64?
    /// Max-Age in seconds, when it is a number.
    public private(set) var maxAge: Int?
    /// Whether it is sent over TLS only.
    public private(set) var isSecure = false
    /// Whether scripts cannot read it.
    public private(set) var isHTTPOnly = false
    /// SameSite.
    public private(set) var sameSite: SameSite?
    /// Whether it is kept apart for each top-level site.
    public private(set) var isPartitioned = false
    /// The names of attributes nobody here knows, in lower case.
    public private(set) var unknownAttributes: [String] = []
    /// What is wrong with it.
    public private(set) var faults: [Fault] = []

    /// Something wrong with a cookie.
    public enum Fault: Equatable, Sendable {
        /// It has no name.
        case nameless
        /// It has neither name nor value: browsers ignore it.
        case empty
        /// SameSite=None without Secure: browsers reject it.
        case sameSiteNoneWithoutSecure
        /// SameSite has a word browsers do not know.
        case unknownSameSite
        /// Partitioned without Secure: browsers reject it.
        case partitionedWithoutSecure
        /// A `__Secure-` name without Secure: browsers reject it.
        case securePrefix
        /// A `__Host-` name without Secure, without Path=/ or with Domain: browsers reject it.
        case hostPrefix
        /// Expires cannot be read: the cookie lasts for the session.
        case badExpires
        /// Max-Age is no number: browsers ignore it.
        case badMaxAge
        /// Domain does not cover the host that set it: browsers reject it.
        case foreignDomain
        /// Path does not begin with `/`: browsers take the default path.
        case relativePath
        /// Name and value together are longer than 4096 bytes: browsers reject it.
        case tooLong

        /// Whether browsers throw the cookie away because of it.
        public var isFatal: Bool {
            switch self {
            case .empty, .sameSiteNoneWithoutSecure, .partitionedWithoutSecure, .securePrefix, .hostPrefix,
                .foreignDomain, .tooLong:
                true
            case .nameless, .unknownSameSite, .badExpires, .badMaxAge, .relativePath: false
            }
        }
    }

    /// Whether browsers throw it away.
    public var isRejected: Bool { faults.contains { $0.isFatal } }

    /// Whether it deletes the cookie: its end is in the past.
    public func isDeletion(now: Int64) -> Bool {
        if let maxAge { return maxAge <= 0 }
        return expires.map { $0 <= now } ?? false
    }

    /// Reads one line of the field; lines of Set-Cookie are never joined (RFC 9110 section 5.3).
    ///
    /// - Parameter host: the host that was asked, to judge Domain by.
    public init(_ line: String, host: String? = nil) {
        var scanner = FieldScanner(line)
        readPair(&scanner)
        while scanner.take(";") {
            scanner.skipBlanks()
            let name = asciiLowercased(scanner.word(until: "=;"))
            var value: String?
            if scanner.take("=") {
                scanner.skipBlanks()
                value = scanner.word(until: ";")
            }
            attribute(name, value)
        }
        judge(host: host)
    }

    private mutating func readPair(_ scanner: inout FieldScanner) {
        scanner.skipBlanks()
        let first = scanner.word(until: "=;")
        if scanner.take("=") {
            scanner.skipBlanks()
            name = first
            value = scanner.word(until: ";")
        } else {
            value = first
        }
        if name.isEmpty { faults.append(value.isEmpty ? .empty : .nameless) }
        if Marker.wireLength(name) + Marker.wireLength(value) > 4096 { faults.append(.tooLong) }
    }

    private mutating func attribute(_ name: String, _ value: String?) {
        // Of an attribute that is there twice browsers take the last (section 5.7).
        switch name {
        case "": break
        case "expires":
            expires = CookieDate.seconds(value ?? "")
            if expires == nil { faults.append(.badExpires) }
        case "max-age":
            if let number = SetCookie.number(value ?? "") { maxAge = number } else { faults.append(.badMaxAge) }
        case "domain":
            let text = asciiLowercased(value ?? "")
            domain = text.hasPrefix(".") ? String(text.dropFirst()) : text
            if domain?.isEmpty == true { domain = nil }
        case "path":
            path = value ?? ""
            if path?.hasPrefix("/") != true { faults.append(.relativePath) }
        case "secure": isSecure = true
        case "httponly": isHTTPOnly = true
        case "partitioned": isPartitioned = true
        case "samesite":
            switch asciiLowercased(value ?? "") {
            case "strict": sameSite = .strict
            case "lax": sameSite = .lax
            case "none": sameSite = SameSite.none
            default:
                sameSite = .other(value ?? "")
                faults.append(.unknownSameSite)
            }
        case "priority": break
        default: unknownAttributes.append(name)
        }
    }

    private mutating func judge(host: String?) {
        if sameSite == SameSite.none, !isSecure { faults.append(.sameSiteNoneWithoutSecure) }
        if isPartitioned, !isSecure { faults.append(.partitionedWithoutSecure) }
        // Browsers compare the prefixes without case (section 5.7).
        let lower = asciiLowercased(name)
        if lower.hasPrefix("__secure-"), !isSecure { faults.append(.securePrefix) }
        if lower.hasPrefix("__host-"), !isSecure || path != "/" || domain != nil { faults.append(.hostPrefix) }
        if let host, let domain, !SetCookie.covers(domain, asciiLowercased(host)) { faults.append(.foreignDomain) }
    }

    /// Whether a domain matches a host (section 5.1.3).
    private static func covers(_ domain: String, _ host: String) -> Bool {
        host == domain || (host.hasSuffix("." + domain) && !Address.isIPv4(host.utf8))
    }

    /// Max-Age (section 5.6.2): digits with an optional minus; too many of them are as many as can be counted.
    private static func number(_ text: String) -> Int? {
        let isNegative = text.hasPrefix("-")
        guard let magnitude = DeltaSeconds.parse(isNegative ? String(text.dropFirst()) : text) else { return nil }
        return isNegative ? -magnitude : magnitude
    }
}

/// Dates of cookies, which browsers read by an algorithm of their own (RFC 6265bis section 5.1.1): the words of the
/// text in any order, as long as there are a time, a day, a month and a year among them.
enum CookieDate {
    static func seconds(_ text: String) -> Int64? {
        var time: (Int64, Int64, Int64)?
        var (day, month, year): (Int64?, Int64?, Int64?) = (nil, nil, nil)
        let words = text.utf8.prefix(256).split { byte in
            byte == 0x09 || (byte >= 0x20 && byte <= 0x2F) || (byte >= 0x3B && byte <= 0x40)
                || (byte >= 0x5B && byte <= 0x60) || (byte >= 0x7B && byte <= 0x7E)
        }
        for word in words {
            let bytes = Array(word)
            if time == nil, let found = clock(bytes) {
                time = found
            } else if day == nil, let found = number(bytes, 1...2) {
                day = found
            } else if month == nil, let found = monthNumber(bytes) {
                month = found
            } else if year == nil, let found = number(bytes, 2...4) {
                year = found < 70 ? found + 2000 : found < 100 ? found + 1900 : found
            }
        }
        guard let time, let day, let month, let year, year >= 1601, time.2 <= 59 else { return nil }
        return Calendar.seconds(year, month, day, time.0, time.1, time.2)
    }

    /// The number a word begins with, when it has as many digits as allowed.
    private static func number(_ word: [UInt8], _ count: ClosedRange<Int>) -> Int64? {
        let digits = word.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard count.contains(digits.count) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func clock(_ word: [UInt8]) -> (Int64, Int64, Int64)? {
        let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count >= 3, let hour = whole(parts[0]), let minute = whole(parts[1]),
            let second = number(Array(parts[2]), 1...2)
        else { return nil }
        return (hour, minute, second)
    }

    private static func whole(_ part: ArraySlice<UInt8>) -> Int64? {
        part.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? number(Array(part), 1...2) : nil
    }

    private static func monthNumber(_ word: [UInt8]) -> Int64? {
        guard word.count >= 3 else { return nil }
        let lower = word.prefix(3).map { $0 | 0x20 }
        return DateReader.months.firstIndex { month in lower.elementsEqual(month.utf8.map { $0 | 0x20 }) }
            .map { Int64($0) + 1 }
    }
}
