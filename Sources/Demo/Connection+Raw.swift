// A request off a connection as the bytes it came in, for the echo: heads are shown to whoever asks while they stand in the
// buffer, content is counted and forgotten.

import Trace
import Wire

/// What is known of a request when all of it was read.
struct RawRequest {
    var method: String
    var target: [UInt8]
    var minorVersion: Int
    /// Whether the connection ends behind the answer.
    var closes: Bool
    var framing: BodyFraming
    var bodyBytes: Int
}

extension Connection {
    /// Reads a request whose first bytes are there.
    func readRawRequest(
        until deadline: Moment, head look: (Span<UInt8>, borrowing RequestHead) -> Void,
        trailers: (Span<UInt8>, borrowing FieldSection) -> Void
    ) throws(DemoFault) -> RawRequest {
        var head = RequestHead()
        let end = try readHead("a request", until: deadline) { bytes throws(WireError) in
            try HeadParser.request(bytes, from: 0, into: &head, limits: HeadLimits())
        }
        let framing = try checked { bytes throws(WireError) in try Framing.ofRequest(bytes, head) }
        let bytes = buffer
        look(bytes.span, head)
        func says(_ name: FieldName, _ word: String) -> Bool {
            head.fields.lines.contains { line in
                line.id == name
                    && String(decoding: bytes[line.value.indices], as: UTF8.self).lowercased().split(separator: ",")
                        .contains { $0.drop { $0 == " " }.prefix { $0 != " " } == word }
            }
        }
        let version = head.minorVersion
        let closes = says(.connection, "close") || version == 0 && !says(.connection, "keep-alive")
        var request = RawRequest(
            method: String(decoding: bytes[head.method.indices], as: UTF8.self),
            target: Array(bytes[head.target.indices]), minorVersion: version, closes: closes,
            framing: framing == .none ? .none : framing == .chunked ? .chunked : .length, bodyBytes: 0)
        let expects = says(.expect, "100-continue") && version == 1
        consume(end)
        if expects, framing != .none, buffer.isEmpty {
            try send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), until: deadline)
        }
        request.bodyBytes = try skipBody(framing, until: deadline, trailers)
        return request
    }

    private func skipBody(
        _ framing: Framing, until deadline: Moment, _ trailers: (Span<UInt8>, borrowing FieldSection) -> Void
    ) throws(DemoFault) -> Int {
        switch framing {
        case .none: return 0
        case .length(let length):
            guard length <= UInt64(Echo.largestBody) else { throw .malformed("a body of \(length) bytes") }
            var left = Int(length)
            while true {
                let here = min(left, buffer.count)
                consume(here)
                left -= here
                if left == 0 { return Int(length) }
                try receiveMore(of: "a body", until: deadline)
            }
        case .chunked: return try skipChunks(until: deadline, trailers)
        case .untilClose, .tunnel: throw .malformed("a request without an end")
        }
    }

    private func skipChunks(
        until deadline: Moment, _ look: (Span<UInt8>, borrowing FieldSection) -> Void
    ) throws(DemoFault) -> Int {
        var reader = ChunkReader()
        var count = 0
        while true {
            let piece = try checked { bytes throws(WireError) in try reader.next(bytes, at: 0) }
            switch piece {
            case .needMore: try receiveMore(of: "a chunked body", until: deadline)
            case .framing(let extent), .junk(let extent): consume(Int(extent.end))
            case .data(let extent):
                count += extent.count
                consume(Int(extent.end))
                guard count <= Echo.largestBody else { throw .malformed("a body without end") }
            case .trailers(let extent):
                consume(Int(extent.end))
                var section = FieldSection()
                let end = try readHead("a trailer section", until: deadline) { bytes throws(WireError) in
                    try HeadParser.trailers(bytes, from: 0, into: &section, limits: HeadLimits())
                }
                let bytes = buffer
                if !section.lines.isEmpty { look(bytes.span, section) }
                consume(end)
                return count
            }
        }
    }
}
