// `hoplens proxy`: starts the proxy, says where it listens, reads its settings again at SIGHUP, runs until another signal,
// drains, and sums up.
import Glibc
import Proxy
import Reactor
import Report
import Settings

enum ProxyCommand {
    static func run(_ settings: ProxySettings, _ source: SettingsSource) -> Int32 {
        do throws(SystemError) {
            // Blocked before the first thread starts, so that every thread inherits it and only the queue sees them.
            try Signals.block([.interrupt, .terminate, .hangup])
        } catch {
            Terminal.say("signals cannot be blocked: \(error)")
            return ExitCode.fault
        }
        Signals.ignorePipe()
        let notices: Notices
        do throws(SystemError) {
            notices = try Notices()
        } catch {
            Terminal.say("the thread for messages could not be started: \(error)")
            return ExitCode.fault
        }
        defer { notices.stop() }
        _ = try? Platform.raiseDescriptorLimit()
        do throws(SystemError) {
            try Platform.forbidCoreDumps()
        } catch {
            notices.say(
                "warning: core dumps cannot be forbidden (\(error)); one would hold the secrets that are on their way")
        }
        let live = LiveOutput(settings)
        let server: ProxyServer
        do throws(ProxyError) {
            let take: @Sendable ([UInt8]) -> Void = { live.take($0) }
            server = try ProxyServer.start(
                settings, key: nil, records: settings.output.mode == .quiet ? nil : take,
                notices: { (text: String) in notices.say(text) })
        } catch {
            notices.say(error.text)
            return error.exitCode
        }
        if settings.instrumentCheck, let problem = server.unresolvableOrigin() {
            _ = server.stop()
            notices.say(problem)
            return ExitCode.unreachable
        }
        for warning in settings.warnings { notices.say("warning: " + warning) }
        for listener in server.listeners { announce(listener, server, notices) }
        if settings.instrumentCheck { checkInLater(server, notices) }
        return wait(server, live, source, notices)
    }

    private static func announce(_ listener: ProxyServer.Listener, _ server: ProxyServer, _ notices: Notices) {
        notices.say("listening on \(listener.url), forwarding to \(listener.origin) (node \(server.node))")
    }

    /// SIGHUP: other settings, if they are right; else everything stays as it is.
    private static func reload(
        _ server: ProxyServer, _ live: LiveOutput, _ source: SettingsSource, _ notices: Notices
    ) {
        let before = server.settings
        let result: ProxyServer.Reload
        do throws(SettingsFault) {
            let wanted = try source.load()
            do throws(ProxyError) {
                result = try server.reload(wanted)
            } catch {
                notices.say(error.text)
                return sayNothingChanged(source, notices)
            }
        } catch {
            for line in error.lines { notices.say(line) }
            return sayNothingChanged(source, notices)
        }
        live.adopt(server.settings)
        for warning in result.warnings { notices.say("warning: " + warning) }
        for listener in result.opened { announce(listener, server, notices) }
        for listener in result.closed {
            notices.say("no longer listening on \(listener.url); what runs there is finished")
        }
        for sentence in result.kept { notices.say(sentence) }
        if let file = source.file {
            notices.say(
                "SIGHUP: the settings in \(file) hold from now on; exchanges that are running end by the old ones")
        } else {
            notices.say(
                "SIGHUP: certificates and keys were read again; there is no settings file to read, start with"
                    + " --config FILE to change more than that")
        }
        if server.settings.instrumentCheck, server.settings.services != before.services {
            checkInLater(server, notices)
        }
    }

    private static func sayNothingChanged(_ source: SettingsSource, _ notices: Notices) {
        let advice = source.file.map { "try the file with 'hoplens check-config \($0)', then send SIGHUP again" }
        notices.say("SIGHUP: nothing was changed, the settings of before hold; \(advice ?? "then send SIGHUP again")")
    }

    /// The check asks through the node, so it runs beside it.
    private static func checkInLater(_ server: ProxyServer, _ notices: Notices) {
        _ = try? Thread.start("check") {
            for (listener, finding) in server.checkInstrument() {
                switch finding {
                case .same(let status):
                    notices.say(
                        "instrument check: GET / answers \(status) at \(listener.origin), directly and through this node"
                    )
                case .changed(let what):
                    notices.say(
                        "warning: inserting hoplens changes the answer of \(listener.origin): \(what). Findings can be an effect"
                            + " of the inspector until this is explained; try --no-via (nginx does not compress when it sees Via),"
                            + " https:// as ORIGIN, --host or --forwarded x")
                case .unreachable(let why):
                    notices.say(
                        "warning: the origin \(listener.origin) cannot be used: \(why); requests get 502 or 504 until that is mended"
                            + (listener.origin.hasPrefix("https:")
                                ? " (a certificate: --ca-file FILE, --sni NAME or, knowingly, --insecure)" : "")
                    )
                case .broken(let why):
                    notices.say("warning: the instrument check could not ask through \(listener.url): \(why)")
                }
            }
        }
    }

    private static func wait(
        _ server: ProxyServer, _ live: LiveOutput, _ source: SettingsSource, _ notices: Notices
    ) -> Int32 {
        let began = Time.monotonicMicroseconds()
        let queue: SignalQueue
        do throws(SystemError) {
            queue = try SignalQueue([.interrupt, .terminate, .hangup])
        } catch {
            notices.say("signals cannot be read: \(error)")
            return ExitCode.fault
        }
        let hadTerminal = Platform.isTerminal(STDERR_FILENO)
        while let signal = queue.wait() {
            // The window was closed: nobody is there any more who could stop it.
            guard signal == .hangup, !hadTerminal || Platform.isTerminal(STDERR_FILENO) else { break }
            reload(server, live, source, notices)
        }
        notices.say("finishing the exchanges that are running (a second signal ends them at once)")
        let summary = server.stop(isHurried: { queue.next().map { $0 != .hangup } ?? false })
        let settings = server.settings
        let seconds = (Time.monotonicMicroseconds() - began) / 1_000_000
        let tally = summary.tally
        var capture: CaptureCount?
        if settings.capture != nil {
            capture = CaptureCount(
                written: summary.captured, lost: summary.captureLost,
                reason: summary.captureLost > 0 ? "see above" : nil)
        }
        if settings.output.mode == .quiet {
            notices.say(
                "\(Human.count(tally.exchanges, "exchange")) on \(Human.count(tally.connections, "connection"))"
                    + " in \(Human.span(seconds: seconds))")
        } else {
            notices.write(live.summary(seconds: seconds, capture: capture))
        }
        if summary.unprinted > 0 {
            notices.say("\(summary.unprinted) exchanges were not printed because the terminal was too slow")
        }
        if summary.cut > 0 { notices.say("\(Human.count(summary.cut, "exchange")) cut before the end") }
        return ExitCode.fine
    }
}
