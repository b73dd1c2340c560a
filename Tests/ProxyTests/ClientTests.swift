// Requests of our own against a server by script: every framing, connections that are kept, every way to get no answer.
import Proxy
import Reactor
import Settings
import Testing
import Trace

@Suite("Client")
struct ClientTests {
    private func target(_ server: ScriptServer) -> AskTarget {
        AskTarget(tls: false, host: "127.0.0.1", port: server.port)
    }

    private func get(_ server: ScriptServer, _ path: String, _ fields: (String, String)...) -> ClientRequest {
        ClientRequest(
            target: target(server), path: Array(path.utf8), fields: fields.map { ($0.0, Array($0.1.utf8)) })
    }

    private func text(_ answer: ClientAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("answers come in the order of the requests, over connections that are kept")
    func keepsConnections() throws {
        let server = try ScriptServer { _, _, head in
            .ok("<" + (head.split(separator: " ").dropFirst().first ?? "") + ">")
        }
        let client = try Client(concurrency: 2)
        var told: [Int] = []
        let results = client.send((0..<20).map { get(server, "/\($0)") }, milliseconds: 5000) { position, _ in
            told.append(position)
        }
        #expect(try results.map { text(try $0.get()) } == (0..<20).map { "</\($0)>" })
        #expect(told.sorted() == Array(0..<20))
        #expect(server.connections == 2)
        #expect(try results.filter { try $0.get().record.origin?.reused == true }.count == 18)
    }

    @Test("chunks are taken off and trailers recorded; what comes in front of the answer is recorded too")
    func chunked() throws {
        let server = try ScriptServer { _, _, _ in
            Reply(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n")
        }
        let client = try Client(concurrency: 1)
        for _ in 0..<2 {
            let answer = try client.send(get(server, "/"), milliseconds: 5000)
            #expect(text(answer) == "abcdefg")
            #expect(answer.bodyIsWhole)
            #expect(answer.record.interim.map(\.status) == [103])
            #expect(answer.record.responseTrailers?.lines.map(\.name) == ["X-Sum"])
            #expect(answer.record.responseBody?.framing == .chunked)
        }
        #expect(server.connections == 1)
    }

    @Test("an answer without a length ends with its connection, one to HEAD has no body, and 204 has none")
    func framings() throws {
        let server = try ScriptServer { connection, _, head in
            if head.hasPrefix("HEAD") { return Reply("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n") }
            if head.hasPrefix("OPTIONS") { return Reply("HTTP/1.1 204 No Content\r\n\r\n") }
            return Reply("HTTP/1.0 200 OK\r\n\r\nuntil the end", closes: true)
        }
        let client = try Client(concurrency: 1)
        var request = get(server, "/")
        request.method = "HEAD"
        #expect(try client.send(request, milliseconds: 5000).body.isEmpty)
        request.method = "OPTIONS"
        #expect(try client.send(request, milliseconds: 5000).status == 204)
        request.method = "GET"
        let answer = try client.send(request, milliseconds: 5000)
        #expect(text(answer) == "until the end")
        #expect(answer.bodyIsWhole)
        #expect(answer.record.responseBody?.framing == .close)
        #expect(server.connections == 1)
    }

    @Test("a kept connection that turns out to be dead is replaced for a GET, and a POST is not sent twice")
    func retries() throws {
        let server = try ScriptServer { connection, request, head in
            // The first connection dies of its second request.
            connection == 1 && request == 2 ? Reply("", closes: true) : .ok("\(connection).\(request)")
        }
        let client = try Client(concurrency: 1)
        #expect(text(try client.send(get(server, "/"), milliseconds: 5000)) == "1.1")
        let second = try client.send(get(server, "/"), milliseconds: 5000)
        #expect(text(second) == "2.1")
        #expect(second.record.origin?.retried == true)

        let again = try ScriptServer { connection, request, _ in
            request == 2 ? Reply("", closes: true) : .ok("\(connection).\(request)")
        }
        _ = try client.send(get(again, "/"), milliseconds: 5000)
        var post = get(again, "/")
        post.method = "POST"
        #expect(throws: AskError.self) { try client.send(post, milliseconds: 5000) }
        #expect(again.heads.filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test("a kept connection that keeps silent ends with the time, and is not asked again", .timeLimit(.minutes(1)))
    func silenceAfterKeeping() throws {
        let server = try ScriptServer { _, request, _ in request == 1 ? .ok("1") : Reply() }
        let client = try Client(concurrency: 1)
        _ = try client.send(get(server, "/"), milliseconds: 5000)
        // The second bound is for a client that would wait for ever.
        let result = client.send([get(server, "/")], milliseconds: 200, total: 20_000)[0]
        guard case .failure(let error) = result else {
            Issue.record("there was an answer")
            return
        }
        #expect(error.cause == "http_response_timeout")
        #expect(server.connections == 1)
    }

    @Test("what brings no answer has a record that says why")
    func noAnswer() throws {
        let silent = try ScriptServer { _, _, _ in Reply() }
        let rude = try ScriptServer { _, _, _ in Reply("", closes: true) }
        let odd = try ScriptServer { _, _, _ in Reply("SSH-2.0-OpenSSH\r\n") }
        let short = try ScriptServer { _, _, _ in
            Reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", closes: true)
        }
        let client = try Client(concurrency: 8)
        var nobody = get(silent, "/")
        nobody.target.port = 1
        var nameless = get(silent, "/")
        nameless.target.host = "nobody.invalid"
        let results = client.send(
            [nobody, nameless, get(silent, "/"), get(rude, "/"), get(odd, "/"), get(short, "/")], milliseconds: 1500)
        let causes = results.map { result -> String? in
            guard case .failure(let error) = result else { return "none" }
            return error.cause
        }
        #expect(causes[0] == "connection_refused")
        #expect(causes[1] == "dns_error" || causes[1] == "dns_timeout")
        #expect(
            causes[2...] == [
                "http_response_timeout", "connection_terminated", "http_protocol_error", "http_response_incomplete",
            ])
        let frames = try ScriptServer { _, _, _ in Reply("\0\0\u{6}\u{4}\0\0\0\0\0\0\u{3}\0\0\0\u{64}") }
        #expect(client.send([get(frames, "/")], milliseconds: 5000)[0].failure?.text.contains("HTTP/2") == true)
        guard case .failure(.noAnswer(let record)) = results[0] else { return #expect(Bool(false)) }
        #expect(record.response == nil)
        #expect(record.request?.method == "GET")
        #expect(record.origin?.connection == nil)
    }

    @Test("more content than is wanted is not fetched, and the connection is not used again")
    func bounded() throws {
        let server = try ScriptServer { _, _, _ in .ok(String(repeating: "x", count: 50_000)) }
        let client = try Client(concurrency: 1, bodyLimit: 1000)
        for _ in 0..<2 {
            let answer = try client.send(get(server, "/"), milliseconds: 5000)
            #expect(answer.body.count == 1000)
            #expect(!answer.bodyIsWhole)
        }
        #expect(server.connections == 2)
    }

    @Test("when the time for all is over, or somebody cancels, what is known is given back")
    func endings() throws {
        let server = try ScriptServer { _, _, head in head.hasPrefix("GET /slow") ? Reply() : .ok("fast") }
        let client = try Client(concurrency: 4)
        let requests = [get(server, "/slow"), get(server, "/fast")]
        let inTime = client.send(requests, milliseconds: 60_000, total: 300)
        #expect(inTime[0].failure == .cancelled)
        #expect(try text(inTime[1].get()) == "fast")
        let cancelled = client.send(requests, milliseconds: 60_000) { position, _ in
            if position == 1 { client.cancel() }
        }
        #expect(cancelled[0].failure == .cancelled)
        #expect(try text(cancelled[1].get()) == "fast")
        #expect(client.send(requests, milliseconds: 60_000).allSatisfy { $0.failure == .cancelled })
    }

    @Test("nothing in a request can become another field or another request")
    func injection() throws {
        let server = try ScriptServer { _, _, _ in .ok("") }
        let client = try Client(concurrency: 1)
        var requests = [
            get(server, "/", ("X-A", "1\r\nX-B: 2")), get(server, "/", ("X A", "1")), get(server, "/a b"),
            get(server, "x"), get(server, "/", ("", "1")),
        ]
        requests.append(get(server, "/"))
        requests[5].method = "GET / HTTP/1.1\r\nX:"
        for result in client.send(requests, milliseconds: 5000) {
            guard case .failure(.setup) = result else { return #expect(Bool(false), "\(result)") }
        }
        #expect(server.connections == 0)
    }

    @Test("records hold no secret, and the same secret has the same mark in all of them")
    func secrets() throws {
        let server = try ScriptServer { _, _, _ in .ok("", "Set-Cookie: session=OPENSESAME0123456789; Path=/") }
        let client = try Client(concurrency: 1)
        let request = get(server, "/?token=OPENSESAME0123456789", ("Authorization", "Bearer OPENSESAME0123456789"))
        let records = client.send([request, request], milliseconds: 5000).compactMap { try? $0.get().record }
        #expect(records.count == 2)
        #expect(!"\(records)".contains("OPENSESAME"))
        let marks = records.map { $0.request?.head.lines.first { $0.name == "Authorization" }?.value }
        #expect(marks[0] != nil && marks[0] == marks[1])
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
