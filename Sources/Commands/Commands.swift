// The program as a whole: reads the command line, does what it asks for, and answers with an exit code. Effects are here;
// what a command line means is in Invocation.

import Glibc
import Reactor
import Settings

/// The program behind `main`.
public enum Commands {
    /// Runs the program with its arguments, the program's own name first, and returns the exit code.
    public static func main(arguments: [String]) -> Int32 {
        Signals.ignorePipe()
        CrashHandler.install()
        switch Invocation(Array(arguments.dropFirst())) {
        case .text(let text): return print(text)
        case .proxy(let arguments): return proxy(arguments)
        case .demo(let output): return DemoCommand.run(output)
        case .checkConfig(let path): return checkConfig(path)
        case .corsCheck(let url, let arguments): return CORSCheckCommand.run(url, arguments)
        case .corsEvaluate(let path): return CORSEvaluateCommand.run(path)
        case .traces(let name, let arguments): return TracesCommands.run(name, arguments)
        case .diagnose(let url, let arguments): return DiagnoseCommand.run(url, arguments)
        case .compare(let arguments): return CompareCommand.run(arguments)
        case .echo(let arguments): return EchoCommand.run(arguments)
        case .wrong(let error, let command):
            complain(error, command)
            return ExitCode.usage
        }
    }

    private static func proxy(_ arguments: Arguments) -> Int32 {
        let source = SettingsSource(arguments)
        do throws(SettingsFault) {
            return ProxyCommand.run(try source.load(), source)
        } catch {
            for line in error.lines { Terminal.say(line) }
            return ExitCode.usage
        }
    }

    private static func checkConfig(_ path: String) -> Int32 {
        do throws(SettingsFault) {
            return print(ConfigSummary.text(try SettingsSource.load(file: path), path: path))
        } catch {
            for line in error.lines { Terminal.say(line) }
            return ExitCode.usage
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

    static func complain(_ error: UsageError, _ command: CommandInfo?) {
        Terminal.say(error.hint.map { "\(error.message); \($0)" } ?? error.message)
        Terminal.say("'\(Program.name) \(command.map { $0.name + " " } ?? "")--help' shows what there is")
    }
}
