// What is answered instead of being forwarded, and what such an answer says.
import Exchange
import Testing
import Wire

@Suite struct RefusalTests {
    @Test(arguments: [
        ("GET /a HTTP/1.1\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET /a HTTP/1.1\r\nhost: a\r\nHOST: b\r\n\r\n", 400), ("GET /a HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /a HTTP/1.1\r\nHost:\r\n\r\n", 400), ("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("GET /a HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400), ("GET /a\r\n\r\n", 400),
        ("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", 400),
        ("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("GET /a HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n", 400), ("!!!\r\n\r\n", 400),
    ])
    func aBadRequestIsAnsweredAndWhatFollowsIsNotServed(_ head: String, _ status: Int) {
        let settings = ExchangeSettings.usual
        for pieces in [
            [bytes(head + request("GET /canary HTTP/1.1"))], bytes(head + request("GET /canary HTTP/1.1")).map { [$0] },
        ] {
            let stage = Stage(settings)
            for piece in pieces { stage.arrive(.client, piece) }
            #expect(stage.log == ["answer \(status)", "finish answered http_request_error", "close linger"])
            #expect(stage.transcript.toOrigin == [] && stage.problems == [])
            #expect(stage.answers.first?.contains("\r\nConnection: close\r\n") == true)
        }
    }

    @Test func limitsHaveTheirOwnStatus() {
        let settings = ExchangeSettings.usual { $0.limits = HeadLimits(line: 64, head: 256, fields: 3) }
        let pad = String(repeating: "a", count: 64)
        for (head, status) in [
            (request("GET /\(pad) HTTP/1.1"), 414), (request("GET / HTTP/1.1", "X: \(pad)"), 431),
            (request("GET / HTTP/1.1", "A: b", "A: b", "A: b"), 431), (pad + "a", 414),
        ] {
            for pieces in [[bytes(head)], bytes(head).map { [$0] }] {
                let stage = Stage(settings)
                for piece in pieces { stage.arrive(.client, piece) }
                #expect(stage.log.first == "answer \(status)" && stage.problems == [])
            }
        }
    }

    @Test func connectIsRefusedAndNothingBehindItIsARequest() {
        let stage = play([
            .from(
                .client, request("CONNECT h.test:443 HTTP/1.1", host: "h.test:443") + request("GET /canary HTTP/1.1")),
            .answer(501), .finish(.answered, .httpRequestDenied), .close(.linger),
        ])
        #expect(stage.transcript.toOrigin == [])
        play([
            .from(.client, request("CONNECT h.test:443 HTTP/1.1", "Content-Length: 3", host: "h.test:443") + "abc"),
            .answer(501),
            .finish(.answered, .httpRequestDenied), .close(.linger),
        ])
    }

    @Test(arguments: [
        "1.1 hoplens-t", "1.0 a, 1.1 HOPLENS-T (x)", "HTTP/1.1  hoplens-t", "1.1 a (it\"s), 1.1 hoplens-t",
    ])
    func aLoopIsCut(_ via: String) {
        play([
            .from(.client, request("GET / HTTP/1.1", "Via: \(via)")), .answer(508),
            .finish(.answered, .proxyLoopDetected), .close(.linger),
        ])
    }

    @Test(arguments: ["1.1 hoplens-t2", "1.1 x-hoplens-t", "hoplens-t", "1.1 a (hoplens-t)"])
    func anotherNodeIsNoLoop(_ via: String) {
        play([
            .from(.client, request("GET / HTTP/1.1", "Via: \(via)")), .openOrigin(),
            .send(.origin, sent("GET / HTTP/1.1", "Via: \(via)")),
        ])
    }

    @Test func theLastNodeOfACountAnswersItself() {
        for (method, status) in [("OPTIONS", 200), ("TRACE", 501)] {
            let stage = play([
                .from(.client, request("\(method) / HTTP/1.1", "Max-Forwards: 0", "Authorization: Bearer secret")),
                .answer(status), .finish(.answered, .httpRequestDenied), .close(.linger),
            ])
            #expect(stage.answers.first?.contains("secret") == false)
        }
    }

    @Test func anAnswerToHEADHasNoContent() {
        let stage = play([
            .from(.client, request("HEAD /a HTTP/1.1")), .openOrigin(), .send(.origin, sent("HEAD /a HTTP/1.1")),
            .event(.originUnavailable(Failure(.origin, .connect, .connectionRefused, "x"))), .answer(502),
            .release(reusable: false), .finish(.answered, .connectionRefused),
        ])
        #expect(stage.answers.first?.hasSuffix("\r\n\r\n") == true)
        #expect(stage.answers.first?.contains("Content-Length: 0") == false)
    }

    @Test func anAnswerOfOurOwnSaysWhoSpeaksAndHowLongItIs() throws {
        let stage = Stage(.usual)
        stage.arrive(.client, bytes("GET /secret-target HTTP/1.1\r\nX-Secret: hunter2\r\n\r\n"))
        let answer = try #require(stage.answers.first)
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts[0].contains("\r\nContent-Length: \(parts[1].utf8.count)"))
        #expect(parts[1].hasPrefix("hoplens (node hoplens-t) answered this itself"))
        #expect(!answer.contains("secret") && !answer.contains("hunter2"))
    }
}
