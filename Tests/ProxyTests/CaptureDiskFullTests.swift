// A disk that is really full, where this machine lets the tests mount a small one (root in a container mostly may).
import Foundation
import Proxy
import Testing

/// A small file system in memory, gone afterwards.
private final class SmallDisk {
    let path = NSTemporaryDirectory() + "hoplens-disk-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let isMounted: Bool

    init() {
        _ = unsafe mkdir(path, 0o700)
        isMounted = unsafe mount("tmpfs", path, "tmpfs", 0, "size=256k,mode=0700") == 0
    }

    deinit {
        if isMounted { unsafe umount2(path, Int32(MNT_DETACH)) }
        unsafe rmdir(path)
    }

    static let isPossible = SmallDisk().isMounted
}

@Suite struct CaptureDiskFullTests {
    @Test(.enabled(if: SmallDisk.isPossible)) func aFullDiskLosesLinesAndNothingElse() throws {
        let disk = SmallDisk()
        let files = ScriptedFiles()
        let events = Events()
        let settings = CaptureSettings(directory: disk.path + "/capture", node: "n")
        let writer = try CaptureWriter(settings, files: files) { events.add($0) }
        let ballast = disk.path + "/ballast"
        #expect(FileManager.default.createFile(atPath: ballast, contents: Data(count: 150_000)))
        let line = String(repeating: "x", count: 999)
        for _ in 0..<200 { writer.write(lines(line)) }
        #expect(writer.isSuspended)
        #expect(writer.written + writer.lost == 200)
        #expect(writer.lost > 50)
        try FileManager.default.removeItem(atPath: ballast)
        files.pass(seconds: 1)
        writer.write(lines("after"))
        #expect(!writer.isSuspended)
        let names = try FileManager.default.contentsOfDirectory(atPath: settings.directory)
        #expect(names.count == 1)
        let text = try String(contentsOfFile: "\(settings.directory)/\(names[0])", encoding: .utf8)
        let all = text.split(separator: "\n")
        #expect(all.count == writer.written + 1)
        #expect(all.dropLast(2).allSatisfy { $0 == line })
        #expect(all.last == "after")
        #expect(all.dropLast().last?.contains("\"lost\":\(writer.lost),\"why\":\"No space left on device\"") == true)
        #expect(events.list.count == 3)
    }
}
