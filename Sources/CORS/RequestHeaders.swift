// Request headers as Fetch section 2.2.2 sorts them: which a page may not set, which need no permission, and which
// names therefore make a preflight necessary. Value rules count bytes.

/// Questions about request headers.
public struct RequestHeaders: Sendable {
    /// Whose rules.
    public let dialect: Dialect

    /// Questions by some rules.
    public init(_ dialect: Dialect) { self.dialect = dialect }

    private static let forbiddenNames: Set<String> = [
        "accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method",
        "access-control-request-private-network", "connection", "content-length", "cookie", "cookie2", "date", "dnt",
        "expect", "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer", "transfer-encoding",
        "upgrade", "via",
    ]

    /// Whether a page may not set it; it is dropped silently then.
    ///
    /// Fetch section 2.2.2, "forbidden request-header".
    public func isForbidden(_ field: HeaderField) -> Bool {
        let name = field.lowerName
        if Self.forbiddenNames.contains(name) || name.hasPrefix("proxy-") || name.hasPrefix("sec-") { return true }
        switch name {
        case "x-http-method", "x-http-method-override", "x-method-override":
            return field.value.split(separator: 0x2C, omittingEmptySubsequences: false).contains {
                Methods.isForbidden(Octets.latin1(Octets.trimmed($0)))
            }
        default: return dialect.has(.userAgent) && name == "user-agent"
        }
    }

    /// Whether one header needs no permission.
    ///
    /// Fetch section 2.2.2, "CORS-safelisted request-header".
    public func isSafelisted(_ field: HeaderField) -> Bool {
        let value = Octets.trimmed(field.value)
        guard value.count <= 128 else { return false }
        switch field.lowerName {
        case "accept": return !value.contains(where: Self.isUnsafeByte)
        case "accept-language", "content-language": return value.allSatisfy(Self.isLanguageByte)
        case "content-type": return Self.isSimpleContentType(value)
        case "range": return isSimpleRange(value)
        default: return dialect.has(.clientHints) && Self.isPlausibleClientHint(field.lowerName, value)
        }
    }

    /// The names for which permission is asked: lower case, sorted, each once.
    ///
    /// Fetch section 2.2.2, "CORS-unsafe request-header names".
    public func unsafeNames(_ headers: HeaderList) -> [String] {
        var refused: Set<String> = []
        var potentiallyUnsafe: [String] = []
        var safelistValueSize = 0
        for field in judged(headers).fields {
            if isSafelisted(field) {
                potentiallyUnsafe.append(field.lowerName)
                safelistValueSize += Octets.trimmed(field.value).count
            } else {
                refused.insert(field.lowerName)
            }
        }
        if safelistValueSize > 1024 { refused.formUnion(potentiallyUnsafe) }
        return refused.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The list as it is judged: line by line, or (Chromium) repeated names joined first.
    private func judged(_ headers: HeaderList) -> HeaderList {
        guard dialect.has(.joinRepeated) else { return headers }
        var seen: Set<String> = []
        var result = HeaderList()
        for field in headers.fields where seen.insert(field.lowerName).inserted {
            result.fields.append(HeaderField(field.name, headers.combined(field.lowerName) ?? []))
        }
        return result
    }

    /// Fetch section 2.2.2, "CORS-unsafe request-header byte".
    static func isUnsafeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09: false
        case 0x00..<0x20, 0x22, 0x28, 0x29, 0x3A, 0x3C, 0x3E, 0x3F, 0x40, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x7F: true
        default: false
        }
    }

    private static func isLanguageByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2A, 0x2C, 0x2D, 0x2E, 0x3B, 0x3D: true
        default: false
        }
    }

    /// Whether a Content-Type parses and its essence is one a form can send.
    static func isSimpleContentType(_ value: [UInt8]) -> Bool {
        guard !value.contains(where: isUnsafeByte), let essence = essence(value) else { return false }
        return ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].contains(essence)
    }

    /// The type and subtype in lower case; nil when the text is no MIME type.
    ///
    /// MIME Sniffing section 4.4, "parse a MIME type", as far as the essence.
    static func essence(_ value: [UInt8]) -> String? {
        let parts = Octets.trimmed(value).split(separator: 0x2F, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Octets.isToken(parts[0]) else { return nil }
        var subtype = parts[1].prefix { $0 != 0x3B }
        while let last = subtype.last, Octets.isHTTPWhitespace(last) { subtype.removeLast() }
        guard Octets.isToken(subtype) else { return nil }
        return Octets.latin1(Octets.lowercased(parts[0]) + [0x2F] + Octets.lowercased(subtype))
    }

    /// Whether a Range is one range with a first position.
    ///
    /// Fetch section 2.2.2, "parse a single range header value" without whitespace; a range without a first position
    /// (`bytes=-500`) is not safelisted.
    func isSimpleRange(_ value: [UInt8]) -> Bool {
        let prefix = [UInt8](ascii: "bytes=")
        guard value.starts(with: prefix) else { return false }
        let parts = value.dropFirst(prefix.count).split(
            separator: 0x2D, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        guard parts[0].allSatisfy(Octets.isDigit), parts[1].allSatisfy(Octets.isDigit) else { return false }
        let first = parts[0].drop { $0 == 0x30 }
        let last = parts[1].drop { $0 == 0x30 }
        if dialect.has(.rangeOverflow) {
            for position in [first, last] where position.count > 19 || !isInt64(position) { return false }
        }
        if parts[1].isEmpty { return true }
        if first.count != last.count { return first.count < last.count }
        return !last.lexicographicallyPrecedes(first)
    }

    private func isInt64(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.isEmpty || Int64(Octets.latin1(digits)) != nil
    }

    /// Client hints Chromium lets through: a number, or one of a few words.
    private static func isPlausibleClientHint(_ name: String, _ value: [UInt8]) -> Bool {
        switch name {
        case "save-data": Octets.lowercased(value) == [UInt8](ascii: "on")
        case "device-memory", "dpr", "downlink": isDecimal(value)
        case "width", "viewport-width", "rtt": !value.isEmpty && value.allSatisfy(Octets.isDigit)
        case "ect": ["slow-2g", "2g", "3g", "4g"].contains(Octets.latin1(value))
        default: false
        }
    }

    /// Digits, and perhaps a point and more digits.
    private static func isDecimal(_ value: [UInt8]) -> Bool {
        let parts = value.split(separator: 0x2E, omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(Octets.isDigit) }
    }
}
