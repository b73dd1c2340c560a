// Playbooks of what may be tried again, of time limits, and of draining.
import Exchange
import Testing
import Wire

private let upload = request("POST /a HTTP/1.1", "Content-Length: 10")
private let uploaded = sent("POST /a HTTP/1.1", "Content-Length: 10")
private let answer5 = response("HTTP/1.1 200 OK", "Content-Length: 5")
private let untilClose = response("HTTP/1.1 200 OK", "X: y")
private let untilCloseSent = response("HTTP/1.1 200 OK", "X: y", "Connection: close")

@Suite struct RetryTests {
    @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS"])
    func aStaleConnectionIsTriedAgainOnce(_ method: String) {
        let first = method + " /a HTTP/1.1"
        play(
            shows: .observations,
            [
                .from(.client, request(first)), .observe("request"), .openOrigin(), .send(.origin, sent(first)), reused,
                .event(.end(.origin)), .observe("retry"), .openOrigin(fresh: true), .send(.origin, sent(first)), ready,
                .event(.end(.origin)), .observe("answer 502"), .answer(502), .release(reusable: false),
                .finish(.answered, .connectionTerminated),
            ])
    }

    @Test func onceMeansOnceEvenIfTheSecondIsCalledReused() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), reused,
            .event(.broken(.origin, lost(.origin))),
            .openOrigin(fresh: true), .send(.origin, sent()), reused, .event(.broken(.origin, lost(.origin))),
            .answer(502),
            .release(reusable: false), .finish(.answered, .connectionTerminated),
        ])
    }

    @Test func whatMayHaveHadAnEffectIsNeverSentTwice() {
        for first in ["POST /a HTTP/1.1", "PATCH /a HTTP/1.1", "PURGE /a HTTP/1.1"] {
            play([
                .from(.client, request(first, "Content-Length: 0")), .openOrigin(),
                .send(.origin, sent(first, "Content-Length: 0")), reused, .event(.end(.origin)), .answer(502),
                .release(reusable: false), .finish(.answered, .connectionTerminated),
            ])
        }
        // A body is not kept, so it cannot be sent again.
        play([
            .from(.client, request("PUT /a HTTP/1.1", "Content-Length: 2") + "hi"), .openOrigin(),
            .send(.origin, sent("PUT /a HTTP/1.1", "Content-Length: 2")), .forward(.origin, "hi"), reused,
            .event(.end(.origin)), .answer(502), .release(reusable: false), .finish(.answered, .connectionTerminated),
        ])
    }

    @Test func aFreshConnectionOrAByteOfAnAnswerForbidsIt() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .event(.end(.origin)),
            .answer(502),
            .release(reusable: false), .finish(.answered, .connectionTerminated),
        ])
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), reused, .from(.origin, "H"),
            .event(.end(.origin)), .answer(502), .release(reusable: false), .finish(.answered, .connectionTerminated),
        ])
    }

    @Test func theNextExchangeMayBeTriedAgainAnew() {
        let once: [Step] = [
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), reused, .event(.end(.origin)),
            .openOrigin(fresh: true), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0")), .release(reusable: true),
            .finish(.complete),
        ]
        play(once + once)
    }
}

@Suite struct TimeLimitTests {
    @Test func anIdleConnectionIsClosedWithoutAWord() {
        play([.event(.timeout(blocked: nil)), .close(.plain)])
    }

    @Test func aHeadThatDoesNotComeIsA408() {
        play(
            shows: .arms,
            [
                .from(.client, "GET /a HTTP/1.1\r\nHo"), .arm(.head), .event(.timeout(blocked: nil)), .answer(408),
                .finish(.timedOut, .httpRequestError), .close(.linger),
            ])
    }

