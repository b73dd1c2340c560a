// A file, a pipe or standard input read piece by piece, blocking: for commands that work through more than memory holds.

import CLinux
import Glibc

/// An open input.
public final class InputFile {
    private let descriptor: Int32
    private let isOwned: Bool
    /// What it is called in messages.
    public let name: String

    /// Opens a path; `-` is standard input.
    public init(_ path: String) throws(FileError) {
        if path == "-" {
            descriptor = STDIN_FILENO
            isOwned = false
            name = "standard input"
            return
        }
        if path.utf8.contains(0) { throw .system(path: path, SystemError("open", EINVAL)) }
        let opened = unsafe path.withCString { unsafe hl_open_for_reading($0) }
        guard opened.fd >= 0 else { throw .system(path: path, SystemError("open", -opened.fd)) }
        guard opened.directory == 0 else {
            _ = hl_close(opened.fd)
            throw .notRegular(path: path)
        }
        descriptor = opened.fd
        isOwned = true
        name = path
    }

    deinit { if isOwned { _ = hl_close(descriptor) } }

    /// Appends the next piece, at most `count` bytes; false at the end.
    public func read(_ count: Int = 65_536, into bytes: inout [UInt8]) throws(FileError) -> Bool {
        let begin = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        while true {
            // Invariant: the array holds `count` bytes behind `begin`.
            let got = unsafe bytes.withUnsafeMutableBytes { space -> Int in
                guard let base = space.baseAddress else { return 0 }
                return unsafe hl_read(descriptor, base + begin, count)
            }
            if got == -Int(EAGAIN) {
                // The descriptor does not block (a named pipe, or a terminal somebody else set so): wait for bytes.
                _ = hl_poll(descriptor, Int16(POLLIN), 1000)
                continue
            }
            bytes.removeLast(count - max(0, got))
            if got < 0 { throw .system(path: name, SystemError("read", Int32(-got))) }
            return got > 0
        }
    }
}
