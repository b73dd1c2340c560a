// What hoplens changes in a head, with the reason it writes down; and what it refuses.
import Exchange
import Testing
import Wire

/// Sends one request head and gives what reaches the origin, and the edits.
private func forward(
    _ settings: ExchangeSettings, _ head: String, address: String = "192.0.2.7"
) -> (String, [String]) {
    let stage = Stage(settings, address: address)
    stage.arrive(.client, bytes(head))
    #expect(stage.problems == [])
    return (text(stage.transcript.toOrigin.joined()), stage.edits)
}

private func forward(_ head: String) -> (String, [String]) { forward(.usual, head) }

/// Lets the origin answer one request and gives what reaches the client, and the edits.
private func back(_ settings: ExchangeSettings, _ head: String, host: String) -> (String, [String]) {
    let stage = Stage(settings)
    stage.arrive(.client, bytes(request(host: host)))
    stage.happen(.originReady(reused: false))
    let before = stage.edits.count
    stage.arrive(.origin, bytes(head))
    #expect(stage.problems == [])
    return (text(stage.transcript.toClient), Array(stage.edits.dropFirst(before)))
}

@Suite struct RequestRewritingTests {
    @Test func orderSpellingDuplicatesAndOddBytesSurvive() {
        let lines = [
            "x-LOWER-up: 1", "X-D: 1", "X-E: 0", "x-d: 2", "X-D: 3", "X-Empty:", "X-S: a  b \t c",
            "X-Obs: \u{80}\u{FF}\u{E2}\u{9C}\u{93}", "X!#$%&'*+-.^_`|~9: \"(),/:;<=>?@[\\]{}", "Cookie: a=1",
            "Cookie: b=2",
            "Authorization: Bearer abc.def", "Accept-Encoding: br;q=1.0, gzip;q=0.5, *;q=0",
            "Proxy-Authorization: Basic eA==",
        ]
        let all = lines.map { $0 + "\r\n" }.joined()
        let head = "M-SEARCH /a%2f/../b?x=1&&y HTTP/1.1\r\nHost: site.test\r\n" + all
        #expect(forward(head + "\r\n") == (head + "Via: 1.1 hoplens-t\r\n\r\n", ["+Via via"]))
    }

    @Test func blanksAroundAValueAreNoPartOfIt() {
        let (sent, edits) = forward("GET / HTTP/1.1\r\nHost:site.test\r\nA:\t b \t\r\nC: \r\nD: e\r\n\r\n")
        #expect(sent == "GET / HTTP/1.1\r\nHost: site.test\r\nA: b\r\nC: \r\nD: e\r\nVia: 1.1 hoplens-t\r\n\r\n")
        #expect(edits == ["+Via via"])
    }

