// libssl reports through a queue of codes per thread. The queue is cleared before each call into libssl and read right
// after a failed one, so that a code left by another connection is never taken for ours.
import COpenSSL

/// The calling thread's queue of libssl and libcrypto error codes.
enum ErrorQueue {
    /// Forgets what is in it.
    @inline(__always)
    static func clear() { ERR_clear_error() }

    /// The earliest error in words, and an empty queue; for set-up errors.
    static func words() -> String {
        let code = ERR_get_error()
        clear()
        return words(code)
    }

    /// The cause of a failed call, from the earliest code that says something, and an empty queue.
    ///
    /// The caller has already dealt with a refused certificate: the queue knows only that verification failed.
    static func failure() -> TLSFailure? {
        var first: UInt = 0
        while true {
            let code = ERR_get_error()
            if code == 0 { break }
            if first == 0 { first = code }
            if let cause = cause(code) {
                clear()
                return cause
            }
        }
        return first == 0 ? nil : .other(words(first))
    }

    private static func words(_ code: UInt) -> String {
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "no reason given" }
        return unsafe String(cString: text)
    }

    private static func cause(_ code: UInt) -> TLSFailure? {
        guard shim_error_library(code) == ERR_LIB_SSL else { return nil }
        let reason = shim_error_reason(code)
        switch reason {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: return .peerNotTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH, SSL_R_NO_PROTOCOLS_AVAILABLE:
            return .protocolVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
            SSL_R_NO_CIPHERS_AVAILABLE:
            return .noCommonCipher
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: return .closedDuringHandshake
        // libssl adds 1000 to the number of an alert it received.
        case 1000...1255:
            let number = UInt8(truncatingIfNeeded: reason - 1000)
            return number == 70 ? .protocolVersion : .alert(TLSAlert.name(number), number)
        default: return nil
        }
    }
}
