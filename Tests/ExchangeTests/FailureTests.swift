// Playbooks of exchanges that go wrong: early answers and lost peers.
import Exchange
import Testing
import Wire

private let upload = request("POST /a HTTP/1.1", "Content-Length: 10")
private let uploaded = sent("POST /a HTTP/1.1", "Content-Length: 10")
private let answer5 = response("HTTP/1.1 200 OK", "Content-Length: 5")
private let untilClose = response("HTTP/1.1 200 OK", "X: y")
private let untilCloseSent = response("HTTP/1.1 200 OK", "X: y", "Connection: close")

@Suite struct EarlyAnswerTests {
    @Test func anAnswerDuringTheUploadEndsBothConnections() {
        let head = response("HTTP/1.1 413 Content Too Large", "Content-Length: 3")
        let stage = play([
            .from(.client, upload + "HEL"), .openOrigin(), .send(.origin, uploaded), .forward(.origin, "HEL"), ready,
            .from(.origin, head + "BIG"),
            .send(.client, response("HTTP/1.1 413 Content Too Large", "Content-Length: 3", "Connection: close")),
            .forward(.client, "BIG"), .release(reusable: false), .finish(.complete), .close(.linger),
        ])
        #expect(stage.hasGivenUpClient)
    }

    @Test func bothBodiesMayRunAtOnce() {
        play([
            .from(.client, upload + "HEL"), .openOrigin(), .send(.origin, uploaded), .forward(.origin, "HEL"), ready,
            .from(.origin, answer5 + "HE"),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 5", "Connection: close")),
            .forward(.client, "HE"), .from(.client, "LOWORLD"), .forward(.origin, "LOWORLD"), .from(.origin, "LLO"),
            .forward(.client, "LLO"), .release(reusable: true), .finish(.complete), .close(.plain),
        ])
    }
}

@Suite struct LostClientTests {
    @Test func beforeARequestNobodyNotices() {
        play([.event(.end(.client)), .close(.plain)])
        play([.event(.broken(.client, lost(.client))), .close(.plain)])
        play([.from(.client, "GET /par"), .event(.end(.client)), .close(.plain)])
        play([.from(.client, "GET /par"), .event(.broken(.client, lost(.client))), .close(.plain)])
    }

    @Test(arguments: [Event.end(.client), .broken(.client, lost(.client))])
    func inTheMiddleOfItsBodyTheRequestIsNeverMadeWhole(_ event: Event) {
        let stage = play([
            .from(.client, upload + "HEL"), .openOrigin(), .send(.origin, uploaded), .forward(.origin, "HEL"), ready,
            .event(event), .release(reusable: false),
            .expect(
                event == .end(.client)
                    ? "finish clientAborted http_request_error" : "finish clientAborted connection_terminated"),
            .close(.plain),
        ])
        #expect(stage.outcomes.first?.requestBytes == 3)
    }

    @Test(arguments: [0, 1, 2])
    func aResetEndsTheExchangeInEveryPhase(_ phase: Int) {
        var steps: [Step] = [.from(.client, request()), .openOrigin(), .send(.origin, sent())]
        if phase > 0 { steps.append(ready) }
        if phase > 1 { steps += [.from(.origin, answer5 + "HE"), .send(.client, answer5), .forward(.client, "HE")] }
        steps += [
            .event(.broken(.client, lost(.client))), .release(reusable: false),
            .finish(.clientAborted, .connectionTerminated), .close(.plain),
        ]
        play(steps)
    }

    @Test func anAnswerThatIsCutIsNeverMadeToLookWhole() {
        // The client breaks off its request while an answer runs that only the close ends: a plain close would say
        // that this was all.
        for fault in [Step.event(.end(.client)), .from(.client, "zz\r\n")] {
            let stage = Stage(.usual)
            stage.arrive(.client, bytes(request("POST /a HTTP/1.1", "Transfer-Encoding: chunked")))
            stage.happen(.originReady(reused: false))
            stage.arrive(.origin, bytes(untilClose + "HEL"))
            switch fault {
            case .event(let event): stage.happen(event)
            case .from(let side, let piece): stage.arrive(side, bytes(piece))
            case .expect: break
            }
            #expect(stage.log.last == "close reset")
            #expect(stage.outcomes.map(\.ending) == [.clientAborted])
            #expect(stage.problems == [])
        }
    }

