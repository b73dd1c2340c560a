// Keeps lines on disk: the slow end of the capture's queue. It receives batches of whole NDJSON lines and knows nothing
// of HTTP; it decides only where they go, when a segment ends, and what happens when the disk says no.
//
// Invariants:
//  1. A segment grows by whole lines only, and a segment of an earlier run is never appended to (its last line may be
//     torn; readers skip that).
//  2. Trouble with the disk never reaches the caller: lines are dropped and counted, and tried again each second. Every
//     line given to `write` or `noteLost` ends up in `written` or in `lost`, and a loss is written as a gap line as soon
//     as anything can be written.
//  3. Only files named exactly like a segment are removed, never one that a writer holds locked.
//  4. No raw line is ever in a segment whose name does not say so. Whether the raw period is over is decided at the top
//     of each call and holds to its end: before, every segment that is opened is a raw one; afterwards the raw one is
//     closed, and raw lines (of exchanges that began before the end) are taken out of what comes and counted as lost.
//
// Each batch is written as it comes and never synced: what the kernel has taken survives a crash of hoplens, and only
// a machine that loses power forgets the last seconds. An fsync per batch would protect those at the price of stalling
// on a slow disk until the queue overflows, which loses lines every day instead of once.
//
// Confined to the sink's thread (it is not Sendable).
import Glibc
import Secure

/// Writes lines to rotating segments in a folder.
public final class CaptureWriter {
    private static let second: Int64 = 1_000_000
    /// How often expired raw segments of any node are looked for.
    private static let rawScan: Int64 = 60 * second

    /// Lines on disk.
    public private(set) var written = 0
    /// Lines lost, for whatever reason.
    public private(set) var lost = 0
    /// Whether nothing can be written at present.
    public var isSuspended: Bool { suspendedUntil != nil }

    private var settings: CaptureSettings
    /// One segment must not be the whole of what may be kept, or pruning could never remove anything.
    private var segmentBytes: Int {
        settings.maxDisk.map { min(settings.segmentBytes, max(1, $0 / 2)) } ?? settings.segmentBytes
    }
    private let files: any CaptureFiles
    private let folder: SegmentFolder
    private let report: (CaptureEvent) -> Void

    private var segment: Segment?
    private var sequence = 0
    /// The time in the name of the newest segment.
    private var nameSeconds: Int64 = 0
    private var gap: CaptureGap?
    /// The monotonic moment of the next try.
    private var suspendedUntil: Int64?
    /// When the segment was last seen to have a name, and lines written since: they are gone if it has none any more.
    private var seenAt: Int64 = 0
    private var linesSinceSeen = 0
    private var otherBytes = 0
    private var pruneAgainAt: Int64 = 0
    private var scannedAt: Int64 = 0
    private var isClosed = false
    /// Whether segments are raw ones; once false, it stays so.
    private var isRaw: Bool
    /// The closed raw segments of this run.
    private var rawPaths: [String] = []

    /// Makes the folder when needed, opens the first segment, and proves that it can be written to.
    public init(
        _ settings: CaptureSettings, files: any CaptureFiles = SystemFiles(),
        report: @escaping (CaptureEvent) -> Void
    ) throws(CaptureError) {
        self.settings = settings
        self.files = files
        self.report = report
        isRaw = settings.raw != nil
        folder = SegmentFolder(path: settings.directory, files: files)
        if let mode = try folder.prepare() { report(.folderOpen(settings.directory, mode)) }
        removeExpiredRaw()
        do throws(FileFailure) {
            var first = try open()
            let probe = first.append([0x20, 0x0A], 0..<2, files)
            if probe.failure == nil { try files.truncate(first.descriptor, to: 0) }
            if let failure = probe.failure ?? header(&first) {
                files.close(first.descriptor)
                try? files.remove(first.path)
                throw failure
            }
            first.lines = 0
            segment = first
            report(first.rawUntil.map { .startedRaw(first.path, until: $0) } ?? .started(first.path))
        } catch {
            throw .cannotWrite(settings.directory, error.code)
        }
        prune()
    }

    deinit {
        close()
    }

    /// Takes other bounds, which hold from the next line on.
    public func adopt(_ bounds: CaptureBounds) {
        settings.segmentBytes = bounds.segmentBytes
        settings.segmentAge = bounds.segmentAge
        settings.maxDisk = bounds.maxDisk
        pruneAgainAt = 0
        prune()
    }

    /// Takes whole lines.
    public func write(_ lines: [UInt8]) {
        guard !lines.isEmpty, !isClosed else { return }
        guard lines.last == 0x0A else { return write(lines + [0x0A]) }
        let now = files.monotonicMicroseconds()
        endRawIfOver(now)
        if settings.raw != nil, !isRaw {
            let (rest, count) = RawRecord.removed(from: lines)
            if count > 0 { lose(count, "begun as raw records, which had come to their end") }
            keep(rest, now)
        } else {
            keep(lines, now)
        }
    }

