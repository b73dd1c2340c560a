// The writer of trace lines, one for each event loop. It formats straight from the live head into the exchange's
// RecordBuffer, so the forwarding path makes no String, no dictionary and no copy of a field.
//
// Invariants
// 1. In the steady state nothing is allocated: buffers keep their storage, plain values are copied, and values that
//    need a closer look come out of the cache. Only a value never seen before takes the clear path of Redactor.
// 2. Every byte of the wire goes through `value`, `name` or `sample`; there is no other way into a line.
// 3. A line is complete JSON once `end` was called, whatever was or was not learnt before.

public import Fields
import Inflate
import JSON
public import Wire

/// Which trailer section.
public enum TrailerSide: Sendable {
    /// The request's.
    case request
    /// The response's.
    case response
}

/// What is known of a body at the end of an exchange.
public struct BodyFacts: Equatable, Sendable {
    /// How it was delimited.
    public var framing: BodyFraming
    /// How many bytes of content went through.
    public var bytes: Int64

    /// Facts from their parts.
    public init(_ framing: BodyFraming, bytes: Int64) {
        self.framing = framing
        self.bytes = bytes
    }
}

/// Writes trace lines from live exchanges.
public struct Recorder: ~Copyable {
    private let node: [UInt8]
    private let sampleLimit: Int
    let redactor: Redactor
    var cache = ValueCache()
    /// Unknown field names and how their values are treated.
    var treatments = ValueCache()

    /// A recorder for one loop.
    ///
    /// - Parameters:
    ///   - raw: write values whole; every line says so.
    ///   - secretNames: more field and parameter names whose values are secret.
    ///   - sampleLimit: how many bytes of an error body are kept.
    public init(
        node: String, fingerprinting: any Fingerprinting, raw: Bool = false, secretNames: [String] = [],
        sampleLimit: Int = 4096
    ) {
        self.node = Array(node.utf8)
        self.sampleLimit = max(0, sampleLimit)
        redactor = Redactor(fingerprinting, raw: raw, secretNames: secretNames)
    }

