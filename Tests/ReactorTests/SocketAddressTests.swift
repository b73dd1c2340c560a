import Reactor
import Testing

@Suite("SocketAddress")
struct SocketAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), ("0.0.0.0:0", "0.0.0.0:0"),
            ("255.255.255.255:65535", "255.255.255.255:65535"),
            ("[::1]:80", "[::1]:80"), ("[::]:8080", "[::]:8080"), ("[2001:DB8:0:0:0:0:0:1]:443", "[2001:db8::1]:443"),
            ("[2001:db8:0:1:0:0:0:1]:1", "[2001:db8:0:1::1]:1"), ("[2001:0:0:1:0:0:0:1]:1", "[2001:0:0:1::1]:1"),
            ("[2001:db8:0:0:1:0:0:1]:1", "[2001:db8::1:0:0:1]:1"), ("[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1"),
            ("[1:0:3:4:5:6:7:8]:1", "[1:0:3:4:5:6:7:8]:1"), ("[fe80::]:1", "[fe80::]:1"),
            ("[::ffff:192.0.2.1]:1", "[::ffff:192.0.2.1]:1"), ("[1::]:1", "[1::]:1"), ("[0:1::]:1", "[0:1::]:1"),
        ])
    func `reads an address and writes it in its shortest form`(text: String, canonical: String) throws {
        let address = try #require(SocketAddress(text))
        #expect(address.description == canonical)
        #expect(SocketAddress(canonical) == address)
    }

    @Test(
        arguments: [
            "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.1:80",
            "0177.0.0.1:80",
            "256.0.0.1:80", "localhost:80", "::1:80", "[::1]", "[::1", "::1]:80", "[fe80::1%lo]:80", "[127.0.0.1]:80",
            "[]:80", "[:::]:80", "127.0.0.1 :80", " 127.0.0.1:80", "127.0.0.1\0:80", "[::1]x:80",
        ])
    func `refuses what is not a numeric address with a port`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `a numeric host is read with and without brackets`() {
        #expect(SocketAddress(numericHost: "::1", port: 5)?.description == "[::1]:5")
        #expect(SocketAddress(numericHost: "[::1]", port: 5)?.description == "[::1]:5")
        #expect(SocketAddress(numericHost: "::1", port: 5)?.host == "::1")
        #expect(SocketAddress(numericHost: "::1%eth0", port: 5) == nil)
        #expect(SocketAddress(numericHost: "example.test", port: 5) == nil)
    }

    @Test func `loopback and wildcard are recognised in every spelling`() {
        for text in ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            #expect(SocketAddress(text)?.isLoopback == true)
            #expect(SocketAddress(text)?.isWildcard == false)
        }
        for text in ["0.0.0.0:1", "[::]:1", "[::ffff:0.0.0.0]:1"] {
            #expect(SocketAddress(text)?.isWildcard == true)
            #expect(SocketAddress(text)?.isLoopback == false)
        }
        for text in ["128.0.0.1:1", "[::2]:1", "[1::1]:1", "10.0.0.1:1"] {
            #expect(SocketAddress(text)?.isLoopback == false)
            #expect(SocketAddress(text)?.isWildcard == false)
        }
    }

    @Test func `the same host is the same whatever the port and the clothes`() throws {
        let plain = try #require(SocketAddress("192.0.2.1:80"))
        let mapped = try #require(SocketAddress("[::ffff:192.0.2.1]:443"))
        #expect(plain.hasSameHost(as: mapped))
        #expect(plain != mapped)
        #expect(mapped.unmapped.with(port: 80) == plain)
        #expect(!plain.hasSameHost(as: .loopback()))
    }
}
