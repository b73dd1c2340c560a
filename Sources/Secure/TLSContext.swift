// What client and server contexts have in common.
//
// Decision: TLS runs directly on the nonblocking descriptor (SSL_set_fd) instead of on memory BIOs. It saves one copy of
// every byte in each direction and leaves kernel TLS possible; the price is that libssl reads and writes the socket
// itself, so module Secure is tested over loopback sockets, not with bytes in memory.
//
// The modes every context sets, and why:
//  - read-ahead: a read takes all the socket has instead of 5 header bytes and then the body: half the system calls.
//  - partial writes: a write reports what one record took, so that a full socket never hides progress.
//  - moving write buffer: the caller's array may have been reallocated between two tries of the same bytes.
//  - release buffers: an idle connection holds no record buffers (32 KiB less for each).
//  - no renegotiation: a peer must not make us start a handshake in the middle of an exchange.
import COpenSSL

/// Shared set-up of SSL_CTX.
enum TLSContext {
    /// The protocol list of ALPN: `http/1.1` with its length before it (RFC 7301 section 3.1).
    static let protocols: [UInt8] = [8] + Array("http/1.1".utf8)

    /// A context with everything both sides want, owned by the caller.
    static func make(server: Bool) throws(TLSSetupError) -> OpaquePointer {
        shim_ignore_sigpipe()
        ErrorQueue.clear()
        guard let context = unsafe SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()) else {
            throw .library(ErrorQueue.words())
        }
        // RFC 8996: TLS 1.0 and 1.1 must not be used.
        unsafe _ = shim_ctx_set_min_version_tls12(context)
        unsafe shim_ctx_set_modes(context)
        unsafe shim_ctx_set_options(context, server ? 1 : 0)
        return unsafe context
    }
}
