// What an Authorization or Proxy-Authorization field holds, malformed ones included. Only a known scheme is ever shown:
// in `Authorization: hunter2` the first word is the secret. A value is read from the left; what is not understood is
// secret.

import Wire

/// Reads one credentials field (RFC 9110 section 11.4).
struct CredentialReader {
    private let bytes: [UInt8]
    private let fingerprinting: any Fingerprinting
    private var flaws: [ShapeFlaw] = []
    private var at = 0
    private var end: Int
    /// The places of the secrets.
    private(set) var marks: [SecretMark] = []

    /// Describes a value; the marks are left in `marks`.
    static func read(_ bytes: [UInt8], _ fingerprinting: any Fingerprinting) -> (shape: ValueShape, marks: [SecretMark])
    {
        var reader = CredentialReader(bytes, fingerprinting)
        let shape = reader.read()
        return (shape, SecretScan.merged(reader.marks))
    }

    private init(_ bytes: [UInt8], _ fingerprinting: any Fingerprinting) {
        self.bytes = bytes
        self.fingerprinting = fingerprinting
        end = bytes.count
    }

    private mutating func read() -> ValueShape {
        skipBlanks()
        if word(at).map(Octet.lowercased).elementsEqual("authorization".utf8), peek(at + 13) == Octet.colon {
            flaws.append(.doubledName)
            at += 14
            skipBlanks()
        }
        if end - at >= 2, let first = peek(at), first == 0x22 || first == 0x27, bytes[end - 1] == first {
            flaws.append(.quoted)
            at += 1
            end -= 1
            skipBlanks()
        }
        guard at < end else { return shape(.empty, at..<at) }
        guard let scheme = knownScheme(at) else { return withoutScheme() }
        let spelling = String(decoding: bytes[scheme], as: UTF8.self)
        at = scheme.upperBound
        skipGap()
        var described = credential(spelling)
        described.scheme = spelling
        described.flaws = flaws
        return described
    }

    /// What follows the scheme.
    private mutating func credential(_ scheme: String) -> ValueShape {
        // The scheme again: `Bearer Bearer …`, from a client that adds it to a value that has it already.
        var doubled = 0
        while let again = knownScheme(at), again.upperBound < end, doubled < 4 {
            doubled += 1
            let isSame = bytes[again].map(Octet.lowercased).elementsEqual(scheme.lowercased().utf8)
            note(isSame ? .doubledScheme : .twoCredentials)
            at = again.upperBound
            skipGap()
        }
        guard at < end else { return shape(.empty, at..<at) }
        switch scheme.lowercased() {
        case "bearer": return bearer()
        case "basic": return basic()
        default:
            marks.append(SecretMark(range: at..<end, kind: .otherScheme))
            return shape(.otherScheme, at..<end)
        }
    }

    private mutating func bearer() -> ValueShape {
        let isQuoted = peek(at) == 0x22 || peek(at) == 0x27
        var token = tokenRange(at)
        if isQuoted {
            note(.quoted)
            let quote = bytes[at]
            let close = bytes[(at + 1)..<end].firstIndex(of: quote) ?? end
            token = (at + 1)..<close
            if close + 1 < end { rest(after: close + 1) }
        } else if token.upperBound < end {
            rest(after: token.upperBound)
        }
        let value = bytes[token]
        switch String(decoding: value.prefix(10), as: UTF8.self) {
        case "undefined" where value.count == 9: return shape(.undefined, token)
        case "null" where value.count == 4, "None" where value.count == 4: return shape(.null, token)
        case "": return shape(.empty, token)
        default: return self.token(token)
        }
    }

