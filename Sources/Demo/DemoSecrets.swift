// The credentials of the demo's one user, made anew for every run: there is no fixed password in the program that
// somebody could meet again in a log. None of them may ever be printed; a test looks for each in the demo's output.

/// What proves that somebody is the user `editor`.
struct DemoSecrets: Sendable {
    /// The login name; not a secret.
    static let user = "editor"

    /// An Application Password as WordPress shows it: six groups of four.
    let applicationPassword: String
    /// A token in the form of a JWT.
    ///
    /// Its signature is noise: the demo's origin compares the whole token.
    let jwt: String
    /// The login cookie's name, which ends in a hash of the site's URL.
    let cookieName: String
    /// The login cookie's value.
    let cookieValue: String
    /// The nonce that belongs to the cookie.
    let nonce: String

    /// Secrets for a run that begins now.
    ///
    /// - Parameter now: seconds since 1970; the token expires three hours later.
    init(now: Int64) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        applicationPassword = (0..<6).map { _ in DemoSecrets.random(4, alphabet) }.joined(separator: " ")
        let hexadecimal = Array("0123456789abcdef".utf8)
        nonce = DemoSecrets.random(10, hexadecimal)
        cookieName = "wordpress_logged_in_" + DemoSecrets.random(32, hexadecimal)
        let expiry = now + 172_800
        cookieValue =
            "\(DemoSecrets.user)%7C\(expiry)%7C\(DemoSecrets.random(43, alphabet))%7C\(DemoSecrets.random(64, hexadecimal))"
        let header = #"{"typ":"JWT","alg":"HS256"}"#
        let claims =
            #"{"iss":"http:\/\/\#(WordPress.siteName)","iat":\#(now),"nbf":\#(now),"exp":\#(now + 10_800),"#
            + #""data":{"user":{"id":"\#(WordPress.userID)"}}}"#
        let parts = [Array(header.utf8), Array(claims.utf8)].map { Base64.text($0, Base64.url) }
        jwt = parts.joined(separator: ".") + "." + DemoSecrets.random(43, alphabet)
    }

    /// `Authorization` with the Application Password.
    var basic: String {
        "Basic " + Base64.text(Array("\(DemoSecrets.user):\(applicationPassword)".utf8), Base64.standard, pad: true)
    }

    /// `Authorization` with the token.
    var bearer: String { "Bearer " + jwt }

    /// `Cookie` with the login cookie.
    var cookie: String { "\(cookieName)=\(cookieValue)" }

    private static func random(_ count: Int, _ alphabet: [UInt8]) -> String {
        // The system's generator draws from the kernel (getrandom).
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Base64, to write credentials and to read them as an origin does (RFC 4648).
enum Base64 {
    static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ bytes: [UInt8], _ alphabet: [UInt8], pad: Bool = false) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) }
            bits <<= 8 * (3 - group.count)
            for place in 0...group.count { out.append(alphabet[bits >> (18 - 6 * place) & 63]) }
            if pad { out.append(contentsOf: repeatElement(0x3D, count: 3 - group.count)) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of a text in the standard alphabet; nil when it is none.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        var bits = 0
        var count = 0
        for byte in text.utf8 where byte != 0x3D {
            guard let value = standard.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            out.append(UInt8(bits >> count & 0xFF))
            bits &= (1 << count) - 1
        }
        return out
    }
}
