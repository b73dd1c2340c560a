import CLinux
import Glibc
import Reactor
import Testing

@Suite("Socket", .timeLimit(.minutes(1)))
struct SocketTests {
    /// Waits for a descriptor, at most two seconds.
    private func wait(for descriptor: Int32, _ events: Int32) -> Bool { hl_poll(descriptor, Int16(events), 2000) != 0 }

    private func connected(_ listener: Int32) throws -> (client: Int32, server: Int32) {
        let address = try #require(Socket.localAddress(of: listener))
        let client: Int32
        switch Socket.connect(to: address) {
        case .connected(let descriptor): client = descriptor
        case .underWay(let descriptor):
            client = descriptor
            #expect(wait(for: client, POLLOUT))
            #expect(Socket.takeError(client) == nil)
        case .failed(let error): throw error
        }
        #expect(wait(for: listener, POLLIN))
        guard case .accepted(let server, let peer) = Socket.accept(from: listener) else {
            throw SystemError("accept4", 0)
        }
        #expect(peer == Socket.localAddress(of: client))
        #expect(Socket.peerAddress(of: client) == address)
        return (client, server)
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `a client reaches a listener and bytes go both ways`(text: String) throws {
        let listener = try Socket.listen(on: try #require(SocketAddress(text)))
        defer { Socket.close(listener) }
        #expect(Socket.accept(from: listener) == .wouldBlock)
        let (client, server) = try connected(listener)
        defer { Socket.close(client); Socket.close(server) }
        Socket.setNoDelay(client)
        Socket.setKeepAlive(client)
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(Socket.receive(server, into: &buffer) == .wouldBlock)
        #expect(Socket.send(client, [9, 1, 2, 3, 9], 1..<4) == .bytes(3))
        #expect(wait(for: server, POLLIN))
        #expect(Socket.receive(server, into: &buffer, from: 4) == .bytes(3))
        #expect(buffer == [0, 0, 0, 0, 1, 2, 3, 0])
        Socket.shutdownWrite(client)
        #expect(wait(for: server, POLLIN))
        #expect(Socket.receive(server, into: &buffer) == .closed)
        #expect(Socket.send(server, [7], 0..<1) == .bytes(1))
        #expect(wait(for: client, POLLIN))
        #expect(Socket.receive(client, into: &buffer, 2..<3) == .bytes(1))
        #expect(buffer[2] == 7)
    }

    @Test func `a connection sends small writes at once because its listener would`() throws {
        let listener = try Socket.listen(on: .loopback())
        let (client, server) = try connected(listener)
        defer { for descriptor in [listener, client, server] { Socket.close(descriptor) } }
        for (descriptor, expected) in [(server, true), (client, false)] {
            var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            #expect(unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size) == 0)
            #expect((value != 0) == expected)
        }
    }

    @Test func `two pieces leave in one call, and empty ones are no trouble`() throws {
        let (a, b) = try Socket.pair()
        defer { Socket.close(a); Socket.close(b) }
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(Socket.send(a, [1, 2, 3], 1..<3, [4, 5, 6], 0..<2) == .bytes(4))
        #expect(Socket.receive(b, into: &buffer) == .bytes(4))
        #expect(buffer.prefix(4) == [2, 3, 4, 5])
        #expect(Socket.send(a, [1], 0..<1, [4], 1..<1) == .bytes(1))
        #expect(Socket.send(a, [1], 0..<0, [4], 0..<1) == .bytes(1))
        #expect(Socket.receive(b, into: &buffer) == .bytes(2))
        #expect(buffer.prefix(2) == [1, 4])
        #expect(Socket.send(a, [], 0..<0) == .bytes(0))
        #expect(Socket.send(a, [], 0..<0, [], 0..<0) == .bytes(0))
    }

    @Test func `a full socket says so, and a broken one does not kill the program`() throws {
        let (a, b) = try Socket.pair()
        let chunk = [UInt8](repeating: 1, count: 65536)
        var result = IOResult.bytes(0)
        for _ in 0..<1000 {
            result = Socket.send(a, chunk, 0..<chunk.count)
            if result == .wouldBlock { break }
        }
        #expect(result == .wouldBlock)
        #expect(Socket.send(a, chunk, 0..<10, chunk, 0..<10) == .wouldBlock)
        Socket.close(b)
        #expect(Socket.send(a, chunk, 0..<1) == .failed(EPIPE))
        #expect(Socket.send(a, chunk, 0..<1, chunk, 0..<1) == .failed(EPIPE))
        Socket.close(a)
    }

    @Test func `a busy port keeps its errno`() throws {
        let listener = try Socket.listen(on: .loopback())
        defer { Socket.close(listener) }
        let address = try #require(Socket.localAddress(of: listener))
        let error = #expect(throws: SystemError.self) { _ = try Socket.listen(on: address) }
        #expect(error?.isAddressInUse == true)
        #expect(error?.call == "bind")
        #expect(error?.text == "Address already in use")
    }

    @Test func `listeners that share a port live side by side`() throws {
        let first = try Socket.listen(on: .loopback(), shared: true)
        defer { Socket.close(first) }
        let address = try #require(Socket.localAddress(of: first))
        let second = try Socket.listen(on: address, shared: true)
        Socket.close(second)
    }

    @Test func `one address is one listener, unless both families are asked for`() throws {
        let wildcard = try #require(SocketAddress("[::]:0"))
        let narrow = try Socket.listen(on: wildcard)
        let port = try #require(Socket.localAddress(of: narrow)?.port)
        let plain = try Socket.listen(on: try #require(SocketAddress("0.0.0.0:\(port)")))
        Socket.close(plain)
        Socket.close(narrow)
        let wide = try Socket.listen(on: wildcard, bothFamilies: true)
        defer { Socket.close(wide) }
        let widePort = try #require(Socket.localAddress(of: wide)?.port)
        guard case .underWay(let client) = Socket.connect(to: .loopback(port: widePort)) else {
            Issue.record("no connection under way")
            return
        }
        defer { Socket.close(client) }
        #expect(wait(for: wide, POLLIN))
        guard case .accepted(let server, let peer) = Socket.accept(from: wide) else {
            Issue.record("nothing accepted")
            return
        }
        Socket.close(server)
        #expect(peer.family == .v4 && peer.isLoopback, "a mapped peer is reported as what it is")
    }

    @Test func `a refused connection tells why`() throws {
        let listener = try Socket.listen(on: .loopback())
        let address = try #require(Socket.localAddress(of: listener))
        Socket.close(listener)
        switch Socket.connect(to: address) {
        case .underWay(let descriptor):
            #expect(wait(for: descriptor, POLLOUT))
            #expect(Socket.takeError(descriptor)?.code == ECONNREFUSED)
            Socket.close(descriptor)
        case .failed(let error): #expect(error.code == ECONNREFUSED)
        case .connected: Issue.record("connected to nobody")
        }
    }

    @Test func `accept tells a broken listener from a busy one`() throws {
        let (a, b) = try Socket.pair()
        defer { Socket.close(a); Socket.close(b) }
        guard case .failed = Socket.accept(from: a) else {
            Issue.record("a socket that does not listen accepted")
            return
        }
    }

    @Test func `a reset reaches the peer as one, and a lingering close discards`() throws {
        let listener = try Socket.listen(on: .loopback())
        defer { Socket.close(listener) }
        let (client, server) = try connected(listener)
        var buffer = [UInt8](repeating: 0, count: 8)
        Socket.reset(server)
        #expect(wait(for: client, POLLIN))
        #expect(Socket.receive(client, into: &buffer) == .failed(ECONNRESET))
        Socket.close(client)

        let (other, lingering) = try connected(listener)
        #expect(Socket.send(other, [UInt8](repeating: 1, count: 1000), 0..<1000) == .bytes(1000))
        #expect(wait(for: lingering, POLLIN))
        Socket.shutdownWrite(lingering)
        #expect(Socket.discard(lingering, limit: 600) == .bytes(600))
        #expect(Socket.discard(lingering, limit: 600) == .bytes(400))
        #expect(Socket.discard(lingering, limit: 600) == .wouldBlock)
        Socket.close(other)
        #expect(wait(for: lingering, POLLIN))
        #expect(Socket.discard(lingering, limit: 600) == .closed)
        Socket.close(lingering)
    }

    @Test func `the machine's own addresses include loopback`() throws {
        let addresses = try Socket.interfaceAddresses()
        #expect(addresses.contains { $0.hasSameHost(as: .loopback()) })
    }

    @Test func `accepted and connected descriptors are closed in children and never block`() throws {
        let listener = try Socket.listen(on: .loopback())
        defer { Socket.close(listener) }
        let (client, server) = try connected(listener)
        defer { Socket.close(client); Socket.close(server) }
        for descriptor in [listener, client, server] {
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
        }
    }
}
