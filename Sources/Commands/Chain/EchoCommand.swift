// `hoplens echo`: starts the echo, says where, and runs until a signal.

import Demo
import Glibc
import Proxy
import Reactor
import Secure
import Settings

enum EchoCommand {
    /// Where it listens when nobody says otherwise.
    static let standard = "127.0.0.1:8081"

    static func run(_ arguments: Arguments) -> Int32 {
        let text = arguments.settings.common.values[.listen]?.last?.text ?? standard
        let endpoint: Endpoint
        do throws(Mismatch) {
            endpoint = try Endpoint(listening: text)
        } catch {
            Terminal.say("--listen: \(error.message)")
            return ExitCode.usage
        }
        let host = endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host
        guard let address = SocketAddress(numericHost: host, port: endpoint.port) else {
            Terminal.say("--listen \(endpoint): \(host) is not an address of this machine; use one such as 127.0.0.1")
            return ExitCode.usage
        }
        do throws(SystemError) {
            // Before the first thread starts, so that only the queue sees them.
            try Signals.block([.interrupt, .terminate])
            _ = try? Platform.forbidCoreDumps()
            let queue = try SignalQueue([.interrupt, .terminate])
            let echo: Echo
            do throws(EchoError) {
                // The key lives as long as this run: nothing it says needs to be recognised later.
                echo = try Echo.start(on: address, Fingerprinter(key: SecureRandom.bytes(32)))
            } catch {
                Terminal.say("\(error.text); choose another address with --listen")
                return ExitCode.usage
            }
            if !endpoint.isLoopback {
                Terminal.say("warning: \(echo.address) can be reached from other machines; everyone there is answered")
            }
            Terminal.say("echo: listening on http://\(echo.address)")
            _ = queue.wait()
            echo.stop()
            return ExitCode.fine
        } catch {
            Terminal.say("the echo could not be run: \(error)")
            return ExitCode.fault
        }
    }
}
