// Why a TLS connection did not come about, or ended: a closed list of causes, because the cause is what a person can
// act on. libssl's own words are kept only where no cause of the list fits. Each cause carries its RFC 9209 error word.

/// The typed cause of a TLS failure.
public enum TLSFailure: Error, Equatable, Sendable {
    /// A certificate of the chain was valid until a moment (Unix seconds) that has passed.
    case expired(notAfter: Int64)
    /// A certificate of the chain is valid from a moment (Unix seconds) that is still to come.
    case notYetValid(notBefore: Int64)
    /// The certificate is for other names than the one asked for.
    case wrongHost(asked: String, names: [String])
    /// The certificate is signed by itself and not trusted.
    case selfSigned
    /// No trusted root issued the certificate, or an intermediate certificate is missing; libcrypto's words.
    case untrusted(String)
    /// The certificate was revoked.
    case revoked
    /// The certificate is refused for another reason; libcrypto's words.
    case badCertificate(String)
    /// The two sides have no protocol version in common.
    case protocolVersion
    /// The two sides have no cipher suite (or group, or signature algorithm) in common.
    case noCommonCipher
    /// The other side does not speak TLS at all, most often plain HTTP.
    case peerNotTLS
    /// The other side refused with an alert: its registered name and number.
    case alert(String, UInt8)
    /// The other side closed the connection in the middle of the handshake.
    case closedDuringHandshake
    /// The connection below broke, with this errno.
    case connection(Int32)
    /// Something else; libssl's words.
    case other(String)

    /// One plain line: what is the matter, without naming the peer.
    public var text: String {
        switch self {
        case .expired(let end): "the certificate expired on \(UTCTime(unixSeconds: end).date)"
        case .notYetValid(let start): "the certificate is not valid before \(UTCTime(unixSeconds: start).extended)"
        case .wrongHost(let asked, let names): Self.wrongHostText(asked, names)
        case .selfSigned: "the certificate is self-signed"
        case .untrusted(let why): "the certificate is not trusted (\(why))"
        case .revoked: "the certificate was revoked"
        case .badCertificate(let why): "the certificate is refused (\(why))"
        case .protocolVersion: "no TLS version in common (hoplens speaks TLS 1.2 and 1.3)"
        case .noCommonCipher: "no TLS cipher suite in common"
        case .peerNotTLS: "the other side does not speak TLS on this port (plain HTTP?)"
        case .alert(let name, _): "the other side refused with the TLS alert \(name)"
        case .closedDuringHandshake: "the other side closed the connection during the TLS handshake"
        case .connection(let code): "the connection broke: \(errorText(code))"
        case .other(let words): "TLS error: \(words)"
        }
    }

    /// The error type RFC 9209 section 2.3 has for it, as it stands in `Proxy-Status`.
    public var word: String {
        switch self {
        case .expired, .notYetValid, .wrongHost, .selfSigned, .untrusted, .revoked, .badCertificate:
            "tls_certificate_error"
        case .alert: "tls_alert_received"
        case .connection: "connection_terminated"
        case .protocolVersion, .noCommonCipher, .peerNotTLS, .closedDuringHandshake, .other: "tls_protocol_error"
        }
    }

    /// Whether the certificate of the other side is the matter, so that `--insecure` would go on.
    public var isAboutCertificate: Bool { word == "tls_certificate_error" }

    private static func wrongHostText(_ asked: String, _ names: [String]) -> String {
        // A certificate of a content network may list a hundred names: five are enough to see whose it is.
        let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", … \(names.count) in all" : "")
        return "the certificate is not for \(asked) but for \(names.isEmpty ? "no name at all" : shown)"
    }
}
