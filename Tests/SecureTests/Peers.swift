// Two ends of a TLS connection on one thread, over a nonblocking socket pair, and an openssl s_server for what our own
// contexts refuse to do. Every wait is bounded.
import Foundation
import Secure
import Testing

/// A pair of connected nonblocking descriptors.
final class Wire {
    private(set) var near: Int32 = -1
    private(set) var far: Int32 = -1

    init() {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &pair) == 0 else { fatalError("no socket pair") }
        near = pair[0]
        far = pair[1]
    }

    func closeFar() {
        if far >= 0 { close(far) }
        far = -1
    }

    deinit {
        closeFar()
        close(near)
    }
}

/// A client and a server that speak to each other.
struct Conversation {
    let wire = Wire()
    let client: TLSConnection
    let server: TLSConnection

    init(_ clientContext: TLSClientContext, _ serverContext: TLSServerContext) throws {
        client = try TLSConnection(client: clientContext, descriptor: wire.near)
        server = try TLSConnection(server: serverContext, descriptor: wire.far)
    }

    /// Runs both handshakes until neither moves.
    func shake() -> (client: TLSHandshake, server: TLSHandshake) {
        var result = (client: TLSHandshake.wantRead, server: TLSHandshake.wantRead)
        for _ in 0..<20 {
            result.client = client.handshake()
            result.server = server.handshake()
        }
        return result
    }

    /// Sends text from the server and gives what the client read of it.
    func say(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard server.write(bytes, 0..<bytes.count) == .bytes(bytes.count) else { return "not written" }
        var buffer = [UInt8](repeating: 0, count: 100)
        guard case .bytes(let count) = client.read(into: &buffer, from: 0) else { return "not read" }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}

func clientContext(
    _ name: String = "localhost", ca: String = "root.pem", insecure: Bool = false
) throws -> TLSClientContext {
    try TLSClientContext(verify: name, caFile: Certificates.path(ca), insecure: insecure)
}

func serverContext(_ name: String = "good", chain: String? = nil) throws -> TLSServerContext {
    try TLSServerContext(certificate: Certificates.path(chain ?? "\(name).pem"), key: Certificates.path("\(name).key"))
}

/// `openssl s_server` on a free port.
final class ForeignServer {
    let port: UInt16
    private let process: Child

    init(_ options: [String]) throws {
        process = Child(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", Certificates.path("good.pem")]
                + ["-key", Certificates.path("good.key"), "-www"] + options)
        // It prints `ACCEPT 127.0.0.1:PORT` when it is ready.
        let text = process.read { $0.contains("ACCEPT") && $0.hasSuffix("\n") }
        let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
        port = try #require(line?.split(separator: ":").last.flatMap { UInt16($0) })
    }

    /// A connected nonblocking descriptor.
    func connect() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return descriptor
    }

    /// Waits for a descriptor, five seconds at most.
    static func wait(_ descriptor: Int32, write: Bool) throws {
        var entry = pollfd(fd: descriptor, events: Int16(write ? POLLOUT : POLLIN), revents: 0)
        try #require(unsafe poll(&entry, 1, 5000) == 1, "the peer says nothing")
    }

    static func shake(_ connection: TLSConnection, _ descriptor: Int32) throws -> TLSHandshake {
        for _ in 0..<50 {
            let step = connection.handshake()
            switch step {
            case .wantRead: try wait(descriptor, write: false)
            case .wantWrite: try wait(descriptor, write: true)
            case .done, .failed: return step
            }
        }
        return .wantRead
    }
}