    @Test(arguments: [
        "5\r\nHELLOXX0\r\n\r\n", "zz\r\n", "5;\u{0}\r\n", "0\r\nX-T : v\r\n\r\n",
        "0\r\nX:GET /canary HTTP/1.1\r\n a\r\n\r\n",
    ])
    func aBrokenBodyIsAnsweredAndNeverEnded(_ body: String) {
        let stage = Stage(.usual)
        stage.arrive(
            .client,
            bytes(request("POST /a HTTP/1.1", "Transfer-Encoding: chunked") + body + request("GET /canary HTTP/1.1")))
        #expect(
            stage.log.suffix(4) == [
                "answer 400", "releaseOrigin reusable: false", "finish answered http_request_error", "close linger",
            ])
        #expect(!text(stage.transcript.toOrigin.joined()).contains("GET /canary HTTP/1.1\r\nHost"))
        #expect(!text(stage.transcript.toOrigin.joined()).hasSuffix("0\r\n\r\n"))
        #expect(stage.problems == [])
    }

    @Test func whatCameBeforeAFaultInABodyIsCountedAsItWasForwarded() {
        let stage = play(
            faulty: true,
            [
                .from(.client, request("POST /a HTTP/1.1", "Transfer-Encoding: chunked") + "5\r\nHELLOXX"),
                .openOrigin(),
                .send(.origin, sent("POST /a HTTP/1.1", "Transfer-Encoding: chunked")), .forward(.origin, "5\r\nHELLO"),
                .answer(400), .release(reusable: false), .finish(.answered, .httpRequestError), .close(.linger),
            ])
        #expect(stage.outcomes.first?.requestBytes == 5)
    }

    @Test func trailersBeyondTheLimitAreRefused() {
        let settings = ExchangeSettings.usual { $0.limits = HeadLimits(line: 64, head: 256, fields: 3) }
        let lines = String(repeating: "X: y\r\n", count: 4)
        for body in [
            "0\r\n" + lines + "\r\n", "0\r\nX: " + String(repeating: "y", count: 64),
            "0\r\n" + String(repeating: "y", count: 70),
        ] {
            let whole = request("POST /a HTTP/1.1", "Transfer-Encoding: chunked") + body
            for pieces in [[bytes(whole)], bytes(whole).map { [$0] }] {
                let stage = Stage(settings)
                for piece in pieces { stage.arrive(.client, piece) }
                #expect(stage.log.contains("answer 431") && stage.problems == [])
            }
        }
    }
}