    @Test func hopByHopFieldsStayOnTheirHop() {
        let (sent, edits) = forward(
            request(
                "GET / HTTP/1.1", "Connection: ,, X-p ,\tkeep-alive,", "Keep-Alive: timeout=5", "X-P: 1", "X-R: 1",
                "Connection: x-q", "x-Q: 1", "Proxy-Connection: keep-alive", "Upgrade: foo/1", "TE: gzip"))
        #expect(sent == "GET / HTTP/1.1\r\nHost: site.test\r\nX-R: 1\r\nVia: 1.1 hoplens-t\r\n\r\n")
        #expect(
            edits == [
                "-Connection hop-by-hop", "-Keep-Alive hop-by-hop", "-X-P connection-nominated",
                "-Connection hop-by-hop",
                "-x-Q connection-nominated", "-Proxy-Connection hop-by-hop", "-Upgrade upgrade", "-TE hop-by-hop",
                "+Via via",
            ])
    }

    @Test func aNominatedCredentialIsDroppedAndSaidSo() {
        let (sent, edits) = forward(
            request("GET / HTTP/1.1", "Connection: authorization, cookie", "Authorization: Bearer a", "Cookie: a=b"))
        #expect(sent == "GET / HTTP/1.1\r\nHost: site.test\r\nVia: 1.1 hoplens-t\r\n\r\n")
        #expect(edits.contains("-Authorization connection-nominated") && edits.contains("-Cookie connection-nominated"))
    }

    @Test(arguments: [
        ("Host", "X: y", ""), ("Content-Length", "Content-Length: 2", "hi"), ("Via", "Via: 1.0 a", ""),
        ("Transfer-Encoding", "Transfer-Encoding: chunked", "0\r\n\r\n"), ("Trailer", "Trailer: X", ""),
        ("Cache-Control", "Cache-Control: no-cache", ""),
    ])
    func framingHostAndTheWayAreNotDroppedOnASendersWord(_ name: String, _ line: String, _ body: String) {
        let (sent, edits) = forward(request("GET / HTTP/1.1", "Connection: close, " + name, line) + body)
        #expect(sent == "GET / HTTP/1.1\r\nHost: site.test\r\n\(line)\r\nVia: 1.1 hoplens-t\r\n\r\n" + body)
        #expect(edits == ["-Connection hop-by-hop", "+Via via"])
    }

    @Test func trailersAreAskedForOnANewConnectionLine() {
        let (sent, edits) = forward(request("GET / HTTP/1.1", "TE: gzip, trailers;q=1", "Connection: close, TE"))
        #expect(
            sent == "GET / HTTP/1.1\r\nHost: site.test\r\nTE: trailers\r\nConnection: TE\r\nVia: 1.1 hoplens-t\r\n\r\n")
        #expect(edits == ["=TE hop-by-hop", "=Connection hop-by-hop", "+Via via"])
        #expect(forward(request("GET / HTTP/1.1", "TE: trailers", "Connection: TE")).1 == ["+Via via"])
        // Without the nomination, or with nothing else to ask, it stays on its hop.
        #expect(!forward(request("GET / HTTP/1.1", "TE: trailers")).0.contains("TE"))
        #expect(!forward(request("GET / HTTP/1.1", "TE: gzip", "Connection: TE")).0.contains("TE"))
    }

    @Test func equalContentLengthsAreFoldedIntoOne() {
        let (sent, edits) = forward(request("POST / HTTP/1.1", "Content-Length: 2, 02", "content-length: 2") + "hi")
        #expect(sent == "POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 2\r\nVia: 1.1 hoplens-t\r\n\r\nhi")
        #expect(edits == ["=Content-Length framing", "-content-length framing", "+Via via"])
    }

    @Test func transferEncodingIsSpelledInOneWay() {
        let (sent, edits) = forward(request("POST / HTTP/1.1", "transfer-encoding: CHUNKED") + "0\r\n\r\n")
        #expect(
            sent
                == "POST / HTTP/1.1\r\nHost: site.test\r\ntransfer-encoding: chunked\r\nVia: 1.1 hoplens-t\r\n\r\n0\r\n\r\n"
        )
        #expect(edits == ["=transfer-encoding framing", "+Via via"])
    }

    @Test func maxForwardsIsCountedDownWhereItCounts() {
        #expect(forward(request("OPTIONS / HTTP/1.1", "Max-Forwards: 10")).0.contains("Max-Forwards: 9\r\n"))
        #expect(forward(request("TRACE / HTTP/1.1", "Max-Forwards: 1")).1.contains("=Max-Forwards max-forwards"))
        #expect(forward(request("GET / HTTP/1.1", "Max-Forwards: 10")).0.contains("Max-Forwards: 10\r\n"))
        // What is no number is no count; and nothing is recorded that was not done.
        #expect(forward(request("OPTIONS / HTTP/1.1", "Max-Forwards: ten")).1 == ["+Via via"])
        #expect(forward(request("OPTIONS / HTTP/1.1", "Max-Forwards: 9999999999")).1 == ["+Via via"])
    }

    @Test func anHTTP10ClientCannotExpect() {
        let (sent, edits) = forward(request("POST / HTTP/1.0", "Expect: 100-continue", "Content-Length: 2"))
        #expect(!sent.contains("Expect") && edits.contains("-Expect version"))
    }

    @Test func viaNamesTheVersionReceivedAndCanBeLeftOut() {
        #expect(
            forward(request("GET / HTTP/1.0", "Via: 1.1 first")).0.hasSuffix(
                "Via: 1.1 first\r\nVia: 1.0 hoplens-t\r\n\r\n"))
        let without = ExchangeSettings.usual { $0.addsVia = false }
        #expect(forward(without, request()) == (request(), []))
    }

    @Test func forwardingFieldsPassUnlessAskedFor() {
        let head = request("GET / HTTP/1.1", "X-Forwarded-For: 6.6.6.6", "Forwarded: for=6.6.6.6")
        #expect(forward(head).1 == ["+Via via"])
    }

    @Test func xForwardedIsAddedAndAppendedTo() {
        let settings = ExchangeSettings.usual {
            $0.forwarded = .xForwarded
            $0.addsVia = false
        }
        #expect(
            forward(settings, request()).0
                == request(
                    "GET /a HTTP/1.1", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http",
                    "X-Forwarded-Host: site.test"))
        let (sent, edits) = forward(
            settings,
            request("GET / HTTP/1.1", "X-Forwarded-For: a", "X-Forwarded-For: b, c", "X-Forwarded-Proto: https"))
        #expect(sent.contains("X-Forwarded-For: a\r\nX-Forwarded-For: b, c, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"))
        #expect(edits == ["=X-Forwarded-For forwarded", "+X-Forwarded-Host forwarded"])
    }

    @Test func aNominationDoesNotStripWhatHoplensAdds() {
        let settings = ExchangeSettings.usual { $0.forwarded = .xForwarded }
        let (sent, edits) = forward(
            settings,
            request(
                "GET / HTTP/1.1", "Connection: x-forwarded-for, x-forwarded-host, x-forwarded-proto, via",
                "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Host: evil.test", "X-Forwarded-Proto: gopher"))
        #expect(
            sent
                == whole(
                    "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: site.test\r\nVia: 1.1 hoplens-t"
                ))
        #expect(edits.contains("-X-Forwarded-For connection-nominated") && edits.contains("+X-Forwarded-For forwarded"))
        let other = ExchangeSettings.usual { $0.forwarded = .rfc7239 }
        #expect(
            forward(other, request("GET / HTTP/1.1", "Connection: forwarded", "Forwarded: for=6.6.6.6")).0
                == whole("Forwarded: for=192.0.2.7;proto=http;by=_hoplens-t\r\nVia: 1.1 hoplens-t"))
    }

    private func whole(_ lines: String) -> String { "GET / HTTP/1.1\r\nHost: site.test\r\n" + lines + "\r\n\r\n" }

    @Test func forwardedNamesTheClientAsRFC7239Wants() {
        let settings = ExchangeSettings.usual {
            $0.forwarded = .rfc7239
            $0.listenerIsTLS = true
            $0.addsVia = false
        }
        #expect(
            forward(settings, request()).0.hasSuffix("\r\nForwarded: for=192.0.2.7;proto=https;by=_hoplens-t\r\n\r\n"))
        #expect(
            forward(settings, request(), address: "2001:db8::7").0
                .hasSuffix("\r\nForwarded: for=\"[2001:db8::7]\";proto=https;by=_hoplens-t\r\n\r\n"))
        let (sent, edits) = forward(settings, request("GET / HTTP/1.1", "Forwarded: for=a", "Forwarded: for=b", "X: y"))
        #expect(
            sent.contains("Forwarded: for=a\r\nForwarded: for=b, for=192.0.2.7;proto=https;by=_hoplens-t\r\nX: y\r\n"))
        #expect(edits == ["=Forwarded forwarded"])
    }
}

