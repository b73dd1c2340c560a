import Reactor
import Testing
import Wire

@testable import Demo

/// The demo's own client, server and middle hop, against each other over loopback.
struct PartiesTests {
    private func echo() throws -> Server {
        try Server.start("echo") { request in
            Response(
                status: 200, reason: "OK", fields: request.fields, body: Array("\(request.method) ".utf8) + request.body
            )
        }
    }

    @Test func `a request and its answer keep field order, doubled lines and the body`() throws {
        let server = try echo()
        let fields = [Field("Host", "x"), Field("B", "2"), Field("A", "1"), Field("B", "3")]
        let body = [UInt8](repeating: 7, count: 100_000)
        let response = try DemoClient.send(
            Request(method: "POST", target: "/", fields: fields, body: body), to: server.port)
        #expect(response.fields.filter { !$0.isNamed("Content-Length") } == fields)
        #expect(response.body == Array("POST ".utf8) + body)
        #expect(server.stop())
    }

    @Test func `HEAD gets the head alone`() throws {
        let server = try echo()
        let response = try DemoClient.send(
            Request(method: "HEAD", target: "/", fields: [Field("Host", "x")]), to: server.port)
        #expect(response.fields["Content-Length"] == "5")
        #expect(response.body.isEmpty)
        #expect(server.stop())
    }

