// The terminal: how wide it is, whether it wants colour, what time zone its user lives in, and saying things on standard
// error. Nothing here fails: a terminal that has gone is not a reason to stop.
import Glibc
import Reactor
import Report
import Settings

enum Terminal {
    /// Columns of the terminal behind a descriptor; no limit for a file or a pipe, so that one exchange is one line.
    static func width(_ descriptor: Int32) -> Int {
        if let columns = Platform.environment("COLUMNS"), let number = Int(columns), (20...10_000).contains(number) {
            return number
        }
        if Platform.isTerminal(descriptor) { return max(40, Platform.terminalWidth(descriptor) ?? 80) }
        return Style.unlimited
    }

    /// Whether colour is wanted: on a terminal, unless NO_COLOR (no-color.org) or TERM=dumb says otherwise.
    static func wantsColor(_ choice: Output.Color, descriptor: Int32) -> Bool {
        switch choice {
        case .always: return true
        case .never: return false
        case .auto:
            if let value = Platform.environment("NO_COLOR"), !value.isEmpty { return false }
            return Platform.isTerminal(descriptor) && Platform.environment("TERM") != "dumb"
        }
    }

    /// Seconds east of UTC at the moment.
    static func utcOffset() -> Int {
        var now = time(nil)
        var local = unsafe tm()
        guard unsafe localtime_r(&now, &local) != nil else { return 0 }
        return unsafe local.tm_gmtoff
    }

    /// Says one line on standard error.
    static func say(_ text: String) { write(line(text)) }

    /// One line as it is said.
    static func line(_ text: String) -> [UInt8] {
        Array("hoplens: ".utf8) + Reporter(Style(width: Style.unlimited)).plain(text) + [UInt8(ascii: "\n")]
    }

    /// Writes prepared lines on standard error.
    static func write(_ bytes: [UInt8]) {
        // There is nobody left to tell when this fails.
        try? Files.write(STDERR_FILENO, bytes)
    }
}