@Suite struct HostPolicyTests {
    @Test(arguments: [
        "127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080", "192.0.2.9:8080", "x.localhost:8080",
        "box:8080",
    ])
    func underAutoANameOfTheListenerBecomesTheOrigins(_ host: String) {
        let settings = ExchangeSettings.usual { $0.ownNames = [bytes("box")] }
        let (sent, edits) = forward(settings, request(host: host))
        #expect(sent == plain(host: "origin.test"))
        #expect(edits == ["=Host host-policy", "+Via via"])
    }

    @Test(arguments: [
        "site.test", "site.test:8080", "127.0.0.1", "localhost", "127.0.0.1:8081", "localhost.:8080",
        "127.0.0.1.5:8080", "origin.test",
    ])
    func underAutoAnyOtherNamePasses(_ host: String) {
        #expect(forward(request(host: host)) == (plain(host: host), ["+Via via"]))
    }

    private func plain(host: String) -> String { "GET /a HTTP/1.1\r\nHost: \(host)\r\nVia: 1.1 hoplens-t\r\n\r\n" }

    @Test func theOtherPoliciesAreTakenAtTheirWord() {
        let name = ExchangeSettings.usual { $0.host = .fixed(bytes("shop.test")) }
        let client = ExchangeSettings.usual { $0.host = .client }
        let origin = ExchangeSettings.usual { $0.host = .origin }
        #expect(forward(name, request()).0 == plain(host: "shop.test"))
        #expect(forward(name, request(host: "shop.test")).1 == ["+Via via"])
        #expect(forward(client, request(host: "127.0.0.1:8080")).0 == plain(host: "127.0.0.1:8080"))
        #expect(forward(origin, request()).0 == plain(host: "origin.test"))
        // An HTTP/1.0 client may leave Host out; the origin needs one.
        #expect(forward(request("GET /a HTTP/1.0", host: nil)).0.contains("\r\nHost: origin.test\r\n"))
        #expect(forward(name, request("GET /a HTTP/1.0", host: nil)).0.contains("\r\nHost: shop.test\r\n"))
        #expect(forward(name, request("GET /a HTTP/1.0", host: nil)).1.contains("+Host host-policy"))
    }

