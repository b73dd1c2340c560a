// What can be wrong with the files and names a TLS context is made from. Each is a mistake of set-up: one line that
// says what, where and what to do, and the program ends with exit code 2.

/// Why a TLS context could not be made.
public enum TLSSetupError: Error, Equatable, Sendable {
    /// There is no such file.
    case missing(String)
    /// The file is there and cannot be read, for this reason.
    case unreadable(String, String)
    /// The file holds no PEM certificate.
    case noCertificate(String)
    /// The file holds no PEM private key.
    case noKey(String)
    /// The file is PEM, but what it holds cannot be decoded.
    case malformed(String, String)
    /// The private key is protected by a passphrase.
    case encryptedKey(String)
    /// The private key belongs to another certificate.
    case keyMismatch(certificate: String, key: String)
    /// The name cannot be sent or verified as a server name.
    case badServerName(String)
    /// libssl refused, in its own words.
    case library(String)

    /// One line: what, where, and what to do.
    public var text: String {
        switch self {
        case .missing(let path): "\(path): no such file; give the path of a PEM file"
        case .unreadable(let path, let why): "\(path): cannot be read (\(why)); check its permissions"
        case .noCertificate(let path):
            "\(path): holds no certificate; expected PEM with a line -----BEGIN CERTIFICATE-----"
        case .noKey(let path): "\(path): holds no private key; expected PEM with a line -----BEGIN PRIVATE KEY-----"
        case .malformed(let path, let why): "\(path): PEM that cannot be decoded (\(why)); is the file complete?"
        case .encryptedKey(let path):
            "\(path): the private key is encrypted; give one without a passphrase (openssl pkey -in \(path) -out plain.key)"
        case .keyMismatch(let certificate, let key):
            "\(key): this private key does not belong to the first certificate in \(certificate)"
        case .badServerName(let name): "\(name): not usable as a TLS server name"
        case .library(let words): "TLS cannot be set up: \(words)"
        }
    }
}

/// Something about a certificate or key that works but will be noticed by somebody.
public enum TLSSetupWarning: Equatable, Sendable {
    /// The certificate in this file expired at this moment (Unix seconds).
    case expired(String, notAfter: Int64)
    /// The certificate in this file is valid only from this moment (Unix seconds).
    case notYetValid(String, notBefore: Int64)
    /// Others than the owner may read this private key file; its permission bits.
    case keyReadableByOthers(String, mode: UInt32)

    /// One line.
    public var text: String {
        switch self {
        case .expired(let path, let end):
            "\(path): the certificate expired on \(UTCTime(unixSeconds: end).date); clients will refuse it"
        case .notYetValid(let path, let start):
            "\(path): the certificate is not valid before \(UTCTime(unixSeconds: start).extended); clients will refuse it"
        case .keyReadableByOthers(let path, let mode):
            "\(path): others can read this private key (mode 0\(String(mode, radix: 8))); chmod 600 \(path)"
        }
    }
}
