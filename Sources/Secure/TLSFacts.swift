// What is worth recording about a TLS connection, as values.

/// What a finished handshake came to.
public struct TLSFacts: Equatable, Sendable {
    /// `TLSv1.3` or `TLSv1.2`.
    public let version: String
    /// The cipher suite's name.
    public let cipher: String
    /// Whether an earlier session was resumed.
    public let resumed: Bool
    /// The protocol ALPN settled on; nil when the other side did not take part.
    public let alpn: String?
    /// Whether the other side's certificate was verified and found good.
    public let verified: Bool
    /// What verification said against it; set only when the connection was made in spite of it.
    public let problem: TLSFailure?
    /// The other side's certificate; nil on the server's side, where none is asked for.
    public let peer: CertificateFacts?
}

/// What a step of the handshake came to.
public enum TLSHandshake: Equatable, Sendable {
    /// Finished.
    case done
    /// To be called again when the descriptor is readable.
    case wantRead
    /// To be called again when the descriptor is writable.
    case wantWrite
    /// Over.
    case failed(TLSFailure)
}

/// What a read came to.
public enum TLSRead: Equatable, Sendable {
    /// So many bytes were put into the buffer.
    case bytes(Int)
    /// To be called again when the descriptor is readable.
    case wantRead
    /// To be called again when the descriptor is writable.
    case wantWrite
    /// The peer said that nothing more will come (close_notify).
    case closed
    /// The connection ended without close_notify: what came last may be cut off (RFC 9112 section 9.8).
    case truncated
    /// Over.
    case failed(TLSFailure)
}

/// What a write came to.
public enum TLSWrite: Equatable, Sendable {
    /// So many bytes were taken, maybe fewer than offered.
    case bytes(Int)
    /// The same bytes are to be offered again when the descriptor is readable.
    case wantRead
    /// The same bytes are to be offered again when the descriptor is writable.
    case wantWrite
    /// Over.
    case failed(TLSFailure)
}

/// What saying goodbye came to.
public enum TLSShutdown: Equatable, Sendable {
    /// Said, or there was nobody left to say it to.
    case done
    /// To be called again when the descriptor is readable.
    case wantRead
    /// To be called again when the descriptor is writable.
    case wantWrite
}
