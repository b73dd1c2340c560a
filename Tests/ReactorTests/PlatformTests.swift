import CLinux
import Foundation
import Glibc
import Reactor
import Testing

@Suite("Platform, files and signals", .timeLimit(.minutes(1)))
struct PlatformTests {
    @Test func `clocks go forward and the wall clock is in this century`() {
        let before = Time.monotonicMicroseconds()
        let wall = Time.wallMicroseconds()
        #expect(Time.monotonicMicroseconds() >= before)
        #expect(Time.monotonicMilliseconds() >= before / 1000)
        #expect(wall > 1_700_000_000_000_000 && wall < 4_000_000_000_000_000)
        #expect(Time.processorMicroseconds() > 0)
    }

    @Test func `the environment, the host name and the limit can be asked for`() throws {
        #expect(Platform.environment("PATH")?.isEmpty == false)
        #expect(Platform.environment("HOPLENS_NO_SUCH_VARIABLE") == nil)
        #expect(!Platform.hostName().isEmpty)
        #expect(!Platform.hostName().utf8.contains(0))
        #expect(try Platform.raiseDescriptorLimit() >= 256)
    }

    @Test func `a socket is no terminal and has no width`() throws {
        let (a, b) = try Socket.pair()
        defer { Socket.close(a); Socket.close(b) }
        #expect(!Platform.isTerminal(a))
        #expect(Platform.terminalWidth(a) == nil)
    }

    @Test func `a file is read whole, up to its bound`() throws {
        let path = NSTemporaryDirectory() + "/hoplens-reactor-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(try Files.read(path, limit: 10_000) == bytes)
        #expect(throws: FileError.tooLarge(path: path, limit: 9_999)) { try Files.read(path, limit: 9_999) }
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(try Files.read(path, limit: 0).isEmpty)
        #expect(throws: FileError.notRegular(path: "/")) { try Files.read("/", limit: 10) }
        #expect(throws: FileError.notRegular(path: "/dev/null")) { try Files.read("/dev/null", limit: 10) }
        #expect(throws: FileError.system(path: "/no/such", SystemError("open", ENOENT))) {
            try Files.read("/no/such", limit: 10)
        }
        #expect(throws: FileError.self) { try Files.read(path + "\0x", limit: 10) }
        #expect(try !Files.read("/proc/self/status", limit: 100_000).isEmpty, "a file that claims to be empty")
        #expect(throws: FileError.tooLarge(path: "/proc/self/status", limit: 10)) {
            try Files.read("/proc/self/status", limit: 10)
        }
    }

    @Test func `a write to a slow reader is finished, and one to a closed reader is an error`() throws {
        try onOwnThread {
            Signals.ignorePipe()
            let (a, b) = try Socket.pair()
            let bytes = [UInt8](repeating: 7, count: 3_000_000)
            let received = Counter()
            _ = try Thread.start("slow reader") {
                var buffer = [UInt8](repeating: 0, count: 50_000)
                while true {
                    switch Socket.receive(b, into: &buffer) {
                    case .bytes(let count): received.add(count)
                    case .wouldBlock: _ = hl_poll(b, Int16(POLLIN), 1000)
                    case .closed, .failed:
                        Socket.close(b)
                        received.add(1)
                        return
                    }
                }
            }
            try Files.write(a, bytes)
            #expect(received.reaches(3_000_000))
            try Files.write(a, text: "end")
            Socket.close(a)
            #expect(received.reaches(3_000_004))

            let (c, d) = try Socket.pair()
            Socket.close(d)
            #expect(throws: SystemError("write", EPIPE)) { try Files.write(c, [1]) }
            Socket.close(c)
        }
    }

    @Test func `an errno has a text, even an unknown one`() {
        #expect(SystemError("open", ENOENT).description == "open: No such file or directory")
        #expect(SystemError.text(of: 99_999) == "error 99999")
        #expect(SystemError("bind", EACCES).isPermissionDenied)
    }

    @Test func `blocked signals are read from the queue in the thread that waits`() throws {
        try onOwnThread {
            try Signals.block()
            let queue = try SignalQueue()
            #expect(queue.next() == nil)
            #expect(queue.wait(milliseconds: 20) == nil)
            // Sent to this thread alone, so that the test process survives.
            #expect(hl_raise(Signal.hangup.rawValue) == 0)
            #expect(queue.wait(milliseconds: 2000) == .hangup)
            #expect(hl_raise(Signal.interrupt.rawValue) == 0)
            #expect(hl_raise(Signal.terminate.rawValue) == 0)
            let both = [queue.wait(milliseconds: 2000), queue.wait(milliseconds: 2000)]
            #expect(both.contains(.interrupt) && both.contains(.terminate))
            #expect(queue.next() == nil)
        }
    }

    @Test func `a signal queue wakes a loop`() throws {
        try onOwnThread {
            try Signals.block()
            let queue = try SignalQueue([.terminate])
            let loop = try Loop()
            var seen: [Signal] = []
            let registration = try loop.register(
                queue.descriptor, Handler { _ in while let signal = queue.next() { seen.append(signal) } })
            #expect(hl_raise(Signal.terminate.rawValue) == 0)
            let end = loop.now + 2000
            while seen.isEmpty && loop.now < end { loop.turn(limit: 100) }
            #expect(seen == [.terminate])
            loop.deregister(registration, closing: false)
        }
    }
}
