// Looks at a connection that take nothing from it.

import CLinux
import Glibc

extension Socket {
    /// Whether a connection is open and has nothing to read: no byte, no end, no error.
    ///
    /// One system call.
    public static func isQuiet(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(
            descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
    }

    /// How many bytes the peer's kernel has not taken yet of all that was sent; 0 when that cannot be known.
    public static func unacknowledged(_ descriptor: Int32) -> Int {
        max(0, Int(hl_unacknowledged(descriptor)))
    }
}
