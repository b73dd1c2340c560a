import CORS
import Fields
import Trace
import Testing

/// A record of one exchange, from texts.
private func record(
    _ id: String, at seconds: Double, client: String = "192.0.2.1:4000", _ method: String, target: String = "/x",
    _ request: HeaderList, _ status: Int, _ response: HeaderList, edits: [RecordedEdit] = []
) -> Record {
    func lines(_ list: HeaderList) -> [RecordedLine] {
        list.fields.map { RecordedLine(name: $0.name, value: $0.shownValue) }
    }
    var record = Record(
        id: id, node: "n", time: Int64(seconds * 1_000_000),
        client: RecordedClient(address: client, connection: 1, exchange: 1), end: .complete)
    let host = [RecordedLine(name: "Host", value: "api.test")]
    record.request = RecordedRequest(
        method: method, target: target, version: "1.1", head: RecordedSection(lines: host + lines(request)))
    record.response = RecordedResponse(
        status: status, reason: "", head: RecordedSection(lines: lines(response), edits: edits))
    return record
}

private let origin = "Origin: https://app.test"
private let allow = "Access-Control-Allow-Origin: https://app.test"

private func preflight(
    _ id: String = "p", at seconds: Double = 0, client: String = "192.0.2.1:4000", method: String = "PUT",
    names: String? = "x-wp-nonce", answer: HeaderList? = nil, status: Int = 204
) throws -> ObservedExchange {
    var request = headers(origin, "Access-Control-Request-Method: \(method)")
    if let names { request.fields.append(HeaderField("Access-Control-Request-Headers", names)) }
    let good = headers(
        allow, "Access-Control-Allow-Credentials: true", "Access-Control-Allow-Methods: \(method)",
        "Access-Control-Allow-Headers: \(names ?? "")")
    return try #require(
        ObservedExchange(record(id, at: seconds, client: client, "OPTIONS", request, status, answer ?? good)))
}

private func put(at seconds: Double, client: String = "192.0.2.1:4001") throws -> ObservedExchange {
    try #require(
        ObservedExchange(
            record(
                "r", at: seconds, client: client, "PUT", headers(origin, "X-WP-Nonce: 1", "User-Agent: x"), 200,
                headers(allow, "X-A: 1", "Content-Type: a"))))
}

/// Takes an exchange and compares what it is paired with.
private func expectPairing(
    _ book: inout PreflightBook, _ exchange: ObservedExchange, _ expected: Pairing,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let found = book.take(exchange)
    #expect(found == expected, sourceLocation: sourceLocation)
}

@Suite("CORS: observed exchanges")
struct ObservedTests {
    @Test("an exchange without Origin has nothing to judge")
    func noOrigin() {
        #expect(ObservedExchange(record("r", at: 0, "GET", headers("Accept: */*"), 200, headers())) == nil)
    }

