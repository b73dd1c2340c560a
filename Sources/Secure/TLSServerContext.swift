// TLS for one listener: its certificate chain and key, and what it agrees to. Tickets carry the session to the client
// and back, so the listener keeps no session memory.
//
// Invariant: the SSL_CTX is not changed after `init`; libssl then allows any thread to accept connections with it. That
// is what the `@unchecked Sendable` rests on.
import COpenSSL
import Glibc

/// How hoplens answers TLS clients on one listener.
@safe public final class TLSServerContext: @unchecked Sendable {
    let context: OpaquePointer
    /// What works, but will be noticed by somebody.
    public let warnings: [TLSSetupWarning]

    /// TLS 1.2 suites with forward secrecy and authenticated encryption only; TLS 1.3 has no others.
    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"

    /// A context from two PEM files: the server's certificate followed by its intermediates, and its private key.
    public init(certificate path: String, key keyPath: String) throws(TLSSetupError) {
        let chain = try PEMFile(path).certificates()
        let keyFile = try PEMFile(keyPath)
        let key = try keyFile.privateKey()
        guard unsafe X509_check_private_key(chain[0].pointer, key.pointer) == 1 else {
            ErrorQueue.clear()
            throw .keyMismatch(certificate: path, key: keyPath)
        }

        var found: [TLSSetupWarning] = []
        let facts = unsafe CertificateFacts(chain[0].pointer)
        let now = Int64(time(nil))
        if facts.notAfter < now { found.append(.expired(path, notAfter: facts.notAfter)) }
        if facts.notBefore > now { found.append(.notYetValid(path, notBefore: facts.notBefore)) }
        if keyFile.mode & 0o077 != 0 { found.append(.keyReadableByOthers(keyPath, mode: keyFile.mode)) }
        warnings = found
        unsafe context = try TLSContext.make(server: true)
        // From here on every property is set, so that a throw runs `deinit`, which frees the context.
        guard unsafe SSL_CTX_use_certificate(context, chain[0].pointer) == 1 else {
            throw .library(ErrorQueue.words())
        }
        for intermediate in chain.dropFirst() {
            guard unsafe shim_ctx_add_chain_certificate(context, intermediate.pointer) == 1 else {
                throw .library(ErrorQueue.words())
            }
        }
        guard unsafe SSL_CTX_use_PrivateKey(context, key.pointer) == 1,
            unsafe SSL_CTX_set_cipher_list(context, Self.ciphers) == 1
        else { throw .library(ErrorQueue.words()) }
        unsafe SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
        unsafe shim_ctx_cache_nothing(context)
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }
}

/// Called by libssl with the protocols a client offers: http/1.1, or the alert that RFC 7301 section 3.2 demands.
private func selectProtocol(
    _: OpaquePointer?, out: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, outLength: UnsafeMutablePointer<UInt8>?,
    offered: UnsafePointer<UInt8>?, length: UInt32, _: UnsafeMutableRawPointer?
) -> Int32 {
    guard let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
    let list = unsafe UnsafeBufferPointer(start: offered, count: Int(length))
    let wanted = TLSContext.protocols
    var at = 0
    while at < list.count {
        let next = unsafe at + 1 + Int(list[at])
        guard next <= list.count else { break }
        if unsafe list[at..<next].elementsEqual(wanted) {
            // The answer may point into the offer, which lives longer than this call.
            unsafe out?.pointee = offered + at + 1
            unsafe outLength?.pointee = UInt8(wanted.count - 1)
            return SSL_TLSEXT_ERR_OK
        }
        at = next
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL
}
