// Properties over seeded random input. The stage checks the promises (see Stage.swift) on every call, above all that the
// recorded edits are true and that every observed exchange ends in exactly one `finish`; these tests make the input.
import Exchange
import Fields
import Testing
import Wire

private let names = [
    "Connection", "Content-Length", "Transfer-Encoding", "Host", "Upgrade", "Keep-Alive", "Proxy-Connection", "TE",
    "Trailer",
    "Expect", "HTTP2-Settings", "Authorization", "Cookie", "Set-Cookie", "Via", "Forwarded", "X-Forwarded-For",
    "X-Forwarded-Host", "X-Forwarded-Proto", "Max-Forwards", "Location", "Content-Location", "Refresh", "Date", "Vary",
    "X-Other", "x", "X_Y",
]
private let values = [
    "", "close", "keep-alive", "TE, close", "upgrade", "Upgrade, x-other", "x-other, X", "authorization, cookie",
    "trailers",
    "gzip, trailers", "websocket", "h2c", "chunked", "CHUNKED", "0", "2", "2, 2", "site.test", "127.0.0.1:8080",
    "http://origin.test/a", "//origin.test", "5; url=http://origin.test/", "a=b; Domain=origin.test", "1.1 a, 1.0 b",
    "for=a",
    "100-continue", "via, host, x-forwarded-for", "\u{80}\u{FF} \u{9}x", "a, \"b, c\"", "x, \"open", "  spaced \u{9}",
]