    @Test(arguments: [
        ("http://origin.test/s?q", "/s?q"), ("HTTP://ORIGIN.test", "/"), ("http://origin.test?q", "/?q"),
    ])
    func anAbsoluteTargetOfTheOriginIsSentInOriginForm(_ target: String, _ path: String) {
        #expect(
            forward(request("GET \(target) HTTP/1.1", host: "origin.test")).0
                == sent("GET \(path) HTTP/1.1", host: "origin.test"))
        let options = forward(request("OPTIONS http://origin.test HTTP/1.1", host: "origin.test")).0
        #expect(options == sent("OPTIONS * HTTP/1.1", host: "origin.test"))
    }

    @Test func anAbsoluteTargetOfAnotherSiteIsNotForwarded() {
        let stage = play([
            .from(.client, request("GET http://other.test/ HTTP/1.1", host: "site.test")), .answer(421),
            .finish(.answered, .httpRequestDenied), .close(.linger),
        ])
        #expect(stage.transcript.toOrigin == [])
        play([
            .from(.client, request("GET http://origin.test/ HTTP/1.1", host: "site.test")), .answer(400),
            .finish(.answered, .httpRequestError), .close(.linger),
        ])
    }

    @Test func anAbsoluteTargetThatSaysWhatHostSaysIsSentInOriginForm() {
        #expect(forward(request("GET http://site.test/s?q HTTP/1.1")).0 == sent("GET /s?q HTTP/1.1"))
        #expect(forward(request("GET http://SITE.test HTTP/1.1")).0 == sent("GET / HTTP/1.1"))
        #expect(forward(request("GET http://site.test:80/ HTTP/1.1")).0 == sent("GET / HTTP/1.1"))
        let named = forward(request("GET http://site.test/ HTTP/1.1", host: "site.test:80")).0
        #expect(named == sent("GET / HTTP/1.1", host: "site.test:80"))
    }

    @Test(arguments: [
        request("GET http://site.test/ HTTP/1.1", "Proxy-Connection: keep-alive"),
        request("GET http://site.test/ HTTP/1.1", "Proxy-Authorization: Basic eDp5"),
        request("GET https://site.test/ HTTP/1.1"), request("GET http://site.test:8080/ HTTP/1.1"),
        request("GET http://site.test/ HTTP/1.0", host: nil),
    ])
    func whoeverTakesHoplensForAForwardProxyIsToldSo(_ head: String) {
        let stage = play([
            .from(.client, head), .answer(421), .finish(.answered, .httpRequestDenied), .close(.linger),
        ])
        #expect(stage.transcript.toOrigin == [])
    }
}

