// A credential as people may see it: what it is, what it says about itself, how long it is and its fingerprint; never
// a byte that would let somebody use it.

import Fields
import Trace

enum ShapeText {
    /// The line's value for the eye: the shape of a credential, or the value as the trace holds it.
    ///
    /// A raw record holds credentials in the clear; a screen is no place for them even then.
    static func value(_ line: RecordedLine, now: Int64, raw: Bool) -> String {
        if let shape = line.shape, let text = credential(shape, now: now) { return text }
        if raw, !line.value.isEmpty, isSecret(line.name) { return "(raw, \(Human.size(Int64(line.value.utf8.count))))" }
        return line.value.isEmpty ? "(empty)" : line.value
    }

    /// A credential in words: `Bearer jwt HS256 exp in 3 h, 187 bytes, #5f2c9a`.
    ///
    /// Nil for secrets inside a longer value (cookies, URLs), which the redacted value shows better.
    static func credential(_ shape: ValueShape, now: Int64) -> String? {
        let head: String
        var size = Human.size(Int64(shape.length))
        switch shape.kind {
        case .jwt: head = joined([shape.scheme ?? "", "jwt", claims(shape.token, now: now)])
        case .opaque: head = joined([shape.scheme ?? "", "opaque token"])
        case .basic: head = joined([shape.scheme ?? "Basic", user(shape)])
        case .applicationPassword:
            head = joined([shape.scheme ?? "Basic", user(shape)])
            // Its length is known from the shape, and the shape is what matters.
            size = "application-password shape"
        case .undefined, .null: return flawed(joined([shape.scheme ?? "", shape.kind.word]), shape)
        case .empty: return flawed(joined([shape.scheme ?? "", "(empty)"]), shape)
        case .otherScheme: head = shape.scheme ?? "unknown scheme"
        case .noScheme: head = "no scheme"
        case .nonce: head = "nonce"
        case .cookie, .url, .secret: return nil
        }
        return flawed("\(head), \(size), \(fingerprint(shape.fingerprint))", shape)
    }

    /// The first six digits of a fingerprint: enough to tell values apart, and the beginning of what the trace holds.
    static func fingerprint(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        let whole = String(repeating: "0", count: 8 - digits.utf8.count) + digits
        return "#" + whole.prefix(6)
    }

    private static func isSecret(_ name: String) -> Bool {
        switch name.lowercased() {
        case "authorization", "proxy-authorization", "cookie", "set-cookie", "x-wp-nonce", "x-api-key": true
        default: false
        }
    }

    private static func user(_ shape: ValueShape) -> String {
        shape.user.map { "user=\($0)" } ?? ""
    }

    private static func flawed(_ text: String, _ shape: ValueShape) -> String {
        shape.flaws.reduce(text) { $0 + ", " + $1.word }
    }

    private static func claims(_ token: JWTFacts?, now: Int64) -> String {
        guard let token else { return "" }
        var parts = [token.algorithm ?? ""]
        if let expires = token.expires {
            parts.append((expires < now ? "expired " : "exp ") + Human.moment(expires, now: now))
        }
        if let begin = token.notBefore, begin > now { parts.append("valid " + Human.moment(begin, now: now)) }
        return joined(parts)
    }

    private static func joined(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
