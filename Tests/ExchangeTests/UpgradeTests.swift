// Playbooks of Upgrade: accepted, refused, unasked, and the tunnel and its ends.
import Exchange
import Testing
import Wire

@Suite struct UpgradeTests {
    private let offer = request(
        "GET /ws HTTP/1.1", "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: k")
    private let passed = sent("GET /ws HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: k")
    private let accepted = response(
        "HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Accept: a")
    private let relayed = response(
        "HTTP/1.1 101 Switching Protocols", "Upgrade: WebSocket", "Sec-WebSocket-Accept: a", "Connection: Upgrade")

    @Test func anAcceptedUpgradeIsATunnel() {
        // Bytes glued to either head go through, however early they came.
        let stage = play(
            [
                .from(.client, offer + "early"), .openOrigin(), .send(.origin, passed), ready,
                .from(.origin, accepted + "first"), .send(.client, relayed), .forward(.origin, "early"),
                .forward(.client, "first"), .from(.client, "\u{0}\r\n"), .forward(.origin, "\u{0}\r\n"),
                .event(.end(.client)), .finishSending(.origin), .from(.origin, "last"), .forward(.client, "last"),
                .event(.end(.origin)), .release(reusable: false), .finish(.complete), .close(.plain),
            ])
        #expect(stage.outcomes.first?.requestFraming == .tunnel)
        #expect(stage.outcomes.first?.requestBytes == 8)
        #expect(stage.outcomes.first?.responseBytes == 9)
    }

    @Test func aTunnelEndsFromTheOtherSideToo() {
        play([
            .from(.client, offer), .openOrigin(), .send(.origin, passed), ready, .from(.origin, accepted),
            .send(.client, relayed), .event(.end(.origin)), .finishSending(.client), .event(.end(.client)),
            .release(reusable: false), .finish(.complete), .close(.plain),
        ])
        play([
            .from(.client, offer), .openOrigin(), .send(.origin, passed), ready, .from(.origin, accepted),
            .send(.client, relayed), .event(.broken(.origin, lost(.origin))), .release(reusable: false),
            .finish(.originAborted, .connectionTerminated), .close(.reset),
        ])
        play([
            .from(.client, offer), .openOrigin(), .send(.origin, passed), ready, .from(.origin, accepted),
            .send(.client, relayed), .event(.timeout(blocked: nil)), .release(reusable: false),
            .finish(.timedOut, .connectionReadTimeout), .close(.plain),
        ])
        play([
            .from(.client, offer), .openOrigin(), .send(.origin, passed), ready, .from(.origin, accepted),
            .send(.client, relayed), .event(.broken(.client, lost(.client))), .release(reusable: false),
            .finish(.clientAborted, .connectionTerminated), .close(.plain),
        ])
    }

    @Test func aRefusedUpgradeIsAnAnswerLikeAnyOther() {
        let stage = play(
            trailing: true,
            [
                .from(.client, offer), .openOrigin(), .send(.origin, passed), ready,
                .from(
                    .origin,
                    response(
                        "HTTP/1.1 426 Upgrade Required", "Upgrade: websocket", "Connection: Upgrade",
                        "Content-Length: 0")),
                .send(
                    .client,
                    response(
                        "HTTP/1.1 426 Upgrade Required", "Upgrade: websocket", "Content-Length: 0",
                        "Connection: Upgrade")),
                .release(reusable: true), .finish(.complete),
            ])
        #expect(!stage.isTunnel)
    }

    @Test(arguments: [
        request(), request("GET /a HTTP/1.1", "Upgrade: websocket"),
        request("GET /a HTTP/1.1", "Connection: Upgrade", "Upgrade: other"),
        request("GET /a HTTP/1.1", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAAA"),
        request("GET /a HTTP/1.0", "Connection: Upgrade", "Upgrade: websocket"),
        request("GET /a HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket, h2c"),
    ])
    func a101NobodyAskedForIsNoTunnel(_ asked: String) {
        let stage = Stage(.usual)
        stage.arrive(.client, bytes(asked))
        stage.happen(.originReady(reused: false))
        stage.arrive(.origin, bytes(accepted + "RAWRAW"))
        #expect(stage.problems == [])
        #expect(!stage.isTunnel)
        #expect(stage.log.contains("answer 502"))
        #expect(!text(stage.transcript.toClient).contains("RAW"))
        #expect(stage.log.contains("finish answered http_upgrade_failed"))
    }

    @Test func a101WithoutItsWordsIsNoTunnel() {
        for head in [
            response("HTTP/1.1 101 X"), response("HTTP/1.1 101 X", "Upgrade: websocket"),
            response("HTTP/1.1 101 X", "Connection: Upgrade"),
            response("HTTP/1.1 101 X", "Connection: Upgrade", "Upgrade: h2c"),
            response("HTTP/1.1 101 X", "Connection: Upgrade", "Upgrade: websocke"),
        ] {
            let stage = Stage(.usual)
            stage.arrive(.client, bytes(offer))
            stage.happen(.originReady(reused: false))
            stage.arrive(.origin, bytes(head))
            #expect(stage.log.contains("answer 502") && !stage.isTunnel && stage.problems == [])
        }
    }

    @Test func h2cIsNotPassedOn() {
        let stage = play([
            .from(
                .client,
                request(
                    "GET /a HTTP/1.1", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAAA")),
            .openOrigin(), .send(.origin, sent()),
        ])
        #expect(stage.edits.contains("-Upgrade upgrade") && stage.edits.contains("-HTTP2-Settings hop-by-hop"))
    }

    @Test func anUpgradeWithABodyIsNotPassedOn() {
        play([
            .from(
                .client,
                request("GET /a HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 2") + "hi"),
            .openOrigin(), .send(.origin, sent("GET /a HTTP/1.1", "Content-Length: 2")), .forward(.origin, "hi"),
        ])
    }
}
