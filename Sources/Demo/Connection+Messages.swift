// Whole messages off a connection, by the same strict parser that hoplens forwards with.

import Wire

extension Connection {
    /// Reads the next request; nil when the peer closed, or the party was told to stop, before one began.
    func readRequest(until deadline: Moment) throws(DemoFault) -> Request? {
        guard try awaitMessage(until: deadline) else { return nil }
        var head = RequestHead()
        let end = try readHead("a request", until: deadline) { bytes throws(WireError) in
            try HeadParser.request(bytes, from: 0, into: &head, limits: HeadLimits())
        }
        let framing = try checked { bytes throws(WireError) in try Framing.ofRequest(bytes, head) }
        var request = Request(method: text(head.method), target: text(head.target), fields: fields(head.fields))
        consume(end)
        request.body = try readBody(framing, until: deadline)
        return request
    }

    /// Reads the final response to a request of a method; interim responses are read past.
    func readResponse(to method: String, until deadline: Moment) throws(DemoFault) -> Response {
        while true {
            var head = ResponseHead()
            let end = try readHead("an answer", until: deadline) { bytes throws(WireError) in
                try HeadParser.response(bytes, from: 0, into: &head, limits: HeadLimits())
            }
            let kind: Method = method == "HEAD" ? .head : .get
            let framing = try checked { bytes throws(WireError) in try Framing.ofResponse(bytes, head, to: kind) }
            var response = Response(status: head.status, reason: text(head.reason), fields: fields(head.fields))
            consume(end)
            if (100..<200).contains(response.status) { continue }
            response.body = try readBody(framing, until: deadline)
            return response
        }
    }

    func readHead(
        _ what: String, until deadline: Moment, _ parse: (Span<UInt8>) throws(WireError) -> Int?
    ) throws(DemoFault) -> Int {
        while true {
            if let end = try checked(parse) { return end }
            try receiveMore(of: what, until: deadline)
        }
    }

    private func readBody(_ framing: Framing, until deadline: Moment) throws(DemoFault) -> [UInt8] {
        switch framing {
        case .none: return []
        case .length(let length):
            guard length <= UInt64(Connection.largestBody) else { throw .malformed("a body of \(length) bytes") }
            while buffer.count < Int(length) { try receiveMore(of: "a body", until: deadline) }
            let body = Array(buffer.prefix(Int(length)))
            consume(Int(length))
            return body
        case .chunked: return try readChunks(until: deadline)
        case .untilClose:
            while try receive(until: deadline) {
                guard buffer.count <= Connection.largestBody else { throw .malformed("a body without end") }
            }
            let body = buffer
            consume(body.count)
            return body
        case .tunnel: throw .malformed("an answer that is no HTTP any more")
        }
    }

    private func readChunks(until deadline: Moment) throws(DemoFault) -> [UInt8] {
        var reader = ChunkReader()
        var body: [UInt8] = []
        while true {
            let piece = try checked { bytes throws(WireError) in try reader.next(bytes, at: 0) }
            switch piece {
            case .needMore: try receiveMore(of: "a chunked body", until: deadline)
            case .framing(let extent), .junk(let extent): consume(Int(extent.end))
            case .data(let extent):
                body.append(contentsOf: buffer[extent.indices])
                consume(Int(extent.end))
                guard body.count <= Connection.largestBody else { throw .malformed("a body without end") }
            case .trailers(let extent):
                consume(Int(extent.end))
                var section = FieldSection()
                let end = try readHead("a trailer section", until: deadline) { bytes throws(WireError) in
                    try HeadParser.trailers(bytes, from: 0, into: &section, limits: HeadLimits())
                }
                consume(end)
                return body
            }
        }
    }

    func receiveMore(of what: String, until deadline: Moment) throws(DemoFault) {
        guard try receive(until: deadline) else { throw .cutShort(what) }
    }

    func checked<Result>(
        _ body: (Span<UInt8>) throws(WireError) -> Result
    ) throws(DemoFault) -> Result {
        // A copy that shares the storage: a span cannot be taken of what a class holds.
        let bytes = buffer
        do throws(WireError) {
            return try body(bytes.span)
        } catch {
            throw .malformed(error.text)
        }
    }

    private func text(_ extent: Extent) -> String { String(decoding: buffer[extent.indices], as: UTF8.self) }

    private func fields(_ section: FieldSection) -> [Field] {
        section.lines.map { Field(text($0.name), text($0.value)) }
    }
}
