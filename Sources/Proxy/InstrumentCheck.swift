// Does inserting hoplens change what the origin answers? One harmless GET is asked twice, directly and through the node's
// own listener, and the answers are compared. An inspector that changes what it measures must say so before anybody
// trusts its findings (the usual case: TLS ends at hoplens, the origin sees plain http and redirects or ignores
// Application Passwords).
import Reactor
import Settings

/// What the instrument check of one listener found.
public enum InstrumentFinding: Sendable {
    /// Both answers are alike: their status.
    case same(status: Int)
    /// They differ: what, in one clause.
    case changed(String)
    /// The origin could not be asked: why.
    case unreachable(String)
    /// The listener could not be asked: why.
    case broken(String)
}

extension ProxyServer {
    /// Runs the instrument check for every service; takes at most about ten seconds.
    public func checkInstrument() -> [(listener: Listener, finding: InstrumentFinding)] {
        var findings: [(Listener, InstrumentFinding)] = []
        guard let client = try? Client(concurrency: 1) else { return [] }
        let configuration = running.withLock { $0.configuration }
        let listeners = configuration.entrances.map { Listener($0, configuration) }
        var seen: [String] = []
        for listener in listeners where !seen.contains(listener.service) {
            seen.append(listener.service)
            guard let service = configuration.services.first(where: { $0.settings.name == listener.service }) else {
                continue
            }
            findings.append((listener, check(service, listener, client)))
        }
        return findings
    }

    private func check(_ service: ServiceRuntime, _ listener: Listener, _ client: Client) -> InstrumentFinding {
        let authority = service.settings.origin.authority
        let throughHost: String
        switch service.settings.host {
        case .auto: throughHost = listener.address.description
        case .client, .origin, .name: throughHost = authority
        }
        let directHost: String
        if case .name(let name) = service.settings.host { directHost = name } else { directHost = authority }
        let origin = service.settings.origin
        var direct = AskTarget(tls: origin.tls, host: origin.host, port: origin.port)
        direct.connect = service.settings.connect
        direct.sni = service.settings.sni
        direct.caFile = service.settings.caFile
        direct.insecure = service.settings.insecure
        let listening =
            listener.address.isWildcard ? SocketAddress.loopback(port: listener.address.port) : listener.address
        var through = AskTarget(tls: service.listenerTLS != nil, host: listening.host, port: listening.port)
        through.sni = "localhost"
        through.insecure = true
        let expected: ClientAnswer
        do throws(AskError) {
            expected = try ask(client, direct, host: directHost)
        } catch {
            return .unreachable(error.text)
        }
        do throws(AskError) {
            return compare(expected, try ask(client, through, host: throughHost))
        } catch {
            return .broken(error.text)
        }
    }

    private func compare(_ direct: ClientAnswer, _ through: ClientAnswer) -> InstrumentFinding {
        if direct.status != through.status {
            var text = "GET / answers \(direct.status) directly but \(through.status) through hoplens"
            if let location = through.first("location"), direct.first("location") == nil {
                text += ", which redirects to \(InstrumentText.withoutQuery(location))"
            }
            return .changed(text)
        }
        for name in ["content-type", "www-authenticate", "content-encoding"]
        where direct.first(name) != through.first(name) {
            return .changed(
                "GET / has another \(name) through hoplens (\(through.first(name) ?? "none")) than directly (\(direct.first(name) ?? "none"))"
            )
        }
        return .same(status: direct.status)
    }

    private func ask(_ client: Client, _ target: AskTarget, host: String) throws(AskError) -> ClientAnswer {
        let fields = [
            ("Host", host), ("User-Agent", "hoplens (instrument check)"), ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"), ("Connection", "close"),
        ]
        let request = ClientRequest(
            target: target, path: Array("/".utf8), fields: fields.map { ($0.0, Array($0.1.utf8)) })
        return try client.send(request, milliseconds: 5000)
    }
}

/// Text for the instrument check.
enum InstrumentText {
    /// A URL up to its query, which may hold secrets.
    static func withoutQuery(_ url: String) -> String {
        String(url.prefix { $0 != "?" && $0 != "#" })
    }
}

extension ProxyServer {
    /// An origin whose name has no address, as one line of text; nil when all names can be resolved (or the resolver is
    /// not sure at the moment).
    public func unresolvableOrigin() -> String? {
        guard let thread = try? LoopThread.start(name: "names", { _ in }) else { return nil }
        defer {
            thread.stop()
            _ = thread.join(milliseconds: 1000)
        }
        for service in running.withLock({ $0.configuration.services }) {
            let target = service.target
            if SocketAddress(numericHost: target.host, port: target.port) != nil { continue }
            let answer = Monitor<Resolver.Answer?>(nil)
            resolver.resolve(target.host, port: target.port, on: thread.handle) { _, result in
                answer.withLock { $0 = result }
                answer.broadcast()
            }
            guard case .failure(let error) = answer.wait(until: Time.monotonicMicroseconds() + 5_000_000, { $0 }),
                error.kind == .notFound
            else { continue }
            return "cannot find the origin \(service.settings.origin): \(error.text); check the spelling"
                + " of the name, or dial an address with --connect HOST:PORT"
        }
        return nil
    }
}
