// What can go wrong inside the demo itself. The demo needs nothing but loopback and a few threads, so every one of these
// is a fault of ours or of the machine: it is told in one line and ends the demo with exit code 70.

import Reactor

/// A failure of one of the demo's own parts.
enum DemoFault: Error, Equatable {
    /// A system call failed while a part was being set up or used.
    case system(SystemError, doing: String)
    /// Something did not happen in time.
    case timedOut(String)
    /// The other side closed the connection in the middle of a message.
    case cutShort(String)
    /// The other side sent what is no HTTP message.
    case malformed(String)
    /// A hoplens node of the demo could not be started.
    case node(String)

    /// The failure in one line.
    var text: String {
        switch self {
        case .system(let error, let doing): "\(doing) failed (\(error.description))"
        case .timedOut(let what): "\(what) did not happen in time"
        case .cutShort(let what): "the connection closed in the middle of \(what)"
        case .malformed(let what): "a message could not be read: \(what)"
        case .node(let what): what
        }
    }
}
