// A failed system call as a plain value. It keeps the errno and the call; who is to blame and what to do about it is
// said elsewhere, by those who know what the call was for.

import CLinux
import Glibc

/// A system call that failed: its name and its errno.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call, as in its manual page.
    public let call: String
    /// The errno it failed with.
    public let code: Int32

    /// A failure of a call.
    public init(_ call: String, _ code: Int32) {
        self.call = call
        self.code = code
    }

    /// The C library's text for the errno.
    public var text: String { SystemError.text(of: code) }

    /// The call and the text.
    public var description: String { "\(call): \(text)" }

    /// The C library's text for an errno, without locale.
    public static func text(of code: Int32) -> String {
        // Invariant: strerrordesc_np answers a constant string of the C library, or NULL for a number it does not know.
        guard let text = unsafe strerrordesc_np(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }

    /// The busy-port errno, which start-up messages care about.
    public var isAddressInUse: Bool { code == EADDRINUSE }

    /// The errno of a port or file this user may not have.
    public var isPermissionDenied: Bool { code == EACCES || code == EPERM }
}
