// Making, accepting and ending stream sockets. All are nonblocking and close-on-exec. A descriptor is a plain Int32 and
// belongs to whoever received it from here; nothing is closed behind its owner's back.

import CLinux
import Glibc

/// What `accept` found.
public enum AcceptResult: Equatable, Sendable {
    /// A new connection: its descriptor, now the caller's, and the peer.
    case accepted(Int32, SocketAddress)
    /// Nobody is waiting; an event will tell.
    case wouldBlock
    /// Out of descriptors or memory (the errno). Somebody is still waiting, but being edge-triggered the listener will not
    /// tell again: try once more after a while.
    case exhausted(Int32)
    /// This one connection failed before it was taken (the errno); go on with the next.
    case transient(Int32)
    /// The listener itself is broken (the errno).
    case failed(Int32)
}

/// How a connection attempt began.
public enum ConnectResult: Equatable, Sendable {
    /// Connected at once (a local peer).
    case connected(Int32)
    /// Under way: when the descriptor becomes writable, `Socket.takeError` tells how it ended.
    case underWay(Int32)
    /// Failed at once; nothing to close.
    case failed(SystemError)
}

/// Stream sockets.
public enum Socket {
    // MARK: Listening

    /// Opens a listener.
    ///
    /// - Parameters:
    ///   - shared: set SO_REUSEPORT, so that each loop can have a listener of its own on the same port.
    ///   - bothFamilies: let a listener on `::` take IPv4 connections too. Off by default: one address, one listener.
    public static func listen(
        on address: SocketAddress, backlog: Int32 = 4096, shared: Bool = false, bothFamilies: Bool = false
    ) throws(SystemError) -> Int32 {
        let descriptor = hl_stream_socket(address.family.rawValue)
        guard descriptor >= 0 else { throw SystemError("socket", -descriptor) }
        do throws(SystemError) {
            // Without it a restart fails while connections of the previous run are in TIME_WAIT.
            try check("setsockopt SO_REUSEADDR", hl_reuse_address(descriptor))
            if shared { try check("setsockopt SO_REUSEPORT", hl_reuse_port(descriptor)) }
            if address.family == .v6 {
                try check("setsockopt IPV6_V6ONLY", hl_ipv6_only(descriptor, bothFamilies ? 0 : 1))
            }
            // Connections inherit it, which saves each of them a system call.
            setNoDelay(descriptor)
            try check("bind", hl_bind(descriptor, address.raw))
            try check("listen", hl_listen(descriptor, backlog))
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Takes one waiting connection.
    public static func accept(from listener: Int32) -> AcceptResult {
        let result = hl_accept(listener)
        if result.fd >= 0 {
            guard let peer = SocketAddress(result.address) else {
                // Not an IP peer, which only a listener that is none of ours can give.
                close(result.fd)
                return .transient(EAFNOSUPPORT)
            }
            return .accepted(result.fd, peer.unmapped)
        }
        switch -result.fd {
        case EAGAIN: return .wouldBlock
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(-result.fd)
        // accept(2): Linux hands over pending network errors of the new socket, to be treated like EAGAIN.
        case ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
            ENETUNREACH:
            return .transient(-result.fd)
        default: return .failed(-result.fd)
        }
    }

    // MARK: Connecting

    /// Begins a connection.
    public static func connect(to address: SocketAddress) -> ConnectResult {
        let descriptor = hl_stream_socket(address.family.rawValue)
        guard descriptor >= 0 else { return .failed(SystemError("socket", -descriptor)) }
        let code = hl_connect(descriptor, address.raw)
        if code == 0 { return .connected(descriptor) }
        if code == -EINPROGRESS { return .underWay(descriptor) }
        close(descriptor)
        return .failed(SystemError("connect", -code))
    }

    /// Takes the pending error of a socket (SO_ERROR), nil when there is none: how a connection attempt ended.
    public static func takeError(_ descriptor: Int32) -> SystemError? {
        let code = hl_take_socket_error(descriptor)
        return code == 0 ? nil : SystemError("connect", code)
    }

    // MARK: Options and addresses

    /// Lets another listener that says the same share the port (SO_REUSEPORT), also when this one is bound already.
    public static func share(_ descriptor: Int32) { _ = hl_reuse_port(descriptor) }

    /// Sends small writes at once (TCP_NODELAY).
    ///
    /// Failure is ignored: a peer that has gone shows in the next call.
    public static func setNoDelay(_ descriptor: Int32) { _ = hl_no_delay(descriptor) }

    /// Lets the kernel probe a silent peer (SO_KEEPALIVE): for tunnels, which may be idle for hours.
    ///
    /// The first probe comes after a minute; a peer that answers none of four is gone two minutes after its last word.
    public static func setKeepAlive(_ descriptor: Int32) { _ = hl_keep_alive(descriptor, 60, 15, 4) }

    /// Sets the kernel's buffer sizes in bytes; nil leaves one as it is.
    public static func setBufferSizes(_ descriptor: Int32, send: Int32? = nil, receive: Int32? = nil) {
        _ = hl_buffer_sizes(descriptor, send ?? 0, receive ?? 0)
    }

    /// The address a socket is bound to, with the port that the system chose.
    public static func localAddress(of descriptor: Int32) -> SocketAddress? {
        SocketAddress(hl_local_address(descriptor))?.unmapped
    }

    /// The address of the other end, nil when not connected.
    public static func peerAddress(of descriptor: Int32) -> SocketAddress? {
        SocketAddress(hl_peer_address(descriptor))?.unmapped
    }

    /// The addresses of this machine's interfaces, ports 0: to find out whether a target is ourselves.
    public static func interfaceAddresses() throws(SystemError) -> [SocketAddress] {
        let capacity = 1024
        var code: Int32 = 0
        // Invariant: the call writes at most `capacity` entries and answers how many.
        let raw = unsafe [hl_address](unsafeUninitializedCapacity: capacity) { space, count in
            code = unsafe hl_interface_addresses(space.baseAddress, Int32(capacity))
            count = max(0, Int(code))
        }
        if code < 0 { throw SystemError("getifaddrs", -code) }
        return raw.compactMap { SocketAddress($0) }
    }

    // MARK: Ending

    /// Tells the peer that nothing more will come; reading goes on.
    public static func shutdownWrite(_ descriptor: Int32) { _ = hl_shutdown_write(descriptor) }

    /// Closes.
    ///
    /// Unread bytes make the kernel answer with RST, which can destroy an answer on its way: see `discard`.
    public static func close(_ descriptor: Int32) { _ = hl_close(descriptor) }

    /// Closes with RST, dropping what is unsent: the peer sees an abort, not a clean end.
    public static func reset(_ descriptor: Int32) {
        _ = hl_linger_reset(descriptor)
        _ = hl_close(descriptor)
    }

    /// Throws away what the peer still sends, in the kernel, up to a limit: the second half of a lingering close, after
    /// `shutdownWrite` (RFC 9112 section 9.6).
    public static func discard(_ descriptor: Int32, limit: Int) -> IOResult {
        IOResult(read: hl_discard(descriptor, max(1, limit)))
    }

    /// Two connected local sockets, nonblocking.
    public static func pair() throws(SystemError) -> (Int32, Int32) {
        let pair = hl_socket_pair()
        guard pair.first >= 0 else { throw SystemError("socketpair", -pair.first) }
        return (pair.first, pair.second)
    }

    private static func check(_ call: String, _ code: Int32) throws(SystemError) {
        if code < 0 { throw SystemError(call, -code) }
    }
}