func randomHead(_ first: String, host: Bool, _ generator: inout Seeded) -> String {
    var lines: [String] = []
    for _ in 0..<Int.random(in: 0...9, using: &generator) {
        var name = names.randomElement(using: &generator) ?? "X"
        if Int.random(in: 0..<4, using: &generator) == 0 { name = name.lowercased() }
        let blank = ["", " ", " ", " ", "\t ", "  "].randomElement(using: &generator) ?? ""
        lines.append(name + ":" + blank + (values.randomElement(using: &generator) ?? ""))
    }
    if host {
        let name = ["site.test", "127.0.0.1:8080", "origin.test"].randomElement(using: &generator) ?? "a"
        lines.insert("Host: " + name, at: Int.random(in: 0...lines.count, using: &generator))
    }
    return first + "\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

func randomSettings(_ generator: inout Seeded) -> ExchangeSettings {
    .usual {
        $0.addsVia = Bool.random(using: &generator)
        $0.host =
            [.auto, .auto, .origin, .client, .fixed(bytes("shop.test"))].randomElement(using: &generator) ?? .auto
        $0.forwarded = [.pass, .xForwarded, .rfc7239].randomElement(using: &generator) ?? .pass
        $0.listenerIsTLS = Bool.random(using: &generator)
        $0.limits = HeadLimits(line: 2000, head: 4000, fields: 20)
        $0.interimLimit = 5
    }
}

let randomRequestLines = [
    "GET /a HTTP/1.1", "GET /a HTTP/1.1", "POST /a HTTP/1.1", "HEAD /a HTTP/1.0", "GET /a HTTP/1.0",
    "OPTIONS * HTTP/1.1",
    "OPTIONS http://origin.test HTTP/1.1", "PUT http://origin.test/x HTTP/1.1", "TRACE / HTTP/1.1",
    "CONNECT a:1 HTTP/1.1",
]
let randomStatusLines = [
    "HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 204 No Content", "HTTP/1.1 304 X",
    "HTTP/1.1 404 X",
    "HTTP/1.1 103 Hints", "HTTP/1.1 100 Continue", "HTTP/1.1 101 Switching", "HTTP/1.1 426 Upgrade",
]

@Suite struct PropertyTests {
    @Test(arguments: 0..<8)
    func theRecordedEditsAreTrueForRandomHeads(_ seed: Int) {
        var generator = Seeded(state: UInt64(seed))
        var forwarded = 0
        for _ in 0..<600 {
            let stage = Stage(randomSettings(&generator))
            let asked = randomHead(randomRequestLines.randomElement(using: &generator) ?? "", host: true, &generator)
            let answered = randomHead(randomStatusLines.randomElement(using: &generator) ?? "", host: false, &generator)
            stage.arrive(.client, bytes(asked))
            stage.happen(.originReady(reused: false))
            stage.arrive(.origin, bytes(answered + "HELLO"))
            forwarded += stage.transcript.toOrigin.count
            if stage.problems != [] {
                Issue.record("\(stage.problems)\n\(asked.debugDescription)\n\(answered.debugDescription)")
                return
            }
        }
        #expect(forwarded > 100, "hardly a head was good enough to be forwarded")
    }

    @Test(arguments: 0..<8)
    func everyExchangeEndsOnceWhateverHappens(_ seed: Int) {
        var generator = Seeded(state: 77 + UInt64(seed))
        let failure = Failure(.origin, .connect, .connectionRefused, "x")
        let events: [Event] = [
            .originReady(reused: false), .originReady(reused: true), .originReady(reused: true),
            .originUnavailable(failure),
            .end(.client), .end(.origin), .end(.origin), .broken(.client, lost(.client)),
            .broken(.origin, lost(.origin)),
            .timeout(blocked: nil), .timeout(blocked: .client), .timeout(blocked: .origin), .drain,
        ]
        let fromClient = [
            request(), request("POST /a HTTP/1.1", "Content-Length: 5") + "HELLO", "HEL", "LO",
            "5\r\nHELLO\r\n0\r\n\r\n",
            request("PUT /a HTTP/1.1", "Transfer-Encoding: chunked"), "0\r\nX: y\r\n\r\n", "\r\n", "GET /par", "\u{0}",
            request("GET /ws HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"), request("HEAD / HTTP/1.0"),
            request("GET / HTTP/1.0", "Connection: keep-alive"), request("GET /a HTTP/1.1", "Connection: close"),
        ]
        let fromOrigin = [
            response("HTTP/1.1 200 OK", "Content-Length: 5") + "HELLO", "HEL", "LO",
            response("HTTP/1.1 204 No Content"),
            response("HTTP/1.1 500 X", "Transfer-Encoding: chunked"), "5\r\nHELLO\r\n0\r\n\r\n", "0\r\nX: y\r\n\r\n",
            response("HTTP/1.1 103 X"), response("HTTP/1.1 101 X", "Connection: Upgrade", "Upgrade: websocket"),
            "HTTP/1.1 2",
            response("HTTP/1.0 200 OK"), "zz", response("HTTP/1.1 200 OK", "Content-Length: x"),
        ]
        var exchanges = 0
        for _ in 0..<1500 {
            let stage = Stage(randomSettings(&generator))
            var script: [String] = []
            for _ in 0..<Int.random(in: 1...16, using: &generator) {
                let step: Step
                switch Int.random(in: 0..<10, using: &generator) {
                case 0..<4: step = .from(.client, fromClient.randomElement(using: &generator) ?? "")
                case 4..<7: step = .from(.origin, fromOrigin.randomElement(using: &generator) ?? "")
                case 7: step = .event(.originReady(reused: Bool.random(using: &generator)))
                default: step = .event(events.randomElement(using: &generator) ?? .drain)
                }
                script.append(step.line)
                apply(step, to: stage)
            }
            stage.happen(.broken(.client, lost(.client)))
            if !stage.isExchanging, stage.hasGivenUpClient, stage.isClosed, stage.problems == [] {
                exchanges += stage.outcomes.count
                continue
            }
            Issue.record(
                "\(stage.problems)\n\(script.joined(separator: "\n"))\n--\n\(stage.log.joined(separator: "\n"))")
            return
        }
        #expect(exchanges > 500, "hardly an exchange took place")
    }

    @Test(arguments: 0..<4)
    func cuttingTheBytesAnywhereChangesNothing(_ seed: Int) {
        var generator = Seeded(state: 4242 + UInt64(seed))
        let requests = [
            request("GET /1 HTTP/1.1"), request("POST /2 HTTP/1.1", "Content-Length: 5") + "HELLO",
            request("POST /3 HTTP/1.1", "Transfer-Encoding: chunked") + "5;x\r\nHELLO\r\n0\r\nX: y\r\n\r\n",
            request("HEAD /4 HTTP/1.1"),
        ]
        let answers = [
            response("HTTP/1.1 200 OK", "Content-Length: 2") + "ok",
            response("HTTP/1.1 404 X", "Content-Length: 5") + "HELLO",
            response("HTTP/1.1 103 X", "A: b") + response("HTTP/1.1 500 X", "Transfer-Encoding: chunked")
                + "3;z\r\nabc\r\n0\r\n\r\n",
            response("HTTP/1.1 200 OK", "Content-Length: 7"),
        ]
        func run(_ cuts: inout Seeded, all: Bool) -> Stage {
            let stage = Stage(.usual)
            for (asked, answered) in zip(requests, answers) {
                for piece in pieces(asked, &cuts, all) { stage.arrive(.client, piece) }
                stage.happen(.originReady(reused: true))
                for piece in pieces(answered, &cuts, all) { stage.arrive(.origin, piece) }
            }
            return stage
        }
        let whole = run(&generator, all: true)
        #expect(whole.outcomes.count == requests.count)
        #expect(whole.transcript.toOrigin.count == requests.count, "one request is never two")
        for _ in 0..<100 {
            let cut = run(&generator, all: false)
            #expect(cut.transcript == whole.transcript)
            #expect(cut.problems == [])
        }
    }

    private func apply(_ step: Step, to stage: Stage) {
        switch step {
        case .from(let side, let text): stage.arrive(side, bytes(text))
        case .event(let event): stage.happen(event)
        case .expect: break
        }
    }

    private func pieces(_ text: String, _ generator: inout Seeded, _ whole: Bool) -> [[UInt8]] {
        var rest = bytes(text)[...]
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = whole ? rest.count : Int.random(in: 1...min(rest.count, 12), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
