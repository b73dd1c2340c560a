// The sessions a client context may resume with its one origin. A TLS 1.3 ticket is for one use (RFC 8446 appendix C.4),
// so it is taken out; a TLS 1.2 session stays until a newer one replaces it. Contexts are shared between loops, hence
// the lock: it is taken once for each new connection and each ticket, never per byte.
import COpenSSL
import Synchronization

/// Sessions to resume, newest first; at most a handful.
@safe final class SessionStore: Sendable {
    /// A session with the reference this store holds.
    ///
    /// Sessions are reference counted with atomics and are not written
    /// once they have been offered here, so another thread may take one.
    @safe private struct Held: @unchecked Sendable {
        let session: OpaquePointer
    }

    private static let capacity = 8
    private let sessions = Mutex<[Held]>([])

    /// Takes over the caller's reference to a session.
    func offer(_ session: OpaquePointer) {
        let held = unsafe Held(session: session)
        let dropped: Held? = sessions.withLock { list in
            list.append(held)
            return list.count > Self.capacity ? list.removeFirst() : nil
        }
        if let dropped { unsafe SSL_SESSION_free(dropped.session) }
    }

    /// Gives a connection that is about to start the newest session that can still be resumed.
    func resume(_ ssl: OpaquePointer) {
        var useless: [Held] = []
        let found: Held? = sessions.withLock { list in
            while let last = list.last {
                guard unsafe SSL_SESSION_is_resumable(last.session) == 1 else {
                    useless.append(last)
                    list.removeLast()
                    continue
                }
                if unsafe SSL_SESSION_get_protocol_version(last.session) >= TLS1_3_VERSION {
                    list.removeLast()
                } else {
                    unsafe _ = SSL_SESSION_up_ref(last.session)
                }
                return last
            }
            return nil
        }
        for one in useless { unsafe SSL_SESSION_free(one.session) }
        guard let found else { return }
        unsafe _ = SSL_set_session(ssl, found.session)
        unsafe SSL_SESSION_free(found.session)
    }

    deinit {
        let rest = sessions.withLock { list in
            defer { list = [] }
            return list
        }
        for one in rest { unsafe SSL_SESSION_free(one.session) }
    }
}

/// Called by libssl for each session or ticket the origin gives; 1 means the reference is ours now.
func sessionArrived(_ ssl: OpaquePointer?, _ session: OpaquePointer?) -> Int32 {
    guard let ssl = unsafe ssl, let session = unsafe session,
        let context = unsafe SSL_get_SSL_CTX(ssl), let store = unsafe SSL_CTX_get_ex_data(context, 0)
    else { return 0 }
    unsafe Unmanaged<SessionStore>.fromOpaque(store).takeUnretainedValue().offer(session)
    return 1
}
