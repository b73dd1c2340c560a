// Scripted files for captures: the real file system below, with failures and short writes put in where a test wants
// them, and clocks that a test turns.
import Foundation
import Proxy

final class ScriptedFiles: CaptureFiles {
    /// What happens to a write.
    enum Step {
        /// Only so many bytes are taken.
        case short(Int)
        /// Refused with this errno.
        case fail(Int32)
    }

    private let real = SystemFiles()
    /// Consumed one for each write; afterwards writes work.
    var writes: [Step] = []
    /// While set, nothing can be made or written.
    var broken: Int32?
    var truncateFails = false
    var wall: Int64 = 1_795_221_181_123_456
    var monotonic: Int64 = 5_000_000

    func pass(seconds: Double) {
        wall += Int64(seconds * 1_000_000)
        monotonic += Int64(seconds * 1_000_000)
    }

    func wallMicroseconds() -> Int64 { wall }
    func monotonicMicroseconds() -> Int64 { monotonic }
    func makeFolder(_ path: String) throws(FileFailure) { try real.makeFolder(path) }
    func status(_ path: String) throws(FileFailure) -> FileStatus { try real.status(path) }
    func status(of descriptor: Int32) throws(FileFailure) -> FileStatus { try real.status(of: descriptor) }

    func create(_ path: String) throws(FileFailure) -> Int32 {
        if let broken { throw FileFailure(broken) }
        return try real.create(path)
    }

    func write(_ descriptor: Int32, _ bytes: [UInt8], _ range: Range<Int>) throws(FileFailure) -> Int {
        if let broken { throw FileFailure(broken) }
        guard !writes.isEmpty else { return try real.write(descriptor, bytes, range) }
        switch writes.removeFirst() {
        case .short(let count): return try real.write(descriptor, bytes, range.lowerBound..<range.lowerBound + count)
        case .fail(let code): throw FileFailure(code)
        }
    }

    func truncate(_ descriptor: Int32, to size: Int) throws(FileFailure) {
        if truncateFails { throw FileFailure(EIO) }
        try real.truncate(descriptor, to: size)
    }

    func close(_ descriptor: Int32) { real.close(descriptor) }
    func names(in folder: String) throws(FileFailure) -> [String] { try real.names(in: folder) }
    func head(of path: String, _ count: Int) throws(FileFailure) -> [UInt8] { try real.head(of: path, count) }
    func removeUnlessLocked(_ path: String) throws(FileFailure) -> Bool { try real.removeUnlessLocked(path) }
    func remove(_ path: String) throws(FileFailure) { try real.remove(path) }
}

/// A folder of its own for one test, gone afterwards.
final class Scratch {
    let path = NSTemporaryDirectory() + "hoplens-capture-\(getpid())-\(UInt64.random(in: 0 ... .max))"

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The visible files, by name.
    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? "(no file \(name))"
    }

    /// The contents of all segments, in the order of their names.
    var everything: String { names.filter { $0.hasSuffix(".ndjson") }.map(text).joined() }

    func mode(_ name: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: name.isEmpty ? path : file(name))
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    func put(_ name: String, _ text: String, mode: mode_t = 0o600) {
        _ = FileManager.default.createFile(atPath: file(name), contents: Data(text.utf8))
        _ = unsafe chmod(file(name), mode)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What a writer reported.
final class Events {
    var list: [CaptureEvent] = []
    func add(_ event: CaptureEvent) { list.append(event) }
}

func lines(_ texts: String...) -> [UInt8] { Array(texts.map { $0 + "\n" }.joined().utf8) }
