// The program as a whole: reads the command line, does what it asks for, and answers with an exit code. Effects are here;
// what a command line means is in Invocation.

import Glibc
import Reactor
import Settings

/// The program behind `main`.
public enum Commands {
    /// A settings file is written by hand; beyond this size it is something else.
    private static let largestConfig = 1 << 20

    /// Runs the program with its arguments, the program's own name first, and returns the exit code.
    public static func main(arguments: [String]) -> Int32 {
        Signals.ignorePipe()
        CrashHandler.install()
        switch Invocation(Array(arguments.dropFirst())) {
        case .text(let text): return print(text)
        case .proxy(let arguments): return proxy(arguments)
        case .demo(let output): return DemoCommand.run(output)
        case .checkConfig(let path): return checkConfig(path)
        case .wrong(let error, let command):
            complain(error, command)
            return ExitCode.usage
        }
    }

    private static func proxy(_ arguments: Arguments) -> Int32 {
        var raw = RawSettings()
        if let path = arguments.configFile {
            guard let file = read(path) else { return ExitCode.usage }
            raw = file
        }
        raw.override(with: arguments.settings)
        do throws(SettingsProblems) {
            return ProxyCommand.run(try ProxySettings(checking: raw))
        } catch {
            complain(error)
            return ExitCode.usage
        }
    }

    private static func checkConfig(_ path: String) -> Int32 {
        guard let raw = read(path) else { return ExitCode.usage }
        do throws(SettingsProblems) {
            return print(ConfigSummary.text(try ProxySettings(checking: raw), path: path))
        } catch {
            complain(error)
            return ExitCode.usage
        }
    }

    private static func read(_ path: String) -> RawSettings? {
        do throws(FileError) {
            let bytes = try Files.read(path, limit: largestConfig)
            return RawSettings(file: path, bytes: bytes.span)
        } catch {
            Terminal.say("the settings cannot be read: \(error)")
            return nil
        }
    }

    /// Prints on standard output; a reader that has seen enough (`hoplens --help | head -1`) is no failure.
    private static func print(_ text: String) -> Int32 {
        do throws(SystemError) {
            try Files.write(STDOUT_FILENO, text: text)
            return ExitCode.fine
        } catch {
            if error.code == EPIPE { return ExitCode.fine }
            Terminal.say("standard output cannot be written: \(error.text)")
            return ExitCode.unreachable
        }
    }

    private static func complain(_ error: UsageError, _ command: CommandInfo?) {
        Terminal.say(error.hint.map { "\(error.message); \($0)" } ?? error.message)
        Terminal.say("'\(Program.name) \(command.map { $0.name + " " } ?? "")--help' shows what there is")
    }

    private static func complain(_ problems: SettingsProblems) {
        for problem in problems.problems { Terminal.say(problem.description) }
        if problems.omitted > 0 { Terminal.say("and \(problems.omitted) more") }
    }
}
