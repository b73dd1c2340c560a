import Foundation
import Proxy
import Synchronization
import Testing

@Suite struct CaptureKeyFileTests {
    private let scratch = Scratch()

    init() throws {
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: false)
    }

    private func refusal(_ file: String?) -> KeyFileError? {
        do throws(KeyFileError) {
            _ = try KeyFile.load(file: file, captureDirectory: scratch.path)
            return nil
        } catch {
            return error
        }
    }

    @Test func theKeyIsMadeOnFirstUseAndReadAfterwards() throws {
        let path = scratch.file(".hoplens-key")
        let first = try KeyFile.load(file: nil, captureDirectory: scratch.path)
        #expect(first.origin == .created(path))
        #expect(first.bytes.count == 32)
        #expect(scratch.mode(".hoplens-key") == 0o600)
        let second = try KeyFile.load(file: nil, captureDirectory: scratch.path + "/")
        #expect(second.bytes == first.bytes)
        #expect(scratch.names == [".hoplens-key"])
    }

    @Test func aGivenFileComesBeforeTheFolder() throws {
        let key = try KeyFile.load(file: scratch.file("mine"), captureDirectory: scratch.path)
        #expect(key.origin == .created(scratch.file("mine")))
        #expect(scratch.names == ["mine"])
    }

    @Test func withoutACaptureTheKeyIsForgotten() throws {
        let key = try KeyFile.load(file: nil, captureDirectory: nil)
        #expect(key.origin == .memory)
        #expect(try KeyFile.load(file: nil, captureDirectory: nil).bytes != key.bytes)
    }

    @Test func aKeyOthersCanReadIsRefusedWithWhatToDo() {
        let text = String(repeating: "k", count: 32)
        for mode in [0o640, 0o604, 0o660] as [mode_t] {
            scratch.put(".hoplens-key", text, mode: mode)
            let error = refusal(nil)
            #expect(error == .tooOpen(scratch.file(".hoplens-key"), UInt32(mode)))
            #expect(error?.text.contains("chmod 600") == true)
        }
        scratch.put(".hoplens-key", text)
        #expect(refusal(nil) == nil)
    }

    @Test func whatIsNotAKeyIsRefused() throws {
        scratch.put("short", "abc")
        #expect(refusal(scratch.file("short")) == .wrongSize(scratch.file("short"), 3))
        #expect(refusal("/dev/null") == .notFile("/dev/null"))
        #expect(refusal("/nonexistent-hoplens/key") == .cannotCreate("/nonexistent-hoplens/key", ENOENT))
        scratch.put("target", String(repeating: "k", count: 32))
        #expect(unsafe symlink(scratch.file("target"), scratch.file(".hoplens-key")) == 0)
        #expect(refusal(nil) == .notFile(scratch.file(".hoplens-key")))
        // A link somebody names on purpose is followed.
        #expect(refusal(scratch.file(".hoplens-key")) == nil)
    }

    @Test func processesThatStartAtOnceAgreeOnOneKey() {
        let path = scratch.path
        let keys = Mutex<Set<[UInt8]>>([])
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            let key = try? KeyFile.load(file: nil, captureDirectory: path)
            keys.withLock { _ = $0.insert(key?.bytes ?? []) }
        }
        let all = keys.withLock { $0 }
        #expect(all.count == 1)
        #expect(all.first?.count == 32)
        #expect(scratch.names == [".hoplens-key"])
    }
}
