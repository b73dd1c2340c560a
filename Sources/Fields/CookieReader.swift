// Cookie and Set-Cookie: names are evidence (is the WordPress login there, is the page cache varying on it), values are
// secrets, all of them. The hash in `wordpress_logged_in_<hash>` is made of the site's address and is no secret.

import Wire

/// What a cookie's name says about it.
public enum CookieRole: UInt8, CaseIterable, Sendable {
    /// `wordpress_logged_in_…`: who is logged in; read on every page.
    case loggedIn
    /// `wordpress_sec_…`: the login for the admin pages over TLS.
    case secureLogin
    /// `wordpress_<hash>`: the login for the admin pages without TLS.
    case login
    /// `wordpress_test_cookie`: whether the browser takes cookies.
    case test
    /// Anything else.
    case other

    /// The role of a cookie.
    public init(name: some StringProtocol) {
        self =
            if name.hasPrefix("wordpress_logged_in_") {
                .loggedIn
            } else if name.hasPrefix("wordpress_sec_") {
                .secureLogin
            } else if name == "wordpress_test_cookie" {
                .test
            } else if name.hasPrefix("wordpress_"), name.utf8.count == 10 + 32 {
                .login
            } else {
                .other
            }
    }
}

/// Finds the secrets of cookie fields.
enum CookieReader {
    /// The marks of a Cookie value: everything behind the `=` of each pair, and pairs without one (RFC 6265 section 4.2.1).
    static func cookie(_ bytes: [UInt8], _ options: ScanOptions) -> [SecretMark] {
        var marks: [SecretMark] = []
        var i = 0
        while i < bytes.count {
            var end = i
            while end < bytes.count, bytes[end] != Octet.semicolon { end += 1 }
            pair(bytes, i..<end, &marks)
            i = end + 1
        }
        return SecretScan.merged(marks)
    }

    /// The marks of a Set-Cookie value: the cookie, and what a search finds in the attributes.
    static func setCookie(_ bytes: [UInt8], _ options: ScanOptions) -> [SecretMark] {
        var marks: [SecretMark] = []
        let end = bytes.firstIndex(of: Octet.semicolon) ?? bytes.count
        pair(bytes, 0..<end, &marks)
        // Attributes are looked at without the cookie, so that a name does not colour what follows it.
        for mark in SecretScan.marks(Array(bytes[end...]), options) {
            marks.append(
                SecretMark(range: (mark.range.lowerBound + end)..<(mark.range.upperBound + end), kind: mark.kind))
        }
        // Not every server knows where the attributes begin: `; session=…` is a cookie behind an empty one.
        var i = end + 1
        while i < bytes.count {
            let stop = bytes[i...].firstIndex(of: Octet.semicolon) ?? bytes.count
            attribute(bytes, i..<stop, &marks)
            i = stop + 1
        }
        return SecretScan.merged(marks)
    }

    /// Marks what an attribute (RFC 6265 section 4.1.2) should not have for a value.
    private static func attribute(_ bytes: [UInt8], _ range: Range<Int>, _ marks: inout [SecretMark]) {
        let text = bytes[range]
        let name = text.prefix { $0 != UInt8(ascii: "=") }.filter { !Octet.isBlank($0) }.map(Octet.lowercased)
        var value = text.drop { $0 != UInt8(ascii: "=") }.dropFirst().drop { Octet.isBlank($0) }
        while let last = value.last, Octet.isBlank(last) { value = value.dropLast() }
        let isFine =
            switch String(decoding: name, as: UTF8.self) {
            case "secure", "httponly", "partitioned": value.isEmpty
            case "max-age": value.count <= 12 && value.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
            case "expires": isDate(value)
            case "samesite", "priority":
                ["", "lax", "strict", "none", "low", "medium", "high"].contains {
                    value.map(Octet.lowercased).elementsEqual($0.utf8)
                }
            case "domain":
                value.allSatisfy { isAlphanumeric($0) || ".-_:[]".utf8.contains($0) } && isPlain(value)
                    && (value.isEmpty || value.contains(UInt8(ascii: ".")) || isWordy(value))
            case "path": value.isEmpty || (value.first == Octet.slash && isPlain(value))
            default: false
            }
        if isFine { return }
        if ["secure", "httponly", "partitioned", "max-age", "expires", "samesite", "priority", "domain", "path"]
            .contains(where: { name.elementsEqual($0.utf8) })
        {
            if !value.isEmpty { marks.append(SecretMark(range: value.startIndex..<value.endIndex, kind: .secret)) }
        } else {
            pair(bytes, range, &marks)
        }
    }

    private static func isPlain(_ value: ArraySlice<UInt8>) -> Bool {
        value.split { ".-_/:".utf8.contains($0) }.allSatisfy { !looksMixed($0) && !looksSecret($0) }
            && !looksSecret(value)
    }

    /// Whether a text has nothing but what dates are made of.
    private static func isDate(_ value: ArraySlice<UInt8>) -> Bool {
        value.count <= 40
            && value.split { !isAlphanumeric($0) }.allSatisfy { word in
                word.allSatisfy(isDigit)
                    || dateWords.contains { word.map(Octet.lowercased).starts(with: $0.utf8) && word.count <= 9 }
            }
    }

    private static let dateWords = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
        "oct", "nov", "dec", "gmt", "utc", "session",
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func pair(_ bytes: [UInt8], _ range: Range<Int>, _ marks: inout [SecretMark]) {
        var begin = range.lowerBound
        var end = range.upperBound
        while begin < end, Octet.isBlank(bytes[begin]) { begin += 1 }
        while end > begin, Octet.isBlank(bytes[end - 1]) { end -= 1 }
        guard begin < end else { return }
        guard let equals = bytes[begin..<end].firstIndex(of: UInt8(ascii: "=")), isName(bytes[begin..<equals]) else {
            marks.append(SecretMark(range: begin..<end, kind: .cookie))
            return
        }
        // Blanks around `=` belong to neither; they stay as they are.
        var value = equals + 1
        while value < end, Octet.isBlank(bytes[value]) { value += 1 }
        guard value < end else { return }
        marks.append(SecretMark(range: value..<end, kind: looksLikeJWT(bytes[value..<end]) ? .jwt : .cookie))
    }

    /// A name that may be shown: a token that hides nothing.
    private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
        guard !name.isEmpty, name.count <= 128, name.allSatisfy({ Octet.isToken($0) || $0 == 0x5B || $0 == 0x5D })
        else {
            return false
        }
        return SecretScan.marks(Array(name), ScanOptions()).isEmpty
    }
}
