// The file operations a capture needs, behind a small protocol: tests script a full disk, a short write or a folder that
// goes away, which no test could otherwise bring about at the right moment. `SystemFiles` is the real thing.

/// A file operation the system refused.
public struct FileFailure: Error, Equatable, Sendable {
    /// The errno.
    public let code: Int32

    /// A failure with this errno.
    public init(_ code: Int32) { self.code = code }
}

/// What a folder or file is, as far as a capture asks.
public struct FileStatus: Equatable, Sendable {
    /// Whether it is a folder.
    public var isFolder: Bool
    /// Whether it is a regular file.
    public var isFile: Bool
    /// The permission bits, 0o777 at most, with the sticky bit.
    public var mode: UInt32
    /// Whether it belongs to the user this process acts for.
    public var isOurs: Bool
    /// The length in bytes.
    public var size: Int
    /// How many names it has; 0 for an open file that was deleted.
    public var names: Int

    /// A status from its parts.
    public init(isFolder: Bool, isFile: Bool, mode: UInt32, isOurs: Bool, size: Int, names: Int) {
        self.isFolder = isFolder
        self.isFile = isFile
        self.mode = mode
        self.isOurs = isOurs
        self.size = size
        self.names = names
    }
}

/// File operations and clocks, as a capture uses them.
///
/// Every operation may block as long as the disk does.
public protocol CaptureFiles: AnyObject {
    /// Microseconds since the start of 1970, for names and times in files.
    func wallMicroseconds() -> Int64
    /// Microseconds of a clock that never steps, for ages and retries.
    func monotonicMicroseconds() -> Int64
    /// Makes a folder that only its owner may enter (0700).
    func makeFolder(_ path: String) throws(FileFailure)
    /// The status of a path; a final symbolic link is followed.
    func status(_ path: String) throws(FileFailure) -> FileStatus
    /// The status of an open file.
    func status(of descriptor: Int32) throws(FileFailure) -> FileStatus
    /// Makes and opens a file to append to (0600), locked for this writer; fails when the path exists in any form.
    func create(_ path: String) throws(FileFailure) -> Int32
    /// Writes some of a range of bytes at the end of a file and says how many, like write(2).
    func write(_ descriptor: Int32, _ bytes: [UInt8], _ range: Range<Int>) throws(FileFailure) -> Int
    /// Cuts an open file to a length.
    func truncate(_ descriptor: Int32, to size: Int) throws(FileFailure)
    /// Closes a descriptor.
    func close(_ descriptor: Int32)
    /// The names in a folder, in any order.
    func names(in folder: String) throws(FileFailure) -> [String]
    /// The first bytes of a file, at most so many; a final symbolic link is refused.
    func head(of path: String, _ count: Int) throws(FileFailure) -> [UInt8]
    /// Removes a file unless a writer has it locked; false when one has.
    func removeUnlessLocked(_ path: String) throws(FileFailure) -> Bool
    /// Removes a file.
    func remove(_ path: String) throws(FileFailure)
}
