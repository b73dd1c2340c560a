// The real file operations of a capture. A writer holds an advisory lock (flock) on its segment, so that another
// hoplens pruning the same folder knows which segment is being written; the lock goes with the process, however it ends.
//
// errno is read in the statement after the call, before anything else could change it.
import Glibc

/// File operations through the C library.
public final class SystemFiles: CaptureFiles {
    /// The system's files.
    public init() {}

    /// Microseconds since the start of 1970.
    public func wallMicroseconds() -> Int64 { read(CLOCK_REALTIME) }

    /// Microseconds since some moment before this process.
    public func monotonicMicroseconds() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Makes a folder that only its owner may enter (0700).
    public func makeFolder(_ path: String) throws(FileFailure) {
        let result = unsafe mkdir(path, 0o700)
        let code = errno
        if result != 0 { throw FileFailure(code) }
    }

    /// The status of a path; a final symbolic link is followed.
    public func status(_ path: String) throws(FileFailure) -> FileStatus {
        var status = stat()
        let result = unsafe stat(path, &status)
        let code = errno
        if result != 0 { throw FileFailure(code) }
        return facts(status)
    }

    /// The status of an open file.
    public func status(of descriptor: Int32) throws(FileFailure) -> FileStatus {
        var status = stat()
        let result = unsafe fstat(descriptor, &status)
        let code = errno
        if result != 0 { throw FileFailure(code) }
        return facts(status)
    }

    /// Makes, opens and locks a file to append to (0600); fails when the path exists in any form.
    public func create(_ path: String) throws(FileFailure) -> Int32 {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe open(path, flags, 0o600)
        let code = errno
        if descriptor < 0 { throw FileFailure(code) }
        // A file system without locks is no reason to record nothing: then only pruning by another process is less safe.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        return descriptor
    }

    /// Writes some of a range of bytes at the end of a file and says how many.
    public func write(_ descriptor: Int32, _ bytes: [UInt8], _ range: Range<Int>) throws(FileFailure) -> Int {
        precondition(range.upperBound <= bytes.count, "the range is outside of the bytes")
        while true {
            var code: Int32 = 0
            let count = unsafe bytes.withUnsafeBytes { raw in
                let count = unsafe Glibc.write(
                    descriptor, raw.baseAddress.map { unsafe $0 + range.lowerBound }, range.count)
                code = errno
                return count
            }
            if count >= 0 { return count }
            if code != EINTR { throw FileFailure(code) }
        }
    }

    /// Cuts an open file to a length.
    public func truncate(_ descriptor: Int32, to size: Int) throws(FileFailure) {
        let result = ftruncate(descriptor, size)
        let code = errno
        if result != 0 { throw FileFailure(code) }
    }

    /// Closes a descriptor.
    public func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// The names in a folder, in any order, without `.` and `..`.
    public func names(in folder: String) throws(FileFailure) -> [String] {
        let stream = unsafe opendir(folder)
        let code = errno
        guard let stream = unsafe stream else { throw FileFailure(code) }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The first bytes of a file, at most so many; a final symbolic link is refused.
    public func head(of path: String, _ count: Int) throws(FileFailure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        let code = errno
        if descriptor < 0 { throw FileFailure(code) }
        defer { _ = Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe Glibc.read(descriptor, &bytes, count)
        let failed = errno
        if got < 0 { throw FileFailure(failed) }
        return Array(bytes[..<got])
    }

    /// Removes a file unless a writer has it locked; false when one has.
    public func removeUnlessLocked(_ path: String) throws(FileFailure) -> Bool {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        let code = errno
        if descriptor < 0 { throw FileFailure(code) }
        defer { _ = Glibc.close(descriptor) }
        let locked = flock(descriptor, LOCK_EX | LOCK_NB)
        let reason = errno
        if locked != 0, reason == EWOULDBLOCK { return false }
        try remove(path)
        return true
    }

    /// Removes a file.
    public func remove(_ path: String) throws(FileFailure) {
        let result = unsafe unlink(path)
        let code = errno
        if result != 0 { throw FileFailure(code) }
    }

    private func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        unsafe _ = clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }

    private func facts(_ status: stat) -> FileStatus {
        FileStatus(
            isFolder: status.st_mode & S_IFMT == S_IFDIR, isFile: status.st_mode & S_IFMT == S_IFREG,
            mode: status.st_mode & 0o1777, isOurs: status.st_uid == geteuid(), size: Int(status.st_size),
            names: Int(status.st_nlink))
    }
}
