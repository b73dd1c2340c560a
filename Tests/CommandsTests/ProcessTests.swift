// What only a process of its own can show: exit codes, closed outputs, traps.

import Commands
import Foundation
import Testing

@Suite("Process")
struct ProcessTests {
    @Test("help ends with 0, wrong usage with 2")
    func exitCodes() async {
        await #expect(processExitsWith: .exitCode(0)) { exit(Commands.main(arguments: ["hoplens", "--help"])) }
        await #expect(processExitsWith: .exitCode(2)) {
            exit(Commands.main(arguments: ["hoplens", "proxy", "--frob"]))
        }
        await #expect(processExitsWith: .exitCode(2)) {
            exit(Commands.main(arguments: ["hoplens", "proxy", "a.test"]))
        }
        await #expect(processExitsWith: .exitCode(2)) {
            exit(Commands.main(arguments: ["hoplens", "check-config", "/no/such/file"]))
        }
        await #expect(processExitsWith: .exitCode(2)) { exit(Commands.main(arguments: ["hoplens"])) }
    }

    @Test("a reader that has gone is no failure")
    func closedPipe() async {
        await #expect(processExitsWith: .exitCode(0)) {
            let pipe = Pipe()
            dup2(pipe.fileHandleForWriting.fileDescriptor, STDOUT_FILENO)
            try pipe.fileHandleForReading.close()
            exit(Commands.main(arguments: ["hoplens", "proxy", "--help"]))
        }
    }

    @Test("an output that cannot be written is a failure")
    func fullDisk() async {
        await #expect(processExitsWith: .exitCode(3)) {
            let full = unsafe open("/dev/full", O_WRONLY)
            dup2(full, STDOUT_FILENO)
            exit(Commands.main(arguments: ["hoplens", "man"]))
        }
    }

    @Test("a trap on any thread says whose fault it is and ends with 70")
    func trap() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = unsafe unsetenv("SWIFT_BACKTRACE")
            CrashHandler.install()
            Thread.detachNewThread {
                let empty: [Int] = []
                print(empty[Int.random(in: 1...2)])
            }
            sleep(10)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("hoplens: a fault of hoplens itself (SIG"))
        #expect(text.contains("version 0.1.0"))
        #expect(text.contains("SWIFT_BACKTRACE=enable=yes"))
    }
}