    /// A bare token: a JWT, or one that says nothing.
    private mutating func token(_ range: Range<Int>) -> ValueShape {
        var isWhole = false
        guard let facts = JWTReader.facts(bytes[withoutNewline(range)], fingerprinting, isWhole: &isWhole) else {
            if looksLikeJWT(bytes[range]) { note(.damagedJWT) }
            marks.append(SecretMark(range: range, kind: .opaque))
            return shape(.opaque, range)
        }
        if !isWhole { note(.damagedJWT) }
        marks.append(SecretMark(range: range, kind: .jwt))
        var described = shape(.jwt, range)
        described.token = facts
        return described
    }

    private mutating func basic() -> ValueShape {
        var range = tokenRange(at)
        if range.upperBound < end { rest(after: range.upperBound) }
        if range.count >= 2, bytes[range.lowerBound] == 0x22 {
            note(.quoted)
            range =
                (range.lowerBound + 1)..<(bytes[range.upperBound - 1] == 0x22 ? range.upperBound - 1 : range.upperBound)
        }
        var described = shape(.basic, range)
        switch String(decoding: bytes[range].prefix(10), as: UTF8.self) {
        case "undefined" where range.count == 9: return shape(.undefined, range)
        case "null" where range.count == 4: return shape(.null, range)
        default: break
        }
        defer { marks.append(SecretMark(range: range, kind: described.kind)) }
        guard let decoded = Base64(bytes[withoutNewline(range)]) else {
            note(.invalidBase64)
            return described
        }
        if decoded.alphabet == .urlSafe { note(.base64URL) }
        guard let colon = decoded.bytes.firstIndex(of: Octet.colon) else {
            note(.missingColon)
            return described
        }
        if decoded.alphabet == .standard, !decoded.isPadded { note(.unpaddedBase64) }
        let user = decoded.bytes[..<colon]
        var password = decoded.bytes[(colon + 1)...]
        if password.last == Octet.lineFeed {
            note(.trailingNewline)
            while let last = password.last, last == Octet.lineFeed || last == Octet.carriageReturn {
                password.removeLast()
            }
        }
        if user.isEmpty { note(.emptyUser) }
        if password.isEmpty { note(.emptyPassword) }
        if password.contains(Octet.colon) { note(.colonInPassword) }
        if String(validating: decoded.bytes, as: UTF8.self) == nil {
            note(.notUTF8)
        } else if !isHarmlessText(decoded.bytes[..<password.endIndex]) {
            note(.oddBytes)
        }
        if isApplicationPassword(password) { described.kind = .applicationPassword }
        described.user = shownUser(user, password)
        return described
    }

    /// The user, unless it may be a secret itself: services take a key as the user and leave the password empty.
    private func shownUser(_ user: ArraySlice<UInt8>, _ password: ArraySlice<UInt8>) -> String? {
        guard !user.isEmpty, user.count <= 100, isHarmlessText(user), !looksSecret(user) else { return nil }
        if password.isEmpty, user.count >= 16 { return nil }
        // A name that holds the password (user `hunter2`, password `hunter2`) would tell it.
        if !password.isEmpty, user.count >= password.count, contains(user, String(decoding: password, as: UTF8.self)) {
            return nil
        }
        guard SecretScan.marks(Array(user), ScanOptions(randomRuns: true)).isEmpty else { return nil }
        return Marker.occurs(in: user) ? nil : String(decoding: user, as: UTF8.self)
    }

    /// A value that begins with no known scheme: a JWT may be opened, nothing is shown.
    private mutating func withoutScheme() -> ValueShape {
        let range = at..<end
        var isWhole = false
        if looksLikeJWT(bytes[range]), let facts = JWTReader.facts(bytes[range], fingerprinting, isWhole: &isWhole) {
            marks.append(SecretMark(range: range, kind: .jwt))
            var described = shape(.jwt, range)
            described.token = facts
            if !isWhole { note(.damagedJWT) }
            described.flaws = flaws
            return described
        }
        marks.append(SecretMark(range: 0..<bytes.count, kind: .noScheme))
        var described = shape(.noScheme, 0..<bytes.count)
        described.flaws = flaws
        return described
    }

