// What is said when a trap of the Swift runtime ends the program: in a release build the trap itself prints nothing, and a
// silent end looks like the user's mistake (STYLE.md 4.16).
//
// The handler runs on the thread that trapped, with the heap and every lock in an unknown state. It therefore uses only
// write and _exit, on bytes that exist since the program was loaded. It is formed in a nonisolated function: formed in
// main it would belong to the main actor and trap again on any other thread (STYLE.md 5, pitfall 1).

import Glibc
import Reactor

/// Turns a trap into one clear line and exit code 70.
package enum CrashHandler {
    /// Installs the handler, unless the user asked Swift for a backtrace, which is better than a line.
    package static func install() {
        if let wish = Platform.environment("SWIFT_BACKTRACE"),
            wish.contains("enable=yes") || wish.contains("enable=tty")
        {
            return
        }
        // Touched here, so that the handler finds it made: making it there could take a lock.
        _ = Program.versionBytes
        for number in [SIGILL, SIGTRAP] { installHandler(number) }
    }

    private static func installHandler(_ number: Int32) {
        _ = signal(number, trapped)
    }
}

/// Async-signal-safe: literals, write and _exit only.
private func trapped(_ number: Int32) {
    say("hoplens: a fault of hoplens itself (")
    say(number == SIGILL ? "SIGILL" : "SIGTRAP")
    say(", version ")
    say(Program.versionBytes)
    say("); it has ended. Please report what you did.\n")
    say("hoplens: SWIFT_BACKTRACE=enable=yes in the environment shows where it happens the next time.\n")
    _exit(70)
}

private func say(_ text: StaticString) {
    // Invariant: a StaticString points to bytes of the program itself, which stay for as long as it runs.
    _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}