    @Test(
        "an answer is read whatever its framing",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nhello",
            "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        ])
    func framings(text: String) throws {
        for step in [1, 7, text.utf8.count] {
            let (near, far) = try Socket.pair()
            let bytes = Array(text.utf8)
            let writing = try Thread.start("writer") {
                let sender = Connection(adopting: far)
                for start in stride(from: 0, to: bytes.count, by: step) {
                    try? sender.send(
                        Array(bytes[start..<min(start + step, bytes.count)]), until: .after(milliseconds: 2000))
                }
                Socket.shutdownWrite(far)
            }
            let response = try Connection(adopting: near).readResponse(to: "GET", until: .after(milliseconds: 2000))
            #expect(response.status == 200)
            #expect(response.body == Array("hello".utf8))
            #expect(writing.join(milliseconds: 2000))
        }
    }

    @Test(
        "what is no answer, or half of one, is an error",
        arguments: [
            ("", DemoFault.cutShort("an answer")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", .cutShort("a body")),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", .cutShort("a chunked body")),
            (
                "SSH-2.0-OpenSSH\r\n",
                .malformed(WireError.badVersion.text)
            ),
        ])
    func brokenAnswers(text: String, fault: DemoFault) throws {
        let (near, far) = try Socket.pair()
        do {
            let sender = Connection(adopting: far)
            try sender.send(Array(text.utf8), until: .after(milliseconds: 1000))
        }
        var found: DemoFault?
        do throws(DemoFault) {
            _ = try Connection(adopting: near).readResponse(to: "GET", until: .after(milliseconds: 2000))
        } catch {
            found = error
        }
        #expect(found == fault)
    }

    @Test func `a silent server is not waited for without end`() throws {
        let listener = try Socket.listen(on: .loopback(port: 0), backlog: 1)
        defer { Socket.close(listener) }
        let port = try #require(Socket.localAddress(of: listener)?.port)
        let start = Time.monotonicMilliseconds()
        var found: DemoFault?
        do throws(DemoFault) {
            _ = try DemoClient.send(Request(method: "GET", target: "/"), to: port, milliseconds: 100)
        } catch {
            found = error
        }
        #expect(found == .timedOut("an answer"))
        #expect(Time.monotonicMilliseconds() - start < 2000)
    }

    @Test func `a closed port is a named failure`() throws {
        let server = try echo()
        let port = server.port
        #expect(server.stop())
        var text = ""
        do throws(DemoFault) {
            _ = try DemoClient.send(Request(method: "GET", target: "/"), to: port)
        } catch {
            text = error.text
        }
        #expect(text.contains("127.0.0.1:\(port)"))
        #expect(text.contains("connect"))
    }

    @Test func `a server with an idle connection stops at once`() throws {
        let server = try echo()
        let idle = try Connection.open(port: server.port, until: .after(milliseconds: 1000))
        let start = Time.monotonicMilliseconds()
        #expect(server.stop())
        #expect(Time.monotonicMilliseconds() - start < 1000)
        _ = idle
    }

    // MARK: The middle hop

    private struct Site {
        let secrets = DemoSecrets(now: 1_790_000_000)
        let origin: Server
        let hop: FaultyHop

        init() throws {
            let wordPress = WordPress(secrets)
            origin = try Server.start("WordPress") { wordPress.answer($0) }
            hop = try FaultyHop.start(upstream: origin.port)
        }

        func ask(_ method: String, _ path: String, _ fields: [Field] = []) throws -> Response {
            try DemoClient.send(
                Request(method: method, target: path, fields: [Field("Host", "blog.example")] + fields), to: hop.port)
        }

        func stop() -> Bool { hop.stop() && origin.stop() }
    }

    private let me = "/wp-json/wp/v2/users/me"
    private let page = [Field("Origin", "https://app.example")]

    @Test func `a healthy hop changes Server and nothing else`() throws {
        let site = try Site()
        let request = Request(
            method: "GET", target: me,
            fields: [Field("Host", "blog.example"), Field("Authorization", site.secrets.basic)] + page)
        func plain(_ fields: [Field]) -> [Field] {
            fields.filter { field in !["Date", "Server", "Content-Length"].contains { field.isNamed($0) } }
        }
        let direct = try DemoClient.send(request, to: site.origin.port)
        let through = try DemoClient.send(request, to: site.hop.port)
        #expect(plain(through.fields) == plain(direct.fields))
        #expect(through.body == direct.body)
        #expect(direct.fields["Server"] == "Apache")
        #expect(through.fields["Server"] == "nginx")
        #expect(site.stop())
    }

    @Test func `each fault does what it is named for, and only while it is set`() throws {
        let site = try Site()
        let basic = [Field("Authorization", site.secrets.basic)]
        let allowOrigin = "Access-Control-Allow-Origin"

        site.hop.set(.stripsAuthorization)
        #expect(try site.ask("GET", me, basic).status == 401)
        site.hop.set(.doublesAllowOrigin)
        #expect(try site.ask("GET", me, basic + page).fields.all(allowOrigin).count == 2)
        #expect(try site.ask("GET", me, basic).fields.all(allowOrigin).isEmpty)
        site.hop.set(.refusesPreflight)
        #expect(try site.ask("OPTIONS", "/wp-json/", page).status == 405)
        #expect(try site.ask("GET", me, basic).status == 200)
        site.hop.set([])
        #expect(try site.ask("GET", me, basic).status == 200)
        #expect(try site.ask("GET", me, basic + page).fields.all(allowOrigin).count == 1)
        #expect(try site.ask("OPTIONS", "/wp-json/", page).status == 200)
        #expect(site.stop())
    }

    @Test func `a caching hop gives one client's answer to another, with an age`() throws {
        let site = try Site()
        site.hop.set(.cachesForEverybody)
        let first = try site.ask("GET", me, [Field("Authorization", site.secrets.basic)])
        let second = try site.ask("GET", me)
        #expect(first.fields["Age"] == nil)
        #expect(second.status == 200)
        #expect(second.body == first.body)
        #expect(second.fields["Age"] == "1")
        site.hop.set([])
        #expect(try site.ask("GET", me).status == 401)
        #expect(site.stop())
    }

    @Test func `a hop whose upstream is gone says 502`() throws {
        let site = try Site()
        #expect(site.origin.stop())
        #expect(try site.ask("GET", me).status == 502)
        #expect(site.hop.stop())
    }
}
