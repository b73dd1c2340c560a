// What a capture is set to, what it reports, and what it refuses: values and their one-line texts.
import Glibc
import Secure
import Settings

/// Where and how lines are kept on disk.
public struct CaptureSettings: Equatable, Sendable {
    /// The folder of the segments.
    public var directory: String
    /// The node whose segments these are.
    public var node: String
    /// A segment is closed before it would grow beyond this many bytes.
    public var segmentBytes: Int
    /// A segment that has lines is closed when it is this many seconds old.
    public var segmentAge: Int
    /// The oldest segments are removed when all together exceed this many bytes; nil for never.
    public var maxDisk: Int?
    /// Until its end records are raw, in segments that are deleted then; nil for redacted ones from the start.
    public var raw: RawPeriod?

    /// Settings, with a segment's limits as they are by default.
    public init(
        directory: String, node: String, segmentBytes: Int = 64 << 20, segmentAge: Int = 3600, maxDisk: Int? = nil,
        raw: RawPeriod? = nil
    ) {
        self.directory = directory
        self.node = node
        self.segmentBytes = segmentBytes
        self.segmentAge = segmentAge
        self.maxDisk = maxDisk
        self.raw = raw
    }
}

/// What of a capture's settings can change while it runs.
public struct CaptureBounds: Equatable, Sendable {
    /// A segment is closed before it would grow beyond this many bytes.
    public var segmentBytes: Int
    /// A segment that has lines is closed when it is this many seconds old.
    public var segmentAge: Int
    /// The oldest segments are removed when all together exceed this many bytes; nil for never.
    public var maxDisk: Int?

    /// Bounds from their parts.
    public init(segmentBytes: Int, segmentAge: Int, maxDisk: Int?) {
        self.segmentBytes = segmentBytes
        self.segmentAge = segmentAge
        self.maxDisk = maxDisk
    }

    init(_ capture: Capture) {
        self.init(segmentBytes: capture.segmentBytes, segmentAge: capture.segmentAge, maxDisk: capture.maxDisk)
    }
}

/// Why a capture cannot start.
public enum CaptureError: Error, Equatable, Sendable {
    /// The folder cannot be made or looked at; the errno.
    case folder(String, Int32)
    /// There is something at the path that is not a folder.
    case notFolder(String)
    /// The folder belongs to another user, who could read and replace what is written.
    case notOurs(String)
    /// Others may write in the folder; its permission bits.
    case writableByOthers(String, UInt32)
    /// No file can be made or written in the folder; the errno.
    case cannotWrite(String, Int32)

    /// One line: what, where, and what to do.
    public var text: String {
        switch self {
        case .folder(let path, let code):
            switch code {
            case ENOENT: "capture folder \(path): the folder it would be made in does not exist; make that one first"
            case EACCES, EPERM: "capture folder \(path): \(errnoText(code)); choose one this user may write to"
            default: "capture folder \(path): \(errnoText(code))"
            }
        case .notFolder(let path): "capture folder \(path): there is a file of that name; choose another path"
        case .notOurs(let path):
            "capture folder \(path): belongs to another user, who could read or replace the captures; choose your own"
        case .writableByOthers(let path, let mode):
            "capture folder \(path): others may write in it (mode 0\(String(mode, radix: 8))); "
                + "chmod 700 \(path), or choose another"
        case .cannotWrite(let path, let code):
            switch code {
            case ENOSPC, EDQUOT: "capture folder \(path): no space to write (\(errnoText(code))); make room there"
            case EROFS: "capture folder \(path): the file system is read-only; choose another place"
            default: "capture folder \(path): cannot be written to (\(errnoText(code))); check its permissions"
            }
        }
    }
}

/// What the terminal should know about a running capture.
public enum CaptureEvent: Equatable, Sendable {
    /// Lines go to this segment.
    case started(String)
    /// Lines go to this raw segment until so many seconds after the start of 1970, when it is deleted.
    case startedRaw(String, until: Int64)
    /// Others can list the folder (its permission bits), although not read the files in it.
    case folderOpen(String, UInt32)
    /// Nothing can be written for this reason; forwarding goes on, and lines are counted as lost.
    case suspended(String, String)
    /// Writing works again, to this segment, after so many lost lines.
    case resumed(String, lost: Int)
    /// So many old segments, with so many bytes, were removed to stay below the limit.
    case pruned(files: Int, bytes: Int)
    /// So many raw segments had expired and were deleted.
    case rawExpired(files: Int)
    /// Records are redacted from now on; so many raw segments were deleted, and these could not be.
    case rawEnded(deleted: Int, left: [String])
    /// The capture was closed before these raw segments had to go, at so many seconds after the start of 1970.
    case rawStays([String], until: Int64)

    /// One line.
    public var text: String {
        switch self {
        case .started(let path): "capturing to \(path)"
        case .startedRaw(let path, let until):
            "capturing to \(path), with secrets as they are; it is deleted at \(UTCTime(unixSeconds: until).extended)"
        case .folderOpen(let path, let mode):
            "others can list the capture folder \(path) (mode 0\(String(mode, radix: 8))); chmod 700 \(path) hides the names"
        case .suspended(let folder, let why):
            "capture to \(folder) is suspended: \(why); forwarding goes on, lost lines are counted, tried again each second"
        case .resumed(let path, let lost):
            "capture goes on in \(path) after \(lost) lost \(lost == 1 ? "line" : "lines")"
        case .pruned(let files, let bytes):
            "capture limit reached: removed \(files) old \(files == 1 ? "segment" : "segments") (\(bytes) bytes)"
        case .rawEnded(let deleted, let left):
            "raw capture ended: secrets are replaced from now on; "
                + "deleted \(deleted) raw \(deleted == 1 ? "segment" : "segments")"
                + (left.isEmpty ? "" : "; could not delete \(left.joined(separator: ", ")): do it yourself")
        case .rawStays(let paths, let until):
            "secrets stay in \(paths.joined(separator: ", ")): the next start of hoplens with this capture folder after "
                + "\(UTCTime(unixSeconds: until).extended) deletes what is there, or delete it now"
        case .rawExpired(let files): "deleted \(files) expired raw \(files == 1 ? "segment" : "segments")"
        }
    }
}

/// The C library's words for an errno.
func errnoText(_ code: Int32) -> String {
    // strerror is safe between threads since glibc 2.32: its buffer is per thread.
    guard let words = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: words)
}