@Suite struct ResponseRewritingTests {
    private func location(
        _ value: String, _ settings: ExchangeSettings = .usual, host: String = "127.0.0.1:8080",
        name: String = "Location"
    ) -> String {
        let (sent, edits) = back(
            settings, response("HTTP/1.1 302 Found", "\(name): \(value)", "Content-Length: 0"), host: host)
        let line = sent.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
            String($0.dropFirst(name.utf8.count + 2))
        }
        #expect((line == value) == edits.isEmpty)
        return line ?? "nothing"
    }

    @Test func urlsOfTheOriginComeBackToTheListener() {
        #expect(location("http://origin.test/x") == "http://127.0.0.1:8080/x")
        #expect(
            location("https://ORIGIN.test:443/x?u=http://origin.test/")
                == "http://127.0.0.1:8080/x?u=http://origin.test/")
        #expect(location("//origin.test") == "http://127.0.0.1:8080")
        #expect(location("http://origin.test#f", host: "localhost:8080") == "http://localhost:8080#f")
        #expect(location("http://origin.test/y", name: "Content-Location") == "http://127.0.0.1:8080/y")
        #expect(location("5; url=http://origin.test/y", name: "Refresh") == "5; url=http://127.0.0.1:8080/y")
        #expect(location("5;URL='http://origin.test/y'", name: "Refresh") == "5;URL='http://127.0.0.1:8080/y'")
        let tls = ExchangeSettings.usual { $0.listenerIsTLS = true }
        #expect(location("http://origin.test/x", tls) == "https://127.0.0.1:8080/x")
    }

    @Test(arguments: [
        "/x", "x", "http://other.test/", "http://origin.test.evil/", "http://origin.test:8081/",
        "http://u@origin.test/",
        "http://xorigin.test/", "ftp://origin.test/", "https://", "", "?http://origin.test/",
    ])
    func otherURLsPass(_ value: String) {
        #expect(location(value) == value || value.isEmpty)
    }

    @Test func nothingIsRewrittenForAClientThatNamedTheSite() {
        #expect(location("http://origin.test/x", host: "site.test") == "http://origin.test/x")
        let client = ExchangeSettings.usual { $0.host = .client }
        #expect(location("http://origin.test/x", client) == "http://origin.test/x")
        let origin = ExchangeSettings.usual { $0.host = .origin }
        #expect(location("http://origin.test/x", origin) == "http://origin.test/x")
    }

    @Test(arguments: [
        ("a=b; Domain=origin.test; Path=/", "a=b; Path=/"), ("a=b; domain=.TEST", "a=b"),
        ("a=b;Domain = x", "a=b;Domain = x"),
        ("a=b; Domain=other.test; Path=/", "a=b; Domain=other.test; Path=/"),
        ("a=b; Domain=n.test", "a=b; Domain=n.test"),
        ("a=Domain=origin.test", "a=Domain=origin.test"),
        ("a=b; Path=/; Domain=origin.test ;Secure", "a=b; Path=/;Secure"),
        ("a=b; Domain=", "a=b; Domain="), ("a=b;", "a=b;"),
    ])
    func aCookieForTheOriginIsBoundToTheListener(_ value: String, _ expected: String) {
        #expect(location(value, name: "Set-Cookie") == expected)
    }

    @Test func hopByHopFieldsOfAnAnswerStayOnTheirHop() {
        let (sent, edits) = back(
            .usual,
            response(
                "HTTP/1.0 200 Fine By Me", "Connection: X-Hop, keep-alive, Date", "X-Hop: secret",
                "Keep-Alive: timeout=77",
                "Proxy-Connection: keep-alive", "Upgrade: h2", "Date: d", "Server: s", "set-COOKIE: a", "Set-Cookie: b",
                "X-Obs: \u{80}\u{FF}", "Content-Length: 0, 0", "Content-Length: 0"), host: "site.test")
        #expect(
            sent
                == response(
                    "HTTP/1.1 200 Fine By Me", "Date: d", "Server: s", "set-COOKIE: a", "Set-Cookie: b",
                    "X-Obs: \u{80}\u{FF}",
                    "Content-Length: 0"))
        #expect(
            edits == [
                "-Connection hop-by-hop", "-X-Hop connection-nominated", "-Keep-Alive hop-by-hop",
                "-Proxy-Connection hop-by-hop", "-Upgrade upgrade", "=Content-Length framing",
                "-Content-Length framing",
            ])
    }
}