    /// Begins a record; what the buffer held is forgotten.
    public mutating func begin(
        _ r: inout RecordBuffer, id: Span<UInt8>, wallMicroseconds: Int64, service: [UInt8], clientAddress: [UInt8],
        connection: UInt64, exchange: UInt64, clientTLS: String?
    ) {
        r.reset()
        r.opening.append(text: #"{"v":1,"id":"#)
        r.opening.appendJSON(utf8: id, 0..<id.count)
        r.opening.append(text: #","node":"#)
        r.opening.appendJSON(utf8: node.span, 0..<node.count)
        r.opening.append(text: #","time":""#)
        Timestamp.append(wallMicroseconds, to: &r.opening)
        r.opening.append(UInt8(ascii: "\""))
        if redactor.raw { r.opening.append(text: #","raw":true"#) }
        if !service.isEmpty {
            r.opening.append(text: #","service":"#)
            r.opening.appendJSON(utf8: service.span, 0..<service.count)
        }
        r.opening.append(text: #","client":{"address":"#)
        r.opening.appendJSON(utf8: clientAddress.span, 0..<clientAddress.count)
        r.opening.append(text: #","connection":"#)
        r.opening.appendDecimal(connection)
        r.opening.append(text: #","exchange":"#)
        r.opening.appendDecimal(exchange)
        appendText("tls", clientTLS, to: &r.opening)
        r.opening.append(UInt8(ascii: "}"))
    }

    /// The request's head as received, and what is done to it.
    ///
    /// - Parameter minorVersion: 0 or 1; 20 and 30 stand for HTTP/2 and HTTP/3, which imported exchanges may have had.
    public mutating func request(
        _ r: inout RecordBuffer, _ bytes: Span<UInt8>, method: Extent, target: Extent, minorVersion: Int,
        lines: [FieldLine], edits: [FieldEdit], sent: Span<UInt8>
    ) {
        r.parts.append(text: #","request":{"method":"#)
        value(bytes, method, .unlisted, form: .method, to: &r.parts)
        r.parts.append(text: #","target":"#)
        value(bytes, target, .url, form: .target, to: &r.parts)
        r.parts.append(text: Recorder.versionMember(minorVersion))
        section(bytes, lines, edits, sent, to: &r.parts)
        r.parts.append(UInt8(ascii: "}"))
    }

    /// A request head that could not be understood: its length, and its method when it is a registered one.
    ///
    /// Nothing else of it may be shown, because nobody can tell where its secrets are.
    public mutating func refused(_ r: inout RecordBuffer, _ bytes: Span<UInt8>, count: Int) {
        r.parts.append(text: #","request":{"#)
        var end = 0
        while end < bytes.count, end < 24, Octet.isToken(bytes[end]) { end += 1 }
        if end < bytes.count, bytes[end] == Octet.space,
            Recorder.methods.contains(where: { bytes.equals(Extent(0, end), $0) })
        {
            r.parts.append(text: #""method":""#)
            r.parts.append(Extent(0, end), of: bytes)
            r.parts.append(text: #"","#)
        }
        r.parts.append(text: #""malformed_bytes":"#)
        r.parts.appendDecimal(count)
        r.parts.append(text: #","fields":[],"edits":[]}"#)
    }

    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH",
        "MKCOL",
        "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "PURGE", "BAN", "PRI", "QUERY",
    ]

    /// An interim (1xx) response.
    public mutating func interim(
        _ r: inout RecordBuffer, _ bytes: Span<UInt8>, status: Int, reason: Extent, minorVersion: Int,
        lines: [FieldLine], edits: [FieldEdit], sent: Span<UInt8>
    ) {
        if !r.interim.isEmpty { r.interim.append(Octet.comma) }
        r.interim.append(UInt8(ascii: "{"))
        statusLine(bytes, status, reason, minorVersion, to: &r.interim)
        section(bytes, lines, edits, sent, to: &r.interim)
        r.interim.append(UInt8(ascii: "}"))
    }

    /// The final response's head as received (or as hoplens made it), and what is done to it; a later call replaces it.
    public mutating func response(
        _ r: inout RecordBuffer, _ bytes: Span<UInt8>, status: Int, reason: Extent, minorVersion: Int,
        lines: [FieldLine], edits: [FieldEdit], sent: Span<UInt8>, byHoplens: Bool
    ) {
        r.response.removeAll(keepingCapacity: true)
        r.forgetSample()
        r.response.append(text: #","response":{"#)
        statusLine(bytes, status, reason, minorVersion, to: &r.response)
        section(bytes, lines, edits, sent, to: &r.response)
        if byHoplens { r.response.append(text: #","by":"hoplens""#) }
        r.response.append(UInt8(ascii: "}"))
        for line in lines {
            if line.id == .contentType, r.sampleType.isEmpty { r.sampleType.append(line.value, of: bytes) }
            if line.id == .contentEncoding { r.coding = SampleCoding.adding(bytes, line.value, to: r.coding) }
        }
    }

    /// A trailer section as received, and what is done to it.
    public mutating func trailers(
        _ r: inout RecordBuffer, side: TrailerSide, _ bytes: Span<UInt8>, lines: [FieldLine], edits: [FieldEdit],
        sent: Span<UInt8>
    ) {
        r.parts.append(text: side == .request ? #","request_trailers":{"# : #","response_trailers":{"#)
        section(bytes, lines, edits, sent, to: &r.parts)
        r.parts.append(UInt8(ascii: "}"))
    }

    /// A piece of the response's body, for the sample; what is too much is counted, not kept.
    public mutating func sample(_ r: inout RecordBuffer, _ bytes: Span<UInt8>, _ extent: Extent) {
        r.hasSample = true
        let room = sampleLimit - r.sample.count
        if extent.count > room { r.sampleIsTruncated = true }
        guard room > 0 else { return }
        r.sample.append(Extent(Int(extent.start), Int(extent.start) + min(room, extent.count)), of: bytes)
    }

    /// The origin's side; a later call replaces it.
    ///
    /// - Parameter address: empty when no address was dialled yet; then there is no connection either.
    public mutating func origin(
        _ r: inout RecordBuffer, url: [UInt8], address: [UInt8], connection: UInt64, reused: Bool, retried: Bool,
        tls: String?, verified: Bool
    ) {
        r.origin.removeAll(keepingCapacity: true)
        r.origin.append(text: #","origin":{"url":"#)
        value(url.span, Extent(0, url.count), .url, form: .text, to: &r.origin)
        if !address.isEmpty {
            r.origin.append(text: #","address":"#)
            r.origin.appendJSON(utf8: address.span, 0..<address.count)
            r.origin.append(text: #","connection":"#)
            r.origin.appendDecimal(connection)
        }
        r.origin.append(text: reused ? #","reused":true"# : #","reused":false"#)
        if retried { r.origin.append(text: #","retried":true"#) }
        appendText("tls", tls, to: &r.origin)
        if !verified { r.origin.append(text: #","verified":false"#) }
        r.origin.append(UInt8(ascii: "}"))
    }

    /// Completes the line.
    public mutating func end(
        _ r: inout RecordBuffer, _ ending: Ending, durationMicroseconds: Int64, timing: RecordedTiming,
        requestBody: BodyFacts?, responseBody: BodyFacts?, error: RecordedError?
    ) {
        r.closing.removeAll(keepingCapacity: true)
        if let requestBody {
            body("request_body", requestBody, to: &r.closing)
            r.closing.append(UInt8(ascii: "}"))
        }
        if let responseBody {
            body("response_body", responseBody, to: &r.closing)
            if r.hasSample { closeSample(&r) }
            r.closing.append(UInt8(ascii: "}"))
        }
        r.closing.append(text: #","duration_us":"#)
        r.closing.appendDecimal(durationMicroseconds)
        if timing != RecordedTiming() {
            r.closing.append(text: #","timing":{"#)
            var isFirst = true
            phase("connect_us", timing.connect, &isFirst, to: &r.closing)
            phase("tls_us", timing.tls, &isFirst, to: &r.closing)
            phase("first_byte_us", timing.firstByte, &isFirst, to: &r.closing)
            phase("request_us", timing.request, &isFirst, to: &r.closing)
            r.closing.append(UInt8(ascii: "}"))
        }
        r.closing.append(text: #","end":""#)
        r.closing.append(text: ending.word)
        r.closing.append(UInt8(ascii: "\""))
        if let error { failure(error, to: &r.closing) }
        r.closing.append(UInt8(ascii: "}"))
    }

    /// Appends the whole line with its line feed.
    public func append(_ r: borrowing RecordBuffer, to batch: inout [UInt8]) {
        batch.append(contentsOf: r.opening)
        batch.append(contentsOf: r.origin)
        batch.append(contentsOf: r.parts)
        if !r.interim.isEmpty {
            batch.append(text: #","interim":["#)
            batch.append(contentsOf: r.interim)
            batch.append(UInt8(ascii: "]"))
        }
        batch.append(contentsOf: r.response)
        batch.append(contentsOf: r.closing)
        batch.append(Octet.lineFeed)
    }

    /// Says that the sample's bytes come without the content coding the head names: a browser's export has them so.
    public mutating func sampleIsDecoded(_ r: inout RecordBuffer) { r.coding = nil }

    // MARK: Parts

    private static func versionMember(_ minorVersion: Int) -> String {
        switch minorVersion {
        case 0: #","version":"1.0","#
        case 20: #","version":"2.0","#
        case 30: #","version":"3.0","#
        default: #","version":"1.1","#
        }
    }

    private mutating func statusLine(
        _ bytes: Span<UInt8>, _ status: Int, _ reason: Extent, _ minorVersion: Int, to out: inout [UInt8]
    ) {
        out.append(text: #""status":"#)
        out.appendDecimal(status)
        out.append(text: #","reason":"#)
        value(bytes, reason, .unlisted, form: .reason, to: &out)
        out.append(text: Recorder.versionMember(minorVersion))
    }

    private func body(_ name: String, _ facts: BodyFacts, to out: inout [UInt8]) {
        out.append(text: ",\"")
        out.append(text: name)
        out.append(text: #"":{"framing":""#)
        out.append(text: facts.framing.word)
        out.append(text: #"","bytes":"#)
        out.appendDecimal(facts.bytes)
    }

    private func phase(_ name: String, _ value: Int64?, _ isFirst: inout Bool, to out: inout [UInt8]) {
        guard let value else { return }
        out.append(text: isFirst ? "\"" : ",\"")
        isFirst = false
        out.append(text: name)
        out.append(text: "\":")
        out.appendDecimal(value)
    }

    private func appendText(_ name: String, _ text: String?, to out: inout [UInt8]) {
        guard let text else { return }
        out.append(text: ",\"")
        out.append(text: name)
        out.append(text: "\":")
        out.appendJSON(string: text)
    }

    /// Errors are rare: their texts go the clear way.
    private mutating func failure(_ error: RecordedError, to out: inout [UInt8]) {
        out.append(text: #","error":{"side":"#)
        out.appendJSON(string: error.side)
        out.append(text: #","phase":"#)
        out.appendJSON(string: error.phase)
        out.append(text: #","cause":"#)
        out.appendJSON(string: error.cause)
        out.append(text: #","text":"#)
        out.appendJSON(string: String(decoding: redactor.value(Array(error.text.utf8), .url).shown, as: UTF8.self))
        out.append(UInt8(ascii: "}"))
    }

    private mutating func closeSample(_ r: inout RecordBuffer) {
        r.closing.append(text: #","sample":{"type":"#)
        let type = r.sampleType
        value(type.span, Extent(0, type.count), .known, form: .text, to: &r.closing)
        r.closing.append(text: #","bytes":"#)
        r.closing.appendDecimal(r.sample.count)
        var content: [UInt8]? = r.sample
        var isCut = r.sampleIsTruncated
        if let coding = r.coding {
            r.closing.append(text: #","coding":""#)
            r.closing.append(text: coding)
            r.closing.append(UInt8(ascii: "\""))
            // Of a beginning as much is read as there is; the bound keeps a small body from becoming a large sample.
            let plain = Inflate.decode(r.sample, coding: coding, limit: sampleLimit)
            content = plain?.bytes
            isCut = isCut || plain.map { $0.end != .complete } ?? false
        }
        if let content, let text = SampleText.of(content, type: r.sampleType, isCut: isCut) {
            r.closing.append(text: #","text":"#)
            let shown = redactor.sample(text)
            r.closing.appendJSON(utf8: shown.span, 0..<shown.count)
        }
        r.closing.append(text: isCut ? #","truncated":true}"# : #","truncated":false}"#)
    }
}
