import Settings
import Testing

@Suite("Origin and endpoints")
struct OriginTests {
    @Test(
        "an origin is scheme, host and port",
        arguments: [
            ("https://example.test", true, "example.test", 443, "example.test", "https://example.test"),
            ("HTTPS://Example.Test/", true, "example.test", 443, "example.test", "https://example.test"),
            ("http://example.test:80", false, "example.test", 80, "example.test", "http://example.test"),
            ("http://example.test:443", false, "example.test", 443, "example.test:443", "http://example.test:443"),
            ("https://127.0.0.1:8443/", true, "127.0.0.1", 8443, "127.0.0.1:8443", "https://127.0.0.1:8443"),
            ("http://[::1]:8080", false, "::1", 8080, "[::1]:8080", "http://[::1]:8080"),
            ("https://[2001:DB8::1]", true, "2001:db8::1", 443, "[2001:db8::1]", "https://[2001:db8::1]"),
            (
                "https://[::ffff:192.0.2.1]", true, "::ffff:192.0.2.1", 443, "[::ffff:192.0.2.1]",
                "https://[::ffff:192.0.2.1]"
            ),
            ("http://a_b.test", false, "a_b.test", 80, "a_b.test", "http://a_b.test"),
        ] as [(String, Bool, String, UInt16, String, String)])
    func origins(text: String, tls: Bool, host: String, port: UInt16, authority: String, printed: String) throws {
        let origin = try OriginURL(parsing: text)
        #expect(origin == OriginURL(tls: tls, host: host, port: port))
        #expect(origin.authority == authority)
        #expect(origin.description == printed)
        #expect(try OriginURL(parsing: printed) == origin)
    }

    @Test(
        "a broken origin says what to write instead",
        arguments: [
            ("", "found nothing"),
            (
                "example.test",
                "the origin 'example.test' says neither http:// nor https://; write https://example.test, or"
            ),
            ("example.test/wp-json/", "write https://example.test, or http://example.test"),
            ("localhost:3000", "write http://localhost:3000, or https://localhost:3000"),
            ("192.0.2.1", "write http://192.0.2.1"),
            ("//example.test", "write https://example.test"),
            ("http:/example.test", "found http: without two slashes; write http://example.test"),
            ("https:example.test", "write https://example.test"),
            ("htps://example.test", "found the scheme 'htps'; did you mean https://example.test?"),
            ("ftp://example.test", "say http:// or https://"),
            ("wss://example.test", "say https://example.test: WebSocket"),
            ("https://", "found no host behind https://"),
            (
                "https://example.test/blog",
                "found a path: path and query come from each request; write https://example.test, and ask the proxy for '/blog'"
            ),
            ("https://example.test//", "found a path"),
            ("https://example.test?x=1", "found a query"),
            ("https://example.test#x", "found a fragment"),
            ("https://example.test:", "expected a port from 1 to 65535, found nothing"),
            ("https://example.test:0", "expected a port from 1 to 65535, found '0'"),
            ("https://example.test:65536", "expected a port from 1 to 65535, found '65536'"),
            ("https://example.test:+80", "expected a port"),
            ("https://::1:80", "an IPv6 address stands in brackets"),
            ("https://[::1", "expected ']' behind the IPv6 address"),
            ("https://[::1]x", "expected ']'"),
            ("https://[fe80::1%25eth0]", "zone id"),
            ("https://[1::2::3]", "'1::2::3' is not an IPv6 address"),
            ("https://[1:2:3:4:5:6:7]", "is not an IPv6 address"),
            ("https://[1:2:3:4:5:6:7:8:9]", "is not an IPv6 address"),
            ("https://[::12345]", "is not an IPv6 address"),
            ("https://[:::]", "is not an IPv6 address"),
            ("https://[]", "is not an IPv6 address"),
            ("https://127.1", "'127.1' is not an IPv4 address"),
            ("https://256.0.0.1", "is not an IPv4 address"),
            ("https://01.2.3.4", "is not an IPv4 address"),
            ("https://exämple.test", "has the letter 'ä'"),
            ("https://exa mple.test", "found a space"),
            ("https://example..test", "a part of it is empty"),
            ("https://-a.test", "begins or ends with a hyphen"),
            ("https://a!.test", "'!' has no place"),
            ("https://example.test.", "ends in a dot"),
            ("https://\(String(repeating: "a", count: 64)).test", "longer than 63"),
        ])
    func brokenOrigins(text: String, part: String) throws {
        let message = try #require(mismatch { () throws(Mismatch) in _ = try OriginURL(parsing: text) })
        #expect(message.contains(part), "\(message)")
    }

