// Judging the other side's certificate. The check itself is libcrypto's; this file runs it, keeps the verdict as a typed
// cause together with the certificate's own names (which libssl forgets when it refuses), and decides whether the
// handshake goes on: always when verification is off, and then the verdict is kept all the same.
import COpenSSL

/// Called by libssl with the chain of the other side: runs the check and leaves the verdict with the connection.
func verifyChain(_ store: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    guard let store = unsafe store,
        let ssl = unsafe X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let owner = unsafe SSL_get_ex_data(OpaquePointer(ssl), 0)
    else { return 0 }
    let connection = unsafe Unmanaged<TLSConnection>.fromOpaque(owner).takeUnretainedValue()
    let accepted = unsafe X509_verify_cert(store)
    let code = unsafe X509_STORE_CTX_get_error(store)
    if accepted != 1 || code != X509_V_OK {
        // The certificate the error is about, which need not be the server's own.
        let certificate = unsafe X509_STORE_CTX_get_current_cert(store) ?? X509_STORE_CTX_get0_cert(store)
        unsafe connection.problem = Verification.cause(code, certificate, asked: connection.askedName)
    }
    return connection.isInsecure ? 1 : accepted
}

/// The causes of refused certificates.
enum Verification {
    static func cause(_ code: Int32, _ certificate: OpaquePointer?, asked: String) -> TLSFailure {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID,
            X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            guard let certificate = unsafe certificate else { break }
            let facts = unsafe CertificateFacts(certificate)
            if code == X509_V_ERR_CERT_HAS_EXPIRED { return .expired(notAfter: facts.notAfter) }
            if code == X509_V_ERR_CERT_NOT_YET_VALID { return .notYetValid(notBefore: facts.notBefore) }
            return .wrongHost(asked: asked, names: facts.names)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return .selfSigned
        case X509_V_ERR_CERT_REVOKED: return .revoked
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
            return .untrusted("its issuer is unknown, or the server does not send the intermediate certificate")
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return .untrusted("the root of its chain is not a trusted one")
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
            return .untrusted(words(code))
        default: break
        }
        return .badCertificate(words(code))
    }

    private static func words(_ code: Int32) -> String {
        unsafe String(cString: X509_verify_cert_error_string(Int(code)))
    }
}
