// A look at a connection without taking anything from it.

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
}
