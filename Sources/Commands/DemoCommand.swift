// `hoplens demo`: the embedded demonstration.
import Demo
import Glibc
import Reactor
import Report
import Settings

enum DemoCommand {
    static func run(_ output: Output) -> Int32 {
        Signals.ignorePipe()
        let style = Style(
            width: min(100, Terminal.width(STDOUT_FILENO)),
            color: Terminal.wantsColor(output.color, descriptor: STDOUT_FILENO), ascii: output.ascii,
            now: Time.wallMicroseconds() / 1_000_000, utcOffset: Terminal.utcOffset())
        // A reader that has gone (`hoplens demo | head`) is no failure of the demo.
        return Demo.run(write: { try? Files.write(STDOUT_FILENO, $0) }, style: style)
    }
}
