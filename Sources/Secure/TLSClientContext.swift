// TLS towards one origin: which name its certificate must carry, which roots are trusted, and the sessions to resume.
// One context per origin, because sessions and the expected name belong to the origin; shared by all loops.
//
// Invariants:
//  1. The SSL_CTX is not changed after `init`; libssl then allows any thread to make connections from it. That is what
//     the `@unchecked Sendable` rests on, and the session store has its own lock.
//  2. The store outlives the SSL_CTX's use of it: every connection holds its context.
import COpenSSL

/// How hoplens connects to one origin through TLS.
@safe public final class TLSClientContext: @unchecked Sendable {
    let context: OpaquePointer
    let sessions = SessionStore()
    /// The name the certificate must be for.
    let name: String
    /// What SNI says, zero-terminated; nil when it says nothing.
    let serverName: String?
    let isInsecure: Bool

    /// A context for one origin.
    ///
    /// - Parameters:
    ///   - name: the DNS name or address literal (with or without brackets) the certificate must be for.
    ///   - serverName: what SNI says; nil for `name` (RFC 6066 section 3: never an address), empty for no SNI.
    ///   - caFile: PEM certificates trusted instead of the system's roots; a server's own certificate may be one.
    ///   - insecure: goes on whatever verification says; the verdict is in `TLSFacts.problem`.
    public init(
        verify name: String, serverName: String? = nil, caFile: String? = nil, insecure: Bool = false
    ) throws(TLSSetupError) {
        let bare = Self.bare(name)
        let isAddress = Self.isAddress(bare)
        let sni = serverName.map(Self.bare) ?? (isAddress ? "" : bare)
        guard !bare.isEmpty, Self.isUsable(bare) else { throw .badServerName(name) }
        guard Self.isUsable(sni), sni.isEmpty || !Self.isAddress(sni) else { throw .badServerName(serverName ?? sni) }
        let trusted: [Certificate] = if let caFile { try PEMFile(caFile).certificates() } else { [] }

        self.name = bare
        self.serverName = sni.isEmpty ? nil : sni
        isInsecure = insecure
        unsafe context = try TLSContext.make(server: false)
        // From here on every property is set, so that a throw runs `deinit`, which frees the context.
        if caFile == nil {
            unsafe _ = SSL_CTX_set_default_verify_paths(context)
        } else {
            let store = unsafe SSL_CTX_get_cert_store(context)
            for one in trusted { unsafe _ = X509_STORE_add_cert(store, one.pointer) }
        }
        if !setExpectedName(isAddress: isAddress, partialChain: caFile != nil) { throw .badServerName(name) }
        unsafe SSL_CTX_set_verify(context, insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        unsafe SSL_CTX_set_cert_verify_callback(context, verifyChain, nil)
        unsafe _ = SSL_CTX_set_alpn_protos(context, TLSContext.protocols, UInt32(TLSContext.protocols.count))
        unsafe shim_ctx_cache_client_sessions(context)
        unsafe _ = SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(sessions).toOpaque())
        unsafe SSL_CTX_sess_set_new_cb(context, sessionArrived)
        ErrorQueue.clear()
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    private func setExpectedName(isAddress: Bool, partialChain: Bool) -> Bool {
        let parameters = unsafe SSL_CTX_get0_param(context)
        if partialChain {
            // Whoever names a file means these certificates, be they roots, intermediates or the server's own.
            unsafe _ = X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        }
        if isAddress { return unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 }
        // RFC 9110 section 4.3.4: the common name of the subject does not count, nor does a wildcard in mid-label.
        unsafe X509_VERIFY_PARAM_set_hostflags(
            parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        return unsafe X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1
    }

    /// Without the brackets of an IPv6 literal and without the dot of an absolute name (RFC 6066 section 3).
    private static func bare(_ name: String) -> String {
        var text = Substring(name)
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        if text.hasSuffix(".") { text = text.dropLast() }
        return String(text)
    }

    private static func isUsable(_ name: String) -> Bool {
        name.utf8.count <= 255 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isAddress(_ name: String) -> Bool {
        guard let address = unsafe a2i_IPADDRESS(name) else { return false }
        unsafe ASN1_OCTET_STRING_free(address)
        return true
    }
}
