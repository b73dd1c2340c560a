// The key of the fingerprints. It stands beside the captures, so that one run's fingerprints can be compared with the
// next one's, and it is what makes them unguessable, so nobody else may read it. It is 32 random bytes as they are.
//
// Made on first use so that two processes starting at once end up with the same key: the bytes go to a file of their
// own, which is then given the key's name with link(2), and that fails when the name is taken. A reader therefore never
// sees half a key.
import Glibc
public import Secure

/// A fingerprint key and where it came from.
public struct FingerprintKey: Equatable, Sendable {
    /// Where a key came from.
    public enum Origin: Equatable, Sendable {
        /// Read from this file.
        case file(String)
        /// Made now, and written to this file.
        case created(String)
        /// Made now, and forgotten when the process ends.
        case memory
    }

    /// The 32 bytes.
    public let bytes: [UInt8]
    /// Where they came from.
    public let origin: Origin

    /// A fingerprinter under this key.
    public func fingerprinter() -> Fingerprinter { Fingerprinter(key: bytes) }
}

/// Why there is no fingerprint key.
public enum KeyFileError: Error, Equatable, Sendable {
    /// The file cannot be opened or read; the errno.
    case unreadable(String, Int32)
    /// The file cannot be made; the errno.
    case cannotCreate(String, Int32)
    /// It is not a regular file.
    case notFile(String)
    /// It belongs to another user.
    case notOurs(String)
    /// Others may read or write it; its permission bits.
    case tooOpen(String, UInt32)
    /// It does not hold 32 bytes but this many.
    case wrongSize(String, Int)

    /// One line: what, where, and what to do.
    public var text: String { text(of: "fingerprint key") }

    /// The same for a key that is called otherwise.
    package func text(of what: String) -> String {
        switch self {
        case .unreadable(let path, let code):
            "\(what) \(path): cannot be read (\(errnoText(code))); check its permissions"
        case .cannotCreate(let path, let code):
            "\(what) \(path): cannot be made (\(errnoText(code))); choose a folder this user may write to"
        case .notFile(let path): "\(what) \(path): is not a regular file"
        case .notOurs(let path): "\(what) \(path): belongs to another user, who knows it; use your own"
        case .tooOpen(let path, let mode):
            "\(what) \(path): others can read it (mode 0\(String(mode, radix: 8))); chmod 600 \(path), "
                + "or delete it and a new one is made"
        case .wrongSize(let path, let size):
            "\(what) \(path): holds \(size) bytes where a key is \(KeyFile.length); "
                + "delete it and a new one is made (older fingerprints will not compare)"
        }
    }
}

/// Finds or makes the fingerprint key.
public enum KeyFile {
    /// The length of a key in bytes.
    public static let length = 32
    /// The name of the key in a capture folder.
    public static let name = ".hoplens-key"

    /// The key in a file, or in a capture folder, made there when missing; without either, a new one in memory.
    public static func load(file: String?, captureDirectory: String?) throws(KeyFileError) -> FingerprintKey {
        if let file { return try load(file, followLink: true) }
        if let folder = captureDirectory {
            return try load(folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)", followLink: false)
        }
        return FingerprintKey(bytes: SecureRandom.bytes(length), origin: .memory)
    }

    private static func load(_ path: String, followLink: Bool) throws(KeyFileError) -> FingerprintKey {
        if let bytes = try read(path, followLink) { return FingerprintKey(bytes: bytes, origin: .file(path)) }
        let fresh = SecureRandom.bytes(length)
        if try create(path, fresh) { return FingerprintKey(bytes: fresh, origin: .created(path)) }
        // Another process was faster: its key is the key.
        guard let bytes = try read(path, followLink) else { throw .unreadable(path, ENOENT) }
        return FingerprintKey(bytes: bytes, origin: .file(path))
    }

    /// The key in a file; nil when there is no such file.
    private static func read(_ path: String, _ followLink: Bool) throws(KeyFileError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followLink ? 0 : O_NOFOLLOW))
        let opened = errno
        guard descriptor >= 0 else {
            if opened == ENOENT { return nil }
            throw opened == ELOOP ? .notFile(path) : .unreadable(path, opened)
        }
        defer { _ = close(descriptor) }
        var status = stat()
        let result = unsafe fstat(descriptor, &status)
        let failed = errno
        guard result == 0 else { throw .unreadable(path, failed) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notFile(path) }
        guard status.st_uid == geteuid() else { throw .notOurs(path) }
        guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path, status.st_mode & 0o777) }
        guard status.st_size == length else { throw .wrongSize(path, Int(status.st_size)) }
        var bytes = [UInt8](repeating: 0, count: length)
        let count = unsafe Glibc.read(descriptor, &bytes, length)
        let code = errno
        guard count >= 0 else { throw .unreadable(path, code) }
        guard count == length else { throw .wrongSize(path, count) }
        return bytes
    }

    /// Gives a file these bytes; false when it exists already.
    private static func create(_ path: String, _ bytes: [UInt8]) throws(KeyFileError) -> Bool {
        let suffix = SecureRandom.bytes(4).map { String($0, radix: 16) }.joined()
        let draft = "\(path).\(getpid()).\(suffix)"
        try fill(draft, bytes, named: path)
        defer { unsafe _ = unlink(draft) }
        let linked = unsafe link(draft, path)
        let code = errno
        if linked == 0 { return true }
        if code == EEXIST { return false }
        // A file system without hard links: the short moment in which a reader could see half a key is all that is lost.
        guard code == EPERM || code == EOPNOTSUPP || code == ENOSYS else { throw .cannotCreate(path, code) }
        do throws(KeyFileError) {
            try fill(path, bytes, named: path)
            return true
        } catch {
            if case .cannotCreate(_, EEXIST) = error { return false }
            throw error
        }
    }

    private static func fill(_ path: String, _ bytes: [UInt8], named name: String) throws(KeyFileError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let opened = errno
        guard descriptor >= 0 else { throw .cannotCreate(name, opened) }
        defer { _ = close(descriptor) }
        let count = unsafe Glibc.write(descriptor, bytes, bytes.count)
        let code = errno
        // Synced, unlike captures: it is written once, and an empty key after a power failure would stop the next start.
        guard count == bytes.count, fsync(descriptor) == 0 else {
            unsafe _ = unlink(path)
            throw .cannotCreate(name, count < 0 ? code : ENOSPC)
        }
    }
}
