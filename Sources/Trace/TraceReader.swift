// A line of a trace back into a Record. Members this build does not know are skipped, so that a file of a later minor
// version can be read; a member that is there must have its kind, and what every record has must be there. Nothing in a
// file is trusted: numbers are bounded, positions of edits are checked where they are used.

import JSON

/// Reads trace lines.
public struct TraceReader: Sendable {
    var json = JSONReader()
    var knownLines = Memo<RecordedLine>()
    var knownEdits = Memo<RecordedEdit>()
    var knownTexts = Memo<String>()

    /// Whether field sections are read; without them a line is read many times as fast, and is held to be JSON all the
    /// same.
    public var readsFields = true

    /// A reader; it may be used for any number of lines.
    public init() {}

    /// Reads one line, given without its line feed.
    public mutating func record(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(TraceError) -> Record {
        let span = bytes.extracting(line)
        json = JSONReader(.strict, maximumDepth: 16)
        do {
            let record = try self.record(span)
            try json.finish(in: span)
            return record
        } catch let failure as TraceError {
            throw moved(failure, bytes, line)
        } catch let failure as JSONError {
            throw moved(TraceError(.json, at: failure.position, "expected \(failure.expected)"), bytes, line)
        } catch {
            throw TraceError(.json, at: JSONPosition(offset: line.lowerBound, in: bytes), "cannot be read")
        }
    }

    /// Reads one line, which may also be one of those a capture has besides its records.
    public mutating func entry(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(TraceError) -> TraceEntry {
        if let notice = notice(bytes.extracting(line)) { return .notice(notice) }
        return .record(try record(bytes, line))
    }

    /// Positions are found in the line; the caller's bytes may begin earlier.
    private func moved(_ failure: TraceError, _ bytes: Span<UInt8>, _ line: Range<Int>) -> TraceError {
        var result = failure
        result.position = JSONPosition(offset: line.lowerBound + failure.position.offset, in: bytes)
        return result
    }

    // MARK: The record

    private mutating func record(_ b: Span<UInt8>) throws -> Record {
        var record = Record(
            id: "", node: "", time: 0, client: RecordedClient(address: "", connection: 0, exchange: 0), end: .other)
        knownLines.restart()
        knownEdits.restart()
        knownTexts.restart()
        var seen = RequiredMembers()
        var chain: (RecordedChain, [ReportDraft])?
        try json.enterObject(in: b)
        while let key = try key(b) {
            seen.note(key)
            switch key {
            case "v":
                record.version = try integer(b)
                guard record.version == Record.currentVersion else {
                    throw error(.version, b, "version \(record.version) of the format is not known to this build")
                }
            case "id": record.id = try json.readString(in: b)
            case "node": record.node = try text(b)
            case "time":
                guard let time = Timestamp.parse(try json.readString(in: b).utf8) else {
                    throw error(.value, b, "time is no moment like 2026-11-21T00:33:01.123456Z")
                }
                record.time = time
            case "duration_us": record.durationMicroseconds = try json.readInteger(in: b)
            case "service": record.service = try text(b)
            case "raw": record.raw = try json.readBool(in: b)
            case "client": record.client = try client(b)
            case "origin": record.origin = try origin(b)
            case "request": record.request = try request(b)
            case "request_body": record.requestBody = try body(b)
            case "request_trailers": record.requestTrailers = try section(b)
            case "interim":
                try json.enterArray(in: b)
                while try json.nextElement(in: b) { record.interim.append(try response(b)) }
            case "response": record.response = try response(b)
            case "response_body": record.responseBody = try body(b)
            case "response_trailers": record.responseTrailers = try section(b)
            case "timing": record.timing = try timing(b)
            case "end":
                let word = try json.readString(in: b)
                record.end = Ending.allCases.first { $0.word == word } ?? .other
            case "error": record.error = try failure(b)
            case "chain": chain = try self.chain(b)
            default: try json.skip(in: b)
            }
        }
        if let key = seen.missing { throw error(.missing, b, "the member \"\(key)\" is missing") }
        if let chain { record.chain = TraceReader.resolve(chain.0, chain.1, record) }
        return record
    }

    private mutating func client(_ b: Span<UInt8>) throws -> RecordedClient {
        var client = RecordedClient(address: "", connection: 0, exchange: 0)
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "address": client.address = try json.readString(in: b)
            case "connection": client.connection = try counter(b)
            case "exchange": client.exchange = try counter(b)
            case "tls": client.tls = try json.readString(in: b)
            default: try json.skip(in: b)
            }
        }
        return client
    }

