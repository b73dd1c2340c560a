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

    /// The port it listens on.
    let port: UInt16
    private let stopped: Monitor<Bool>
    private let connections: Monitor<Int>
    private let acceptor: Thread

    private init(port: UInt16, stopped: Monitor<Bool>, connections: Monitor<Int>, acceptor: Thread) {
        self.port = port
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
        let listener = try listen(name)
        let stopped = Monitor(false)
        let connections = Monitor(0)
        do throws(SystemError) {
            let acceptor = try Thread.start("demo-\(name)") {
                accept(listener, name, stopped, connections, answer)
                Socket.close(listener)
            }
            return Server(
                port: Socket.localAddress(of: listener)?.port ?? 0, stopped: stopped, connections: connections,
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

    private static func listen(_ name: String) throws(DemoFault) -> Int32 {
        do throws(SystemError) {
            return try Socket.listen(on: .loopback(port: 0), backlog: 64)
        } catch {
            throw .system(error, doing: "opening a port on 127.0.0.1 for the \(name)")
        }
    }

    private static func accept(
        _ listener: Int32, _ name: String, _ stopped: Monitor<Bool>, _ connections: Monitor<Int>,
        _ answer: @escaping @Sendable (Request) -> Response
    ) {
        while !stopped.withLock({ $0 }) {
            guard hl_poll(listener, Int16(POLLIN), 50) > 0 else { continue }
            guard case .accepted(let descriptor, _) = Socket.accept(from: listener) else { continue }
            let isWelcome = connections.withLock { open in
                guard open < mostConnections else { return false }
                open += 1
                return true
            }
            let started = isWelcome && start(descriptor, name, stopped, connections, answer)
            if !started { Socket.close(descriptor) }
        }
    }

    private static func start(
        _ descriptor: Int32, _ name: String, _ stopped: Monitor<Bool>, _ connections: Monitor<Int>,
        _ answer: @escaping @Sendable (Request) -> Response
    ) -> Bool {
        @Sendable func leave() {
            connections.withLock { $0 -= 1 }
            connections.broadcast()
        }
        do throws(SystemError) {
            _ = try Thread.start("demo-\(name)") {
                serve(Connection(adopting: descriptor, stopped: stopped), answer)
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