    private func keep(_ lines: [UInt8], _ now: Int64) {
        guard !lines.isEmpty else { return }
        if let until = suspendedUntil, now < until || !resume(now) {
            return lose(Lines.count(lines, 0..<lines.count), gap?.why ?? "suspended")
        }
        if now - seenAt >= Self.second { checkName(now) }
        writeGap(now)
        let end = append(lines, now)
        if end < lines.count { lose(Lines.count(lines, end..<lines.count), gap?.why ?? "suspended") }
        if let limit = settings.maxDisk, otherBytes + (segment?.size ?? 0) > limit { prune() }
    }

    /// Counts lines that were lost before they came here.
    public func noteLost(_ count: Int, why: String) {
        guard count > 0 else { return }
        lose(count, why)
    }

    /// Does what time demands; to be called about once a second, also when nothing comes.
    public func tick() {
        guard !isClosed else { return }
        let now = files.monotonicMicroseconds()
        endRawIfOver(now)
        if let until = suspendedUntil, now < until || !resume(now) { return }
        checkName(now)
        rotateByAge(now)
        writeGap(now)
        if now - scannedAt >= Self.rawScan { removeExpiredRaw() }
        if let limit = settings.maxDisk, otherBytes + (segment?.size ?? 0) > limit { prune() }
    }

    /// Ends the capture; an empty segment is removed.
    public func close() {
        guard !isClosed else { return }
        let now = files.monotonicMicroseconds()
        endRawIfOver(now)
        if suspendedUntil == nil || resume(now) { writeGap(now) }
        isClosed = true
        closeSegment()
        if isRaw, let raw = settings.raw {
            let left = rawPaths.filter(exists)
            if !left.isEmpty { report(.rawStays(left, until: raw.until)) }
        }
    }

    // MARK: Lines

    /// Appends lines, over as many segments as they need; the index behind the last line that is on disk.
    private func append(_ lines: [UInt8], _ now: Int64) -> Int {
        var at = 0
        while at < lines.count {
            guard var current = ready(for: Lines.endOfFirst(lines, at..<lines.count) - at, now) else { return at }
            let room = max(0, segmentBytes - current.size)
            var end = lines.count
            if end - at > room {
                end = Lines.endOfLast(lines, at..<min(at + room, lines.count))
                // A line longer than a segment gets one for itself.
                if end == at { end = Lines.endOfFirst(lines, at..<lines.count) }
            }
            let outcome = current.append(lines, at..<end, files)
            segment = current
            written += outcome.lines
            linesSinceSeen += outcome.lines
            at = outcome.end
            if let failure = outcome.failure {
                suspend(failure, torn: outcome.isTorn, now)
                return at
            }
        }
        return at
    }

    /// The segment the next line belongs to, which may be a new one; nil when none can be had.
    private func ready(for next: Int, _ now: Int64) -> Segment? {
        rotateByAge(now)
        if let current = segment, current.lines > 0, current.size + next > segmentBytes { closeSegment() }
        if let segment { return segment }
        do throws(FileFailure) {
            var fresh = try open()
            if let failure = header(&fresh) {
                files.close(fresh.descriptor)
                try? files.remove(fresh.path)
                throw failure
            }
            segment = fresh
            prune()
            return fresh
        } catch {
            suspend(error, torn: false, now)
            return nil
        }
    }

    private func lose(_ count: Int, _ why: String) {
        lost += count
        if gap == nil {
            gap = CaptureGap(from: files.wallMicroseconds(), lost: count, why: why)
        } else {
            gap?.add(count, why)
        }
    }

    private func writeGap(_ now: Int64) {
        guard let pending = gap, suspendedUntil == nil, pending.lost > 0 else { return }
        let line = pending.line(to: files.wallMicroseconds())
        guard var current = ready(for: line.count, now) else { return }
        let outcome = current.append(line, 0..<line.count, files)
        segment = current
        if let failure = outcome.failure {
            suspend(failure, torn: outcome.isTorn, now)
        } else {
            gap = nil
        }
    }

    // MARK: Trouble

    private func suspend(_ failure: FileFailure, torn: Bool, _ now: Int64) {
        let why = errnoText(failure.code)
        // A full disk may get room again and the same file goes on. After anything else, or with a torn end that could
        // not be cut off, the file is left alone.
        let mayGoOn = failure.code == ENOSPC || failure.code == EDQUOT || failure.code == EFBIG
        if torn || !mayGoOn { closeSegment() }
        let isNews = suspendedUntil == nil
        suspendedUntil = now + Self.second
        if gap == nil { gap = CaptureGap(from: files.wallMicroseconds(), lost: 0, why: why) }
        if isNews { report(.suspended(settings.directory, why)) }
    }