    /// What stands behind the credential: after a comma a second one, which somebody merged, else junk.
    private mutating func rest(after start: Int) {
        var i = start
        while i < end, Octet.isBlank(bytes[i]) || bytes[i] == Octet.comma { i += 1 }
        guard i < end else {
            if bytes[start..<end].contains(Octet.comma) { note(.trailingJunk) }
            return
        }
        if let scheme = knownScheme(i), scheme.upperBound < end {
            note(.twoCredentials)
            i = scheme.upperBound
            while i < end, Octet.isBlank(bytes[i]) { i += 1 }
        } else {
            note(.trailingJunk)
        }
        marks.append(SecretMark(range: i..<end, kind: .secret))
    }

    /// A credential without an escaped line break at its end, which is noted.
    private mutating func withoutNewline(_ range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        while let escape = CredentialReader.newlines.first(where: { escape in
            end - range.lowerBound > escape.utf8.count
                && bytes[(end - escape.utf8.count)..<end].map(Octet.lowercased).elementsEqual(escape.utf8)
        }) {
            note(.encodedNewline)
            end -= escape.utf8.count
        }
        return range.lowerBound..<end
    }

    private static let newlines = ["%0a", "%0d", "\\n", "\\r"]

    // MARK: Small readings

    private static let schemes = [
        "basic", "bearer", "digest", "negotiate", "ntlm", "dpop", "hoba", "mutual", "vapid", "oauth", "scram-sha-1",
        "scram-sha-256", "privatetoken", "gnap", "concealed", "aws4-hmac-sha256", "aws4-ecdsa-p256-sha256", "aws",
        "hawk",
        "token", "apikey", "jwt", "signature", "sharedkey", "kerberos", "hmac",
    ]

    private func knownScheme(_ start: Int) -> Range<Int>? {
        let found = word(start)
        guard !found.isEmpty else { return nil }
        let lower = found.map(Octet.lowercased)
        guard CredentialReader.schemes.contains(where: { lower.elementsEqual($0.utf8) }) else { return nil }
        let next = peek(found.endIndex)
        guard next == nil || next == Octet.space || next == Octet.tab || next == Octet.colon || next == Octet.comma
        else { return nil }
        return found.startIndex..<found.endIndex
    }

    private func word(_ start: Int) -> ArraySlice<UInt8> {
        var i = min(start, end)
        let begin = i
        while i < end, isAlphanumeric(bytes[i]) || bytes[i] == UInt8(ascii: "-") { i += 1 }
        return bytes[begin..<i]
    }

    private func tokenRange(_ start: Int) -> Range<Int> {
        var i = start
        while i < end, !Octet.isBlank(bytes[i]), bytes[i] != Octet.comma { i += 1 }
        return start..<i
    }

    private func peek(_ i: Int) -> UInt8? { i < end ? bytes[i] : nil }

    private mutating func note(_ flaw: ShapeFlaw) {
        if !flaws.contains(flaw) { flaws.append(flaw) }
    }

    private mutating func skipBlanks() {
        while at < end, Octet.isBlank(bytes[at]) { at += 1 }
        while end > at, Octet.isBlank(bytes[end - 1]) { end -= 1 }
    }

    /// Steps over what stands between a scheme and its credential: one space (RFC 9110 section 11.4 asks for one or
    /// more, every parser in the field for one).
    private mutating func skipGap() {
        if peek(at) == Octet.colon {
            note(.colonAfterScheme)
            at += 1
        }
        let begin = at
        while at < end, Octet.isBlank(bytes[at]) { at += 1 }
        if at < end, at - begin > 1 || (at > begin && bytes[begin] == Octet.tab) { note(.oddSpacing) }
    }

    private func shape(_ kind: ShapeKind, _ range: Range<Int>) -> ValueShape {
        ValueShape(
            kind, length: range.count,
            fingerprint: fingerprinting.fingerprint(bytes.span, Extent(range.lowerBound, range.upperBound)),
            flaws: flaws)
    }
}
