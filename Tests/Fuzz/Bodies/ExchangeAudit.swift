// Reads again what a performance let out, with a reader that shares nothing with the core. See ExchangeBody for what is
// promised; the numbers there are those here.
import Exchange
import Wire

struct ExchangeAudit {
    private let run: ExchangeRun
    private var promises = Promises()

    static func audit(_ run: ExchangeRun) -> [String] {
        var audit = ExchangeAudit(run: run)
        for (index, exchange) in run.exchanges.enumerated() {
            let last = index == run.exchanges.count - 1
            // Behind the last exchange the client's bytes are read up to where the core stopped.
            let end = last ? run.fromClient.count : run.exchanges[index + 1].begin
            audit.audit(exchange, clientBytes: Array(run.fromClient[exchange.begin..<end]), isLast: last)
        }
        return audit.promises.broken
    }

    private init(run: ExchangeRun) { self.run = run }

    private mutating func audit(_ exchange: PassedExchange, clientBytes: [UInt8], isLast: Bool) {
        if exchange.isRefused {
            promises.expect(exchange.toOrigin.isEmpty, "a refused request reaches the origin")
            promises.expect(exchange.closing != nil, "a client connection outlives a refused head")
            answer(exchange, method: [])
            return
        }
        guard let asked = StrictReader.request(clientBytes, from: 0) else {
            promises.expect(false, "a request is taken that another reader does not see: \(shown(clientBytes))")
            return
        }
        let isHTTP10 = StrictReader.version(asked.first[2]) == 0
        let isTunnel = exchange.outcome?.responseFraming == .tunnel
        for sent in exchange.toOrigin { request(sent, exchange, asked, clientBytes, isTunnel: isTunnel) }
        retry(exchange, asked)
        if exchange.answered != nil {
            answer(exchange, method: asked.first[0])
        } else {
            response(exchange, asked, isHTTP10: isHTTP10, isTunnel: isTunnel)
        }
        // Requests follow each other without a gap: the next one begins behind this one's end.
        if !isLast, !isTunnel, let framing = StrictReader.framing(asked, isRequest: true, strict: false) {
            let body = StrictReader.body(clientBytes, from: asked.end, framing, strict: false)
            var rest: ArraySlice<UInt8>?
            if case .whole(_, _, let end) = body { rest = clientBytes[end...] }
            // Only empty lines may stand between them (RFC 9112 section 2.2).
            while let lines = rest, lines.starts(with: [13, 10]) { rest = lines.dropFirst(2) }
            promises.expect(rest?.isEmpty == true, "the next request begins elsewhere than behind this one")
        }
    }

    // MARK: promise 1

    private mutating func request(
        _ sent: [UInt8], _ exchange: PassedExchange, _ asked: StrictHead, _ clientBytes: [UInt8], isTunnel: Bool
    ) {
        guard let head = StrictReader.request(sent, from: 0), head.first[2] == Array("HTTP/1.1".utf8),
            let framing = StrictReader.framing(head, isRequest: true, strict: true),
            head.values("host").count == 1
        else {
            promises.expect(false, "what the origin gets is not one strict request: \(shown(sent))")
            return
        }
        promises.expect(head.first[0] == asked.first[0], "the origin gets another method")
        promises.expect(head.first[1] == originForm(asked), "the origin gets another target: \(shown(head.first[1]))")
        let given = Set(asked.lines)
        for line in head.lines where !given.contains(line) {
            promises.expect(
                Self.requestFieldsOfOurs.contains(String(decoding: StrictReader.lower(line.name), as: UTF8.self)),
                "the origin gets a field the client did not send: \(shown(line.name))")
        }
        for name in Self.hopByHop {
            promises.expect(head.values(name).isEmpty, "\(name) is passed on")
        }
        let body = StrictReader.body(sent, from: head.end, framing, strict: true)
        let askedFraming = StrictReader.framing(asked, isRequest: true, strict: false)
        promises.expect(askedFraming == framing, "the request is framed anew: \(String(describing: askedFraming))")
        guard let askedFraming, !isTunnel else { return }
        let source = StrictReader.body(clientBytes, from: asked.end, askedFraming, strict: false)
        switch body {
        case .bad: promises.expect(false, "the origin gets a body that is malformed: \(shown(sent[head.end...]))")
        case .partial(let content):
            promises.expect(source.content.starts(with: content), "the origin gets other content")
        case .whole(let content, let trailers, let end):
            promises.expect(end == sent.count, "bytes stand behind the request: \(shown(sent[end...]))")
            promises.expect(content == source.content, "the origin gets other content")
            if case .whole(_, let known, _) = source {
                for line in trailers { promises.expect(known.contains(line), "a trailer appears on the way") }
            } else {
                promises.expect(false, "the origin gets a whole request of which the client sent a part")
            }
        }
    }

