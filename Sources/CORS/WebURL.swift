// URLs as a browser reads them (URL standard, section 4.4), as far as CORS needs them: which origin, whether there is
// userinfo, where a relative Location leads. Non-special schemes are read only as far as telling that they parse.
//
// Refused on purpose: everything a page could not fetch anyway (blob:, file: as a base).

/// A URL.
public struct WebURL: Equatable, Sendable {
    /// In lower case, without the colon.
    public var scheme: String
    /// The part of userinfo before the colon.
    public var username = ""
    /// The part of userinfo behind it.
    public var password = ""
    /// The host as it is sent; empty when there is none.
    public var host = ""
    /// The port when it is not the scheme's default.
    public var port: UInt16?
    /// The path with its slash.
    public var path = ""
    /// What stands behind the question mark.
    public var query: String?
    /// What stands behind the number sign.
    public var fragment: String?

    /// The URL a text spells, relative to another if need be; nil when it spells none.
    public init?(_ text: String, relativeTo base: WebURL? = nil) { self.init(Array(text.utf8), relativeTo: base) }

    /// The URL the bytes spell; bytes outside ASCII are taken as UTF-8.
    public init?(_ bytes: [UInt8], relativeTo base: WebURL? = nil) {
        var text = bytes[...]
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        let clean = text.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        var parts = Parts(clean[...])
        if let scheme = Self.takeScheme(&parts.rest) {
            self.scheme = scheme
            if let port = Self.defaultPort(scheme) {
                if let base, base.scheme == scheme, !parts.rest.starts(with: [0x2F, 0x2F]) {
                    self = base
                    guard resolve(&parts) else { return nil }
                } else {
                    parts.dropSlashes()
                    guard readAuthority(&parts, port) else { return nil }
                }
            } else {
                guard readOther(&parts) else { return nil }
            }
        } else {
            guard let base, Self.defaultPort(base.scheme) != nil else { return nil }
            self = base
            guard resolve(&parts) else { return nil }
        }
    }

    /// Whether it is http or https, the only schemes `fetch()` crosses origins with.
    public var isHTTP: Bool { scheme == "http" || scheme == "https" }

    /// Whether a user name or a password stands in it.
    public var hasUserinfo: Bool { !username.isEmpty || !password.isEmpty }

    /// Its origin; opaque for schemes that have none.
    public var origin: Origin {
        Self.defaultPort(scheme) == nil ? .opaque : .tuple(scheme: scheme, host: host, port: port)
    }

    /// The URL as a server is asked for it: without userinfo and fragment.
    public var asked: WebURL {
        var url = self
        url.username = ""
        url.password = ""
        url.fragment = nil
        return url
    }

    /// The URL as it may be shown: without userinfo, and with only a sign that there is a query.
    public var withoutSecrets: String {
        var url = asked
        if url.query != nil { url.query = "..." }
        return url.serialized()
    }

    /// Path and query, as a request line has them.
    public var target: String { path + (query.map { "?" + $0 } ?? "") }

    /// The whole, with or without fragment.
    public func serialized(fragment withFragment: Bool = false) -> String {
        var text = scheme + ":"
        if !host.isEmpty || scheme == "file" {
            text += "//"
            if hasUserinfo { text += username + (password.isEmpty ? "" : ":" + password) + "@" }
            text += host + (port.map { ":\($0)" } ?? "")
        }
        text += target
        if withFragment, let fragment { text += "#" + fragment }
        return text
    }

