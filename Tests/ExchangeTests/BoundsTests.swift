// What one exchange may cost: chunks, commands of one call, and the time of a trailer section.
import Exchange
import Testing
import Wire

@Suite struct BoundsTests {
    @Test func aBodyOfTooManyChunksIsRefusedWhereItCanBeSaid() {
        let settings = ExchangeSettings.usual { $0.chunkLimit = 3 }
        let head = request("POST /a HTTP/1.1", "Transfer-Encoding: chunked")
        let chunks = String(repeating: "1\r\nx\r\n", count: 4)
        let stage = Stage(settings)
        stage.arrive(.client, bytes(head + chunks))
        #expect(stage.answers.first?.contains("limit chunks") == true)
        #expect(
            stage.log.suffix(4) == [
                "answer 413", "releaseOrigin reusable: false", "finish answered http_request_error", "close linger",
            ])
        // What the limit allows passes.
        let other = Stage(settings)
        other.arrive(.client, bytes(head + String(repeating: "1\r\nx\r\n", count: 2) + "0\r\n\r\n"))
        #expect(other.answers == [])
    }

    @Test func anAnswerOfTooManyChunksIsCut() {
        let settings = ExchangeSettings.usual { $0.chunkLimit = 3 }
        let head = response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
        play(
            with: settings, faulty: true,
            [
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .from(.origin, head),
                .send(.client, head), .from(.origin, String(repeating: "1\r\nx\r\n", count: 4)),
                .forward(.client, String(repeating: "1\r\nx\r\n", count: 2) + "1\r\nx"), .release(reusable: false),
                .finish(.originAborted, .httpProtocolError), .close(.plain),
            ])
    }

    /// Chunks with extensions cannot be forwarded in one run, and every piece is a command: a block full of them must not
    /// become a list of commands many times its size.
    @Test func oneCallMakesOnlySoManyCommands() {
        var conversation = Conversation(.usual, clientAddress: bytes("192.0.2.7"))
        var scratch = Scratch()
        var output = Output()
        let head = bytes(request("POST /a HTTP/1.1", "Transfer-Encoding: chunked"))
        _ = conversation.receive(.client, head.span, scratch: &scratch, output: &output)
        conversation.handle(.originReady(reused: false), output: &output)
        let body = bytes(String(repeating: "1;e\r\nx\r\n", count: 5000) + "0\r\n\r\n")
        var at = 0
        var most = 0
        var again = true
        while again {
            output.commands.removeAll()
            again = conversation.receive(
                .client, body.span.extracting(at..<body.count), scratch: &scratch, output: &output)
            most = max(most, output.commands.count)
            for case .consume(let count) in output.commands { at += count }
        }
        #expect(at == body.count)
        #expect(most < 300)
    }

    @Test func aTrailerSectionHasTheTimeOfOnePiece() {
        let head = response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
        let stage = Stage(.usual, showsArms: true)
        stage.arrive(.client, bytes(request()))
        stage.happen(.originReady(reused: false))
        stage.arrive(.origin, bytes(head + "5\r\nHELLO\r\n0\r\n"))
        let before = stage.log.count
        for byte in bytes("X-A: 1\r\nX-B: 2\r\n") { stage.arrive(.origin, [byte]) }
        #expect(stage.log.count == before)
        stage.arrive(.origin, bytes("\r\n"))
        #expect(stage.log.contains("finish complete"))
    }

    @Test(arguments: [
        "Range: bytes=0-0", "If-Match: \"a\"", "IF-NONE-MATCH: *", "Content-Range: bytes 0-4/5", "X-Real-IP: 192.0.2.1",
        "X-Forwarded-Port: 1", "Via: 1.1 a", "Content-Type: a/b", "Host: b.test", "Connection: X-Sum",
    ])
    func aFieldThatMayNotStandInATrailerIsTakenOff(_ line: String) {
        let stage = Stage(.usual)
        stage.arrive(.client, bytes(request("POST /a HTTP/1.1", "Transfer-Encoding: chunked")))
        stage.arrive(.client, bytes("0\r\n\(line)\r\nX-Sum: 1\r\nIffy: 2\r\n\r\n"))
        #expect(
            stage.transcript.toOrigin.last.map { text($0) }?.hasSuffix("\r\n\r\n0\r\nX-Sum: 1\r\nIffy: 2\r\n\r\n")
                == true)
        #expect(stage.problems == [])
    }
}