    /// The request-target as an origin is to see it (RFC 9112 section 3.2.1).
    private func originForm(_ asked: StrictHead) -> [UInt8] {
        let target = asked.first[1]
        for scheme in ["http://", "https://"] where StrictReader.lower(target).starts(with: scheme.utf8) {
            let rest = target.dropFirst(scheme.utf8.count)
            guard let path = rest.firstIndex(where: { $0 == 0x2F || $0 == 0x3F }) else {
                return asked.first[0] == Array("OPTIONS".utf8) ? [0x2A] : [0x2F]
            }
            return (rest[path] == 0x2F ? [] : [0x2F]) + rest[path...]
        }
        return target
    }

    private static let requestFieldsOfOurs: Set = [
        "host", "via", "connection", "te", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded",
        "content-length", "transfer-encoding", "max-forwards",
    ]
    private static let hopByHop = ["keep-alive", "proxy-connection", "http2-settings"]

    // MARK: promises 2 and 3

    private mutating func response(
        _ exchange: PassedExchange, _ asked: StrictHead, isHTTP10: Bool, isTunnel: Bool
    ) {
        guard let outcome = exchange.outcome else { return }
        let isHead = asked.first[0] == Array("HEAD".utf8)
        let got = Self.answer(exchange.toClient, isHead: isHead, strict: true)
        let given = Self.answer(exchange.fromOrigin, isHead: isHead, strict: false)
        if let bad = got.fault {
            promises.expect(false, "what the client gets is malformed (\(bad)): \(shown(exchange.toClient))")
            return
        }
        promises.expect(!isHTTP10 || got.interims.isEmpty, "an HTTP/1.0 client gets an interim answer")
        if isTunnel {
            promises.expect(got.interims.last?.first[1] == Array("101".utf8), "a tunnel begins without a 101")
            return
        }
        for head in got.interims + (got.final.map { [$0] } ?? []) {
            let known = Set((given.interims + (given.final.map { [$0] } ?? [])).flatMap(\.lines))
            for line in head.lines where !known.contains(line) {
                let name = String(decoding: StrictReader.lower(line.name), as: UTF8.self)
                promises.expect(Self.responseFieldsOfOurs.contains(name), "a field appears in the answer: \(name)")
            }
        }
        guard let final = got.final else {
            promises.expect(outcome.ending != .complete, "an exchange is complete without an answer")
            promises.expect(exchange.closing != nil, "a client without an answer is kept waiting")
            return
        }
        promises.expect(final.first[1] == given.final?.first[1], "the client gets another status")
        let content = got.body?.content ?? []
        let source = given.body?.content ?? []
        promises.expect(source.starts(with: content), "the client gets content that is not the origin's")
        if outcome.ending == .complete {
            promises.expect(content == source, "a complete answer lacks content")
            promises.expect(
                got.isWhole || exchange.closing == .plain || exchange.closing == .linger, "an answer has no end")
            promises.expect(got.end == exchange.toClient.count || !got.isWhole, "bytes stand behind the answer")
        } else if outcome.ending != .clientAborted {
            promises.expect(
                !got.isWhole || exchange.closing == .reset,
                "an answer that was cut looks whole: \(exchange.closing.desc)")
            promises.expect(
                got.framing != .untilClose || exchange.closing == .reset,
                "a cut answer without a length is closed as if it were whole")
        }
        persistence(exchange, final, isHTTP10: isHTTP10)
    }

