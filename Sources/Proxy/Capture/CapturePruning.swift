// What can be removed from a capture's folder, decided first and done afterwards, so that it can be shown before. The
// rules are those of a running capture: exact names only, this user's files only, never one that is being written.

import Secure

/// A segment that is to go.
public struct PrunedSegment: Equatable, Sendable {
    /// Its path.
    public let path: String
    /// Its length.
    public let bytes: Int
    /// Why it goes.
    public let why: String
}

/// Removes old segments.
public enum CapturePruning {
    /// What is to go from a folder, the oldest first.
    ///
    /// - Parameters:
    ///   - limit: how many bytes may stay; nil for any number.
    ///   - moment: segments begun before it go, in microseconds since 1970.
    public static func plan(folder: String, limit: Int?, olderThan moment: Int64?) throws(CaptureError)
        -> [PrunedSegment]
    {
        let files = SystemFiles()
        let captured = SegmentFolder(path: folder, files: files)
        let segments: [(name: SegmentName, path: String, size: Int)]
        do throws(FileFailure) {
            segments = try captured.segments(except: nil)
        } catch {
            throw .folder(folder, error.code)
        }
        let now = UTCTime(unixSeconds: files.wallMicroseconds() / 1_000_000)
        let oldest = moment.map { UTCTime(unixSeconds: $0 / 1_000_000).basic }
        var plan: [PrunedSegment] = []
        var left = segments.reduce(0) { $0 + $1.size }
        for one in segments {
            var why: String?
            if one.name.isRaw, let head = try? files.head(of: one.path, 512), let until = RawHeader.until(head),
                until <= now.extended
            {
                why = "raw, and its time is over"
            } else if let oldest, one.name.time < oldest {
                why = "older than asked for"
            } else if let limit, left > limit {
                why = "beyond --max-disk"
            }
            guard let why else { continue }
            left -= one.size
            plan.append(PrunedSegment(path: one.path, bytes: one.size, why: why))
        }
        return plan
    }

    /// Removes a segment unless it is being written; whether it is gone.
    public static func remove(_ segment: PrunedSegment) -> Bool {
        (try? SystemFiles().removeUnlessLocked(segment.path)) == true
    }
}
