// A shape in words, for terminals and reports: `Bearer jwt HS256 exp in 3 h, 187 bytes, #5f2c9a01`. Times are told from
// the claim and the moment of telling, so an old trace does not say that its token is still good.

extension ValueShape {
    /// The shape in words.
    ///
    /// - Parameter now: seconds since 1970.
    public func description(now: Int64) -> String {
        var text = scheme.map { $0 + " " } ?? ""
        var hasSize = true
        switch kind {
        case .jwt:
            text += "jwt"
            if let algorithm = token?.algorithm { text += " " + algorithm }
            if let times = token.flatMap({ ValueShape.times($0, now: now) }) { text += " " + times }
        case .basic, .applicationPassword:
            text += user.map { "user=" + $0 } ?? "user not shown"
            text += kind == .basic ? "" : ", application-password shape"
            if kind == .applicationPassword {
                // The length of a Base64 text with a name in it says nothing a reader could use.
                hasSize = false
            }
        case .undefined, .null, .empty:
            text += kind.word
            hasSize = false
        case .otherScheme: text += "credentials"
        case .noScheme: text += "credentials without a known scheme"
        case .cookie: text += "cookies"
        case .opaque: text += "opaque token"
        case .nonce, .url, .secret: text += kind.word
        }
        if hasSize { text += ", \(length) bytes" }
        if length > 0, kind != .undefined, kind != .null {
            var hex: [UInt8] = []
            Marker.appendHex(fingerprint, to: &hex)
            text += ", #" + String(decoding: hex, as: UTF8.self)
        }
        for flaw in flaws { text += ", " + flaw.word }
        return text
    }

    private static func times(_ facts: JWTFacts, now: Int64) -> String? {
        var parts: [String] = []
        if let begin = facts.notBefore, begin > now { parts.append("not before " + span(begin - now) + " from now") }
        if let begin = facts.issuedAt, begin > now { parts.append("issued " + span(begin - now) + " in the future") }
        if let end = facts.expires {
            parts.append(end > now ? "exp in " + span(end - now) : "expired " + span(now - end) + " ago")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// A time in its largest whole unit.
    private static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