    @Test(
        "the browser's own word about the crossing wins over the comparison of hosts",
        arguments: [
            (headers("Origin: https://api.test"), ObservedExchange.Crossing.sameOrigin),
            (headers(origin), .crossOrigin),
            (headers("Origin: null"), .crossOrigin), (headers("Origin: https://api.test:444"), .crossOrigin),
            (headers(origin, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"), .sameOrigin),
            (headers("Origin: https://api.test", "Sec-Fetch-Site: same-site"), .crossOrigin),
            (headers(origin, "Sec-Fetch-Mode: navigate"), .notCORS),
            (headers(origin, "Sec-WebSocket-Key: x"), .notCORS),
        ])
    func crossing(list: HeaderList, crossing: ObservedExchange.Crossing) throws {
        let exchange = try #require(ObservedExchange(record("r", at: 0, "POST", list, 200, headers())))
        #expect(exchange.crossing == crossing)
        if crossing != .crossOrigin { #expect(ExchangeJudgement(exchange) == nil) }
    }

    @Test("a preflight is paired with the request it authorised, and with later ones until it is too old")
    func pairs() throws {
        var book = PreflightBook()
        let asked = try preflight(at: 1)
        expectPairing(&book, asked, .isPreflight)
        expectPairing(&book, try put(at: 1.5), .preflighted(asked))
        expectPairing(&book, try put(at: 5.9), .preflighted(asked))
        expectPairing(&book, try put(at: 6), .notSeen)
    }

    @Test("a preflight of the same client is preferred to a later one of another")
    func clients() throws {
        var book = PreflightBook()
        let own = try preflight("own", at: 1)
        let other = try preflight("other", at: 2, client: "192.0.2.9:1")
        _ = book.take(own)
        _ = book.take(other)
        expectPairing(&book, try put(at: 3), .preflighted(own))
        expectPairing(&book, try put(at: 3, client: "[2001:db8::1]:5"), .preflighted(other))
    }

    @Test("a preflight for something else, or one that was refused, authorises nothing")
    func others() throws {
        var book = PreflightBook()
        _ = book.take(try preflight(method: "DELETE"))
        _ = book.take(try preflight(names: "x-other"))
        _ = book.take(try preflight(answer: headers(allow), status: 403))
        expectPairing(&book, try put(at: 1), .notSeen)
    }

    @Test("what a browser or a hop adds by itself asks for no preflight")
    func simple() throws {
        var book = PreflightBook()
        let list = headers(
            origin, "User-Agent: x", "Accept: text/html,*/*", "Accept-Language: de-DE,de;q=0.9", "X-Forwarded-For: y",
            "Sec-Fetch-Dest: empty", "Cache-Control: no-cache", "Cookie: a=b", "CF-Ray: 1", "Referer: https://app.test/"
        )
        let exchange = try #require(ObservedExchange(record("r", at: 0, "GET", list, 200, headers())))
        #expect(exchange.certainlyUnsafeNames == [])
        expectPairing(&book, exchange, .notNeeded)
    }

    @Test("memory is bounded: the oldest URL is forgotten")
    func bounded() throws {
        var book = PreflightBook(capacity: 2)
        let request = headers(origin, "Access-Control-Request-Method: PUT")
        for target in ["/x", "/y", "/z"] {
            let exchange = record(
                target, at: 0, "OPTIONS", target: target, request, 204,
                headers(allow, "Access-Control-Allow-Methods: PUT"))
            _ = book.take(try #require(ObservedExchange(exchange)))
        }
        func later(_ target: String) throws -> Pairing {
            let exchange = record("r", at: 1, "PUT", target: target, headers(origin), 200, headers(allow))
            return book.take(try #require(ObservedExchange(exchange)))
        }
        #expect(try later("/x") == .notSeen)
        #expect(try later("/z") != .notSeen)
    }

    @Test("both credentials modes are judged, because the wire does not tell which it was")
    func bothModes() throws {
        let judgement = try #require(ExchangeJudgement(try put(at: 1), preflight: try preflight()))
        #expect(judgement.without.refusal == nil)
        #expect(judgement.without.readable == ["content-type"])
        #expect(judgement.with.refusal?.code == .invalidAllowCredentials)
        #expect(judgement.with.point == .originToNode)
        #expect(judgement.hint == .none && judgement.likely == nil)
        #expect(judgement.needsPreflight && judgement.unsafeNames == ["x-wp-nonce"])
    }

    @Test("a refused preflight decides before the answer")
    func refusedPreflight() throws {
        let asked = try preflight(answer: headers(allow, "Access-Control-Allow-Methods: PUT"))
        let judgement = try #require(ExchangeJudgement(try put(at: 1), preflight: asked))
        #expect(judgement.without.refusal?.code == .headerDisallowed)
        #expect(judgement.without.refusal?.decider == .preflight)
    }

    @Test("Authorization under * is refused by the standard and goes on in Chromium")
    func deviation() throws {
        let asked = try preflight(
            names: "authorization",
            answer: headers(
                "Access-Control-Allow-Origin: *", "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *"))
        let judgement = try #require(ExchangeJudgement(try put(at: 1), preflight: asked))
        #expect(judgement.without.refusal?.code == .headerDisallowed)
        #expect(judgement.without.chromiumRefusal == nil)
        #expect(judgement.with.chromiumRefusal?.code == .preflightWildcardOrigin)
    }

    @Test("a cookie on the request says that the page asked for credentials")
    func hint() throws {
        let list = headers(origin, "Cookie: a=b")
        let exchange = try #require(ObservedExchange(record("r", at: 0, "GET", list, 200, headers(allow))))
        let judgement = try #require(ExchangeJudgement(exchange))
        #expect(judgement.hint == .cookie)
        #expect(judgement.likely?.refusal?.code == .invalidAllowCredentials)
    }

    @Test("a preflight with credentials did not come from a browser")
    func notFromBrowser() throws {
        let list = headers(origin, "Access-Control-Request-Method: PUT", "Authorization: Bearer x")
        let exchange = try #require(ObservedExchange(record("r", at: 0, "OPTIONS", list, 204, headers(allow))))
        #expect(ExchangeJudgement(exchange)?.notFromBrowser == "a preflight never carries Authorization")
    }

    @Test("a line hoplens added is not held against the origin")
    func point() throws {
        let added = RecordedEdit(
            .add, index: nil, line: RecordedLine(name: "Access-Control-Allow-Origin", value: "https://x.test"), why: "x"
        )
        let exchange = try #require(
            ObservedExchange(record("r", at: 0, "GET", headers(origin), 200, headers(), edits: [added])))
        let judgement = try #require(ExchangeJudgement(exchange))
        #expect(judgement.without.refusal?.code == .originMismatch)
        #expect(judgement.without.point == .nodeToClient)
    }
}
