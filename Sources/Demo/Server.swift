// A small HTTP/1.1 server on a free port of the loopback address, one thread per connection: what the demo's origin and
// its middle hop run on. It knows no routes; a function from request to answer is all it is given.
//
// Invariants: 1. no thread of it waits longer than a twentieth of a second without looking whether it is to stop;
// 2. after `stop` returned true, none of its threads is left.

import CLinux
import Glibc
import Reactor

/// A running server.
final class Server: Sendable {
    /// More connections than two nodes and a client ever open; further ones are closed at once.
    static let mostConnections = 64

    /// Where it listens, with the port the system chose if 0 was asked for.
    let address: SocketAddress
    /// The port it listens on.
    var port: UInt16 { address.port }
    private let stopped: Monitor<Bool>
    private let connections: Monitor<Int>
    private let acceptor: Thread

    private init(address: SocketAddress, stopped: Monitor<Bool>, connections: Monitor<Int>, acceptor: Thread) {
        self.address = address
        self.stopped = stopped
        self.connections = connections
        self.acceptor = acceptor
    }

    deinit { stopped.withLock { $0 = true } }

    /// Listens on a free port and answers from then on.
    ///
    /// - Parameter name: what messages and threads call it.
    static func start(
        _ name: String, answer: @escaping @Sendable (Request) -> Response
    ) throws(DemoFault) -> Server {
        try start(name, on: .loopback(port: 0), most: mostConnections) { serve($0, answer) }
    }

    /// Listens on an address and hands each connection to a function, on a thread of its own, until it returns.
    static func start(
        _ name: String, on wanted: SocketAddress, most: Int, serve: @escaping @Sendable (Connection) -> Void
    ) throws(DemoFault) -> Server {
        let listener = try listen(name, wanted)
        let stopped = Monitor(false)
        let connections = Monitor(0)
        do throws(SystemError) {
            let acceptor = try Thread.start("demo-\(name)") {
                accept(listener, name, most, stopped, connections, serve)
                Socket.close(listener)
            }
            return Server(
                address: Socket.localAddress(of: listener) ?? wanted, stopped: stopped, connections: connections,
                acceptor: acceptor)
        } catch {
            Socket.close(listener)
            throw .system(error, doing: "starting a thread for the \(name)")
        }
    }

    /// Stops listening and answering; whether all threads are gone.
    @discardableResult
    func stop() -> Bool {
        stopped.withLock { $0 = true }
        guard acceptor.join(milliseconds: 2000) else { return false }
        return connections.wait(until: .after(milliseconds: 2000)) { $0 == 0 ? true : nil } ?? false
    }

    private static func listen(_ name: String, _ address: SocketAddress) throws(DemoFault) -> Int32 {
        do throws(SystemError) {
            return try Socket.listen(on: address, backlog: 64)
        } catch {
            throw .system(error, doing: "opening \(address) for the \(name)")
        }
    }

    private static func accept(
        _ listener: Int32, _ name: String, _ most: Int, _ stopped: Monitor<Bool>, _ connections: Monitor<Int>,
        _ body: @escaping @Sendable (Connection) -> Void
    ) {
        while !stopped.withLock({ $0 }) {
            guard hl_poll(listener, Int16(POLLIN), 50) > 0 else { continue }
            guard case .accepted(let descriptor, _) = Socket.accept(from: listener) else { continue }
            let isWelcome = connections.withLock { open in
                guard open < most else { return false }
                open += 1
                return true
            }
            let started = isWelcome && start(descriptor, name, stopped, connections, body)
            if !started { Socket.close(descriptor) }
        }
    }

    private static func start(
        _ descriptor: Int32, _ name: String, _ stopped: Monitor<Bool>, _ connections: Monitor<Int>,
        _ body: @escaping @Sendable (Connection) -> Void
    ) -> Bool {
        @Sendable func leave() {
            connections.withLock { $0 -= 1 }
            connections.broadcast()
        }
        do throws(SystemError) {
            _ = try Thread.start("demo-\(name)") {
                body(Connection(adopting: descriptor, stopped: stopped))
                leave()
            }
            return true
        } catch {
            leave()
            return false
        }
    }

    /// Answers one request after the other until either side has had enough.
    private static func serve(_ connection: Connection, _ answer: (Request) -> Response) {
        do throws(DemoFault) {
            while let request = try connection.readRequest(until: .after(milliseconds: 10_000)) {
                var response = answer(request)
                let closes = request.fields.all("Connection").contains { $0.lowercased() == "close" }
                if closes { response.fields.set("Connection", "close") }
                try connection.send(response.bytes(to: request.method), until: .after(milliseconds: 2000))
                if closes { return }
            }
        } catch {
            // The peer went away or sent what is no request: the connection ends, and the peer's own record says so.
        }
    }
}
