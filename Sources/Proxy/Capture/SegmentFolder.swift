// The folder of a capture: whether it is fit to hold secrets' fingerprints, which segments stand in it, and which of them
// have to go. It touches only files that are named exactly like a segment, and never one a writer has locked.
//
// Decision on a folder that exists already: it must be ours and writable by nobody else, or others could replace a
// segment or the key. One that others may only list (0755, what mkdir makes) is accepted with a notice, because every
// file in it is 0600; a folder we make is 0700.
import Glibc
import Secure

/// A capture's folder.
struct SegmentFolder {
    /// A raw segment whose header cannot be read is kept no longer than this after the time in its name.
    static let damagedRawSeconds: Int64 = 86_400

    let path: String
    let files: any CaptureFiles

    func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

    /// Makes the folder when it is missing and checks that it is fit; the permission bits when others can list it.
    func prepare() throws(CaptureError) -> UInt32? {
        var refused: Int32?
        do throws(FileFailure) {
            try files.makeFolder(path)
        } catch {
            if error.code != EEXIST { refused = error.code }
        }
        return try check(otherwise: refused)
    }

    /// Prepares the folder again while running; whether it is fit.
    func isFitNow() -> Bool {
        do throws(CaptureError) {
            _ = try prepare()
            return true
        } catch {
            return false
        }
    }

    private func check(otherwise code: Int32?) throws(CaptureError) -> UInt32? {
        let status: FileStatus
        do throws(FileFailure) {
            status = try files.status(path)
        } catch {
            throw .folder(path, code ?? error.code)
        }
        guard status.isFolder else { throw .notFolder(path) }
        guard status.isOurs else { throw .notOurs(path) }
        guard status.mode & 0o022 == 0 else { throw .writableByOthers(path, status.mode) }
        return status.mode & 0o055 != 0 ? status.mode : nil
    }

    /// The segments of every node, oldest first, but not the given one.
    func segments(except current: String?) throws(FileFailure) -> [(name: SegmentName, path: String, size: Int)] {
        var found: [(name: SegmentName, path: String, size: Int)] = []
        for text in try files.names(in: path) {
            guard let name = SegmentName(text) else { continue }
            let path = file(text)
            // A name that is a link, a folder or another user's file is not ours to count or remove.
            guard path != current, let status = try? files.status(path), status.isFile, status.isOurs else { continue }
            found.append((name, path, status.size))
        }
        return found.sorted { SegmentName.isOlder($0.name, $1.name) }
    }

    /// Removes the oldest segments until the rest has at most so many bytes; what was removed and what remains.
    func prune(to limit: Int, except current: String?) -> (files: Int, bytes: Int, left: Int) {
        guard let all = try? segments(except: current) else { return (0, 0, 0) }
        var left = all.reduce(0) { $0 + $1.size }
        var removed = 0
        var bytes = 0
        for one in all where left > limit {
            guard (try? files.removeUnlessLocked(one.path)) == true else { continue }
            removed += 1
            bytes += one.size
            left -= one.size
        }
        return (removed, bytes, left)
    }

    /// Deletes the raw segments whose time has come, whichever node wrote them; how many.
    func removeExpiredRaw(except current: String?) -> Int {
        guard let all = try? segments(except: current) else { return 0 }
        let now = UTCTime(unixSeconds: files.wallMicroseconds() / 1_000_000)
        let longAgo = UTCTime(unixSeconds: files.wallMicroseconds() / 1_000_000 - Self.damagedRawSeconds)
        var removed = 0
        for one in all where one.name.isRaw {
            let isOver =
                if let head = try? files.head(of: one.path, 512), let until = RawHeader.until(head) {
                    until <= now.extended
                } else {
                    one.name.time <= longAgo.basic
                }
            if isOver, (try? files.removeUnlessLocked(one.path)) == true { removed += 1 }
        }
        return removed
    }
}

/// The first line of a raw segment, which says until when it may exist.
enum RawHeader {
    private static let opening = Array(#"{"v":1,"raw":{"until":""#.utf8)

    static func line(until seconds: Int64) -> [UInt8] {
        opening + Array("\(UTCTime(unixSeconds: seconds).extended)\"}}\n".utf8)
    }

    /// The moment in a header, as text that compares like the moment; nil when it is not a whole header.
    static func until(_ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: opening), bytes.count >= opening.count + 21 else { return nil }
        let time = bytes[opening.count..<opening.count + 20]
        guard bytes[opening.count + 20] == 0x22, time.last == 0x5A else { return nil }
        return String(decoding: time, as: UTF8.self)
    }
}
