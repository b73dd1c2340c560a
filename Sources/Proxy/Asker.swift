// Requests of our own for commands that ask a server something: one connection each, only the head of the answer, and no
// redirect is followed. It blocks the calling thread, so it is nothing for a loop.
import Reactor
import Secure
public import Settings

/// Where a request of our own goes, and how it gets there.
public struct AskTarget: Sendable, Equatable {
    /// Whether to speak TLS.
    public var tls: Bool
    /// The name or address; IPv6 without brackets.
    public var host: String
    /// The port.
    public var port: UInt16
    /// Where to connect instead of to the host.
    public var connect: Endpoint?
    /// What SNI says and the certificate must be for, instead of the host.
    public var sni: String?
    /// PEM certificates trusted instead of the system's.
    public var caFile: String?
    /// Whether the certificate is not verified.
    public var insecure = false

    /// A target from its URL's parts.
    public init(tls: Bool, host: String, port: UInt16) {
        self.tls = tls
        self.host = host
        self.port = port
    }
}

/// The head of an answer.
public struct AskedAnswer: Sendable {
    /// The status code.
    public var status: Int
    /// The field lines as bytes, in wire order.
    public var lines: [(name: [UInt8], value: [UInt8])]
}

/// Why a request of our own brought no answer.
public enum AskError: Error, Sendable, Equatable {
    /// Something is wrong with what was asked for: a file, a name.
    case setup(String)
    /// The target could not be reached, or what it sent is no HTTP.
    case unreachable(String)

    /// One clause.
    public var text: String {
        switch self {
        case .setup(let text), .unreachable(let text): text
        }
    }
}

/// Asks servers, one request after the other.
public final class Asker: Sendable {
    private let thread: LoopThread
    private let resolver = Resolver()

    /// Starts the thread that asks.
    public init() throws(AskError) {
        do throws(SystemError) {
            thread = try LoopThread.start(name: "ask", { _ in })
        } catch {
            throw .setup("no thread can be started: \(error)")
        }
    }

    deinit { thread.stop() }

    /// Sends a request and waits for the head of the final answer.
    ///
    /// - Parameters:
    ///   - request: The request's head, and its body if it has one, as they are to be sent.
    ///   - milliseconds: How long everything may take.
    public func ask(_ target: AskTarget, _ request: [UInt8], milliseconds: Int = 10_000) throws(AskError) -> AskedAnswer
    {
        var context: TLSClientContext?
        if target.tls {
            do throws(TLSSetupError) {
                context = try TLSClientContext(
                    verify: target.sni ?? target.host, serverName: target.sni, caFile: target.caFile,
                    insecure: target.insecure)
            } catch {
                throw .setup(error.text)
            }
        }
        let tls = context
        let addresses = try resolve(target)
        let answer = Monitor<Result<FetchResult, FetchError>?>(nil)
        thread.handle.submit { loop in
            let fetch = Fetch(loop: loop, addresses: addresses, tls: tls, request: request, headOnly: true) { result in
                answer.withLock { $0 = result }
                answer.broadcast()
            }
            fetch.begin(milliseconds: milliseconds)
        }
        let end = Time.monotonicMicroseconds() + Int64(milliseconds) * 1000 + 1_000_000
        switch answer.wait(until: end, { $0 }) {
        case .success(let result): return AskedAnswer(status: result.status, lines: result.lines)
        case .failure(let error): throw .unreachable(error.text)
        case nil: throw .unreachable("no answer in time")
        }
    }

    private func resolve(_ target: AskTarget) throws(AskError) -> [SocketAddress] {
        let host = target.connect?.host ?? target.host
        let port = target.connect?.port ?? target.port
        if let address = SocketAddress(numericHost: host, port: port) { return [address] }
        let answer = Monitor<Resolver.Answer?>(nil)
        resolver.resolve(host, port: port, on: thread.handle) { _, result in
            answer.withLock { $0 = result }
            answer.broadcast()
        }
        switch answer.wait(until: Time.monotonicMicroseconds() + 10_000_000, { $0 }) {
        case .success(let addresses): return addresses
        case .failure(let error): throw .unreachable(error.description)
        case nil: throw .unreachable("\(host): the name server does not answer")
        }
    }
}
