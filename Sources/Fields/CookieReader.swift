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
        return SecretScan.merged(marks)
    }

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