    @Test(
        "a secret in the origin is refused and never repeated",
        arguments: [
            "https://editor:hunter2@example.test", "https://hunter2@example.test/x?y=hunter2",
            "http:/u:hunter2@example.test",
            "u:hunter2@example.test", "ftp://hunter2@example.test", "https://a@hunter2@example.test",
        ])
    func secrets(text: String) throws {
        let message = try #require(mismatch { () throws(Mismatch) in _ = try OriginURL(parsing: text) })
        #expect(message.contains("secrets do not belong"))
        #expect(message.contains("://example.test and let the client send the Authorization field"))
        #expect(!message.contains("hunter2"))
    }

    @Test("a query of the origin is never repeated")
    func querySecret() throws {
        for text in [
            "https://example.test/?token=hunter2", "example.test?token=hunter2", "https://example.test#hunter2",
        ] {
            let message = try #require(mismatch { () throws(Mismatch) in _ = try OriginURL(parsing: text) })
            #expect(!message.contains("hunter2"), "\(message)")
        }
    }

    @Test(
        "an endpoint is a host and a port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:1", "localhost", 1), ("[::1]:0", "::1", 0),
            ("0.0.0.0:65535", "0.0.0.0", 65535), ("[::]:8080", "::", 8080), ("Example.Test:80", "example.test", 80),
        ] as [(String, String, UInt16)])
    func endpoints(text: String, host: String, port: UInt16) throws {
        let endpoint = try Endpoint(listening: text)
        #expect(endpoint == Endpoint(host: host, port: port))
        #expect(endpoint.description == text.lowercased())
    }

    @Test(
        "a broken endpoint says what to write instead",
        arguments: [
            ("8080", "found only '8080'; write 127.0.0.1:8080"),
            (":8080", "without a host; 127.0.0.1:8080 is this machine only"),
            ("*:8080", "0.0.0.0:8080 every IPv4"),
            ("localhost", "without a port; write localhost:PORT"),
            ("[::1]", "without a port; write [::1]:PORT"),
            ("::1", "found an IPv6 address; write [::1]:PORT"),
            ("http://127.0.0.1:80/", "found a URL; write 127.0.0.1:80 instead"),
            ("http://", "found a URL; write 127.0.0.1:8080 instead"),
            ("127.0.0.1:80/x", "found a path"),
            ("127.0.0.1:http", "expected a port from 0 to 65535, found 'http'"),
            ("127.0.0.1:", "expected a port from 0 to 65535, found nothing"),
            ("127.0.0.1:99999", "found '99999'"),
            ("[fe80::1%eth0]:80", "zone id"),
            ("", "found nothing"),
            ("a:b:c", "colon in the host"),
        ])
    func brokenEndpoints(text: String, part: String) throws {
        let message = try #require(mismatch { () throws(Mismatch) in _ = try Endpoint(listening: text) })
        #expect(message.contains(part), "\(message)")
    }

    @Test("nobody can connect to port 0")
    func connectPort() throws {
        #expect(mismatch { () throws(Mismatch) in _ = try Endpoint(connecting: "127.0.0.1:0") } != nil)
        #expect(try Endpoint(connecting: "127.0.0.1:1").port == 1)
    }

    @Test(
        "loopback is told from the rest",
        arguments: [
            ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("localhost:1", true),
            ("a.localhost:1", true),
            ("0.0.0.0:1", false), ("[::]:1", false), ("192.0.2.1:1", false), ("127.example.test:1", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try Endpoint(listening: text).isLoopback == isLoopback)
    }
}
