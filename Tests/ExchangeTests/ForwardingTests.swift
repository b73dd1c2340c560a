// Playbooks of exchanges that go well.
import Exchange
import Testing
import Wire

@Suite struct ForwardingTests {
    @Test func aPlainGetKeepsBothConnections() {
        let stage = play(
            shows: [.arms, .observations], trailing: false,
            [
                .from(.client, request()), .arm(.head), .observe("request"), .arm(.connect), .openOrigin(),
                .send(.origin, sent()), ready, .arm(.response),
                .from(.origin, response("HTTP/1.1 200 OK", "Server: x", "Content-Length: 5") + "HELLO"),
                .observe("response 200"), .send(.client, response("HTTP/1.1 200 OK", "Server: x", "Content-Length: 5")),
                .arm(.body), .forward(.client, "HELLO"), .arm(.body), .release(reusable: true), .finish(.complete),
                .arm(.keepAlive),
            ])
        #expect(stage.isIdle)
        #expect(stage.outcomes.first?.responseFraming == .length(5))
        #expect(stage.outcomes.first?.responseBytes == 5)
        #expect(stage.outcomes.first?.requestFraming == Framing.none)
    }

    @Test func whatFollowsARequestWaitsForItsTurn() {
        play(
            trailing: true,
            [
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                .from(.origin, response("HTTP/1.1 204 No Content")),
                .send(.client, response("HTTP/1.1 204 No Content")),
                .release(reusable: true), .finish(.complete),
            ])
    }

