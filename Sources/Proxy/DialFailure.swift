// What went wrong while a connection was made, or in an exchange, in the words of records and Proxy-Status: one mapping
// for the proxy's connections and for those of our own requests.
import Exchange
import Reactor
import Secure
import Trace
import Wire

extension Failure {
    /// An address that does not let itself be connected to.
    init(connecting error: SystemError, to address: SocketAddress) {
        if error.isConnectionRefused {
            self.init(.origin, .connect, .connectionRefused, "connection refused by \(address)")
        } else if error.isOutOfDescriptors {
            self.init(nil, .connect, .connectionLimitReached, "hoplens is out of file descriptors")
        } else {
            self.init(
                .origin, .connect, error.isTimedOut ? .connectionTimeout : .destinationUnavailable,
                "\(address): \(error.text)")
        }
    }

    /// A TLS handshake that failed.
    init(handshake failure: TLSFailure, with address: SocketAddress) {
        let cause: Failure.Cause =
            switch failure.word {
            case "tls_certificate_error": .tlsCertificateError
            case "tls_alert_received": .tlsAlertReceived
            case "connection_terminated": .connectionTerminated
            default: .tlsProtocolError
            }
        self.init(.origin, .connect, cause, "TLS with \(address): \(failure.text)")
    }
}

extension RecordedError {
    /// A failure as records hold it.
    init(_ failure: Failure) {
        let side =
            switch failure.side {
            case .client: "client"
            case .origin: "origin"
            case nil: "hoplens"
            }
        self.init(side: side, phase: failure.phase.word, cause: failure.cause.word, text: failure.text)
    }
}

extension BodyFacts {
    /// How a body was framed and how much of it went through.
    init(_ framing: Framing, _ bytes: UInt64) {
        let word: BodyFraming =
            switch framing {
            case .none: .none
            case .length: .length
            case .chunked: .chunked
            case .untilClose: .close
            case .tunnel: .tunnel
            }
        self.init(word, bytes: Int64(clamping: bytes))
    }
}