    private mutating func origin(_ b: Span<UInt8>) throws -> RecordedOrigin {
        var origin = RecordedOrigin(url: "")
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "url": origin.url = try text(b)
            case "address": origin.address = try text(b)
            case "connection": origin.connection = try counter(b)
            case "reused": origin.reused = try json.readBool(in: b)
            case "retried": origin.retried = try json.readBool(in: b)
            case "tls": origin.tls = try json.readString(in: b)
            case "verified": origin.verified = try json.readBool(in: b)
            default: try json.skip(in: b)
            }
        }
        return origin
    }

    private mutating func request(_ b: Span<UInt8>) throws -> RecordedRequest {
        var request = RecordedRequest(method: nil, target: nil, version: nil)
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "method": request.method = try text(b)
            case "target": request.target = try json.readString(in: b)
            case "target_enc": request.targetLatin1 = try isLatin1(b)
            case "version": request.version = try text(b)
            case "fields": request.head.lines = try lines(b)
            case "edits": request.head.edits = try edits(b)
            case "malformed_bytes": request.malformedBytes = try integer(b)
            default: try json.skip(in: b)
            }
        }
        return request
    }

    private mutating func response(_ b: Span<UInt8>) throws -> RecordedResponse {
        var response = RecordedResponse(status: 0, reason: "")
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "status": response.status = try integer(b)
            case "reason": response.reason = try text(b)
            case "reason_enc": response.reasonLatin1 = try isLatin1(b)
            case "version": response.version = try text(b)
            case "fields": response.head.lines = try lines(b)
            case "edits": response.head.edits = try edits(b)
            case "by": response.byHoplens = try json.readText(in: b).equals("hoplens", in: b)
            default: try json.skip(in: b)
            }
        }
        return response
    }

    private mutating func body(_ b: Span<UInt8>) throws -> RecordedBody {
        var body = RecordedBody(framing: .other, bytes: 0)
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "framing":
                let word = try json.readString(in: b)
                body.framing = BodyFraming.allCases.first { $0.word == word } ?? .other
            case "bytes": body.bytes = try json.readInteger(in: b)
            case "sample": body.sample = try sample(b)
            default: try json.skip(in: b)
            }
        }
        return body
    }

    private mutating func sample(_ b: Span<UInt8>) throws -> RecordedSample {
        var sample = RecordedSample(type: "", bytes: 0, text: nil, truncated: false)
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "type": sample.type = try json.readString(in: b)
            case "bytes": sample.bytes = try integer(b)
            case "coding": sample.coding = try json.readString(in: b)
            case "text": sample.text = try json.readString(in: b)
            case "truncated": sample.truncated = try json.readBool(in: b)
            default: try json.skip(in: b)
            }
        }
        return sample
    }

    private mutating func timing(_ b: Span<UInt8>) throws -> RecordedTiming {
        var timing = RecordedTiming()
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "connect_us": timing.connect = try json.readInteger(in: b)
            case "tls_us": timing.tls = try json.readInteger(in: b)
            case "first_byte_us": timing.firstByte = try json.readInteger(in: b)
            case "request_us": timing.request = try json.readInteger(in: b)
            default: try json.skip(in: b)
            }
        }
        return timing
    }

    private mutating func failure(_ b: Span<UInt8>) throws -> RecordedError {
        var failure = RecordedError(side: "", phase: "", cause: "", text: "")
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "side": failure.side = try json.readString(in: b)
            case "phase": failure.phase = try json.readString(in: b)
            case "cause": failure.cause = try json.readString(in: b)
            case "text": failure.text = try json.readString(in: b)
            default: try json.skip(in: b)
            }
        }
        return failure
    }
}

/// Which of the members that every record has were there.
private struct RequiredMembers {
    private static let names = ["v", "id", "node", "time", "client", "end"]
    private var bits: UInt8 = 0

    mutating func note(_ key: String) {
        switch key {
        case "v": bits |= 1
        case "id": bits |= 2
        case "node": bits |= 4
        case "time": bits |= 8
        case "client": bits |= 16
        case "end": bits |= 32
        default: break
        }
    }

    /// The first that was not.
    var missing: String? { bits == 63 ? nil : Self.names[(~bits).trailingZeroBitCount] }
}