    @Test func twoPipelinedRequestsAreAnsweredInOrder() {
        play([
            .from(.client, request("GET /1 HTTP/1.1") + request("GET /2 HTTP/1.1")), .openOrigin(),
            .send(.origin, sent("GET /1 HTTP/1.1")), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 1") + "1"),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 1")), .forward(.client, "1"),
            .release(reusable: true), .finish(.complete), .openOrigin(), .send(.origin, sent("GET /2 HTTP/1.1")),
            reused,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 1") + "2"),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 1")), .forward(.client, "2"),
            .release(reusable: true), .finish(.complete),
        ])
    }

    @Test func emptyLinesBeforeARequestAreForgivenUpToFour() {
        play([
            .from(.client, "\r\n\r\n" + request()), .openOrigin(), .send(.origin, sent()),
        ])
        play([
            .from(.client, "\r\n\r\n\r\n\r\n\r\n" + request()), .answer(400), .finish(.answered, .httpRequestError),
            .close(.linger),
        ])
    }

    @Test func aBodyWithALengthIsForwardedAsItIs() {
        let stage = play(
            trailing: true,
            [
                .from(.client, request("POST /a HTTP/1.1", "Content-Length: 5") + "HELLO"), .openOrigin(),
                .send(.origin, sent("POST /a HTTP/1.1", "Content-Length: 5")), .forward(.origin, "HELLO"), ready,
                .from(.origin, response("HTTP/1.1 201 Created", "Content-Length: 0")),
                .send(.client, response("HTTP/1.1 201 Created", "Content-Length: 0")), .release(reusable: true),
                .finish(.complete),
            ])
        #expect(stage.outcomes.first?.requestBytes == 5)
    }

    @Test func aChunkedBodyKeepsItsChunksAndLosesItsExtensions() {
        let body = "5;a=b\r\nHELLO\r\n1 \r\n!\r\n0;x\r\nX-Sum: 1\r\nContent-Length: 9\r\nAuthorization: x\r\n\r\n"
        let stage = play(
            shows: .observations, trailing: true,
            [
                .from(.client, request("POST /a HTTP/1.1", "Transfer-Encoding: chunked", "Trailer: X-Sum") + body),
                .observe("request"), .openOrigin(),
                .send(.origin, sent("POST /a HTTP/1.1", "Transfer-Encoding: chunked", "Trailer: X-Sum")),
                .forward(.origin, "5"), .forward(.origin, "\r\nHELLO\r\n1"), .forward(.origin, "\r\n!\r\n0"),
                .forward(.origin, "\r\n"), .observe("trailers client"), .send(.origin, "X-Sum: 1\r\n\r\n"), ready,
                .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")), .observe("response 200"),
                .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0")), .release(reusable: true),
                .finish(.complete),
            ])
        #expect(stage.outcomes.first?.requestFraming == .chunked)
        #expect(stage.outcomes.first?.requestBytes == 6)
        #expect(stage.edits.contains("-Content-Length forbidden-trailer"))
        #expect(stage.edits.contains("-Authorization forbidden-trailer"))
    }

    @Test func aChunkedAnswerKeepsItsTrailers() {
        let body = "5\r\nHELLO\r\n0\r\nX-Sum: 1\r\nSet-Cookie: evil=1\r\n\r\n"
        let stage = play(
            trailing: true,
            [
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                .from(.origin, response("HTTP/1.1 200 OK", "Transfer-Encoding: Chunked") + body),
                .send(.client, response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")),
                .forward(.client, "5\r\nHELLO\r\n0\r\n"), .send(.client, "X-Sum: 1\r\n\r\n"), .release(reusable: true),
                .finish(.complete),
            ])
        #expect(stage.edits.contains("-Set-Cookie forbidden-trailer"))
        #expect(stage.outcomes.first?.responseBytes == 5)
    }

    @Test func expectContinueIsAskedOfTheOrigin() {
        play(
            trailing: true,
            [
                .from(.client, request("POST /a HTTP/1.1", "Expect: 100-continue", "Content-Length: 2")), .openOrigin(),
                .send(.origin, sent("POST /a HTTP/1.1", "Expect: 100-continue", "Content-Length: 2")), ready,
                .from(.origin, response("HTTP/1.1 100 Continue")), .send(.client, response("HTTP/1.1 100 Continue")),
                .from(.client, "hi"), .forward(.origin, "hi"),
                .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
                .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0")), .release(reusable: true),
                .finish(.complete),
            ])
    }

    @Test func aRefusedExpectationEndsTheConnectionBehindTheAnswer() {
        play([
            .from(.client, request("POST /a HTTP/1.1", "Expect: 100-continue", "Content-Length: 2")), .openOrigin(),
            .send(.origin, sent("POST /a HTTP/1.1", "Expect: 100-continue", "Content-Length: 2")), ready,
            .from(.origin, response("HTTP/1.1 401 Unauthorized", "Content-Length: 0")),
            .send(.client, response("HTTP/1.1 401 Unauthorized", "Content-Length: 0", "Connection: close")),
            .release(reusable: false), .finish(.complete), .close(.linger),
        ])
    }

    @Test func earlyHintsArePassedOnBeforeTheAnswer() {
        play(
            shows: .observations,
            [
                .from(.client, request()), .observe("request"), .openOrigin(), .send(.origin, sent()), ready,
                .from(
                    .origin,
                    response("HTTP/1.1 103 Early Hints", "Link: </a>", "Content-Length: 5", "Connection: x", "X: y")
                        + response("HTTP/1.1 200 OK", "Content-Length: 0")),
                .observe("interim 103"), .send(.client, response("HTTP/1.1 103 Early Hints", "Link: </a>")),
                .observe("response 200"), .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0")),
                .release(reusable: true), .finish(.complete),
            ])
    }

    @Test func anHTTP10ClientSeesNoInterimAnswer() {
        // What stood in it is recorded as not passed on.
        let stage = play(
            shows: .observations,
            [
                .from(.client, request("GET /a HTTP/1.0", host: "127.0.0.1:8080")), .observe("request"), .openOrigin(),
                .send(.origin, sent("GET /a HTTP/1.1", host: "origin.test", via: "1.0 hoplens-t")), ready,
                .from(.origin, response("HTTP/1.1 103 Early Hints", "Location: http://origin.test/x", "Link: </a>")),
                .observe("interim 103"), .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
                .observe("response 200"),
                .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close")),
                .release(reusable: true), .finish(.complete), .close(.plain),
            ])
        #expect(stage.edits.contains("-Location version") && stage.edits.contains("-Link version"))
    }

    @Test(arguments: [
        ("HEAD", "HTTP/1.1 200 OK", ["Content-Length: 500"]),
        ("HEAD", "HTTP/1.1 200 OK", ["Transfer-Encoding: chunked"]),
        ("HEAD", "HTTP/1.1 404 Not Found", []),
        ("GET", "HTTP/1.1 304 Not Modified", ["Content-Length: 500", "ETag: \"x\""]),
        ("GET", "HTTP/1.1 204 No Content", ["X: y"]), ("GET", "HTTP/1.1 200 OK", ["Content-Length: 0"]),
    ])
    func anAnswerWithoutContentEndsWithItsHead(_ method: String, _ first: String, _ lines: [String]) {
        let head = first + "\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        play(
            trailing: true,
            [
                .from(.client, request(method + " /a HTTP/1.1")), .openOrigin(),
                .send(.origin, sent(method + " /a HTTP/1.1")), ready, .from(.origin, head), .send(.client, head),
                .release(reusable: true), .finish(.complete),
            ])
    }

    @Test func a204LosesItsFraming() {
        for line in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
            let stage = play([
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                .from(.origin, response("HTTP/1.1 204 No Content", line)),
                // What was announced may still come, so the connection is not used again.
                .send(.client, response("HTTP/1.1 204 No Content")), .release(reusable: false), .finish(.complete),
            ])
            #expect(stage.edits.contains { $0.hasSuffix(" framing") })
        }
    }

    @Test func a204OfLengthZeroKeepsTheConnection() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.1 204 No Content", "Content-Length: 0")),
            .send(.client, response("HTTP/1.1 204 No Content")), .release(reusable: true), .finish(.complete),
        ])
    }

    @Test func aBodyUntilTheCloseEndsTheConnection() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.0 200 OK", "Connection: keep-alive") + "HEL"),
            .send(.client, response("HTTP/1.1 200 OK", "Connection: close")), .forward(.client, "HEL"),
            .from(.origin, "LO"), .forward(.client, "LO"), .event(.end(.origin)), .release(reusable: false),
            .finish(.complete), .close(.plain),
        ])
    }

    @Test func anHTTP10ClientGetsAChunkedAnswerPlain() {
        let stage = play([
            .from(.client, request("GET /a HTTP/1.0", "Connection: keep-alive")), .openOrigin(),
            .send(.origin, sent("GET /a HTTP/1.1", via: "1.0 hoplens-t")), ready,
            .from(
                .origin,
                response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-T")
                    + "5\r\nHELLO\r\n1\r\n!\r\n0\r\nX-T: v\r\n\r\n"),
            .send(.client, response("HTTP/1.1 200 OK", "Connection: close")), .forward(.client, "HELLO"),
            .forward(.client, "!"), .release(reusable: true), .finish(.complete), .close(.plain),
        ])
        #expect(text(stage.transcript.toClient).hasSuffix("\r\n\r\nHELLO!"))
    }

    @Test func anHTTP10ClientMayKeepItsConnection() {
        play([
            .from(.client, request("GET /a HTTP/1.0", "Connection: keep-alive")), .openOrigin(),
            .send(.origin, sent("GET /a HTTP/1.1", via: "1.0 hoplens-t")), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: keep-alive")),
            .release(reusable: true), .finish(.complete),
        ])
    }

    @Test func aHalfClosedClientGetsItsAnswer() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), .event(.end(.client)), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 2") + "ok"),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 2", "Connection: close")),
            .forward(.client, "ok"), .release(reusable: true), .finish(.complete), .close(.plain),
        ])
    }

    @Test func connectionCloseIsObeyedOnEachSideForItself() {
        play([
            .from(.client, request("GET /a HTTP/1.1", "Connection: close") + request("GET /canary HTTP/1.1")),
            .openOrigin(), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close")),
            .release(reusable: true), .finish(.complete), .close(.plain),
        ])
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close")),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0")), .release(reusable: false),
            .finish(.complete),
        ])
    }

    @Test func bytesBehindAnAnswerAreNeverUsed() {
        let evil = response("HTTP/1.1 200 OK", "X-Evil: yes", "Content-Length: 0")
        for (head, body) in [
            (response("HTTP/1.1 200 OK", "Content-Length: 1"), "1"), (response("HTTP/1.1 204 No Content"), ""),
            (response("HTTP/1.1 304 Not Modified", "Content-Length: 5"), ""),
            (response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "0\r\n\r\n"),
        ] {
            let stage = Stage(.usual)
            stage.arrive(.client, bytes(request()))
            stage.happen(.originReady(reused: false))
            stage.arrive(.origin, bytes(head + body + evil))
            #expect(stage.problems == [])
            #expect(text(stage.transcript.toClient) == head + body)
            #expect(stage.log.contains("releaseOrigin reusable: false"))
            #expect(stage.isIdle)
        }
    }

    @Test func errorContentIsObservedAndOtherContentIsNot() {
        for (status, content) in [("200 OK", ""), ("403 Forbidden", "HELLO!"), ("500 X", "HELLO!")] {
            let stage = play([
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                .from(
                    .origin,
                    response("HTTP/1.1 \(status)", "Transfer-Encoding: chunked") + "5\r\nHELLO\r\n1\r\n!\r\n0\r\n\r\n"),
                .send(.client, response("HTTP/1.1 \(status)", "Transfer-Encoding: chunked")),
                .forward(.client, "5\r\nHELLO\r\n1\r\n!\r\n0\r\n"), .send(.client, "\r\n"), .release(reusable: true),
                .finish(.complete),
            ])
            #expect(text(stage.transcript.content) == content)
        }
    }
}