    /// Tries to write again; whether it works.
    private func resume(_ now: Int64) -> Bool {
        suspendedUntil = now + Self.second
        if segment != nil { checkName(now) }
        guard folder.isFitNow() else { return false }
        // A gap line proves by itself that writing works. The news of it is old if it does not.
        let missing = gap?.lost ?? 0
        guard var current = reopened() else { return false }
        if let pending = gap, pending.lost > 0 {
            let line = pending.line(to: files.wallMicroseconds())
            let outcome = current.append(line, 0..<line.count, files)
            segment = current
            if outcome.failure != nil {
                if outcome.isTorn { closeSegment() }
                return false
            }
        }
        gap = nil
        suspendedUntil = nil
        report(.resumed(current.path, lost: missing))
        return true
    }

    private func reopened() -> Segment? {
        if let segment { return segment }
        guard var fresh = try? open() else { return nil }
        guard header(&fresh) == nil else {
            files.close(fresh.descriptor)
            try? files.remove(fresh.path)
            return nil
        }
        segment = fresh
        return fresh
    }

    /// A file that was deleted under us still takes lines, and nobody will ever read them.
    private func checkName(_ now: Int64) {
        guard let current = segment else { return }
        seenAt = now
        if let status = try? files.status(of: current.descriptor), status.names == 0 {
            files.close(current.descriptor)
            segment = nil
            written -= linesSinceSeen
            if linesSinceSeen > 0 { lose(linesSinceSeen, "the segment was deleted") }
        }
        linesSinceSeen = 0
    }

    // MARK: Segments

    private func open() throws(FileFailure) -> Segment {
        // Names sort by age, and the oldest are pruned first: a clock that was set back must not make a new one old.
        nameSeconds = max(nameSeconds, files.wallMicroseconds() / Self.second)
        let now = files.monotonicMicroseconds()
        var attempts = 0
        while true {
            sequence += 1
            let name = SegmentName(
                node: settings.node, time: UTCTime(unixSeconds: nameSeconds).basic, isRaw: isRaw,
                sequence: sequence)
            let path = folder.file(name.text)
            do throws(FileFailure) {
                let descriptor = try files.create(path)
                seenAt = now
                linesSinceSeen = 0
                return Segment(
                    descriptor: descriptor, path: path, openedAt: now,
                    rawUntil: isRaw ? settings.raw?.until : nil)
            } catch {
                attempts += 1
                if error.code == ENOENT, attempts == 1 {
                    // The folder is gone: it is made again as it was at the start, unless something else took its place.
                    guard folder.isFitNow() else { throw error }
                } else if error.code != EEXIST || attempts > 1000 {
                    throw error
                }
            }
        }
    }

    /// Writes the header of a raw segment; why it could not.
    private func header(_ segment: inout Segment) -> FileFailure? {
        segment.size = 0
        segment.lines = 0
        guard let until = segment.rawUntil else { return nil }
        let line = RawHeader.line(until: until)
        let outcome = segment.append(line, 0..<line.count, files)
        segment.lines = 0
        return outcome.failure
    }

    private func rotateByAge(_ now: Int64) {
        guard let current = segment else { return }
        if current.lines > 0, now - current.openedAt >= Int64(settings.segmentAge) * Self.second {
            closeSegment()
        }
    }

    private func closeSegment() {
        guard let current = segment else { return }
        segment = nil
        files.close(current.descriptor)
        if current.lines == 0 {
            try? files.remove(current.path)
        } else {
            otherBytes += current.size
            if current.rawUntil != nil { rawPaths.append(current.path) }
        }
    }

    /// Deletes the raw segments of this run when their period is over; what is opened from then on is redacted.
    private func endRawIfOver(_ now: Int64) {
        guard isRaw, let raw = settings.raw, raw.isOver(wall: files.wallMicroseconds(), monotonic: now) else { return }
        isRaw = false
        closeSegment()
        let found = rawPaths.filter(exists)
        for path in found { _ = try? files.removeUnlessLocked(path) }
        let left = found.filter(exists)
        rawPaths = []
        report(.rawEnded(deleted: found.count - left.count, left: left))
    }

    private func exists(_ path: String) -> Bool { (try? files.status(path)) != nil }

    private func prune() {
        guard let limit = settings.maxDisk else { return }
        let now = files.monotonicMicroseconds()
        // What other writers hold locked cannot be removed; asking again with every batch would not help.
        guard now >= pruneAgainAt else { return }
        let room = max(0, limit - (segment?.size ?? 0))
        let result = folder.prune(to: room, except: segment?.path)
        otherBytes = result.left
        pruneAgainAt = result.left > room ? now + Self.second : 0
        if result.files > 0 { report(.pruned(files: result.files, bytes: result.bytes)) }
    }

    private func removeExpiredRaw() {
        scannedAt = files.monotonicMicroseconds()
        let count = folder.removeExpiredRaw(except: segment?.path)
        if count > 0 { report(.rawExpired(files: count)) }
    }
}
