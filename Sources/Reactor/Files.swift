// Reading a small file whole, and writing bytes whole. Both may block: not for a loop's thread while it serves.

import CLinux
import Glibc

/// Why a file could not be read.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed.
    case system(path: String, SystemError)
    /// It is a directory, a device or a pipe.
    case notRegular(path: String)
    /// It is larger than the reader allows.
    case tooLarge(path: String, limit: Int)

    /// The path and what is wrong, in one line.
    public var description: String {
        switch self {
        case .system(let path, let error): "\(path): \(error.text)"
        case .notRegular(let path): "\(path): not a regular file"
        case .tooLarge(let path, let limit): "\(path): larger than \(limit) bytes"
        }
    }
}

/// Whole files and whole writes.
public enum Files {
    /// Reads a regular file whole.
    public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        // C would cut the path at a NUL and open another file.
        if path.utf8.contains(0) { throw .system(path: path, SystemError("open", EINVAL)) }
        let opened = unsafe path.withCString { unsafe hl_open_for_reading($0) }
        guard opened.fd >= 0 else { throw .system(path: path, SystemError("open", -opened.fd)) }
        defer { _ = hl_close(opened.fd) }
        guard opened.regular != 0 else { throw .notRegular(path: path) }
        guard opened.size <= Int64(limit) else { throw .tooLarge(path: path, limit: limit) }
        // One byte more than it says: a file that has grown meanwhile, and those of /proc that claim to be empty.
        var bytes = [UInt8](repeating: 0, count: Int(opened.size) + 1)
        var filled = 0
        while true {
            if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: max(4096, filled))) }
            // Invariant: `filled` is below the count, and the call writes at most the rest.
            let count = unsafe bytes.withUnsafeMutableBytes { space -> Int in
                guard let base = space.baseAddress else { return 0 }
                return unsafe hl_read(opened.fd, base + filled, space.count - filled)
            }
            if count < 0 { throw .system(path: path, SystemError("read", Int32(-count))) }
            if count == 0 { break }
            filled += count
            if filled > limit { throw .tooLarge(path: path, limit: limit) }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Writes a range of bytes whole, however many calls it takes; waits when a nonblocking descriptor is full.
    public static func write(
        _ descriptor: Int32, _ bytes: borrowing [UInt8], _ range: Range<Int>
    ) throws(SystemError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        var start = range.lowerBound
        while start < range.upperBound {
            // Invariant: start..<upperBound lies within the array, checked above.
            let count = unsafe bytes.withUnsafeBytes { space -> Int in
                guard let base = space.baseAddress else { return 0 }
                return unsafe hl_write(descriptor, base + start, range.upperBound - start)
            }
            if count >= 0 {
                start += count
            } else if count == -Int(EAGAIN) {
                _ = hl_poll(descriptor, Int16(POLLOUT), 1000)
            } else {
                throw SystemError("write", Int32(-count))
            }
        }
    }

    /// Writes all bytes.
    public static func write(_ descriptor: Int32, _ bytes: borrowing [UInt8]) throws(SystemError) {
        try write(descriptor, bytes, 0..<bytes.count)
    }

    /// Writes text.
    public static func write(_ descriptor: Int32, text: String) throws(SystemError) {
        try write(descriptor, Array(text.utf8))
    }
}
