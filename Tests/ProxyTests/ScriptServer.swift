// A server by script for the client's tests: it answers the n-th request of the m-th connection with the bytes it is told
// to, and closes when it is told to. It understands of HTTP only where a head ends.
import Reactor
import Testing

/// What a scripted server does with a request.
struct Reply: Sendable {
    /// The bytes it sends; nothing when it is silent.
    var bytes: String = ""
    /// Whether it closes the connection then.
    var closes = false

    init(_ bytes: String = "", closes: Bool = false) {
        self.bytes = bytes
        self.closes = closes
    }

    /// A whole answer with a length.
    static func ok(_ body: String, _ fields: String...) -> Reply {
        Reply(
            "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n" + fields.map { $0 + "\r\n" }.joined()
                + "\r\n" + body)
    }
}

final class ScriptServer: Sendable {
    typealias Script = @Sendable (_ connection: Int, _ request: Int, _ head: String) -> Reply

    struct Seen: Sendable {
        var connections = 0
        var heads: [String] = []
    }

    let port: UInt16
    let seen = Monitor(Seen())
    private let thread: LoopThread

    init(_ script: @escaping Script) throws {
        let listener = try Socket.listen(on: .loopback(port: 0))
        port = try #require(Socket.localAddress(of: listener)).port
        let seen = seen
        thread = try LoopThread.start(name: "script") { loop in
            loop.context = ScriptListener(loop, listener, script, seen)
        }
    }

    deinit { thread.stop() }

    var connections: Int { seen.withLock { $0.connections } }
    var heads: [String] { seen.withLock { $0.heads } }
}

private final class ScriptListener: EventHandler {
    let loop: Loop
    let listener: Int32
    let script: ScriptServer.Script
    let seen: Monitor<ScriptServer.Seen>
    private var registration = Registration.none

    init(_ loop: Loop, _ listener: Int32, _ script: @escaping ScriptServer.Script, _ seen: Monitor<ScriptServer.Seen>) {
        self.loop = loop
        self.listener = listener
        self.script = script
        self.seen = seen
        registration = (try? loop.register(listener, self)) ?? .none
    }

    func ready(_ events: Readiness) {
        while case .accepted(let descriptor, _) = Socket.accept(from: listener) {
            let number = seen.withLock { seen in
                seen.connections += 1
                return seen.connections
            }
            _ = ScriptConnection(self, descriptor, number)
        }
    }
}

private final class ScriptConnection: EventHandler {
    private let listener: ScriptListener
    private let descriptor: Int32
    private let number: Int
    private var requests = 0
    private var text = ""
    private var registration = Registration.none

    init(_ listener: ScriptListener, _ descriptor: Int32, _ number: Int) {
        self.listener = listener
        self.descriptor = descriptor
        self.number = number
        registration = (try? listener.loop.register(descriptor, self)) ?? .none
    }

    func ready(_ events: Readiness) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while case .bytes(let count) = Socket.receive(descriptor, into: &bytes) {
            text += String(decoding: bytes[..<count], as: UTF8.self)
        }
        while let end = text.firstRange(of: "\r\n\r\n") {
            let head = String(text[..<end.upperBound])
            text = String(text[end.upperBound...])
            requests += 1
            listener.seen.withLock { $0.heads.append(head) }
            let reply = listener.script(number, requests, head)
            let answer = Array(reply.bytes.utf8)
            _ = Socket.send(descriptor, answer, 0..<answer.count)
            if reply.closes { return listener.loop.close(descriptor, registration) }
        }
        if events.contains(.peerClosed) { listener.loop.close(descriptor, registration) }
    }
}