    /// The port a special scheme has by itself.
    static func defaultPort(_ scheme: String) -> UInt16? {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        case "ftp": 21
        default: nil
        }
    }

    // MARK: Reading

    /// The text in its three parts: up to the query, the query, the fragment.
    private struct Parts {
        var rest: ArraySlice<UInt8>
        var query: ArraySlice<UInt8>?
        var fragment: ArraySlice<UInt8>?

        init(_ text: ArraySlice<UInt8>) {
            rest = text
            if let hash = rest.firstIndex(of: 0x23) {
                fragment = rest[(hash + 1)...]
                rest = rest[..<hash]
            }
            if let mark = rest.firstIndex(of: 0x3F) {
                query = rest[(mark + 1)...]
                rest = rest[..<mark]
            }
        }

        mutating func dropSlashes() {
            while let first = rest.first, first == 0x2F || first == 0x5C { rest.removeFirst() }
        }
    }

    private static func takeScheme(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let colon = rest.firstIndex(of: 0x3A), let first = rest.first, Octets.isAlpha(first) else { return nil }
        let name = rest[..<colon]
        guard
            name.allSatisfy({
                Octets.isAlpha($0) || Octets.isDigit($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
            })
        else { return nil }
        rest = rest[(colon + 1)...]
        return Octets.latin1(Octets.lowercased(name))
    }

    private mutating func readAuthority(_ parts: inout Parts, _ defaultPort: UInt16) -> Bool {
        let end = parts.rest.firstIndex { $0 == 0x2F || $0 == 0x5C } ?? parts.rest.endIndex
        guard setAuthority(parts.rest[..<end], defaultPort) else { return false }
        path = Self.normalizedPath(parts.rest[end...], below: "/")
        setTail(parts)
        return true
    }

    private mutating func setAuthority(_ authority: ArraySlice<UInt8>, _ defaultPort: UInt16?) -> Bool {
        var rest = authority
        username = ""
        password = ""
        port = nil
        if let at = rest.lastIndex(of: 0x40) {
            let info = rest[..<at].split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            username = Self.encoded(info.first ?? [], Self.isUserinfoByte)
            password = info.count > 1 ? Self.encoded(info[1], Self.isUserinfoByte) : ""
            rest = rest[(at + 1)...]
        }
        let search = rest.lastIndex(of: 0x5D).map { rest[$0...] } ?? rest
        if let colon = search.lastIndex(of: 0x3A) {
            let digits = rest[(colon + 1)...]
            guard digits.allSatisfy(Octets.isDigit) else { return false }
            let significant = digits.drop { $0 == 0x30 }
            if !digits.isEmpty {
                guard significant.count <= 5,
                    let number = UInt32(significant.isEmpty ? "0" : Octets.latin1(significant)),
                    number <= 65_535
                else { return false }
                port = UInt16(number)
                if port == defaultPort { port = nil }
            }
            rest = rest[..<colon]
        }
        guard let name = defaultPort == nil ? Self.opaqueHost(rest) : Self.host(rest) else { return false }
        host = name
        return true
    }

    /// A URL that begins in the middle: `self` is the base.
    private mutating func resolve(_ parts: inout Parts) -> Bool {
        let isSlash = { (byte: UInt8?) in byte == 0x2F || byte == 0x5C }
        let rest = parts.rest
        if isSlash(rest.first) {
            if isSlash(rest.dropFirst().first) {
                parts.dropSlashes()
                guard let port = Self.defaultPort(scheme) else { return false }
                return readAuthority(&parts, port)
            }
            path = Self.normalizedPath(rest, below: "/")
        } else if !rest.isEmpty {
            path = Self.normalizedPath(rest, below: String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]))
        } else if parts.query == nil {
            fragment = parts.fragment.map { Self.encoded($0, Self.isFragmentByte) }
            return true
        }
        setTail(parts)
        return true
    }

    /// A scheme without a default port: an authority that may be anything, or just a path.
    private mutating func readOther(_ parts: inout Parts) -> Bool {
        if parts.rest.starts(with: [0x2F, 0x2F]) {
            let rest = parts.rest.dropFirst(2)
            let end = rest.firstIndex(of: 0x2F) ?? rest.endIndex
            guard setAuthority(rest[..<end], nil) else { return false }
            parts.rest = rest[end...]
        }
        path = Self.encoded(parts.rest, { $0 < 0x20 || $0 > 0x7E })
        setTail(parts)
        return true
    }

    private mutating func setTail(_ parts: Parts) {
        query = parts.query.map { Self.encoded($0, Self.isQueryByte) }
        fragment = parts.fragment.map { Self.encoded($0, Self.isFragmentByte) }
    }

    /// Resolves `.` and `..` and encodes what a path may not hold.
    private static func normalizedPath(_ bytes: ArraySlice<UInt8>, below directory: String) -> String {
        var segments = directory.split(separator: "/", omittingEmptySubsequences: false).dropFirst().dropLast()
            .map(String.init)
        var rest = bytes
        if let first = rest.first, first == 0x2F || first == 0x5C { rest.removeFirst() }
        let given = rest.split(omittingEmptySubsequences: false) { $0 == 0x2F || $0 == 0x5C }
        for (index, part) in given.enumerated() {
            let isLast = index == given.count - 1
            let segment = encoded(part, isPathByte)
            switch segment.lowercasedASCII {
            case ".", "%2e": if isLast { segments.append("") }
            case "..", ".%2e", "%2e.", "%2e%2e":
                if !segments.isEmpty { segments.removeLast() }
                if isLast { segments.append("") }
            default: segments.append(segment)
            }
        }
        return "/" + segments.joined(separator: "/")
    }

    /// URL section 1.3, "percent-encode after encoding", for one of the percent-encode sets.
    private static func encoded(_ bytes: ArraySlice<UInt8>, _ needsEncoding: (UInt8) -> Bool) -> String {
        var text = ""
        for byte in String(decoding: bytes, as: UTF8.self).utf8 {
            if needsEncoding(byte) {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            } else {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }

    private static func isFragmentByte(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte > 0x7E || byte == 0x22 || byte == 0x3C || byte == 0x3E || byte == 0x60
    }

    private static func isQueryByte(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte > 0x7E || byte == 0x22 || byte == 0x23 || byte == 0x27 || byte == 0x3C || byte == 0x3E
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isFragmentByte(byte) || byte == 0x23 || byte == 0x3F || byte == 0x5E || byte == 0x7B || byte == 0x7D
    }

    private static func isUserinfoByte(_ byte: UInt8) -> Bool {
        isPathByte(byte) || byte == 0x2F || byte == 0x3A || byte == 0x3B || byte == 0x3D || byte == 0x40
            || (byte >= 0x5B && byte <= 0x5D) || byte == 0x7C
    }
}
