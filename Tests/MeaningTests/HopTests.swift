import Meaning
import StructuredFields
import Testing

@Suite struct HopTests {
    @Test func viaNamesTheIntermediariesInOrder() {
        let via = Via(["1.0 fred, HTTP/2 p.example.net:8080 (Apache, x (y))", "1.1 varnish"])
        #expect(
            via.hops == [
                ViaHop(version: "1.0", receivedBy: "fred"),
                ViaHop(version: "2", receivedBy: "p.example.net:8080", comment: "Apache, x (y)"),
                ViaHop(version: "1.1", receivedBy: "varnish"),
            ])
        #expect(via.malformed.isEmpty)
    }

    @Test(arguments: ["1.1", "1.1 ", "fred", "1.1 a b", "HTTP/ a", "1.1 a (open", "(x) 1.1 a", "1.1 (x)"])
    func whatIsNoHopIsKeptAsMalformed(_ text: String) {
        let via = Via([text + ", 1.1 ok"])
        // An open comment swallows the rest of the line.
        #expect(via.malformed.count == 1)
        #expect(via.hops.map(\.receivedBy) == (text.contains("open") ? [] : ["ok"]))
    }

    @Test func aNameThatComesTwiceIsALoop() {
        #expect(Via(["1.1 a, 1.1 b, 1.0 A"]).repeated == ["a"])
    }

    @Test func forwardedNamesEachProxysClaim() {
        let forwarded = Forwarded([
            #"for=192.0.2.43;proto=HTTPS;host="shop.example:443", For="[2001:db8:cafe::17]:4711";by=_hidden, for=unknown"#,
            #"for="192.0.2.1:_p1";secret=x"#,
        ])
        #expect(
            forwarded.elements.map { $0.forClient?.name } == [
                "192.0.2.43", "2001:db8:cafe::17", "unknown", "192.0.2.1",
            ])
        #expect(forwarded.elements.map { $0.forClient?.kind } == [.ipv4, .ipv6, .unknown, .ipv4])
        #expect(forwarded.elements[0].proto == "https")
        #expect(forwarded.elements[0].host == "shop.example:443")
        #expect(forwarded.elements[1].forClient?.port == "4711")
        #expect(forwarded.elements[1].by?.kind == .obfuscated)
        #expect(forwarded.elements[3].forClient?.port == "_p1")
        #expect(forwarded.elements[3].extensions == [FieldParameter("secret", "x")])
        #expect(forwarded.elements.allSatisfy { $0.isWellFormed })
    }

    @Test(arguments: [
        "for=192.0.2.43;for=192.0.2.44", "for=2001:db8::1", "for", "for=\"open", "for = a", "for=\"[::1\"", "=x",
        "for=192.0.2.256", "for=_", "for=\"192.0.2.1:123456\"",
    ])
    func aBrokenElementSaysSo(_ text: String) {
        #expect(Forwarded([text]).elements.map(\.isWellFormed) == [false])
    }

    @Test(arguments: [
        ("::", true), ("::1", true), ("1::", true), ("2001:db8::1:2", true), ("1:2:3:4:5:6:7:8", true),
        ("::ffff:192.0.2.1", true), ("1:2:3:4:5:6:7::", true), ("fe80::1%eth0", true), (":1", false), ("1:", false),
        ("1:2:3:4:5:6:7", false), ("1:2:3:4:5:6:7:8:9", false), ("1::2::3", false), (":::", false), ("12345::", false),
        ("g::", false), ("192.0.2.1::", false), ("1:2:3:4:5:6:7::8", false),
    ])
    func addressesOfVersionSixAreRecognised(_ text: String, _ isAddress: Bool) {
        #expect((ForwardedNode(text, bareIPv6: true).kind == .ipv6) == isAddress)
        #expect((ForwardedNode("[\(text)]").kind == .ipv6) == isAddress)
    }

    @Test func xForwardedFieldsAreReadTogether() {
        let fields = [
            "x-forwarded-for": ["203.0.113.7, 2001:db8::1", "10.0.0.1:80"], "x-forwarded-proto": ["HTTPS,http"],
            "x-forwarded-host": ["shop.example"], "front-end-https": ["On"], "x-real-ip": ["10.0.0.9"],
        ]
        let forwarded = XForwarded { fields[$0] ?? [] }
        #expect(forwarded.forClients.map(\.name) == ["203.0.113.7", "2001:db8::1", "10.0.0.1"])
        #expect(forwarded.forClients.last?.port == "80")
        #expect(forwarded.clientScheme == "https")
        #expect(forwarded.schemesDisagree)
        #expect(forwarded.ssl == true && forwarded.realIP?.name == "10.0.0.9")
        #expect(XForwarded { _ in [] }.clientScheme == nil)
        #expect(!XForwarded { $0 == "x-forwarded-proto" ? ["https"] : [] }.schemesDisagree)
    }

    @Test func cdnLoopTellsACircle() {
        let loop = CDNLoop([
            "foo123.foocdn.example, barcdn.example; trace=\"abcdef\"", "AnotherCDN; abc=123, FOO123.foocdn.example",
        ])
        #expect(
            loop.members.map(\.id) == [
                "foo123.foocdn.example", "barcdn.example", "AnotherCDN", "FOO123.foocdn.example",
            ])
        #expect(loop.members[1].parameters["trace"] == "abcdef")
        #expect(loop.repeated == ["foo123.foocdn.example"])
        #expect(CDNLoop(["a;b c, =, \"x\""]).malformed.count == 3)
    }

    @Test func cacheStatusNamesTheCacheThatAnswered() throws {
        let status = try CacheStatus([
            #"OriginCache; fwd=vary-miss; fwd-status=200; collapsed=?0; stored"#,
            #""CDN Company Here"; hit; ttl=-30; key="/a?token=‹secret,9,#00c0ffee›"; detail=STALE"#,
        ])
        #expect(status.members.map(\.cache) == ["OriginCache", "CDN Company Here"])
        #expect(status.members.map(\.isHit) == [false, true])
        #expect(status.members[0].forwarded == "vary-miss")
        #expect(status.members[0].forwardStatus == 200)
        #expect(status.members[0].isStored == true && status.members[0].isCollapsed == false)
        #expect(status.hit?.timeToLive == -30)
        #expect(status.hit?.key == "/a?token=*secret.9.00c0ffee*")
        #expect(status.hit?.detail == "STALE")
        #expect(status.members.allSatisfy { $0.isWellFormed })
        #expect(try CacheStatus(["a; hit; fwd=miss, b"]).members.map(\.isWellFormed) == [false, false])
        #expect(throws: StructuredFieldError.self) { try CacheStatus(["HIT from cache!, "]) }
    }

    @Test func aMarkerMayStandForAToken() throws {
        #expect(try CacheStatus(["c; hit; detail=‹jwt,30,#00c0ffee›"]).hit?.detail == "*jwt.30.00c0ffee*")
    }

    @Test func proxyStatusNamesWhereTheTroubleBegan() throws {
        let status = try ProxyStatus([
            #"r34.example.net; error=http_request_error; next-hop="10.0.0.1"; received-status=503; details="no"; next-protocol=h2"#,
            #"ExampleCDN; error=made_up; next-protocol=:aDI=:"#,
        ])
        #expect(status.firstError?.proxy == "r34.example.net")
        #expect(status.firstError?.errorType == .httpRequestError)
        #expect(status.members[0].nextHop == "10.0.0.1")
        #expect(status.members[0].receivedStatus == 503)
        #expect(status.members.map(\.nextProtocol) == ["h2", "h2"])
        #expect(status.members[1].error == "made_up" && status.members[1].errorType == nil)
        #expect(ProxyErrorType.allCases.count == 32)
        #expect(!ProxyErrorType.connectionRefused.reachedNextHop && ProxyErrorType.connectionTerminated.reachedNextHop)
    }
}
