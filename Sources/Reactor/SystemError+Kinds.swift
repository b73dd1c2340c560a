// The errnos that callers tell apart when a connection attempt fails.

import Glibc

extension SystemError {
    /// Nobody listens there.
    public var isConnectionRefused: Bool { code == ECONNREFUSED }

    /// The peer did not answer within the kernel's patience.
    public var isTimedOut: Bool { code == ETIMEDOUT }

    /// The process or the machine has no descriptor left.
    public var isOutOfDescriptors: Bool { code == EMFILE || code == ENFILE }
}
