// TLS on one nonblocking descriptor. Each method makes one step and says what it waits for; there is no loop, no timer
// and no HTTP here.
//
// Invariants:
//  1. The descriptor belongs to the caller, who drops the connection before closing it.
//  2. After a failure libssl is not called again: `broken` answers.
//  3. libssl holds this object as an unretained pointer, used only by the verification callback, which runs inside
//     `handshake`; the SSL is freed in `deinit`, so the pointer never outlives the object.
//  4. Confined to one thread, like everything of a loop: the class is not Sendable.
import COpenSSL
import Glibc

/// One TLS connection, as client or as server.
@safe public final class TLSConnection {
    private let ssl: OpaquePointer
    private let client: TLSClientContext?
    private var isEstablished = false
    private var broken: TLSFailure?
    /// The last read used up all that could be decrypted: what libssl still holds is part of a record.
    private var isDrained = true
    /// Whether another read would bring nothing before the next event: the last one took from the socket, which gave fewer
    /// bytes than it was asked for, and left none in libssl.
    public private(set) var isEmpty = false
    private var saidGoodbye = false

    /// What verification says against the peer's certificate.
    var problem: TLSFailure?
    var askedName: String { client?.name ?? "" }
    var isInsecure: Bool { client?.isInsecure ?? true }

    /// A connection to an origin; nothing is sent before `handshake`.
    public convenience init(client: TLSClientContext, descriptor: Int32) throws(TLSFailure) {
        unsafe try self.init(context: client.context, client: client, descriptor: descriptor)
        if let name = client.serverName { unsafe _ = shim_set_server_name(ssl, name) }
        unsafe client.sessions.resume(ssl)
        unsafe SSL_set_connect_state(ssl)
    }

    /// A connection from a client.
    public convenience init(server: TLSServerContext, descriptor: Int32) throws(TLSFailure) {
        unsafe try self.init(context: server.context, client: nil, descriptor: descriptor)
        unsafe SSL_set_accept_state(ssl)
    }

    private init(context: OpaquePointer, client: TLSClientContext?, descriptor: Int32) throws(TLSFailure) {
        ErrorQueue.clear()
        // An SSL holds a reference to its SSL_CTX, so a listener's context may go before its connections.
        guard let ssl = unsafe SSL_new(context) else { throw .other(ErrorQueue.words()) }
        unsafe self.ssl = ssl
        self.client = client
        guard unsafe SSL_set_fd(ssl, descriptor) == 1 else { throw .other(ErrorQueue.words()) }
        unsafe shim_attach(ssl, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        // libssl takes a connection that ends without goodbye for an attack and would forbid resuming its session. What
        // was cut off is the caller's to judge (`.truncated`); the session itself is as good as before.
        if isEstablished, broken == nil { unsafe SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
        unsafe SSL_free(ssl)
    }

    /// Goes on with the handshake.
    public func handshake() -> TLSHandshake {
        if let broken { return .failed(broken) }
        if isEstablished { return .done }
        ErrorQueue.clear()
        let result = unsafe SSL_do_handshake(ssl)
        let code = errno
        if result == 1 {
            isEstablished = true
            isDrained = false
            // The verdict of a resumed session is the one its first handshake came to.
            noteResumedVerdict()
            return .done
        }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantRead
        case SSL_ERROR_WANT_WRITE: return .wantWrite
        case let error: return .failed(fail(error, code, ended: .closedDuringHandshake))
        }
    }

    /// Reads decrypted bytes into a buffer, from an index to its end; at most one record a call.
    public func read(into buffer: inout [UInt8], from start: Int) -> TLSRead {
        if let broken { return broken == .closedDuringHandshake ? .truncated : .failed(broken) }
        let room = buffer.count - start
        precondition(room > 0 && start >= 0, "a read needs room")
        ErrorQueue.clear()
        var count = 0
        var code: Int32 = 0
        var drained: Int32 = 0
        let result = unsafe buffer.withUnsafeMutableBytes { bytes in
            let result = unsafe shim_read(ssl, bytes.baseAddress.map { unsafe $0 + start }, room, &count, &drained)
            code = errno
            return result
        }
        isEmpty = drained != 0
        if result == 1 {
            isDrained = false
            return .bytes(count)
        }
        isDrained = true
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantRead
        case SSL_ERROR_WANT_WRITE: return .wantWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case let error:
            let failure = fail(error, code, ended: .closedDuringHandshake)
            return failure == .closedDuringHandshake ? .truncated : .failed(failure)
        }
    }