@Suite struct LostOriginTests {
    @Test func noConnectionIsAnAnswerOfOurOwn() {
        let stage = play(
            trailing: true,
            [
                .from(.client, request()), .openOrigin(), .send(.origin, sent()),
                .event(.originUnavailable(Failure(.origin, .connect, .connectionRefused, "nobody listens \"there\""))),
                .answer(502), .release(reusable: false), .finish(.answered, .connectionRefused),
            ])
        #expect(
            stage.answers.first?.contains(
                "Proxy-Status: hoplens-t; error=connection_refused; details=\"nobody listens \\\"there\\\"\"\r\n")
                == true)
        #expect(stage.answers.first?.contains("Connection: close") == false)
    }

    @Test(arguments: [
        (Failure.Cause.connectionTimeout, 504), (.dnsTimeout, 504), (.connectionLimitReached, 503), (.dnsError, 502),
        (.tlsCertificateError, 502), (.proxyInternalError, 500),
    ])
    func theStatusFitsTheCause(_ cause: Failure.Cause, _ status: Int) {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()),
            .event(.originUnavailable(Failure(.origin, .connect, cause, "x"))), .answer(status),
            .release(reusable: false),
            .finish(status == 504 ? .timedOut : .answered, cause),
        ])
    }

    @Test func noAnswerAtAllIsA502() {
        for event in [Event.end(.origin), .broken(.origin, lost(.origin))] {
            for piece in ["", "H", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nX: y\r\n"] {
                play([
                    .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .from(.origin, piece),
                    .event(event), .answer(502), .release(reusable: false), .finish(.answered, .connectionTerminated),
                ])
            }
        }
    }

    @Test func anInterimAnswerAloneIsA502() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), reused,
            .from(.origin, response("HTTP/1.1 103 Early Hints")), .send(.client, response("HTTP/1.1 103 Early Hints")),
            .event(.end(.origin)), .answer(502), .release(reusable: false), .finish(.answered, .connectionTerminated),
        ])
    }

    @Test func aCutAnswerIsCutForTheClientToo() {
        let chunked = response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
        for event in [Event.end(.origin), .broken(.origin, lost(.origin))] {
            let cause = event == .end(.origin) ? Failure.Cause.httpResponseIncomplete : .connectionTerminated
            for (head, body) in [(answer5, "HEL"), (chunked, "5\r\nHEL"), (chunked, "5\r\nHELLO\r\n")] {
                play([
                    .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                    .from(.origin, head + body),
                    .send(.client, head), .forward(.client, body), .event(event), .release(reusable: false),
                    .finish(.originAborted, cause), .close(.plain),
                ])
            }
            // An HTTP/1.0 client, which is sent no chunks, can only be told by a reset.
            play([
                .from(.client, request("GET /a HTTP/1.0")), .openOrigin(),
                .send(.origin, sent("GET /a HTTP/1.1", via: "1.0 hoplens-t")), ready,
                .from(.origin, chunked + "5\r\nHEL"),
                .send(.client, response("HTTP/1.1 200 OK", "Connection: close")), .forward(.client, "HEL"),
                .event(event),
                .release(reusable: false), .finish(.originAborted, cause), .close(.reset),
            ])
        }
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .from(.origin, untilClose + "HEL"),
            .send(.client, untilCloseSent), .forward(.client, "HEL"), .event(.broken(.origin, lost(.origin))),
            .release(reusable: false), .finish(.originAborted, .connectionTerminated), .close(.reset),
        ])
    }

    @Test func theMissingLastLineOfAChunkedAnswerIsACut() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "0\r\n"),
            .send(.client, response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")), .forward(.client, "0\r\n"),
            .event(.end(.origin)), .release(reusable: false), .finish(.originAborted, .httpResponseIncomplete),
            .close(.plain),
        ])
    }

    @Test(arguments: [
        response("HTTP/1.1 200 OK", "Content-Length: 3", "Transfer-Encoding: chunked"),
        response("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 9"),
        response("HTTP/1.1 200 OK", "Content-Length: +5"),
        response("HTTP/1.1 200 OK", "Transfer-Encoding: gzip"), response("HTTP/1.1 200 OK", "X : y"), "garbage\r\n\r\n",
        response("HTTP/1.0 200 OK", "Transfer-Encoding: chunked"), response("HTTP/1.1 099 OK"),
        "HTTP/1.1 200 OK\r\nX: y\nZ: a\r\n\r\n",
        response("HTTP/1.1 100 Continue", "Content-Length: 5") + "HELLO" + response("HTTP/1.1 200 OK"),
    ])
    func anAnswerThatIsNotValidIsA502(_ head: String) {
        let stage = Stage(.usual)
        stage.arrive(.client, bytes(request()))
        stage.happen(.originReady(reused: true))
        stage.arrive(.origin, bytes(head + "HELLO"))
        #expect(stage.log.contains("answer 502"))
        #expect(stage.log.contains("releaseOrigin reusable: false"))
        #expect(!text(stage.transcript.toClient).contains("HELLO"))
        #expect(stage.isIdle && stage.problems == [])
    }

    @Test func anAnswerThatBreaksInItsBodyIsCut() {
        let chunked = response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
        for body in ["5\r\nHELLOXX0\r\n\r\n", "zz\r\n", "0\r\nX : y\r\n\r\n"] {
            let stage = Stage(.usual)
            stage.arrive(.client, bytes(request()))
            stage.happen(.originReady(reused: false))
            stage.arrive(.origin, bytes(chunked + body))
            #expect(
                stage.log.suffix(3) == [
                    "releaseOrigin reusable: false", "finish originAborted http_protocol_error", "close plain",
                ])
            #expect(!text(stage.transcript.toClient).hasSuffix("0\r\n\r\n"))
            #expect(stage.problems == [])
        }
    }

    @Test func interimAnswersWithoutEndAreCut() {
        let settings = ExchangeSettings.usual { $0.interimLimit = 3 }
        let interim = response("HTTP/1.1 103 X")
        play(
            with: settings,
            [
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                .from(.origin, String(repeating: interim, count: 5)), .send(.client, interim), .send(.client, interim),
                .send(.client, interim), .answer(502), .release(reusable: false),
                .finish(.answered, .httpProtocolError),
            ])
    }
}
