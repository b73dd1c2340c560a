// Does inserting hoplens change what the origin answers? One harmless GET is asked twice, directly and through the node's
// own listener, and the answers are compared. An inspector that changes what it measures must say so before anybody
// trusts its findings (the usual case: TLS ends at hoplens, the origin sees plain http and redirects or ignores
// Application Passwords).
import Reactor
import Secure
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
    /// Runs the instrument check for every service, on a loop of its own; takes at most about ten seconds.
    public func checkInstrument() -> [(listener: Listener, finding: InstrumentFinding)] {
        var findings: [(Listener, InstrumentFinding)] = []
        guard let thread = try? LoopThread.start(name: "check", { _ in }) else { return [] }
        defer {
            thread.stop()
            _ = thread.join(milliseconds: 1000)
        }
        let configuration = running.withLock { $0.configuration }
        let listeners = configuration.entrances.map { Listener($0, configuration) }
        var seen: [String] = []
        for listener in listeners where !seen.contains(listener.service) {
            seen.append(listener.service)
            guard let service = configuration.services.first(where: { $0.settings.name == listener.service }) else {
                continue
            }
            findings.append((listener, check(service, listener, thread.handle)))
        }
        return findings
    }

    private func check(_ service: ServiceRuntime, _ listener: Listener, _ loop: LoopHandle) -> InstrumentFinding {
        let target = service.target
        let addresses: [SocketAddress]
        switch resolve(target.host, target.port, loop) {
        case .success(let found): addresses = found
        case .failure(let error): return .unreachable(error.text)
        }
        let authority = service.settings.origin.authority
        let throughHost: String
        switch service.settings.host {
        case .auto: throughHost = listener.address.description
        case .client, .origin, .name: throughHost = authority
        }
        let directHost: String
        if case .name(let name) = service.settings.host { directHost = name } else { directHost = authority }
        let direct = ask(addresses, service.originTLS, host: directHost, loop)
        let listening =
            listener.address.isWildcard ? SocketAddress.loopback(port: listener.address.port) : listener.address
        var listenerTLS: TLSClientContext?
        if service.listenerTLS != nil {
            listenerTLS = try? TLSClientContext(verify: "localhost", insecure: true)
        }
        switch direct {
        case .failure(let error): return .unreachable(error.text)
        case .success(let expected):
            switch ask([listening], listenerTLS, host: throughHost, loop) {
            case .failure(let error): return .broken(error.text)
            case .success(let seen): return compare(expected, seen)
            }
        }
    }

    private func compare(_ direct: FetchResult, _ through: FetchResult) -> InstrumentFinding {
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

    private func ask(
        _ addresses: [SocketAddress], _ tls: TLSClientContext?, host: String, _ loop: LoopHandle
    ) -> Result<FetchResult, FetchError> {
        let request = Array(
            "GET / HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: hoplens (instrument check)\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
                .utf8)
        let answer = Monitor<Result<FetchResult, FetchError>?>(nil)
        loop.submit { loop in
            let fetch = Fetch(loop: loop, addresses: addresses, tls: tls, request: request) { result in
                answer.withLock { $0 = result }
                answer.broadcast()
            }
            fetch.begin(milliseconds: 5000)
        }
        return answer.wait(until: Time.monotonicMicroseconds() + 6_000_000) { $0 }
            ?? .failure(FetchError(text: "no answer in time"))
    }

    /// Addresses of a host, waiting for them at most five seconds.
    private func resolve(_ host: String, _ port: UInt16, _ loop: LoopHandle) -> Result<[SocketAddress], FetchError> {
        if let address = SocketAddress(numericHost: host, port: port) { return .success([address]) }
        let answer = Monitor<Resolver.Answer?>(nil)
        resolver.resolve(host, port: port, on: loop) { _, result in
            answer.withLock { $0 = result }
            answer.broadcast()
        }
        switch answer.wait(until: Time.monotonicMicroseconds() + 5_000_000, { $0 }) {
        case .success(let addresses): return .success(addresses)
        case .failure(let error): return .failure(FetchError(text: error.description))
        case nil: return .failure(FetchError(text: "\(host): the name server does not answer"))
        }
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