    /// Writes a range of bytes; one record or less may be taken.
    ///
    /// After `.wantRead` or `.wantWrite` the same bytes must be offered again: they may have moved in memory and more may
    /// stand behind them, but never fewer.
    public func write(_ bytes: borrowing [UInt8], _ range: Range<Int>) -> TLSWrite {
        if let broken { return .failed(broken) }
        // libssl answers a write of nothing with an error.
        guard !range.isEmpty else { return .bytes(0) }
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range is outside of the bytes")
        ErrorQueue.clear()
        var count = 0
        var code: Int32 = 0
        let result = unsafe bytes.withUnsafeBytes { raw in
            let first = unsafe raw.baseAddress.map { unsafe $0 + range.lowerBound }
            let result = unsafe SSL_write_ex(ssl, first, range.count, &count)
            code = errno
            return result
        }
        if result == 1 { return .bytes(count) }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantRead
        case SSL_ERROR_WANT_WRITE: return .wantWrite
        case let error: return .failed(fail(error, code, ended: .connection(EPIPE)))
        }
    }

    /// Whether a read can bring bytes although the descriptor stays silent.
    ///
    /// Read-ahead may have taken several records from the socket at once; whoever stops reading before `.wantRead` asks
    /// this instead of waiting for an event that will not come.
    public var hasPending: Bool {
        guard broken == nil, !isDrained else { return false }
        return unsafe SSL_has_pending(ssl) == 1
    }

    /// Says that nothing more will be sent (close_notify), without waiting for the same from the peer.
    public func shutdown() -> TLSShutdown {
        guard broken == nil, isEstablished, !saidGoodbye else { return .done }
        ErrorQueue.clear()
        let result = unsafe SSL_shutdown(ssl)
        if result < 0 {
            switch unsafe SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ: return .wantRead
            case SSL_ERROR_WANT_WRITE: return .wantWrite
            default: ErrorQueue.clear()
            }
        }
        saidGoodbye = true
        return .done
    }

    /// The protocol version, `TLSv1.3`; short enough that making it allocates nothing.
    public var version: String { unsafe String(cString: SSL_get_version(ssl)) }

    /// Whether the certificate of the other side was verified and found good.
    public var isVerified: Bool { isEstablished && client != nil && problem == nil }

    /// What the handshake came to.
    public var facts: TLSFacts {
        let certificate = unsafe SSL_get0_peer_certificate(ssl)
        let cipher = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))
        return unsafe TLSFacts(
            version: version, cipher: cipher.map { unsafe String(cString: $0) } ?? "none",
            resumed: SSL_session_reused(ssl) == 1, alpn: negotiatedProtocol, verified: isVerified, problem: problem,
            peer: certificate.map { unsafe CertificateFacts($0) })
    }

    private var negotiatedProtocol: String? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &bytes, &count)
        guard let bytes = unsafe bytes, count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }

    private func noteResumedVerdict() {
        guard isInsecure, let client, unsafe SSL_session_reused(ssl) == 1 else { return }
        let code = Int32(truncatingIfNeeded: unsafe SSL_get_verify_result(ssl))
        guard code != X509_V_OK, let certificate = unsafe SSL_get0_peer_certificate(ssl) else { return }
        problem = unsafe Verification.cause(code, certificate, asked: client.name)
    }

    /// The cause of a call that failed for good, and the end of this connection's use of libssl.
    private func fail(_ error: Int32, _ code: Int32, ended: TLSFailure) -> TLSFailure {
        var failure: TLSFailure
        if error == SSL_ERROR_SYSCALL {
            // No errno: the end of the connection where libssl did not expect it.
            failure = code == 0 ? ended : .connection(code)
            if !isEstablished, code == ECONNRESET || code == EPIPE { failure = .closedDuringHandshake }
        } else if !isEstablished, !isInsecure, let problem {
            failure = problem
        } else if error == SSL_ERROR_ZERO_RETURN {
            failure = ended
        } else {
            failure = ErrorQueue.failure() ?? ended
        }
        ErrorQueue.clear()
        broken = failure
        return failure
    }
}