    @Test func aConnectionThatDoesNotStandIsA504() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), .event(.timeout(blocked: nil)),
            .answer(504),
            .release(reusable: false), .finish(.timedOut, .connectionTimeout),
        ])
    }

    @Test func anAnswerThatDoesNotComeIsA504() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .event(.timeout(blocked: nil)),
            .answer(504), .release(reusable: false), .finish(.timedOut, .httpResponseTimeout),
        ])
    }

    @Test func aBodyThatDoesNotComeIsA408AndOneThatIsNotTakenA504() {
        for (blocked, status, cause) in [
            (nil, 408, Failure.Cause.httpRequestError), (Side.origin, 504, .connectionWriteTimeout),
        ] {
            play([
                .from(.client, upload + "HEL"), .openOrigin(), .send(.origin, uploaded), .forward(.origin, "HEL"),
                ready,
                .event(.timeout(blocked: blocked)), .answer(status), .release(reusable: false),
                .finish(.timedOut, cause),
                .close(.linger),
            ])
        }
    }

    @Test func anAnswerThatStopsIsCut() {
        for (blocked, cause) in [(nil, Failure.Cause.connectionReadTimeout), (Side.client, .connectionWriteTimeout)] {
            play([
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .from(.origin, answer5 + "HE"),
                .send(.client, answer5), .forward(.client, "HE"), .event(.timeout(blocked: blocked)),
                .release(reusable: false), .finish(.timedOut, cause), .close(.plain),
            ])
            play([
                .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
                .from(.origin, untilClose + "HE"),
                .send(.client, untilCloseSent), .forward(.client, "HE"), .event(.timeout(blocked: blocked)),
                .release(reusable: false), .finish(.timedOut, cause), .close(.reset),
            ])
        }
    }

    @Test func eachPhaseIsTimedAnew() {
        play(
            shows: .arms,
            [
                .from(.client, upload), .arm(.head), .arm(.connect), .openOrigin(), .send(.origin, uploaded), ready,
                .arm(.body), .from(.client, "0123456789"), .forward(.origin, "0123456789"), .arm(.body),
                .arm(.response),
                .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
                .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0")), .release(reusable: true),
                .finish(.complete), .arm(.keepAlive),
            ])
    }
}

@Suite struct DrainTests {
    @Test func anIdleConnectionGetsOneLastChance() {
        play(shows: .arms, [.event(.drain), .arm(.keepAlive), .event(.timeout(blocked: nil)), .close(.plain)])
        play([
            .event(.drain), .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready,
            .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")),
            .send(.client, response("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close")),
            .release(reusable: true), .finish(.complete), .close(.plain),
        ])
    }

    @Test func aRunningExchangeIsTheLast() {
        let closing = response("HTTP/1.1 200 OK", "Content-Length: 0", "Connection: close")
        for drained in 0..<3 {
            var steps: [Step] = [.from(.client, request())]
            if drained == 0 {
                steps = [
                    .from(.client, "GET /a HTTP/1.1\r\n"), .event(.drain), .from(.client, "Host: site.test\r\n\r\n"),
                ]
            }
            steps += [.openOrigin(), .send(.origin, sent())]
            if drained == 1 { steps.append(.event(.drain)) }
            steps.append(ready)
            if drained == 2 { steps.append(.event(.drain)) }
            steps += [
                .from(.origin, response("HTTP/1.1 200 OK", "Content-Length: 0")), .send(.client, closing),
                .release(reusable: true), .finish(.complete), .close(.plain),
            ]
            play(steps)
        }
    }

    @Test func anAnswerThatPromisedAnotherExchangeIsFinishedAndOnlyThatOneMayFollow() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), ready, .from(.origin, answer5 + "HEL"),
            .send(.client, answer5), .forward(.client, "HEL"), .event(.drain), .from(.origin, "LO"),
            .forward(.client, "LO"), .release(reusable: true), .finish(.complete),
            .event(.timeout(blocked: nil)), .close(.plain),
        ])
    }

    @Test func ourOwnAnswerIsTheLastToo() {
        play([
            .from(.client, request()), .openOrigin(), .send(.origin, sent()), .event(.drain),
            .event(.originUnavailable(Failure(.origin, .connect, .connectionRefused, "x"))), .answer(502),
            .release(reusable: false), .finish(.answered, .connectionRefused), .close(.linger),
        ])
    }
}
