// The middle hop: a plain reverse proxy that can be misconfigured in four ways, each of them a line or two that people
// really write. It keeps Host, stamps Server and Date as nginx does, and opens a new connection to its upstream for
// every request. With no fault set it does nothing else.

import Reactor

/// The ways in which the middle hop may be misconfigured.
struct HopFaults: OptionSet, Sendable {
    let rawValue: UInt8

    /// Authorization is not passed on.
    static let stripsAuthorization = HopFaults(rawValue: 1)
    /// A second Access-Control-Allow-Origin is added to answers that have one.
    static let doublesAllowOrigin = HopFaults(rawValue: 2)
    /// OPTIONS is answered 405 without asking WordPress.
    static let refusesPreflight = HopFaults(rawValue: 4)
    /// Answers to GET are kept and given to everybody, whoever asked first.
    static let cachesForEverybody = HopFaults(rawValue: 8)
}

/// A reverse proxy on a free port.
final class FaultyHop: Sendable {
    private struct State {
        var faults: HopFaults = []
        var cache: [String: Kept] = [:]
        /// The ids of the requests that were passed on.
        var passedOn: Set<String> = []
    }

    private struct Kept {
        var response: Response
        var since: Int64
    }

    private let server: Server
    private let state: Monitor<State>

    private init(_ server: Server, _ state: Monitor<State>) {
        self.server = server
        self.state = state
    }

    /// Starts a hop in front of a port of this machine.
    static func start(upstream port: UInt16) throws(DemoFault) -> FaultyHop {
        let state = Monitor(State())
        let server = try Server.start("middle hop") { request in answer(request, port, state) }
        return FaultyHop(server, state)
    }

    /// The port it listens on.
    var port: UInt16 { server.port }

    /// Misconfigures it, or repairs it; its cache is emptied.
    func set(_ faults: HopFaults) {
        state.withLock { state in
            state.faults = faults
            state.cache = [:]
        }
    }

    /// Whether the request with this id went on to the upstream.
    func passedOn(_ id: String) -> Bool { state.withLock { $0.passedOn.contains(id) } }

    /// Stops it; whether all its threads are gone.
    @discardableResult
    func stop() -> Bool { server.stop() }

    private static func answer(_ request: Request, _ upstream: UInt16, _ state: Monitor<State>) -> Response {
        let faults = state.withLock { $0.faults }
        if faults.contains(.refusesPreflight), request.method == "OPTIONS" { return page(405) }
        let caches = faults.contains(.cachesForEverybody) && request.method == "GET"
        if caches, let kept = state.withLock({ $0.cache[request.target] }) { return aged(kept) }
        guard let response = forward(request, upstream, faults, state) else { return page(502) }
        if caches, response.status == 200 {
            state.withLock { $0.cache[request.target] = Kept(response: response, since: Time.monotonicMicroseconds()) }
        }
        return response
    }

    private static func forward(
        _ request: Request, _ upstream: UInt16, _ faults: HopFaults, _ state: Monitor<State>
    ) -> Response? {
        var request = request
        dropConnectionFields(&request.fields)
        request.fields.append(Field("Connection", "close"))
        if faults.contains(.stripsAuthorization) { request.fields.remove("Authorization") }
        if let id = request.fields["X-Request-Id"] {
            _ = state.withLock { $0.passedOn.insert(id) }
        }
        guard var response = try? DemoClient.send(request, to: upstream) else { return nil }
        dropConnectionFields(&response.fields)
        response.fields.set("Server", "nginx")
        if faults.contains(.doublesAllowOrigin), let origin = request.fields["Origin"] {
            response.fields.append(Field("Access-Control-Allow-Origin", origin))
        }
        return response
    }

    /// What belongs to one connection only (RFC 9110 section 7.6.1).
    private static func dropConnectionFields(_ fields: inout [Field]) {
        let nominated = fields.all("Connection").flatMap { value in
            value.split { $0 == "," || $0 == " " }.map(String.init)
        }
        for name in nominated + ["Connection", "Keep-Alive", "Transfer-Encoding"] { fields.remove(name) }
    }

    private static func aged(_ kept: Kept) -> Response {
        var response = kept.response
        // Age is in whole seconds (RFC 9111 section 5.1); a stored answer is called at least one second old.
        let age = (Time.monotonicMicroseconds() - kept.since) / 1_000_000
        response.fields.append(Field("Age", "\(max(1, age))"))
        return response
    }

    /// An error page of the hop's own.
    private static func page(_ status: Int) -> Response {
        let title = "\(status) \(Reason.phrase(status))"
        let text = "<html><head><title>\(title)</title></head>\r\n<body><h1>\(title)</h1><hr>nginx</body></html>\r\n"
        let fields = [
            Field("Server", "nginx"),
            Field("Date", HTTPDate.text(Time.wallMicroseconds() / 1_000_000)),
            Field("Content-Type", "text/html"),
        ]
        return Response(status: status, reason: Reason.phrase(status), fields: fields, body: Array(text.utf8))
    }
}