    /// What Connection says and what is done are the same (RFC 9112 section 9.6).
    private mutating func persistence(_ exchange: PassedExchange, _ final: StrictHead, isHTTP10: Bool) {
        guard exchange.closing == nil, exchange.outcome?.ending == .complete else { return }
        let options = final.values("connection").map { StrictReader.lower($0) }
        let says = { (word: String) in options.contains { $0.starts(with: word.utf8) } }
        promises.expect(!says("close"), "the answer says close and the connection stays open")
        promises.expect(
            !isHTTP10 || says("keep-alive"), "an HTTP/1.0 client is not told that the connection stays open")
    }

    /// An answer of our own: one, whole, and marked as such.
    private mutating func answer(_ exchange: PassedExchange, method: [UInt8]) {
        let got = Self.answer(exchange.toClient, isHead: method == Array("HEAD".utf8), strict: true)
        promises.expect(
            got.fault == nil && got.isWhole && got.end == exchange.toClient.count,
            "our own answer is not one whole answer: \(shown(exchange.toClient))")
        promises.expect(got.final?.values("proxy-status").count == 1, "our own answer has no Proxy-Status")
        if let final = got.final {
            promises.expect(
                exchange.closing != nil || !final.values("connection").contains { $0.starts(with: "close".utf8) },
                "our own answer says close and the connection stays open")
        }
    }

    private static let responseFieldsOfOurs: Set = [
        "connection", "content-length", "transfer-encoding", "location", "content-location", "refresh", "set-cookie",
    ]

    private struct Answer {
        var interims: [StrictHead] = []
        var final: StrictHead?
        var framing = StrictFraming.none
        var body: StrictBody?
        var isWhole = false
        var end = 0
        var fault: String?
    }

    private static func answer(_ bytes: [UInt8], isHead: Bool, strict: Bool) -> Answer {
        var answer = Answer()
        while answer.end < bytes.count {
            guard let head = StrictReader.response(bytes, from: answer.end) else {
                if strict { answer.fault = "no head at \(answer.end)" }
                return answer
            }
            answer.end = head.end
            if head.first[1].first == 0x31 {
                answer.interims.append(head)
                if head.first[1] == Array("101".utf8) { return answer }
                continue
            }
            answer.final = head
            let hasNone = isHead || [Array("204".utf8), Array("304".utf8)].contains(head.first[1])
            guard let framing = StrictReader.framing(head, isRequest: false, strict: strict) else {
                if strict { answer.fault = "ambiguous framing" }
                return answer
            }
            if strict, head.first[1] == Array("204".utf8) {
                let names = ["content-length", "transfer-encoding"]
                if !names.allSatisfy({ head.values($0).isEmpty }) { answer.fault = "a 204 with a length" }
            }
            answer.framing = hasNone ? StrictFraming.none : framing
            let body = StrictReader.body(bytes, from: head.end, answer.framing, strict: strict)
            answer.body = body
            switch body {
            case .whole(_, _, let end):
                answer.isWhole = true
                answer.end = end
                // The origin's bytes end with the answer; what stands behind it was not used.
                if strict, end < bytes.count { answer.fault = "bytes behind the answer" }
            case .partial: answer.end = bytes.count
            case .bad: if strict { answer.fault = "a malformed body" }
            }
            return answer
        }
        return answer
    }

    // MARK: promise 4

    private mutating func retry(_ exchange: PassedExchange, _ asked: StrictHead) {
        guard exchange.retries > 0 else {
            promises.expect(exchange.toOrigin.count <= 1, "a request is sent to two connections and is no retry")
            return
        }
        let idempotent = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].map { Array($0.utf8) }
        promises.expect(exchange.retries == 1, "a request is tried more than twice")
        promises.expect(idempotent.contains(asked.first[0]), "a request is tried again that may not be")
        promises.expect(
            StrictReader.framing(asked, isRequest: true, strict: false) == StrictFraming.none,
            "a request with a body is tried again")
        promises.expect(exchange.reusedBeforeRetry, "a request is tried again although its connection was new")
        promises.expect(!exchange.repliedBeforeRetry, "a request is tried again after a byte of an answer")
        promises.expect(
            exchange.toOrigin.count == 2 && exchange.toOrigin[0] == exchange.toOrigin[1],
            "the second try is another request")
    }
}
